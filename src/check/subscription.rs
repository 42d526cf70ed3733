//! Checks on `x-ms-notification`: the operation through which a trigger subscribes.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::swagger::{Operation, Parameter, Swagger};

/// The operation that `x-ms-notification` of another one names (kind `operation`). Nothing is said when there is no such operation.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Subscription {
    /// What to look for.
    pub problem: SubscriptionProblem,
}

/// A problem of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionProblem {
    /// The named operation neither receives the address of the flow nor describes what is sent there.
    NoWebhook,
    /// A parameter of the operation has another type or visibility than the one of the same name there.
    ParameterDiffers,
}

impl Demand for Subscription {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        let fetch = &swagger.operations[context.subject.index as usize];
        let Some(named) = fetch.node.get("x-ms-notification").and_then(|extension| extension.get("operationId")) else { return };
        let Some(subscribe) = named.as_str().and_then(|id| swagger.operation(&id)) else { return };
        match self.problem {
            SubscriptionProblem::NoWebhook => {
                if subscribe.notification_urls.is_empty() && swagger.path_of(subscribe).notification_content.is_none() {
                    let label = swagger.operation_label(subscribe);
                    hits.push(
                        Hit::new(At::Value(named))
                            .related(format!("{label} is defined here"), At::Key(subscribe.node))
                            .with("target", label)
                            .with("name", "")
                            .with("difference", ""),
                    );
                }
            }
            SubscriptionProblem::ParameterDiffers => parameters_that_differ(swagger, fetch, subscribe, hits),
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["target", "name", "difference"]
    }
}

fn parameters_that_differ<'a>(swagger: &Swagger<'a>, fetch: &Operation<'a>, subscribe: &Operation<'a>, hits: &mut Hits<'a>) {
    for used in &fetch.parameters {
        let Some(parameter) = used.parameter.map(|index| &swagger.parameters[index as usize]) else { continue };
        // Bodies are named by convention only.
        let Some(name) = parameter.name.as_deref().filter(|_| !parameter.is_body()) else { continue };
        let twin = swagger.parameters_of(subscribe).find(|twin| twin.name.as_deref() == Some(name) && !twin.is_body());
        if let Some((twin, difference)) = twin.and_then(|twin| Some((twin, difference(parameter, twin)?))) {
            hits.push(
                Hit::new(At::Object(used.node))
                    .with("target", swagger.operation_label(subscribe))
                    .with("name", name)
                    .with("difference", difference)
                    .related(format!("`{name}` of {}", swagger.operation_label(subscribe)), At::Object(twin.node)),
            );
        }
    }
}

/// How the second parameter differs from the first, for a message.
fn difference(parameter: &Parameter<'_>, twin: &Parameter<'_>) -> Option<String> {
    if let (Some(here), Some(there)) = (parameter.node.get_str("type"), twin.node.get_str("type"))
        && here != there
    {
        return Some(format!("has the type {here} here and {there} there"));
    }
    let visibility = |parameter: &Parameter<'_>| match parameter.node.get_str("x-ms-visibility") {
        Some(visibility) if !visibility.is_empty() => visibility.into_owned(),
        _ => "none".to_owned(),
    };
    let (here, there) = (visibility(parameter), visibility(twin));
    (here != there).then(|| format!("has the visibility \"{here}\" here and \"{there}\" there"))
}
