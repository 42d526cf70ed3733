//! Checks on paths: templates against parameters, paths that cannot be told apart, lists of parameters.

use std::collections::HashMap;

use serde::Deserialize;

use super::repeated::fingerprint;
use super::{Context, Demand, Hit, Hits, path_repair};
use crate::model::At;
use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::{Operation, ParameterUse, Swagger};
use crate::words;

/// Names in a path template against its parameters.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathTemplate {
    /// What to look for.
    pub problem: PathProblem,
}

/// A problem of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PathProblem {
    /// For operations: a {variable} has no parameter. `new` is the variable when nothing else can be meant: no parameter of the operation
    /// has that name in another place, or a name much like it.
    MissingParameter,
    /// For parameters: no path that uses it has its variable. `right` is the only variable without parameter that differs in case only.
    UnknownVariable,
    /// For paths: braces are unbalanced, nested, empty or enclose a slash.
    Braces,
    /// For paths: a variable holds a default value. Proposes to give it to the parameter where that is possible; `new` is the path then.
    Default,
    /// For paths: a query or fragment. Proposes fixed parameters for the query where that is possible; `new` is the path then.
    Query,
}

/// The variables of a path template, in order.
pub(super) fn variables(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// What is wrong with the braces of a template.
fn brace_problem(template: &str) -> Option<&'static str> {
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

impl Demand for PathTemplate {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let index = context.subject.index as usize;
        match (self.problem, context.subject.kind) {
            (PathProblem::Braces, Kind::Path) => {
                if let Some(problem) = brace_problem(&swagger.paths[index].template) {
                    hits.push(Hit::new(At::Key(node)).with("problem", problem).with("variable", "").with("new", "").with("right", ""));
                }
            }
            (PathProblem::Default, Kind::Path) => {
                let path = &swagger.paths[index];
                if let Some(variable) = variables(&path.template).find(|name| name.contains('=')) {
                    hits.push(repaired(node, variable, path_repair::without_default(swagger, path, variable)));
                }
            }
            (PathProblem::Query, Kind::Path) => {
                let path = &swagger.paths[index];
                if path.template.contains(['?', '#']) {
                    hits.push(repaired(node, "", path_repair::without_query(swagger, path)));
                }
            }
            (PathProblem::MissingParameter, Kind::Operation) => {
                let operation = &swagger.operations[index];
                let template = &swagger.path_of(operation).template;
                if brace_problem(template).is_some() || operation.parameters.iter().any(|used| used.parameter.is_none()) {
                    return;
                }
                for variable in variables(template).filter(|name| !name.contains('=')) {
                    let in_path = || {
                        swagger
                            .parameters_of(operation)
                            .filter(|parameter| parameter.location.as_deref() == Some("path"))
                            .filter_map(|parameter| parameter.name.as_deref())
                    };
                    if !in_path().any(|name| name == variable) {
                        // A name that stands in the path means that variable, not this one.
                        let free = || in_path().filter(|name| !variables(template).any(|other| other == *name));
                        let named = || swagger.parameters_of(operation).filter_map(|parameter| parameter.name.as_deref());
                        let is_new = words::nearest(variable, free()).is_none() && !named().any(|name| name.eq_ignore_ascii_case(variable));
                        hits.push(
                            Hit::new(At::Object(node))
                                .with("variable", variable)
                                .with("problem", words::did_you_mean(variable, free()))
                                .with("new", if is_new { variable } else { "" })
                                .with("right", ""),
                        );
                    }
                }
            }
            (PathProblem::UnknownVariable, Kind::Parameter) => {
                let parameter = &swagger.parameters[index];
                let Some(name) = parameter.name.as_deref().filter(|_| parameter.location.as_deref() == Some("path")) else { return };
                let templates =
                    || parameter.users.iter().map(|&user| swagger.path_of(&swagger.operations[user as usize]).template.as_ref());
                // A shared parameter is right when every operation that uses it has the variable.
                if let Some(template) =
                    templates().find(|template| brace_problem(template).is_none() && !variables(template).any(|variable| variable == name))
                {
                    let place = node.get("name").unwrap_or(node);
                    hits.push(
                        Hit::new(At::Value(place))
                            .with("variable", name)
                            .with("problem", words::did_you_mean(name, variables(template)))
                            .with("new", "")
                            .with("right", path_repair::meant_variable(swagger, parameter, name).unwrap_or_default()),
                    );
                }
            }
            _ => {}
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["variable", "problem", "new", "right"]
    }
}

fn repaired<'a>(node: Value<'a>, variable: &str, repair: Option<path_repair::Repair>) -> Hit<'a> {
    let (new, edits) = repair.map(|repair| (repair.template, repair.edits)).unwrap_or_default();
    Hit::new(At::Key(node)).with("problem", "").with("variable", variable).with("new", new).with("right", "").propose(edits)
}

