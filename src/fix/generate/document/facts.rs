//! What is known about a connector when its README and INTRO are written: names, addresses, operations.

use crate::connector::{Artifact, Track};
use crate::fix::values::{FixValues, is_placeholder};
use crate::model::Model;
use crate::source::json::Value;
use crate::source::markdown::sentences;
use crate::swagger::{Operation, Swagger};
use crate::words;

use super::access::Access;
use super::escape::{bounded, ended, escaped, first_sentences, line, prose};
use super::operations;

/// Characters of a title, and of a publisher.
const NAME: usize = 120;
/// Characters of a description.
const DESCRIPTION: usize = 900;

/// The connector as its README tells of it. All texts are plain, none is Markdown yet.
pub(super) struct Facts<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    pub(super) track: Track,
    /// `info.title`
    pub(super) title: Option<String>,
    /// What the connector is called within sentences.
    pub(super) service: String,
    /// `info.description`
    pub(super) description: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) website: Option<String>,
    /// Who helps: a web or e-mail address.
    pub(super) support: Option<String>,
    /// How connections are made.
    pub(super) access: Access,
    pub(super) client_id_is_missing: bool,
}

impl<'m, 'a> Facts<'m, 'a> {
    pub(super) fn of(model: &'m Model<'a>, values: &FixValues) -> Self {
        let info = model.swagger.as_ref().and_then(|swagger| swagger.root.get("info"));
        let contact = info.and_then(|info| info.get("contact"));
        let properties = model.properties.as_ref().and_then(|properties| properties.properties);
        let member = |node: Option<Value<'a>>, key: &str| node.and_then(|node| node.get_str(key));
        let name = |text: Option<&str>| text.map(line).filter(|text| is_told(text)).map(|text| bounded(&text, NAME));
        let title = name(member(info, "title").as_deref());
        let contact_value = |configured: &Option<String>, key: &str| {
            configured.as_deref().map(line).or_else(|| member(contact, key).as_deref().map(line)).filter(|text| is_told(text))
        };
        let address = |text: &String| text.starts_with("https://") || text.starts_with("http://");
        let support = contact_value(&values.contact_url, "url").filter(address);
        let client_id = member(model.properties.as_ref().and_then(|all| all.oauth_settings().next()).map(|(_, node)| node), "clientId");
        Self {
            model,
            track: model.connector.track.value,
            service: title.as_deref().map_or_else(|| "the service".to_owned(), service),
            title,
            description: member(info, "description").map(|text| prose(&text)).filter(|text| is_told(text)),
            publisher: name(values.publisher.as_deref()).or_else(|| name(member(properties, "publisher").as_deref())),
            website: values.website.as_deref().map(line).or_else(|| metadata(model, "website")).filter(address),
            support: support.or_else(|| contact_value(&values.contact_email, "email")),
            access: Access::of(model, values),
            client_id_is_missing: client_id.is_none_or(|id| !is_told(&id)),
        }
    }

    pub(super) fn swagger(&self) -> Option<&'m Swagger<'a>> {
        self.model.swagger.as_ref()
    }

    /// Visible operations that are not deprecated, in the order of the definition.
    pub(super) fn operations(&self) -> Vec<&'m Operation<'a>> {
        self.swagger().map(operations::visible).unwrap_or_default()
    }

    /// The description with a mark at its end, at most so many sentences of it.
    pub(super) fn description(&self, limit: usize) -> Option<String> {
        let description = bounded(self.description.as_deref()?, DESCRIPTION);
        Some(ended(first_sentences(&description, limit)))
    }

    /// The service's name as Markdown.
    pub(super) fn service(&self) -> String {
        escaped(&self.service)
    }

    /// A sentence on what the connector offers, out of its operations. Not Markdown.
    pub(super) fn offer(&self) -> Option<String> {
        let operations = self.operations();
        let (triggers, actions): (Vec<&Operation<'_>>, Vec<&Operation<'_>>) =
            operations.iter().copied().partition(|operation| operation.trigger.is_some());
        let counted = |number: usize, noun: &str| match number {
            0 => None,
            1 => Some(format!("one {noun}")),
            _ => Some(words::count(number, noun)),
        };
        let counts: Vec<String> = [counted(actions.len(), "action"), counted(triggers.len(), "trigger")].into_iter().flatten().collect();
        let examples = actions.iter().take(2).chain(triggers.iter().take(1));
        let examples: Vec<String> = examples.filter_map(|operation| Some(format!("\"{}\"", operations::heading(operation)?))).collect();
        if counts.is_empty() || examples.is_empty() {
            return None;
        }
        let such_as = match operations.len() == examples.len() {
            true => format!(": {}", words::list_and(&examples)),
            false => format!(", such as {}", words::list_and(&examples)),
        };
        Some(ended(&format!(
            "The connector offers {} for Power Automate, Power Apps and Azure Logic Apps{such_as}",
            words::list_and(&counts)
        )))
    }

    /// The name of the definition's file.
    pub(super) fn file(&self, artifact: Artifact) -> Option<&'m str> {
        self.model.connector.document(artifact).map(|document| &*document.path)
    }
}

/// Whether a text says something: not blank, and no placeholder.
pub(super) fn is_told(text: &str) -> bool {
    !text.trim().is_empty() && !is_placeholder(text)
}

/// How many sentences a text has, as the rules count.
pub(super) fn sentence_count(text: &str) -> usize {
    sentences(text)
}

/// A title without the words that name no service.
fn service(title: &str) -> String {
    let folded = title.to_lowercase();
    let mut end = title.len();
    for suffix in ["(independent publisher)", "connector"] {
        // Lower case may have another length in a few scripts; there the title stays as it is.
        let head = folded.get(..end).filter(|_| folded.len() == title.len()).unwrap_or_default().trim_end();
        end = head.strip_suffix(suffix).map_or(end, |head| head.trim_end().len());
    }
    match title.get(..end).map(str::trim) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => title.to_owned(),
    }
}

/// An entry of the connector metadata.
fn metadata(model: &Model<'_>, name: &str) -> Option<String> {
    let entries = model.swagger.as_ref()?.root.get("x-ms-connector-metadata")?;
    let entry = entries.items().find(|entry| entry.get_str("propertyName").is_some_and(|found| found.eq_ignore_ascii_case(name)))?;
    entry.get_str("propertyValue").map(|value| line(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_the_title_without_the_words_that_all_titles_share() {
        assert_eq!(service("Northbay Parcels Connector (Independent Publisher)"), "Northbay Parcels");
        assert_eq!(service("Connector"), "Connector");
        assert_eq!(service("İstanbul Connector"), "İstanbul Connector");
    }
}
