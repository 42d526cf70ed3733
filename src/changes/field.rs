//! What parameters and fields have in common: type, format, list of values, default, bounds, dynamic extensions.

use std::collections::HashSet;

use super::schema::Side;
use super::{Comparison, Difference, differs, text};
use crate::source::json::Value;

/// The words of the differences of one sort of thing; empty where the difference does not matter for that sort.
pub(super) struct FieldWords {
    kind: &'static str,
    format: &'static str,
    enum_added: &'static str,
    enum_removed: &'static str,
    value_added: &'static str,
    value_removed: &'static str,
    default: &'static str,
    constraint: &'static str,
    dynamic: &'static str,
    pub(super) hidden: &'static str,
    pub(super) deleted: &'static str,
    pub(super) became_required: &'static str,
    pub(super) became_optional: &'static str,
}

/// Of parameters that are no body.
pub(super) const PARAMETER: FieldWords = FieldWords {
    kind: "parameter-type-changed",
    format: "parameter-format-changed",
    enum_added: "parameter-enum-added",
    enum_removed: "input-enum-list-removed",
    value_added: "",
    value_removed: "parameter-enum-value-removed",
    default: "default-changed",
    constraint: "constraint-tightened",
    dynamic: "dynamic-extension-changed",
    hidden: "",
    deleted: "",
    became_required: "",
    became_optional: "",
};

/// Of fields of a body.
const INPUT: FieldWords = FieldWords {
    kind: "input-type-changed",
    format: "input-format-changed",
    enum_added: "input-enum-list-added",
    enum_removed: "input-enum-list-removed",
    value_added: "",
    value_removed: "input-enum-value-removed",
    default: "default-changed",
    constraint: "constraint-tightened",
    dynamic: "dynamic-extension-changed",
    hidden: "input-field-hidden",
    deleted: "input-field-deleted",
    became_required: "input-field-became-required",
    became_optional: "",
};

/// Of fields of a response or notification.
const OUTPUT: FieldWords = FieldWords {
    kind: "output-type-changed",
    format: "output-format-changed",
    enum_added: "output-enum-list-added",
    enum_removed: "output-enum-list-removed",
    value_added: "output-enum-value-added",
    value_removed: "output-enum-value-removed",
    default: "",
    constraint: "",
    dynamic: "dynamic-extension-changed",
    hidden: "output-field-hidden",
    deleted: "output-field-deleted",
    became_required: "",
    became_optional: "output-field-became-optional",
};

impl FieldWords {
    /// The words for fields that flow this way.
    pub(super) fn of(side: Side) -> &'static Self {
        match side {
            Side::Input => &INPUT,
            Side::Output => &OUTPUT,
        }
    }
}

/// Bounds that refuse more the lower they are, and the higher they are.
const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];

/// Extensions by which the designer asks the service for values or fields.
const DYNAMIC: [&str; 6] = [
    "x-ms-dynamic-values",
    "x-ms-dynamic-list",
    "x-ms-dynamic-schema",
    "x-ms-dynamic-properties",
    "x-ms-dynamic-tree",
    "x-ms-capabilities",
];

/// Stands in messages and conditions for a type that is not given.
const ANY: &str = "any";
/// Stands in messages for what is not written.
pub(super) const NONE: &str = "none";

/// The type of a parameter or schema: as written, or what its members tell.
fn kind_of(node: Value<'_>) -> Option<String> {
    let written = node.get("type").map(text);
    written.or_else(|| {
        let has = |key: &str| node.get(key).is_some();
        if has("properties") || has("allOf") || has("additionalProperties") {
            Some("object".to_owned())
        } else {
            has("items").then(|| "array".to_owned())
        }
    })
}

