//! How paths and their parameters come to fit each other: queries and defaults that parameters take over, variables that are meant.

use serde_json::json;

use crate::fix::edit::Edit;
use crate::fix::json_edit::{self, Fragment, Position};
use crate::source::json::Value;
use crate::swagger::{Parameter, PathItem, Swagger};

/// A path without the faulty part, and the edits that make it so.
pub struct Repair {
    /// The new path.
    pub template: String,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// The query of a path as fixed parameters for all its operations. `None` when it is no list of names with plain values, when an
/// operation has such a parameter already, or when another path would be the same.
pub fn without_query(swagger: &Swagger<'_>, path: &PathItem<'_>) -> Option<Repair> {
    let (template, query) = path.template.split_once('?')?;
    let pairs: Vec<(&str, &str)> = query.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
    let is_plain = |text: &str| !text.is_empty() && !text.contains(['{', '}', '#', '?', '%', '+', '=', '*']);
    let parameters = || path.operations.iter().flat_map(|&index| swagger.parameters_of(&swagger.operations[index as usize]));
    let is_known =
        |name: &str| parameters().any(|parameter| parameter.name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name)));
    let is_new = |(name, value): &(&str, &str)| is_plain(name) && is_plain(value) && !is_known(name);
    if !pairs.iter().all(is_new) || !is_free(swagger, path, template) {
        return None;
    }
    let fixed: Vec<serde_json::Value> = pairs
        .iter()
        .map(|(name, value)| {
            json!({ "name": name, "in": "query", "required": true, "type": "string", "default": value, "x-ms-visibility": "internal" })
        })
        .collect();
    let mut edits = vec![json_edit::rename_key(path.node, template)?];
    match path.node.get("parameters") {
        Some(list) => {
            let added = fixed.into_iter().map(|parameter| json_edit::insert_item(list, &Fragment::New(parameter), Position::Last));
            edits.extend(added.collect::<Option<Vec<_>>>()?);
        }
        None => edits.push(json_edit::set_member(path.node, "parameters", &Fragment::New(fixed.into()), Position::First)?),
    }
    Some(Repair { template: template.to_owned(), edits })
}

/// The default of a variable, as default of its parameter. `None` when an operation has no such parameter of its own or of the path, or
/// one with a default or of another type than string, or when another path would be the same.
pub fn without_default(swagger: &Swagger<'_>, path: &PathItem<'_>, variable: &str) -> Option<Repair> {
    let (name, default) = variable.split_once('=')?;
    let template = path.template.replacen(&format!("{{{variable}}}"), &format!("{{{name}}}"), 1);
    if !is_free(swagger, path, &template) {
        return None;
    }
    let mut found: Vec<Value<'_>> = Vec::new();
    for &index in &path.operations {
        let operation = &swagger.operations[index as usize];
        let meant = |node: &Value<'_>| node.get_str("name").as_deref() == Some(name) && node.get_str("in").as_deref() == Some("path");
        let own = operation.parameters.iter().map(|used| used.node).find(meant)?;
        if own.get("default").is_some() || own.get_str("type").as_deref() != Some("string") {
            return None;
        }
        if !found.contains(&own) {
            found.push(own);
        }
    }
    let set = |parameter: Value<'_>| {
        let position = parameter.get("type").map_or(Position::Last, Position::Behind);
        json_edit::set_member(parameter, "default", &Fragment::New(default.into()), position)
    };
    let mut edits = found.into_iter().map(set).collect::<Option<Vec<_>>>()?;
    edits.push(json_edit::rename_key(path.node, &template)?);
    Some(Repair { template, edits })
}

/// The variable that a path parameter means, when it differs in case only, has no parameter yet, and every path that uses the
/// parameter has it.
pub fn meant_variable<'a>(swagger: &Swagger<'a>, parameter: &Parameter<'a>, name: &str) -> Option<String> {
    let mut users = parameter.users.iter().map(|&user| &swagger.operations[user as usize]);
    let meant = swagger.path_of(users.next()?).braces().only_alike(name)?;
    let fits = parameter.users.iter().map(|&user| &swagger.operations[user as usize]).all(|operation| {
        let has_it = |other: &Parameter<'a>| other.location.as_deref() == Some("path") && other.name.as_deref() == Some(meant);
        swagger.path_of(operation).braces().variables.contains(meant) && !swagger.parameters_of(operation).any(has_it)
    });
    fits.then(|| meant.to_owned())
}

/// Whether no other path would be the same, apart from case and the names of variables.
fn is_free(swagger: &Swagger<'_>, path: &PathItem<'_>, template: &str) -> bool {
    swagger.paths_of_shape(template).iter().all(|&other| swagger.paths[other as usize].node == path.node)
}
