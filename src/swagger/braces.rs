//! The braces of a path template: its variables, and what is wrong with them.

use std::collections::{HashMap, HashSet};

/// What is known about the braces of a template. Found once for a path: every parameter of its operations asks.
#[derive(Debug)]
pub struct Braces {
    /// The variables.
    pub variables: HashSet<String>,
    /// What is wrong.
    pub problem: Option<&'static str>,
    /// How often each variable is there, by its name in lower case; its name when that is once.
    in_any_case: HashMap<String, Option<String>>,
}

impl Braces {
    /// Reads a template.
    pub fn of(template: &str) -> Self {
        let mut in_any_case: HashMap<String, Option<String>> = HashMap::new();
        for name in variables(template) {
            let only = |known: &mut Option<String>| *known = None;
            in_any_case.entry(name.to_ascii_lowercase()).and_modify(only).or_insert_with(|| Some(name.to_owned()));
        }
        Self { variables: variables(template).map(str::to_owned).collect(), problem: problem(template), in_any_case }
    }

    /// The only variable of a name, the case of its letters apart.
    pub fn only_alike(&self, name: &str) -> Option<&str> {
        self.in_any_case.get(&name.to_ascii_lowercase())?.as_deref()
    }
}

/// The variables of a path template, in order.
pub fn variables(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A template with every variable called the same and its text in lower case.
pub fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((text, tail)) = rest.split_once('{') {
        shape.push_str(&text.to_lowercase());
        shape.push_str("{}");
        rest = tail.split_once('}').map_or("", |(_, rest)| rest);
    }
    shape.push_str(&rest.to_lowercase());
    shape
}

/// What is wrong with the braces of a template.
fn problem(template: &str) -> Option<&'static str> {
    let mut open: Option<usize> = None;
    for (at, c) in template.char_indices() {
        match (c, open) {
            ('{', Some(_)) => return Some("a brace is opened inside another one"),
            ('{', None) => open = Some(at),
            ('}', None) => return Some("a brace is closed that was never opened"),
            ('}', Some(start)) if at == start + 1 => return Some("a pair of braces is empty"),
            ('}', Some(_)) => open = None,
            ('/', Some(_)) => return Some("a pair of braces encloses a slash"),
            _ => {}
        }
    }
    open.map(|_| "a brace is never closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_forget_names_of_variables_and_case() {
        assert_eq!(shape("/Items/{id}/a{b}c"), "/items/{}/a{}c");
        assert_eq!(shape("/items/{open"), "/items/{}");
    }

    #[test]
    fn braces_are_judged() {
        for bad in ["/a/{b", "/a/b}", "/a/{}", "/a/{b{c}}", "/a/{b/c}"] {
            assert!(problem(bad).is_some(), "{bad}");
        }
        assert_eq!(problem("/a/{b}/{c}.json"), None);
    }

    #[test]
    fn a_variable_is_found_in_another_case_unless_several_can_be_meant() {
        let braces = Braces::of("/a/{itemId}/{ID}/{id}");
        assert!(braces.variables.contains("itemId") && !braces.variables.contains("itemid"));
        assert_eq!((braces.only_alike("ITEMID"), braces.only_alike("Id"), braces.only_alike("x")), (Some("itemId"), None, None));
    }
}
