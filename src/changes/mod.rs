//! Compares two versions of a connector: what a flow that was built on the older one would notice.
//!
//! The result are [`Difference`]s, plain facts without judgement. Whether one breaks flows, and what to do then, is said by the rules in
//! `rules/changes`, which meet differences as things of [`Kind::Difference`](crate::rule::kind::Kind::Difference).

mod connection;
mod field;
mod operation;
mod schema;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use crate::connector::Artifact;
use crate::model::Model;
use crate::source::json::Value;
use crate::swagger::{Format, Swagger, is_internal};
use crate::words;

/// Differences of one comparison beyond which nobody reads on.
const MAX_DIFFERENCES: usize = 10_000;
/// Pairs of schemas that are compared under every path that leads to them. Published connectors need some ten thousand; a definition in which
/// every schema refers to many others could ask for any number. Beyond, each pair counts once for each body or answer.
const MAX_STEPS: usize = 200_000;
/// The same for one body or answer.
const MAX_WAYS: usize = 10_000;
/// How deep schemas are followed into each other.
const MAX_DEPTH: usize = 128;

/// Something that one version has otherwise than the other.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    /// What happened, in a word such as `operation-deleted`; rules select by it.
    pub what: &'static str,
    /// Where, as Microsoft's comparison of versions would write it: `operation/GetItem/parameter/id`.
    pub path: String,
    /// The thing by the name people know it under.
    pub label: String,
    /// The file it lies in.
    pub artifact: Artifact,
    /// What it was.
    pub old: Option<Value<'a>>,
    /// What it is.
    pub new: Option<Value<'a>>,
    /// The place in the newer version where a person looks for it: itself, or what is left around it.
    pub nearest: Option<Value<'a>>,
    /// What was written before, for the message.
    pub before: String,
    /// What is written now.
    pub after: String,
    /// Whether it has, or had, to be given or sent.
    pub required: bool,
    /// Whether it is sent without anybody's doing: it is internal and has a default.
    pub automatic: bool,
}

/// A comparison under way.
struct Comparison<'m, 'a> {
    old: &'m Swagger<'a>,
    new: &'m Swagger<'a>,
    found: Vec<Difference<'a>>,
    steps: usize,
    is_cut: bool,
    /// Pairs of definitions that are known to be the same all the way down.
    unchanged: Rc<HashSet<(u32, u32)>>,
    old_fields: schema::AllFields<'a>,
    new_fields: schema::AllFields<'a>,
}

/// What differs between two versions, by file and then in the order of the older definition. Nothing is said of definitions that are no
/// Swagger 2.0, and of files that only one version has.
pub fn differences<'a>(old: &Model<'a>, new: &Model<'a>) -> Vec<Difference<'a>> {
    let is_comparable = |swagger: &&Swagger<'a>| swagger.format == Format::Swagger2;
    let mut found = Vec::new();
    if let (Some(before), Some(now)) = (old.swagger.as_ref().filter(is_comparable), new.swagger.as_ref().filter(is_comparable)) {
        let mut comparison = Comparison {
            old: before,
            new: now,
            found: Vec::new(),
            steps: 0,
            is_cut: false,
            unchanged: Rc::new(schema::unchanged(before, now)),
            old_fields: schema::AllFields::default(),
            new_fields: schema::AllFields::default(),
        };
        comparison.definition();
        comparison.operations();
        if comparison.is_cut {
            let whole = Difference::new("comparison-cut", "", "the definition", Some(before.root), Some(now.root));
            comparison.found.push(whole);
        }
        found = comparison.found;
    }
    connection::compare(old, new, &mut found);
    found
}

impl<'a> Difference<'a> {
    fn new(what: &'static str, path: impl Into<String>, label: impl Into<String>, old: Option<Value<'a>>, new: Option<Value<'a>>) -> Self {
        Self {
            what,
            path: words::beginning(path.into()),
            label: words::beginning(label.into()),
            artifact: Artifact::Definition,
            old,
            new,
            nearest: new,
            before: String::new(),
            after: String::new(),
            required: false,
            automatic: false,
        }
    }

