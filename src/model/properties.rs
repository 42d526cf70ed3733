//! apiProperties.json indexed: connection parameters single and in sets, OAuth settings, policies.

use crate::source::json::Value;
use crate::swagger::Text;

/// A connection parameter.
#[derive(Debug)]
pub struct ConnectionParameter<'a> {
    /// The parameter object.
    pub node: Value<'a>,
    /// Its name.
    pub name: Text<'a>,
    /// The name of the set it belongs to.
    pub set: Option<Text<'a>>,
}

/// A policy template instance.
#[derive(Debug)]
pub struct Policy<'a> {
    /// The instance object.
    pub node: Value<'a>,
    /// `templateId` in lower case.
    pub template: Option<String>,
}

/// The index of apiProperties.json.
#[derive(Debug)]
pub struct PropertiesIndex<'a> {
    /// The top object.
    pub root: Value<'a>,
    /// The object under `properties`.
    pub properties: Option<Value<'a>>,
    /// Connection parameters, single ones first, then those of the sets.
    pub connection_parameters: Vec<ConnectionParameter<'a>>,
    /// Entries of `connectionParameterSets.values`.
    pub sets: Vec<Value<'a>>,
    /// Entries of `policyTemplateInstances`.
    pub policies: Vec<Policy<'a>>,
}

impl<'a> PropertiesIndex<'a> {
    pub(super) fn build(root: Value<'a>) -> Self {
        let properties = root.get("properties").filter(Value::is_object);
        let member = |name: &str| properties.and_then(|properties| properties.get(name));
        let mut connection_parameters = Vec::new();
        let mut add = |parent: Option<Value<'a>>, set: Option<Text<'a>>| {
            for (name, node) in parent.into_iter().flat_map(|parent| parent.members()).filter(|(_, node)| node.is_object()) {
                connection_parameters.push(ConnectionParameter { node, name, set: set.clone() });
            }
        };
        add(member("connectionParameters"), None);
        let sets: Vec<Value<'a>> = member("connectionParameterSets")
            .and_then(|sets| sets.get("values"))
            .into_iter()
            .flat_map(|values| values.items())
            .filter(Value::is_object)
            .collect();
        for set in &sets {
            add(set.get("parameters"), Some(set.get_str("name").unwrap_or_default()));
        }
        let policies = member("policyTemplateInstances")
            .into_iter()
            .flat_map(|list| list.items())
            .filter(Value::is_object)
            .map(|node| Policy { node, template: node.get_str("templateId").map(|id| id.to_lowercase()) })
            .collect();
        Self { root, properties, connection_parameters, sets, policies }
    }

    /// Whether a policy of this template exists (name in lower case).
    pub fn has_policy(&self, template: &str) -> bool {
        self.policies.iter().any(|policy| policy.template.as_deref() == Some(template))
    }

    /// `oAuthSettings` objects with their connection parameter's number.
    pub fn oauth_settings(&self) -> impl Iterator<Item = (u32, Value<'a>)> {
        self.connection_parameters
            .iter()
            .zip(0..)
            .filter_map(|(parameter, index)| Some((index, parameter.node.get("oAuthSettings").filter(Value::is_object)?)))
    }
}
