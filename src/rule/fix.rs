//! The repairs a rule file declares. These types are the format; their comments are its documentation.

#[cfg(test)]
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::attribute::Attribute;
use super::matcher::Matcher;
use super::pattern::Pattern;
use crate::connector::{Artifact, Stage};
use crate::finding::FixSafety;

/// One repair. Of the repairs of a rule the first is offered whose conditions hold and whose actions find everything they need; a
/// placeholder in braces that renders to nothing is something missing.
///
/// Texts may name, in braces: `{subject}`, the attributes of the kind, the values of the check, `{property}` (the missing or unknown
/// member), `{key}`, `{raw}` and `{text}` of the value the finding points at (its key; the value as JSON; a text without its quotes),
/// `{config.NAME}` for what configuration, flags or the connector itself provide (`publisher`, `website`, `contact-email`, ...),
/// `{enter.NAME}` for the same or, where nobody provides it, a visible placeholder, `{filled}` for the value that such a placeholder
/// waits for, `{file.NAME}` for the name of a file (`file.script`), and `{title}` for the connector's title. `{@a/b}` is what stands at a path from the value the finding points at: a text without its
/// quotes, anything else as JSON. Filters follow a bar: `{name|words}`; see [`super::template::Filter`].
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FixRule {
    /// `safe`: always meant; `unsafe`: may change what the connector does, or take away what somebody wrote; `placeholder`: writes text that a person must complete.
    pub safety: FixSafety,
    /// What it does, as a person reads it, in the imperative: "add a period".
    pub title: String,
    /// Stages in which it is offered; both when left out.
    #[serde(default = "super::file::all_stages")]
    pub stages: Vec<Stage>,
    /// Conditions on attributes of the thing.
    #[serde(default, deserialize_with = "super::file::pairs")]
    #[cfg_attr(test, schemars(with = "BTreeMap<Attribute, Matcher>"))]
    pub r#where: Vec<(Attribute, Matcher)>,
    /// Conditions on members of the value the finding points at; `a/b` looks into a member, `..` at the object around it; in an array
    /// `2` is an item by number, `name=Website` the first object whose `name` is that text in any case, `=https` the first such text.
    #[serde(default, deserialize_with = "super::file::pairs")]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Matcher>"))]
    pub members: Vec<(String, Matcher)>,
    /// Conditions on texts, by placeholder: values of the check, `config.NAME`, `property`.
    #[serde(default, deserialize_with = "super::file::pairs")]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Matcher>"))]
    pub when: Vec<(String, Matcher)>,
    /// What is done, in order.
    pub r#do: Vec<Action>,
}

/// A step of a repair. Paths in `at` start at the value the finding points at: `a/b` goes into members, `..` to the object around it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Gives an object a member, or the member another value.
    Set(Set),
    /// Puts another value in the place of one.
    Replace(Replace),
    /// Changes parts of a text.
    Rewrite(Rewrite),
    /// Takes a member or an item out.
    Remove(Target),
    /// Takes a text out of a list of texts; the list itself when nothing else is in it.
    RemoveItem(RemoveItem),
    /// Takes a member out of several objects that stand side by side.
    RemoveEach(RemoveEach),
    /// Puts members of an object in the place of the object.
    Unwrap(Unwrap),
    /// Puts an object around the members of an object.
    Wrap(Wrap),
    /// Gives a member another key.
    RenameMember(RenameMember),
    /// Adds items to an array.
    Append(Append),
    /// Turns an object into an array with an object for each of its members, whose values must be texts.
    Entries(Entries),
    /// Moves a member, as it is written, into another object.
    Move(Move),
    /// Makes the edits that the check itself proposes; which checks do is said in their description.
    Proposed(Nothing),
    /// Gives the file another name; settings.json follows.
    RenameFile(RenameFile),
    /// Deletes the file; settings.json follows.
    DeleteFile(Nothing),
    /// Writes the text file as UTF-8 without byte order mark.
    Encode(Nothing),
    /// Gives an operation another id, in every place that names it: the definition, apiProperties.json, README and INTRO.
    RenameOperation(RenameOperation),
    /// Gives a connection parameter another name, and the policies that refer to it.
    RenameConnectionParameter(RenameConnectionParameter),
    /// Makes a file that is missing, or a part of one.
    Generate(Generate),
}