/// Paths that the platform cannot tell apart. Runs once: select the `definition`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DuplicatePath {
    /// How alike.
    pub likeness: Likeness,
}

/// How alike two paths are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// Two keys of `paths` that differ only in case, the names of variables included.
    Case,
    /// The same method on templates that are equal once every variable is called the same.
    Variables,
    /// The same method on templates of the same length, in which a variable of one stands where the other has text.
    Partial,
}

impl Demand for DuplicatePath {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        match self.likeness {
            Likeness::Case => {
                let mut seen: HashMap<String, usize> = HashMap::new();
                for (index, path) in swagger.paths.iter().enumerate() {
                    let folded = path.template.to_lowercase();
                    match seen.get(&folded) {
                        // The very same key twice is a matter of JSON and reported as such.
                        Some(&first) if swagger.paths[first].template == path.template => {}
                        Some(&first) => {
                            let first = &swagger.paths[first];
                            hits.push(
                                Hit::new(At::Key(path.node))
                                    .with("path", &path.template)
                                    .with("other", &first.template)
                                    .with("thing", "")
                                    .related("the first one is here", At::Key(first.node)),
                            );
                        }
                        None => {
                            seen.insert(folded, index);
                        }
                    }
                }
            }
            Likeness::Variables => {
                let mut seen: HashMap<(&str, String), &Operation<'a>> = HashMap::new();
                for operation in &swagger.operations {
                    let template = &swagger.path_of(operation).template;
                    let Some(first) = seen.get(&(operation.method, shape(template))) else {
                        seen.insert((operation.method, shape(template)), operation);
                        continue;
                    };
                    // Paths that differ only in case are reported as such.
                    let other = &swagger.path_of(first).template;
                    if !template.eq_ignore_ascii_case(other) {
                        hits.push(twin(swagger, operation, first));
                    }
                }
            }
            Likeness::Partial => partial_twins(swagger, hits),
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["path", "other", "thing"]
    }
}

fn twin<'a>(swagger: &Swagger<'a>, operation: &Operation<'a>, first: &Operation<'a>) -> Hit<'a> {
    Hit::new(At::Key(operation.node))
        .with("path", &swagger.path_of(operation).template)
        .with("other", &swagger.path_of(first).template)
        .with("thing", format!("{} and {}", swagger.operation_label(first), swagger.operation_label(operation)))
        .related(format!("{} is here", swagger.operation_label(first)), At::Key(first.node))
}

/// A template with every variable called the same and its text in lower case.
pub(super) fn shape(template: &str) -> String {
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

/// An operation with the segments of its path.
type Segmented<'s, 'a> = (&'s Operation<'a>, Vec<&'s str>);

fn partial_twins<'a>(swagger: &Swagger<'a>, hits: &mut Hits<'a>) {
    let mut groups: HashMap<(&str, usize), Vec<Segmented<'_, 'a>>> = HashMap::new();
    for operation in swagger.operations.iter().filter(|operation| !operation.internal) {
        let segments: Vec<&str> = swagger.path_of(operation).template.split('/').collect();
        groups.entry((operation.method, segments.len())).or_default().push((operation, segments));
    }
    let mut found: Vec<(&Operation<'a>, &Operation<'a>)> = Vec::new();
    for group in groups.values() {
        for (at, (operation, segments)) in group.iter().enumerate().take(2_000) {
            if let Some((first, _)) = group[..at].iter().find(|(_, earlier)| overlaps(segments, earlier)) {
                found.push((operation, first));
            }
        }
    }
    found.sort_by_key(|(operation, _)| operation.node.id());
    hits.extend(found.into_iter().map(|(operation, first)| twin(swagger, operation, first)));
}

fn overlaps(a: &[&str], b: &[&str]) -> bool {
    let is_variable = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    let mut mixed = false;
    for (a, b) in a.iter().zip(b) {
        match (is_variable(a), is_variable(b)) {
            (false, false) if !a.eq_ignore_ascii_case(b) => return false,
            (true, false) | (false, true) => mixed = true,
            _ => {}
        }
    }
    mixed
}

/// Parameters of one list that repeat or exclude each other.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ParameterList {
    /// What to look for, in the lists of operations or paths.
    pub problem: ListProblem,
}

