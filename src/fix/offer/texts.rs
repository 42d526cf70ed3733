//! The texts of a repair: templates with what the finding, the connector and the configuration put into them.

use serde_json::Value as Json;

use super::Offer;
use crate::connector::Artifact;
use crate::fix::json_edit::Fragment;
use crate::fix::values;
use crate::rule::attribute::Attribute;
use crate::rule::template::{self, Placeholder};
use crate::source::json::Value;

/// A placeholder and what stands for it.
pub(super) struct Rendered {
    name: String,
    filters: String,
    text: String,
}

impl<'a> Offer<'_, 'a> {
    pub(super) fn fragment(&self, value: Option<&Json>, json: Option<&str>, copy: Option<&str>) -> Option<Fragment<'a>> {
        match (value, json, copy) {
            (Some(value), _, _) => self.rendered(value).map(Fragment::New),
            (_, Some(json), _) => serde_json::from_str(&self.render(json)?).ok().map(Fragment::New),
            (_, _, Some(path)) => self.copied(path).map(Fragment::Copy),
            _ => None,
        }
    }

    /// What is to be copied: the value at a path, or where the reference there ends.
    fn copied(&self, path: &str) -> Option<Value<'a>> {
        let Some(path) = path.strip_suffix('*') else { return self.at(path) };
        let mut here = self.at(path)?;
        // A chain of references that is longer than any real one is a circle.
        for _ in 0..16 {
            let Some(reference) = here.as_str() else { return Some(here) };
            let pointer = reference.strip_prefix('#')?;
            let target = here.tree().root()?.at(pointer)?;
            here = target.get("$ref").unwrap_or(target);
        }
        None
    }

    pub(super) fn rendered(&self, value: &Json) -> Option<Json> {
        Some(match value {
            Json::String(text) => Json::String(self.render_or_empty(text)?),
            Json::Array(items) => Json::Array(items.iter().map(|item| self.rendered(item)).collect::<Option<_>>()?),
            Json::Object(members) => {
                Json::Object(members.iter().map(|(key, value)| Some((key.clone(), self.rendered(value)?))).collect::<Option<_>>()?)
            }
            other => other.clone(),
        })
    }

    /// A text with its placeholders replaced; `None` when one of them has nothing to give.
    pub(super) fn render(&self, text: &str) -> Option<String> {
        self.render_or_empty(text).filter(|text| !text.is_empty())
    }

    fn render_or_empty(&self, text: &str) -> Option<String> {
        self.rendered_with(text, |value| value)
    }

    pub(super) fn rendered_with(&self, text: &str, prepared: impl Fn(String) -> String) -> Option<String> {
        if !text.contains(['{', '}']) {
            return Some(text.to_owned());
        }
        let mut missing = false;
        let rendered = template::render(text, |placeholder| {
            let value = self.placeholder(placeholder);
            missing |= value.is_empty();
            prepared(value)
        });
        (!missing).then_some(rendered)
    }

    pub(super) fn lenient(&self, text: &str) -> String {
        template::render(text, |placeholder| self.placeholder(placeholder))
    }

    fn placeholder(&self, placeholder: Placeholder<'_>) -> String {
        let (name, filters) = (placeholder.name, placeholder.filters());
        let value = || self.text(name).unwrap_or_default();
        if filters.is_empty() {
            return value();
        }
        if let Some(known) = self.rendered.borrow().iter().find(|known| known.name == name && known.filters == filters) {
            return known.text.clone();
        }
        let text = placeholder.filtered(value());
        self.rendered.borrow_mut().push(Rendered { name: name.to_owned(), filters: filters.to_owned(), text: text.clone() });
        text
    }

    /// What a placeholder stands for.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        if let Some((_, value)) = self.hit.values.iter().find(|(known, _)| *known == name) {
            return Some(value.clone());
        }
        match name {
            "subject" => Some(self.model.label(self.subject)),
            "property" => self.hit.property.clone(),
            "key" => self.target()?.key().map(|key| key.into_owned()),
            "raw" => self.target().map(|value| value.raw().to_owned()),
            "text" => self.target()?.as_str().map(|text| text.into_owned()),
            "title" => self.model.swagger.as_ref()?.root.get("info")?.get_str("title").map(|title| title.into_owned()),
            "filled" => values::filled(&self.target()?.as_str()?, self.values, self.model),
            _ if name.starts_with('@') => {
                self.at(&name[1..]).map(|value| value.as_str().unwrap_or_else(|| value.raw().into()).into_owned())
            }
            _ => match name.split_once('.') {
                Some(("config", name)) => values::value(name, self.values, self.model),
                Some(("enter", name)) => values::entered(name, self.values, self.model),
                Some(("file", name)) => {
                    let artifact = Artifact::ALL.into_iter().find(|artifact| artifact.word() == name)?;
                    Some(self.model.connector.entry(artifact)?.path.clone())
                }
                _ => Attribute::from_name(name).map(|attribute| self.model.attribute(self.subject, attribute).to_string()),
            },
        }
    }
}