/// No further settings.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What is at a path.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Target {
    /// The path; the value the finding points at when left out.
    pub at: String,
}

/// Takes a text out of a list of texts.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveItem {
    /// Path of the list.
    #[serde(default)]
    pub at: String,
    /// The text; may hold placeholders.
    pub item: String,
}

/// Takes a member out of several objects that stand side by side.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveEach {
    /// Path of the object around them.
    #[serde(default)]
    pub at: String,
    /// Keys of the objects that are meant.
    pub keys: Pattern,
    /// The member; objects without it stay as they are.
    pub member: String,
}

/// Puts members of an object in the place of the object; not done when the object around it has one of them already.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unwrap {
    /// Path of the object.
    #[serde(default)]
    pub at: String,
    /// The members that are kept; the others are given up.
    pub members: Vec<String>,
}

/// Puts an object around the members of an object: `{ a }` becomes `{ member: { a } }`. Not done when there is nothing to put in.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wrap {
    /// Path of the object.
    #[serde(default)]
    pub at: String,
    /// The key of the new object.
    pub member: String,
    /// Members that stay where they are.
    #[serde(default)]
    pub except: Vec<String>,
}

/// Gives an object a member.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Set {
    /// Path of the object.
    #[serde(default)]
    pub at: String,
    /// The key; may hold placeholders.
    pub member: String,
    /// The new value.
    #[serde(default)]
    pub value: Option<Value>,
    /// Or JSON text with placeholders.
    #[serde(default)]
    pub json: Option<String>,
    /// Or a copy of what is at this path; `*` at its end is what the reference at that place leads to.
    #[serde(default)]
    pub copy: Option<String>,
    /// A member that is new goes behind the first of these members that is there; else at the end.
    #[serde(default)]
    pub behind: Vec<String>,
    /// A member that is new goes to the front.
    #[serde(default)]
    pub first: bool,
    /// A member that is there is left as it is.
    #[serde(default)]
    pub keep: bool,
}

/// Puts another value in the place of one.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replace {
    /// Path of the value.
    #[serde(default)]
    pub at: String,
    /// The new value. Where the finding points at a part of a text, a text in the place of that part.
    #[serde(default)]
    pub value: Option<Value>,
    /// Or JSON text with placeholders.
    #[serde(default)]
    pub json: Option<String>,
    /// Or a copy of what is at this path; `*` at its end is what the reference at that place leads to.
    #[serde(default)]
    pub copy: Option<String>,
}

/// Changes parts of a text.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rewrite {
    /// Path of the text.
    #[serde(default)]
    pub at: String,
    /// Replacements, each everywhere in the text, in order.
    pub replace: Vec<Replacement>,
}

/// A replacement of everything that a pattern finds.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replacement {
    /// What is replaced.
    pub pattern: Pattern,
    /// What comes in its place; `$1` is the first group, placeholders in braces are rendered first.
    #[serde(default)]
    pub with: String,
    /// A filter for what was found, applied when `with` is left out.
    pub filter: Option<super::template::Filter>,
}

/// Gives a member another key.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RenameMember {
    /// Path of the member.
    #[serde(default)]
    pub at: String,
    /// The new key; not done when the object has one of that name already.
    pub to: String,
}

/// Adds items to an array.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Append {
    /// Path of the array.
    #[serde(default)]
    pub at: String,
    /// The new item.
    #[serde(default)]
    pub value: Option<Value>,
    /// Or JSON text with placeholders.
    #[serde(default)]
    pub json: Option<String>,
    /// Or a copy of what is at this path; `*` at its end is what the reference at that place leads to.
    #[serde(default)]
    pub copy: Option<String>,
    /// Or several new items.
    #[serde(default)]
    pub values: Vec<Value>,
    /// They go to the front.
    #[serde(default)]
    pub first: bool,
    /// They go behind the item at this path from the array; else to the end.
    #[serde(default)]
    pub behind: Option<String>,
}