    /// Where a person looks for what is gone.
    fn near(mut self, nearest: Value<'a>) -> Self {
        self.nearest = self.new.or(Some(nearest));
        self
    }

    /// What was and is written.
    fn texts<'t>(mut self, before: impl Into<Cow<'t, str>>, after: impl Into<Cow<'t, str>>) -> Self {
        (self.before, self.after) = (words::beginning(before), words::beginning(after));
        self
    }

    /// What is known of the parameter, field or other thing that differs.
    fn of(mut self, thing: Value<'a>, required: bool) -> Self {
        self.required = required;
        self.automatic = is_internal(thing) && thing.get("default").is_some();
        self
    }

    fn within(mut self, artifact: Artifact) -> Self {
        self.artifact = artifact;
        self
    }
}

impl<'a> Comparison<'_, 'a> {
    fn add(&mut self, difference: Difference<'a>) {
        if self.found.len() < MAX_DIFFERENCES {
            self.found.push(difference);
        } else {
            self.is_cut = true;
        }
    }

    /// What the top of the definition says otherwise.
    fn definition(&mut self) {
        let (old, new) = (self.old.root, self.new.root);
        let raw = |root: Value<'a>, key: &str| root.get(key).map(|value| text(value)).unwrap_or_default();
        for key in ["host", "basePath", "schemes"] {
            let (before, after) = (raw(old, key), raw(new, key));
            // A base path of "/" is none.
            if before.trim_end_matches('/') != after.trim_end_matches('/') {
                let difference = Difference::new("host-changed", format!("/{key}"), format!("`{key}`"), old.get(key), new.get(key));
                self.add(difference.near(new).texts(before, after));
            }
        }
        let title = |root: Value<'a>| root.get("info")?.get("title");
        if let (Some(before), Some(after)) = (title(old), title(new))
            && before.as_str() != after.as_str()
        {
            let difference = Difference::new("title-changed", "/info/title", "the connector", Some(before), Some(after));
            self.add(difference.texts(text(before), text(after)));
        }
        for list in ["consumes", "produces"] {
            let types = |root: Value<'a>| -> Vec<_> {
                root.get(list).into_iter().flat_map(|list| list.items()).filter_map(|item| item.as_str()).collect()
            };
            if let (Some(before), Some((gone, left))) = (old.get(list), operation::removed(&types(old), &types(new))) {
                let difference = Difference::new("media-type-removed", format!("/{list}"), "the definition", Some(before), new.get(list));
                self.add(difference.near(new).texts(gone, left));
            }
        }
        self.security_definitions();
    }

    fn security_definitions(&mut self) {
        let definitions = |root: Value<'a>| root.get("securityDefinitions");
        let kind = |definition: Value<'a>| definition.get_str("type").unwrap_or_default().into_owned();
        let (old, new) = (self.old.root, self.new.root);
        let kinds: HashSet<String> = definitions(new).into_iter().flat_map(|all| all.children()).map(kind).collect();
        for (name, before) in definitions(old).into_iter().flat_map(|all| all.members()) {
            let after = definitions(new).and_then(|all| all.get(&name));
            let what = match after.map(kind) {
                Some(after) if after == kind(before) => continue,
                Some(_) => "authentication-changed",
                // The name of a definition is of no importance.
                None if kinds.contains(&kind(before)) => continue,
                None => "security-definition-removed",
            };
            let difference = Difference::new(what, format!("/securityDefinitions/{name}"), format!("`{name}`"), Some(before), after);
            let around = definitions(new).unwrap_or(new);
            self.add(difference.near(around).texts(kind(before), after.map(kind).unwrap_or_default()));
        }
    }
}

/// Whether a member is otherwise in one version than in the other, or there in one of them only.
fn differs(old: Value<'_>, new: Value<'_>, key: &str) -> bool {
    match (old.get(key), new.get(key)) {
        (Some(before), Some(after)) => !before.equals(&after),
        (before, after) => before.is_some() != after.is_some(),
    }
}

/// A value for a message: a text without its quotes, anything else as it is written.
fn text(value: Value<'_>) -> String {
    value.as_str().map_or_else(|| value.raw().split_whitespace().collect::<Vec<_>>().join(" "), |text| text.into_owned())
}
