//! Checks on the members of an object: required, forbidden, closed sets, types, companions.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::json_edit;
use crate::model::At;
use crate::rule::kind::Kind;
use crate::source::json::{NodeKind, Value};
use crate::words;

/// Everything that is selected is wrong.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Always {
    /// Member to point at; the thing itself when left out.
    pub at: Option<String>,
    /// Point at the key rather than the value.
    pub key: bool,
    /// The missing or unknown member to name.
    pub property: Option<String>,
}

impl Demand for Always {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let node = context.node().map(|node| self.at.as_deref().and_then(|at| super::member_of(node, at)).unwrap_or(node));
        let at = match (node, context.subject.artifact) {
            (Some(node), _) if self.key => At::Key(node),
            (Some(node), _) if node.is_object() || node.is_array() => At::Object(node),
            (Some(node), _) => At::Value(node),
            (None, Some(artifact)) if context.subject.kind != Kind::File => At::Top(artifact),
            (None, _) => At::File(super::file::path_of(context)),
        };
        let value = node.map(|node| shown(node, 60)).unwrap_or_default();
        let mut hit = Hit::new(at).with("value", value);
        hit.property = self.property.clone();
        hits.push(hit);
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value"]
    }
}

/// Members that must be there. One finding for each that is missing. Where its name differs from a member's by case only, the finding
/// proposes to rename that member.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Required {
    /// Names of the members.
    pub members: Vec<String>,
    /// Look into this member instead; nothing is wrong when it is missing itself.
    #[serde(default)]
    pub inside: String,
    /// One of them is enough.
    #[serde(default)]
    pub any: bool,
    /// A blank text counts as missing.
    #[serde(default)]
    pub blank_is_missing: bool,
}

impl Demand for Required {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(object) = context.member(&self.inside).filter(Value::is_object) else { return };
        let there = |name: &String| {
            super::member_of(object, name).is_some_and(|value| {
                value.kind() != NodeKind::Null && !(self.blank_is_missing && value.as_str().is_some_and(|text| text.trim().is_empty()))
            })
        };
        if self.any {
            if !self.members.iter().any(there) {
                hits.push(Hit::new(At::Object(object)).property(self.members[0].clone()).with("member", words::list_or(&self.members)));
            }
            return;
        }
        for name in self.members.iter().filter(|name| !there(name)) {
            let (parent, last) = name.rsplit_once('/').unwrap_or(("", name));
            let holder = super::member_of(object, parent).filter(Value::is_object).unwrap_or(object);
            // A slip in the name is the likelier cause: say so. One of case only is surely one.
            let slips = || holder.members().filter(|(key, _)| key != last && words::nearest(last, [key.as_ref()]).is_some());
            let slip = slips().find(|(key, _)| key.eq_ignore_ascii_case(last)).or_else(|| slips().next());
            let hint = slip.as_ref().map(|(key, _)| format!(" There is `{key}`: is that a misspelling?")).unwrap_or_default();
            let is_free = holder.get(last).is_none();
            let (misspelt, value) = slip.filter(|(key, _)| is_free && key.eq_ignore_ascii_case(last)).unzip();
            hits.push(
                Hit::new(At::Object(holder))
                    .property(last)
                    .with("member", last)
                    .with("slip", hint)
                    .with("misspelt", misspelt.unwrap_or_default())
                    .with("misspelt-value", value.map(|value| shown(value, 200)).unwrap_or_default())
                    .propose(value.and_then(|value| json_edit::rename_key(value, last))),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        if self.any { &["member"] } else { &["member", "slip", "misspelt", "misspelt-value"] }
    }
}

/// Members that must not be there.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Forbidden {
    /// Names of the members.
    pub members: Vec<String>,
    /// Look into this member instead.
    #[serde(default)]
    pub inside: String,
    /// Point at the object and name the member, rather than pointing at the member.
    #[serde(default)]
    pub at_object: bool,
}