impl<'a> Comparison<'_, 'a> {
    /// Compares what one parameter or schema says about itself. Gives whether what lies inside can be compared, too.
    pub(super) fn field(&mut self, old: Value<'a>, new: Value<'a>, path: &str, label: &str, words: &FieldWords, required: bool) -> bool {
        let of = |what: &'static str, member: &str| {
            let difference = Difference::new(what, format!("{path}/{member}"), label, old.get(member), new.get(member));
            difference.near(new).of(new, required)
        };
        let (was, is) = (kind_of(old), kind_of(new));
        let same_kind = was == is;
        if !same_kind {
            let shown = |kind: Option<String>| kind.unwrap_or_else(|| ANY.to_owned());
            self.add(of(words.kind, "type").texts(shown(was), shown(is)));
        }
        let written = |node: Value<'a>, key: &str| node.get(key).map_or_else(|| NONE.to_owned(), text);
        if same_kind && differs(old, new, "format") {
            self.add(of(words.format, "format").texts(written(old, "format"), written(new, "format")));
        }
        if same_kind {
            self.values(old, new, &of, words);
        }
        if !words.default.is_empty() && old.get("default").is_some() && differs(old, new, "default") {
            self.add(of(words.default, "default").texts(written(old, "default"), written(new, "default")));
        }
        if !words.constraint.is_empty() && same_kind {
            for (key, is_upper) in UPPER.map(|key| (key, true)).into_iter().chain(LOWER.map(|key| (key, false))) {
                let number = |node: Value<'a>| node.get(key).and_then(|value| value.as_f64());
                let is_tighter = match (number(old), number(new)) {
                    (Some(was), Some(is)) if is_upper => is < was,
                    (Some(was), Some(is)) => is > was,
                    (None, Some(is)) => is_upper || is > 0.0,
                    _ => false,
                };
                if is_tighter {
                    self.add(of(words.constraint, key).texts(written(old, key), written(new, key)));
                }
            }
            if new.get("pattern").is_some() && differs(old, new, "pattern") {
                self.add(of(words.constraint, "pattern").texts(written(old, "pattern"), written(new, "pattern")));
            }
        }
        for key in DYNAMIC {
            // A list of values to choose from, where there was none, takes nothing away.
            if old.get(key).is_some() && differs(old, new, key) {
                self.add(of(words.dynamic, key));
            }
        }
        same_kind
    }

    fn values(&mut self, old: Value<'a>, new: Value<'a>, of: &dyn Fn(&'static str, &str) -> Difference<'a>, words: &FieldWords) {
        let list = |node: Value<'a>| {
            let list = node.get("enum").filter(|list| list.is_array() && !list.is_empty());
            list.map(|list| list.items().map(text).collect::<Vec<_>>())
        };
        let without = |some: &[String], others: &[String]| -> Vec<String> {
            let others: HashSet<&String> = others.iter().collect();
            some.iter().filter(|value| !others.contains(value)).cloned().collect()
        };
        match (list(old), list(new)) {
            (None, Some(values)) => self.add_named(of(words.enum_added, "enum").texts("", shown(&values))),
            (Some(values), None) => self.add_named(of(words.enum_removed, "enum").texts(shown(&values), "")),
            (Some(was), Some(is)) => {
                let (gone, added) = (without(&was, &is), without(&is, &was));
                if !gone.is_empty() {
                    self.add_named(of(words.value_removed, "enum").texts(shown(&gone), shown(&is)));
                }
                if !added.is_empty() {
                    self.add_named(of(words.value_added, "enum").texts(shown(&was), shown(&added)));
                }
            }
            (None, None) => {}
        }
    }

    /// Adds a difference of which there is a word.
    fn add_named(&mut self, difference: Difference<'a>) {
        if !difference.what.is_empty() {
            self.add(difference);
        }
    }
}

/// The first values of a list.
fn shown(values: &[String]) -> String {
    const SOME: usize = 5;
    let some: Vec<String> = values.iter().take(SOME).map(|value| format!("\"{}\"", crate::words::excerpt(value, 40))).collect();
    let more = if values.len() > SOME { format!(" and {} more", values.len() - SOME) } else { String::new() };
    format!("{}{more}", some.join(", "))
}