/// A problem of a parameter list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ListProblem {
    /// The same entry twice: equal objects, or the same reference.
    Repeated,
    /// Two parameters with the same name and location that are otherwise different.
    SameName,
    /// More than one body parameter.
    SeveralBodies,
    /// Body and form parameters together.
    BodyAndForm,
}

impl Demand for ParameterList {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let list = node.get("parameters");
        let at_list = list.map_or(At::Object(node), At::Key);
        let effective: Vec<ParameterUse<'a>> = match context.subject.kind {
            Kind::Operation => swagger.operations[context.subject.index as usize].parameters.clone(),
            _ => Vec::new(),
        };
        let own: Vec<Value<'a>> = list.into_iter().flat_map(|list| list.items()).filter(Value::is_object).collect();
        let resolved = |entry: &Value<'a>| match entry.get("$ref") {
            Some(target) => {
                let name = crate::swagger::parse_reference(&target.as_str()?, "parameters")?;
                swagger.root.get("parameters")?.get(&name)
            }
            None => Some(*entry),
        };
        let located = |location: &'static str| {
            let declared = effective.iter().filter_map(|used| used.parameter).map(|index| swagger.parameters[index as usize].node);
            let all: Vec<Value<'a>> = if effective.is_empty() { own.iter().filter_map(resolved).collect() } else { declared.collect() };
            all.into_iter().filter(|parameter| parameter.get_str("in").as_deref() == Some(location)).count()
        };
        match self.problem {
            ListProblem::SeveralBodies => {
                let count = located("body");
                if count > 1 {
                    hits.push(Hit::new(at_list).with("count", count).with("name", ""));
                }
            }
            ListProblem::BodyAndForm => {
                if located("body") > 0 && located("formData") > 0 {
                    hits.push(Hit::new(at_list).with("count", 0).with("name", ""));
                }
            }
            ListProblem::Repeated | ListProblem::SameName => {
                let mut known = Known::default();
                for entry in &own {
                    let Some(this) = resolved(entry) else { continue };
                    let (name, location) = (this.get_str("name"), this.get_str("in"));
                    // Several bodies have a finding of their own, whatever their names.
                    let several_bodies = self.problem == ListProblem::SameName && location.as_deref() == Some("body");
                    if name.is_none() || several_bodies {
                        continue;
                    }
                    let (equal, other) = known.add(*entry, name.as_deref(), location.as_deref());
                    if let Some(first) = if self.problem == ListProblem::Repeated { equal } else { other } {
                        hits.push(
                            Hit::new(At::Object(*entry))
                                .with("name", name.unwrap_or_default())
                                .with("count", 0)
                                .related("the first one is here", At::Object(first)),
                        );
                    }
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "name"]
    }
}

/// An entry with its fingerprint.
type Printed<'a> = (u64, Value<'a>);

/// Entries of a list that were looked at, by name and location: lists may be long, and each entry meets those of its name only.
#[derive(Default)]
struct Known<'a> {
    by_name: HashMap<(Option<String>, Option<String>), Vec<Printed<'a>>>,
}

impl<'a> Known<'a> {
    /// Adds an entry; gives the first equal one before it, and the first of its name that differs.
    fn add(&mut self, entry: Value<'a>, name: Option<&str>, location: Option<&str>) -> (Option<Value<'a>>, Option<Value<'a>>) {
        // Names of headers are the same in any case.
        let folded = if location == Some("header") { name.map(str::to_lowercase) } else { name.map(str::to_owned) };
        let alike = self.by_name.entry((folded, location.map(str::to_owned))).or_default();
        let print = fingerprint(entry);
        let equal = alike.iter().find(|(known, earlier)| *known == print && earlier.equals(&entry)).map(|(_, earlier)| *earlier);
        let other = alike.iter().map(|(_, earlier)| *earlier).find(|earlier| Some(*earlier) != equal);
        if equal.is_none() {
            alike.push((print, entry));
        }
        (equal, other)
    }
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
            assert!(brace_problem(bad).is_some(), "{bad}");
        }
        assert_eq!(brace_problem("/a/{b}/{c}.json"), None);
    }

    #[test]
    fn a_variable_against_text_overlaps_but_two_texts_do_not() {
        assert!(overlaps(&["", "a", "{x}"], &["", "A", "b"]));
        assert!(!overlaps(&["", "a", "c"], &["", "{x}", "b"]));
        assert!(!overlaps(&["", "{x}"], &["", "{y}"]));
    }
}
