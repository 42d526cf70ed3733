//! Turns the repairs a rule declares into changes for one finding.

mod texts;

use std::cell::RefCell;

use regex::Regex;
use serde_json::Value as Json;

use super::edit::{Change, Edit, Part, Task};
use super::generate::script;
use super::json_edit::{self, Fragment, Position};
use super::rename;
use super::values::FixValues;
use crate::check::{Hit, member_of};
use crate::connector::Artifact;
use crate::connector::load::Document;
use crate::finding::Fix;
use crate::model::{At, Model, Subject};
use crate::rule::attribute::AttributeValue;
use crate::rule::catalogue::{Changes, Plan};
use crate::rule::fix::{Action, FixRule, Generate, Rewrite};
use crate::rule::{Rule, kind::Kind};
use crate::source::Encoding;
use crate::source::json::Value;
use crate::words;
use texts::Rendered;

/// Everything a repair may look at.
pub struct Offer<'m, 'a> {
    model: &'m Model<'a>,
    values: &'m FixValues,
    /// Whether the changes are wanted, or only whether there are any.
    changes: Changes,
    /// The thing the rule looked at.
    subject: &'m Subject<'a>,
    hit: &'m Hit<'a>,
    rule: &'m Rule,
    /// Placeholders with filters that were rendered already: the title of a repair says what the repair writes.
    rendered: RefCell<Vec<Rendered>>,
}

impl<'m, 'a> Offer<'m, 'a> {
    /// What may be offered for a hit of a rule on a thing. The plan knows the configured values, and whether the changes are wanted.
    pub fn new(model: &'m Model<'a>, plan: &'m Plan<'_>, subject: &'m Subject<'a>, hit: &'m Hit<'a>, rule: &'m Rule) -> Self {
        Self { model, values: &plan.values, changes: plan.changes, subject, hit, rule, rendered: RefCell::default() }
    }

    /// The first repair of the rule that is possible here.
    pub fn first(&self) -> Option<Fix> {
        self.rule.fixes().iter().enumerate().find_map(|(number, fix)| self.offer(number, fix))
    }

