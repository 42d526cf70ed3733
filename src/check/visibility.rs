//! Whether makers can see a field of a body, through everything that lies around it.

use super::dynamic::property;
use crate::swagger::{Operation, Role, SchemaOwner, Swagger, is_internal};

/// Whether makers never see a field of a request body: it or something around it is internal, up to the body parameter. What stands in a
/// shared definition is hidden when everything in requests that refers to the definition is.
pub(super) fn is_hidden_input(swagger: &Swagger<'_>, index: u32) -> bool {
    let mut open = vec![index];
    let mut seen = Vec::new();
    let mut is_hidden = false;
    while let Some(at) = open.pop() {
        if swagger.is_hidden(at) {
            is_hidden = true;
            continue;
        }
        let root = root_of(swagger, at);
        match swagger.schemas[root as usize].owner {
            SchemaOwner::Parameter(parameter) if swagger.parameters[parameter as usize].is_internal() => is_hidden = true,
            SchemaOwner::Definition(_) if seen.contains(&root) => {}
            SchemaOwner::Definition(_) => {
                seen.push(root);
                let users =
                    swagger.schemas.iter().zip(0..).filter(|(schema, _)| schema.target == Some(root) && schema.has_role(Role::Input));
                open.extend(users.map(|(_, user)| user));
            }
            _ => return false,
        }
    }
    is_hidden
}

/// The schema at the top of the tree.
fn root_of(swagger: &Swagger<'_>, index: u32) -> u32 {
    let mut here = index;
    while let Some(parent) = swagger.schemas[here as usize].parent {
        here = parent;
    }
    here
}

/// Whether makers never see the field of an operation's body to which a path of names leads: it, something on the way to it, or the body.
pub(super) fn is_hidden_source(swagger: &Swagger<'_>, operation: &Operation<'_>, path: &str) -> bool {
    let Some(body) = swagger.parameters_of(operation).find(|parameter| parameter.is_body()) else { return false };
    let Some(schema) = body.node.get("schema") else { return false };
    if body.is_internal() {
        return true;
    }
    // The newer extensions write the name of the body parameter in front.
    let behind_name = body.name.as_deref().and_then(|name| path.strip_prefix(name)).and_then(|rest| rest.strip_prefix('/'));
    [behind_name, Some(path)].into_iter().flatten().any(|path| {
        let mut here = Some(schema);
        let mut steps = path.split('/').filter(|step| !step.is_empty());
        let mut is_hidden = false;
        while let Some(schema) = here {
            is_hidden |= is_internal(schema) || swagger.resolve_schema(schema).is_some_and(is_internal);
            match steps.next() {
                Some(step) => here = property(swagger, schema, step, 0),
                None => return is_hidden,
            }
        }
        false
    })
}
