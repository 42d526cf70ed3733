//! What has to leave the definition when policies and a script fetch the token: the platform knows no such security definition.

use std::collections::HashSet;

use super::authentication;
use crate::fix::values::FixValues;
use crate::model::Model;
use crate::source::json::Value;
use crate::swagger::Text;

/// The parts of the definition to delete when makers sign in with client credentials: the security definitions of the flow `application`
/// and everything that requires them. RFC 6901 pointers into the definition as it stands, in file order within each section, none
/// inside another; empty for every other way of signing in.
pub fn unsupported_security(model: &Model<'_>, values: &FixValues) -> Vec<String> {
    let applies = authentication(model, values).is_ok_and(|authentication| authentication.client_credentials().is_some());
    let Some(swagger) = model.swagger.as_ref().filter(|_| applies) else { return Vec::new() };
    let Some(section) = swagger.root.get("securityDefinitions") else { return Vec::new() };
    let unsupported = |node: &Value<'_>| node.get_str("flow").as_deref() == Some("application");
    let names: HashSet<Text<'_>> = section.members().filter(|(_, node)| unsupported(node)).map(|(name, _)| name).collect();
    let mut pointers: Vec<String> = if section.children().all(|node| unsupported(&node)) {
        vec![section.pointer()]
    } else {
        section.children().filter(unsupported).map(|node| node.pointer()).collect()
    };
    let top = swagger.root.get("security");
    let nothing_left_at_top = top.is_none_or(|security| requires_only(security, &names));
    pointers.extend(top.into_iter().flat_map(|security| requirements(security, &names, true)));
    // An operation without requirements takes over those at the top: its empty list stays where there are any.
    let of_operations = swagger.operations.iter().filter_map(|operation| operation.node.get("security"));
    pointers.extend(of_operations.flat_map(|security| requirements(security, &names, nothing_left_at_top)));
    pointers
}

/// Whether a list of requirements would be empty without these names.
fn requires_only(security: Value<'_>, names: &HashSet<Text<'_>>) -> bool {
    security.items().all(|requirement| is_only(requirement, names))
}

fn is_only(requirement: Value<'_>, names: &HashSet<Text<'_>>) -> bool {
    requirement.is_object() && !requirement.is_empty() && requirement.members().all(|(name, _)| names.contains(&name))
}

/// What to delete of a list of requirements: the list, entries of it, or names of an entry that names others too.
fn requirements(security: Value<'_>, names: &HashSet<Text<'_>>, whole: bool) -> Vec<String> {
    if whole && !security.is_empty() && requires_only(security, names) {
        return vec![security.pointer()];
    }
    let list = security.pointer();
    let of_entry = |(requirement, place): (Value<'_>, usize)| -> Vec<String> {
        if is_only(requirement, names) {
            return vec![format!("{list}/{place}")];
        }
        let named = requirement.members().map(|(name, _)| name).filter(|name| names.contains(name));
        named.map(|name| format!("{list}/{place}/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
    };
    security.items().zip(0..).flat_map(of_entry).collect()
}