impl Demand for Forbidden {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(object) = context.member(&self.inside) else { return };
        for (key, member) in object.members().filter(|(key, _)| self.members.iter().any(|name| name == key)) {
            let at = if self.at_object { At::Object(object) } else { At::Key(member) };
            hits.push(Hit::new(at).property(key.clone()).with("member", key).with("value", shown(member, 40)));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["member", "value"]
    }
}

/// A closed set of members. Of another one `near` is the name that is spelt alike, where it is free.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Keys {
    /// Members that may be there.
    pub allowed: Vec<String>,
    /// Look into this member instead.
    #[serde(default)]
    pub inside: String,
    /// Members that begin with `x-` may be there too.
    #[serde(default)]
    pub extensions: bool,
}

impl Demand for Keys {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(object) = context.member(&self.inside) else { return };
        for (key, member) in object.members() {
            if self.allowed.iter().any(|name| name == key.as_ref()) || (self.extensions && key.starts_with("x-")) {
                continue;
            }
            let allowed = || self.allowed.iter().map(String::as_str);
            let hint = words::did_you_mean(&key, allowed());
            let near = words::nearest(&key, allowed()).filter(|name| object.get(name).is_none());
            hits.push(
                Hit::new(At::Key(member))
                    .property(key.clone())
                    .with("member", key)
                    .with("did-you-mean", hint)
                    .with("near", near.unwrap_or_default())
                    .with("allowed", words::list_and(&self.allowed)),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["member", "did-you-mean", "near", "allowed"]
    }
}

/// A member that needs another one beside it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Needs {
    /// The member that brings the need.
    pub member: String,
    /// What must stand beside it (one of them is enough).
    pub beside: Vec<String>,
}

impl Demand for Needs {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(member) = context.member(&self.member) else { return };
        if !self.beside.iter().any(|name| context.member(name).is_some()) {
            hits.push(Hit::new(At::Key(member)).with("member", &self.member).with("beside", words::list_or(&self.beside)));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["member", "beside"]
    }
}

/// The JSON type of a member.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Type {
    /// The member; the thing itself when left out. What is missing passes.
    #[serde(default)]
    pub member: String,
    /// Accepted types: null, boolean, number, integer, string, array, object.
    pub types: Vec<JsonType>,
    /// The type every entry of an array must have.
    pub items: Option<JsonType>,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum JsonType {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// Any number.
    Number,
    /// A number without fraction.
    Integer,
    /// A text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    fn fits(self, value: Value<'_>) -> bool {
        match self {
            Self::Null => value.kind() == NodeKind::Null,
            Self::Boolean => value.kind() == NodeKind::Boolean,
            Self::Number => value.kind() == NodeKind::Number,
            Self::Integer => value.is_integer(),
            Self::String => value.kind() == NodeKind::String,
            Self::Array => value.is_array(),
            Self::Object => value.is_object(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false without quotes",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::String => "a text in quotes",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

impl Demand for Type {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(value) = context.member(&self.member) else { return };
        // A broken value has its own finding already.
        if value.kind() == NodeKind::Invalid {
            return;
        }
        let expected: Vec<&str> = self.types.iter().map(|kind| kind.word()).collect();
        if !self.types.iter().any(|kind| kind.fits(value)) {
            hits.push(
                Hit::new(At::Value(value))
                    .with("actual", value.kind().word())
                    .with("expected", words::list_or(&expected))
                    .with("value", shown(value, 40)),
            );
            return;
        }
        if let Some(kind) = self.items {
            for item in value.items().filter(|item| !kind.fits(*item) && item.kind() != NodeKind::Invalid) {
                hits.push(
                    Hit::new(At::Value(item))
                        .with("actual", item.kind().word())
                        .with("expected", kind.word())
                        .with("value", shown(item, 40)),
                );
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["actual", "expected", "value"]
    }
}

/// A value for a message: texts without quotes, everything else as written, long ones cut.
pub fn shown(value: Value<'_>, limit: usize) -> String {
    match value.as_str() {
        Some(text) => words::excerpt(&text, limit),
        None => words::excerpt(value.raw(), limit),
    }
}
