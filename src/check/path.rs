//! Checks on paths: templates against parameters, and paths that cannot be told apart.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits, path_repair};
use crate::model::At;
use crate::rule::kind::Kind;
use crate::source::json::Value;
use crate::swagger::{Operation, PathItem, Swagger, shape, variables};
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

/// Variables of one path among which a slip is looked for. No path has as many.
const MAX_GUESSED: usize = 50;

impl Demand for PathTemplate {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(node)) = (&context.model.swagger, context.node()) else { return };
        let index = context.subject.index as usize;
        match (self.problem, context.subject.kind) {
            (PathProblem::Braces, Kind::Path) => {
                if let Some(problem) = swagger.paths[index].braces().problem {
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
                if swagger.path_of(operation).braces().problem.is_some() || operation.parameters.iter().any(|used| used.parameter.is_none())
                {
                    return;
                }
                let in_path = || {
                    let parameters = swagger.parameters_of(operation).filter(|parameter| parameter.location.as_deref() == Some("path"));
                    parameters.filter_map(|parameter| parameter.name.as_deref())
                };
                let declared: HashSet<&str> = in_path().collect();
                let is_missing = |name: &&str| !name.contains('=') && !declared.contains(name);
                if !variables(template).any(|name| is_missing(&name)) {
                    return;
                }
                // A name that stands in the path means that variable, not another one.
                let in_template = &swagger.path_of(operation).braces().variables;
                let free: Vec<&str> = in_path().filter(|name| !in_template.contains(*name)).collect();
                let named: HashSet<String> = swagger
                    .parameters_of(operation)
                    .filter_map(|parameter| parameter.name.as_deref())
                    .map(str::to_ascii_lowercase)
                    .collect();
                for (number, variable) in variables(template).filter(is_missing).enumerate() {
                    let meant = words::nearest(variable, free.iter().copied().filter(|_| number < MAX_GUESSED));
                    let is_new = meant.is_none() && !named.contains(&variable.to_ascii_lowercase());
                    hits.push(
                        Hit::new(At::Object(node))
                            .with("variable", variable)
                            .with("problem", meant.map_or(String::new(), words::or_this))
                            .with("new", if is_new { variable } else { "" })
                            .with("right", ""),
                    );
                }
            }
            (PathProblem::UnknownVariable, Kind::Parameter) => {
                let parameter = &swagger.parameters[index];
                let Some(name) = parameter.name.as_deref().filter(|_| parameter.location.as_deref() == Some("path")) else { return };
                let paths = || parameter.users.iter().map(|&user| swagger.path_of(&swagger.operations[user as usize]));
                // A shared parameter is right when every operation that uses it has the variable.
                let lacks_it = |path: &&PathItem<'a>| path.braces().problem.is_none() && !path.braces().variables.contains(name);
                if let Some(path) = paths().find(lacks_it) {
                    let place = node.get("name").unwrap_or(node);
                    hits.push(
                        Hit::new(At::Value(place))
                            .with("variable", name)
                            .with("problem", words::did_you_mean(name, variables(&path.template).take(MAX_GUESSED)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_against_text_overlaps_but_two_texts_do_not() {
        assert!(overlaps(&["", "a", "{x}"], &["", "A", "b"]));
        assert!(!overlaps(&["", "a", "c"], &["", "{x}", "b"]));
        assert!(!overlaps(&["", "{x}"], &["", "{y}"]));
    }
}