/// Turns an object into an array of objects.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entries {
    /// Path of the object.
    #[serde(default)]
    pub at: String,
    /// The member that takes the key.
    pub key: String,
    /// The member that takes the value.
    pub value: String,
}

/// Moves a member into another object.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Move {
    /// Path of the member.
    #[serde(default)]
    pub at: String,
    /// Path of the object it moves to, from the value the finding points at; not done when that has such a member.
    pub to: String,
    /// Its key there; the same when left out.
    pub member: Option<String>,
}

/// Gives the file another name.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RenameFile {
    /// The new name; not done when a file has it.
    pub to: String,
}

/// Gives a connection parameter another name.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RenameConnectionParameter {
    /// The only parameter in whose name this is found; the one the finding points at when left out.
    pub from: Option<Pattern>,
    /// Of the parameters of this type only.
    pub r#type: Option<String>,
    /// The new name, which must be free.
    pub to: String,
}

/// Gives an operation another id.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RenameOperation {
    /// The new id, which must be free; a number is added where it is not.
    pub to: String,
}

/// Makes a file that is missing, or a part of one.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Generate {
    /// The whole file.
    File(Artifact),
    /// A key of `properties` in apiProperties.json.
    Properties(String),
    /// A section of README or INTRO that is missing or empty, by its proper heading; `title` and `opening` are the parts before the
    /// first section.
    Section(String),
    /// The operations that README does not mention.
    Operations(Nothing),
    /// The icon anew, from what it shows: square, in size, opaque, on the brand colour.
    Icon(Nothing),
    /// The definition without the client credentials flow, for which policies and a script stand in.
    WithoutClientCredentials(Nothing),
}

impl FixRule {
    /// Every template in it, for checking placeholders.
    pub fn templates(&self) -> Vec<&str> {
        let mut templates = vec![self.title.as_str()];
        for action in &self.r#do {
            match action {
                Action::Set(set) => {
                    templates.push(&set.member);
                    templates.extend(set.json.as_deref());
                    texts_of(set.value.as_ref(), &mut templates);
                }
                Action::Replace(replace) => {
                    templates.extend(replace.json.as_deref());
                    texts_of(replace.value.as_ref(), &mut templates);
                }
                Action::Append(append) => {
                    templates.extend(append.json.as_deref());
                    texts_of(append.value.as_ref(), &mut templates);
                    append.values.iter().for_each(|value| texts_of(Some(value), &mut templates));
                }
                Action::Rewrite(rewrite) => templates.extend(rewrite.replace.iter().map(|replacement| replacement.with.as_str())),
                Action::RenameMember(rename) => templates.push(&rename.to),
                Action::RemoveItem(step) => templates.push(&step.item),
                Action::RenameFile(rename) => templates.push(&rename.to),
                Action::RenameOperation(rename) => templates.push(&rename.to),
                Action::RenameConnectionParameter(rename) => templates.push(&rename.to),
                _ => {}
            }
        }
        templates
    }

    /// Regular expressions in it.
    pub fn patterns(&self) -> Vec<&Pattern> {
        let conditions = std::iter::empty()
            .chain(self.r#where.iter().map(|(_, matcher)| matcher))
            .chain(self.members.iter().chain(&self.when).map(|(_, matcher)| matcher))
            .flat_map(Matcher::patterns);
        let replaced = self.r#do.iter().flat_map(|action| match action {
            Action::Rewrite(rewrite) => rewrite.replace.iter().map(|replacement| &replacement.pattern).collect(),
            Action::RemoveEach(step) => vec![&step.keys],
            Action::RenameConnectionParameter(rename) => rename.from.iter().collect(),
            _ => Vec::new(),
        });
        conditions.chain(replaced).collect()
    }
}

fn texts_of<'v>(value: Option<&'v Value>, texts: &mut Vec<&'v str>) {
    match value {
        Some(Value::String(text)) => texts.push(text),
        Some(Value::Array(items)) => items.iter().for_each(|item| texts_of(Some(item), texts)),
        Some(Value::Object(members)) => members.values().for_each(|member| texts_of(Some(member), texts)),
        _ => {}
    }
}