    fn offer(&self, number: usize, fix: &FixRule) -> Option<Fix> {
        let in_stage = fix.stages.contains(&self.model.connector.stage.value);
        let attributes = in_stage
            && fix.r#where.iter().all(|(attribute, matcher)| matcher.matches_attribute(&self.model.attribute(self.subject, *attribute)));
        let members = attributes
            && fix.members.iter().all(|(path, matcher)| matcher.matches_value(self.target().and_then(|target| member_of(target, path))));
        let texts = members
            && fix.when.iter().all(|(name, matcher)| {
                let text = self.text(name).filter(|text| !text.is_empty());
                matcher.matches_attribute(&text.map_or(AttributeValue::Absent, AttributeValue::from))
            });
        if !texts {
            return None;
        }
        let mut tasks = Vec::new();
        for action in &fix.r#do {
            tasks.extend(self.act(action)?);
        }
        if !tasks.iter().all(|task| self.is_editable(task)) {
            return None;
        }
        let title = words::beginning(self.render(&fix.title).unwrap_or_else(|| self.lenient(&fix.title)));
        let tasks = Some(tasks).filter(|tasks| !tasks.is_empty())?;
        let tasks = if self.changes == Changes::Kept { merged(tasks) } else { Vec::new() };
        Some(Fix { safety: fix.safety, title, number, tasks })
    }

    /// Text in another encoding is converted first; its places are those of the converted text.
    fn is_editable(&self, task: &Task) -> bool {
        let Task::Change(Change::Edit { file, .. }) = task else { return true };
        let document = self.model.connector.document_at(file);
        document.is_none_or(is_utf8)
    }

    fn act(&self, action: &Action) -> Option<Vec<Task>> {
        match action {
            Action::Set(set) => {
                let object = self.at(&set.at)?;
                let key = self.render(&set.member)?;
                if set.keep && object.get(&key).is_some() {
                    return None;
                }
                let behind = set.behind.iter().find_map(|name| object.get(name));
                let position = if set.first { Position::First } else { behind.map_or(Position::Last, Position::Behind) };
                let fragment = self.fragment(set.value.as_ref(), set.json.as_deref(), set.copy.as_deref())?;
                let edit = match self.changes {
                    Changes::Dropped if object.get(&key).is_none() => json_edit::room_for_member(object, position)?,
                    _ => json_edit::set_member(object, &key, &fragment, position)?,
                };
                self.edit(object, edit)
            }
            Action::Replace(replace) => {
                if let (Some(text), Some(Json::String(template)), true) = (self.part(), &replace.value, replace.at.is_empty()) {
                    return self.edit_file(text.0, Edit { span: text.1, text: self.render(template)? });
                }
                let value = self.at(&replace.at)?;
                let fragment = self.fragment(replace.value.as_ref(), replace.json.as_deref(), replace.copy.as_deref())?;
                self.edit(value, json_edit::replace(value, &fragment)?)
            }
            Action::Rewrite(rewrite) => self.rewrite(rewrite),
            Action::Remove(target) => match self.part().filter(|_| target.at.is_empty()) {
                Some((file, span)) => self.edit_file(file, Edit { span, text: String::new() }),
                None => {
                    let value = self.at(&target.at)?;
                    self.edit(value, json_edit::remove(value)?)
                }
            },
            Action::RemoveItem(step) => {
                let (list, item) = (self.at(&step.at)?, self.render(&step.item)?);
                let is_meant = |value: &Value<'a>| value.as_str().is_some_and(|text| text == item);
                let meant = list.items().find(is_meant)?;
                let removed = if list.items().all(|value| is_meant(&value)) { list } else { meant };
                self.edit(removed, json_edit::remove(removed)?)
            }
            Action::RemoveEach(step) => {
                let objects = self.at(&step.at)?.members().filter(|(key, _)| step.keys.is_match(key));
                let members: Vec<Value<'a>> = objects.filter_map(|(_, object)| object.get(&step.member)).collect();
                let removed =
                    members.into_iter().map(|member| self.edit(member, json_edit::remove(member)?)).collect::<Option<Vec<_>>>()?;
                Some(removed.into_iter().flatten().collect())
            }
            Action::Unwrap(step) => {
                let object = self.at(&step.at)?;
                self.edit(object, json_edit::unwrap(object, &step.members)?)
            }
            Action::Wrap(step) => {
                let object = self.at(&step.at)?;
                self.edit(object, json_edit::wrap(object, &step.member, &step.except)?)
            }
            Action::RenameMember(rename) => {
                let member = self.at(&rename.at)?;
                let key = self.render(&rename.to)?;
                if member.parent()?.get(&key).is_some() {
                    return None;
                }
                self.edit(member, json_edit::rename_key(member, &key)?)
            }
            Action::Append(append) => {
                let array = self.at(&append.at)?;
                let behind = append.behind.as_ref().map(|path| member_of(array, path));
                let position = match behind {
                    Some(item) => Position::Behind(item?),
                    None if append.first => Position::First,
                    None => Position::Last,
                };
                let fragments = match append.values.is_empty() {
                    true => vec![self.fragment(append.value.as_ref(), append.json.as_deref(), append.copy.as_deref())?],
                    false => append.values.iter().map(|value| self.rendered(value).map(Fragment::New)).collect::<Option<_>>()?,
                };
                self.edit(array, json_edit::insert_items(array, &fragments, position)?)
            }
            Action::Entries(entries) => {
                let object = self.at(&entries.at).filter(Value::is_object)?;
                let entry = |(key, value): (std::borrow::Cow<'_, str>, Value<'_>)| {
                    let members = [(entries.key.clone(), Json::from(key)), (entries.value.clone(), Json::from(value.as_str()?))];
                    Some(Json::Object(members.into_iter().collect()))
                };
                let array = object.members().map(entry).collect::<Option<Vec<_>>>()?;
                self.edit(object, json_edit::replace(object, &Fragment::New(Json::Array(array)))?)
            }
            Action::Move(step) => {
                let (member, object) = (self.at(&step.at)?, self.at(&step.to)?);
                let key = step.member.clone().or_else(|| member.key().map(|key| key.into_owned()))?;
                if object.get(&key).is_some() {
                    return None;
                }
                let added = self.edit(object, json_edit::set_member(object, &key, &Fragment::Copy(member), Position::Last)?)?;
                let removed = self.edit(member, json_edit::remove(member)?)?;
                Some(added.into_iter().chain(removed).collect())
            }
            Action::Proposed(_) => {
                let file = self.file()?;
                let edits = self.hit.proposed.clone();
                (!edits.is_empty()).then(|| vec![Task::Change(Change::Edit { file, edits })])
            }
            Action::RenameFile(step) => {
                let (from, to) = (self.file()?, self.render(&step.to)?);
                let is_free = !self.model.connector.entries.iter().any(|entry| entry.path == to);
                let change = (is_free && from != to).then(|| Change::Rename { from: from.clone(), to: to.clone() })?;
                let settings = self.named_in_settings(&from).and_then(|named| self.edit(named, json_edit::rewrite(named, &to)?));
                Some(std::iter::once(Task::Change(change)).chain(settings.unwrap_or_default()).collect())
            }
            Action::DeleteFile(_) => {
                let file = self.file()?;
                let named = self.named_in_settings(&file);
                let settings = named.and_then(|named| self.edit(named, json_edit::replace(named, &Fragment::New(Json::Null))?));
                Some(std::iter::once(Task::Change(Change::Delete { file })).chain(settings.unwrap_or_default()).collect())
            }
            Action::Encode(_) => {
                let file = self.file()?;
                let source = self.model.connector.document_at(&file)?.source()?;
                Some(vec![Task::Change(Change::Write { file, bytes: source.text().as_bytes().to_vec() })])
            }
            Action::RenameOperation(step) => {
                let operation = self.operation()?;
                let to = self.render(&step.to)?;
                // What names the operation elsewhere makes a difference only in a file that cannot be edited.
                let is_told = self.changes == Changes::Dropped && self.model.connector.documents.iter().all(is_utf8);
                let changes = match is_told {
                    true => vec![rename::own(self.model, operation, &to)?.change],
                    false => rename::operation(self.model, operation, &to)?,
                };
                Some(changes.into_iter().map(Task::Change).collect())
            }
            Action::RenameConnectionParameter(step) => {
                let parameter = match &step.from {
                    Some(pattern) => rename::only_parameter(self.model, pattern, step.r#type.as_deref())?,
                    None => self.target()?,
                };
                let changes = rename::connection_parameter(self.model, parameter, &self.render(&step.to)?)?;
                Some(changes.into_iter().map(Task::Change).collect())
            }
            Action::Generate(generate) => self.generate(generate).map(|part| vec![Task::Generate(part)]),
        }
    }

    fn generate(&self, generate: &Generate) -> Option<Part> {
        let document = || self.subject.artifact.filter(|artifact| matches!(artifact, Artifact::Readme | Artifact::Intro));
        Some(match generate {
            // What any other script is to do only its author knows.
            Generate::File(Artifact::Script) => script::script(self.model, self.values).map(|_| Part::File(Artifact::Script))?,
            Generate::File(artifact) => Part::File(*artifact),
            Generate::Properties(key) => Part::Properties(self.render(key)?),
            Generate::Section(name) => Part::Section(document()?, self.render(name)?),
            Generate::Operations(_) => Part::Operations,
            Generate::Icon(_) => Part::Icon,
            Generate::WithoutClientCredentials(_) => Part::WithoutClientCredentials,
        })
    }

    fn rewrite(&self, rewrite: &Rewrite) -> Option<Vec<Task>> {
        let replaced = |text: &str| -> Option<String> {
            let mut text = text.to_owned();
            for replacement in &rewrite.replace {
                let regex: &Regex = replacement.pattern.regex()?;
                // A dollar in a value is no reference to a group.
                let with = self.rendered_with(&replacement.with, |value| value.replace('$', "$$"))?;
                text = match replacement.filter {
                    Some(filter) => regex.replace_all(&text, |found: &regex::Captures<'_>| filter.apply(&found[0])).into_owned(),
                    None => regex.replace_all(&text, with.as_str()).into_owned(),
                };
            }
            Some(text)
        };
        if let Some((file, span)) = self.text_part().filter(|_| rewrite.at.is_empty()) {
            let document = self.model.connector.document_at(&file)?;
            let old = document.source()?.text().get(span.clone())?;
            let text = replaced(old).filter(|new| new != old)?;
            return self.edit_file(file, Edit { span, text });
        }
        let value = self.at(&rewrite.at)?;
        let new = replaced(&value.as_str()?)?;
        self.edit(value, json_edit::rewrite(value, &new)?)
    }

    /// The value the finding points at.
    fn target(&self) -> Option<Value<'a>> {
        match &self.hit.at {
            At::Value(value) | At::Key(value) | At::Object(value) | At::Inside(value, _) => Some(*value),
            At::Top(artifact) => self.model.root(*artifact),
            At::Text(..) | At::File(_) => None,
        }
    }

    /// The part of a file the finding points at, where it is smaller than a value.
    fn part(&self) -> Option<(String, std::ops::Range<usize>)> {
        match &self.hit.at {
            At::Inside(value, span) => Some((self.path_of(*value)?, span.clone())),
            _ => self.text_part(),
        }
    }

    /// The part of a text file the finding points at.
    fn text_part(&self) -> Option<(String, std::ops::Range<usize>)> {
        match &self.hit.at {
            At::Text(artifact, span) => Some((self.model.connector.document(*artifact)?.path.to_string(), span.clone())),
            _ => None,
        }
    }

    fn at(&self, path: &str) -> Option<Value<'a>> {
        member_of(self.target()?, path)
    }

    fn path_of(&self, value: Value<'_>) -> Option<String> {
        Some(self.model.connector.document(self.model.artifact_of(value)?)?.path.to_string())
    }

    /// The file the finding lies in.
    fn file(&self) -> Option<String> {
        let place = self.model.place(&self.hit.at);
        (!place.file.is_empty()).then(|| place.file.to_string())
    }

    fn edit(&self, value: Value<'_>, edit: Edit) -> Option<Vec<Task>> {
        self.edit_file(self.path_of(value)?, edit)
    }

    fn edit_file(&self, file: String, edit: Edit) -> Option<Vec<Task>> {
        Some(vec![Task::Change(Change::Edit { file, edits: vec![edit] })])
    }

    /// The value of settings.json that names a file.
    fn named_in_settings(&self, file: &str) -> Option<Value<'a>> {
        let settings = self.model.root(Artifact::Settings)?;
        settings.children().find(|value| value.as_str().is_some_and(|text| text == file))
    }

    /// The operation the finding is about, by its place in the definition.
    fn operation(&self) -> Option<u32> {
        let swagger = self.model.swagger.as_ref()?;
        match self.subject.kind {
            Kind::Operation => Some(self.subject.index),
            _ => {
                let target = self.target()?;
                let around =
                    swagger.operations.iter().position(|operation| operation.node == target || Some(operation.node) == target.parent());
                around.and_then(|index| u32::try_from(index).ok())
            }
        }
    }
}

fn is_utf8(document: &Document) -> bool {
    document.source().is_none_or(|source| source.encoding() == Encoding::Utf8)
}

/// Edits of one file as one change, so that they are made together.
fn merged(tasks: Vec<Task>) -> Vec<Task> {
    let mut merged: Vec<Task> = Vec::new();
    for task in tasks {
        if let Task::Change(Change::Edit { file, edits }) = &task {
            let same = merged.iter_mut().find_map(|known| match known {
                Task::Change(Change::Edit { file: known, edits }) if known == file => Some(edits),
                _ => None,
            });
            if let Some(known) = same {
                known.extend(edits.iter().cloned());
                continue;
            }
        }
        merged.push(task);
    }
    merged
}
