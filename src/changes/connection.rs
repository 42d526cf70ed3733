//! How users connect and what runs on the way, in two versions of apiProperties.json and the script.

use std::collections::HashMap;

use super::{Difference, differs, text};
use crate::connector::Artifact;
use crate::model::Model;
use crate::source::json::Value;

/// Compares connection parameters, sign-in, policies and the script. A file that only one version has is left to the linter.
pub(super) fn compare<'a>(old: &Model<'a>, new: &Model<'a>, found: &mut Vec<Difference<'a>>) {
    let properties = |model: &Model<'a>| model.properties.as_ref().and_then(|properties| properties.properties);
    if let (Some(old), Some(new)) = (properties(old), properties(new)) {
        let from = found.len();
        parameters(old, new, found);
        sets(old, new, found);
        for key in ["policyTemplateInstances", "scriptOperations"] {
            let (was, is) = (old.get(key), new.get(key));
            // An empty list is as good as none.
            if differs(old, new, key) && [was, is].into_iter().flatten().any(|list| !list.is_empty()) {
                let difference = Difference::new("policy-or-script-changed", format!("/properties/{key}"), format!("`{key}`"), was, is);
                found.push(difference.near(new));
            }
        }
        found[from..].iter_mut().for_each(|difference| difference.artifact = Artifact::Properties);
    }
    if let (Some(was), Some(is)) = (old.source(Artifact::Script), new.source(Artifact::Script))
        && was.text() != is.text()
    {
        let difference = Difference::new("policy-or-script-changed", "script.csx", "the script", None, None);
        found.push(difference.within(Artifact::Script));
    }
}

/// The connection parameters of `properties` or of one parameter set.
fn parameters<'a>(old: Value<'a>, new: Value<'a>, found: &mut Vec<Difference<'a>>) {
    let list = |holder: Value<'a>| holder.get("connectionParameters").filter(Value::is_object);
    let Some(was) = list(old) else { return };
    compare_parameters(was, list(new), new, "/properties/connectionParameters", found);
}

fn compare_parameters<'a>(old: Value<'a>, new: Option<Value<'a>>, around: Value<'a>, path: &str, found: &mut Vec<Difference<'a>>) {
    let around = new.unwrap_or(around);
    let kind = |parameter: Value<'a>| parameter.get("type").map(text).unwrap_or_default();
    for (name, before) in old.members() {
        let path = format!("{path}/{name}");
        let label = format!("connection parameter `{name}`");
        let Some(after) = new.and_then(|new| new.get(&name)) else {
            found.push(Difference::new("connection-parameter-removed", path, label, Some(before), None).near(around));
            continue;
        };
        if !kind(before).eq_ignore_ascii_case(&kind(after)) {
            let difference =
                Difference::new("connection-parameter-type-changed", format!("{path}/type"), label, Some(before), after.get("type"));
            found.push(difference.near(after).texts(kind(before), kind(after)));
            continue;
        }
        sign_in(before.get("oAuthSettings"), after.get("oAuthSettings"), &path, after, found);
    }
    for (name, after) in new.into_iter().flat_map(|new| new.members()).filter(|(name, _)| old.get(name).is_none()) {
        let constraints = after.get("uiDefinition").and_then(|definition| definition.get("constraints"));
        let required = constraints.and_then(|constraints| constraints.get("required")).map(text);
        if required.is_some_and(|required| required.eq_ignore_ascii_case("true")) {
            let label = format!("connection parameter `{name}`");
            found.push(Difference::new("connection-parameter-required-added", format!("{path}/{name}"), label, None, Some(after)));
        }
    }
}

/// The provider and the addresses of a sign-in.
fn sign_in<'a>(old: Option<Value<'a>>, new: Option<Value<'a>>, path: &str, around: Value<'a>, found: &mut Vec<Difference<'a>>) {
    let Some(was) = old else { return };
    let mut compare = |key: String, before: Option<Value<'a>>, after: Option<Value<'a>>| {
        let (was, is) = (before.map(text).unwrap_or_default(), after.map(text).unwrap_or_default());
        if !was.is_empty() && was != is {
            let path = format!("{path}/oAuthSettings/{key}");
            let difference = Difference::new("oauth-settings-changed", path, format!("`{key}` of the sign-in"), before, after);
            found.push(difference.near(around).texts(was, is));
        }
    };
    let provider = |settings: Value<'a>| settings.get("identityProvider");
    compare("identityProvider".to_owned(), provider(was), new.and_then(provider));
    let custom = |settings: Value<'a>| settings.get("customParameters");
    for (name, before) in custom(was).into_iter().flat_map(|all| all.members()) {
        let after = new.and_then(custom).and_then(|all| all.get(&name));
        compare(format!("customParameters/{name}"), before.get("value"), after.and_then(|parameter| parameter.get("value")));
    }
}

/// The parameter sets among which users choose how to connect.
fn sets<'a>(old: Value<'a>, new: Value<'a>, found: &mut Vec<Difference<'a>>) {
    let values = |holder: Value<'a>| holder.get("connectionParameterSets").and_then(|sets| sets.get("values")).filter(Value::is_array);
    let Some(was) = values(old) else { return };
    let named = values(new).into_iter().flat_map(|list| list.items()).filter_map(|set| Some((set.get_str("name")?, set)));
    let named: HashMap<_, _> = named.collect();
    for before in was.items() {
        let Some(name) = before.get_str("name") else { continue };
        let path = format!("/properties/connectionParameterSets/values/{name}");
        match named.get(&name).copied() {
            None => {
                let label = format!("the way to connect `{name}`");
                found.push(
                    Difference::new("connection-parameter-set-removed", path, label, Some(before), None).near(values(new).unwrap_or(new)),
                );
            }
            Some(after) => {
                if let Some(parameters) = before.get("parameters").filter(Value::is_object) {
                    let now = after.get("parameters").filter(Value::is_object);
                    compare_parameters(parameters, now, after, &format!("{path}/parameters"), found);
                }
            }
        }
    }
}
