//! `publisher` and `stackOwner`: who publishes the connector, and whose service it is for.

use crate::connector::{Artifact, Track};
use crate::fix::values::{self, FixValues, placeholder};
use crate::model::Model;

/// Who publishes: as configured, as apiProperties.json or the heading of the README says, else a placeholder. A private connector needs
/// no publisher, so nothing is made up for it.
pub fn publisher(model: &Model<'_>, values: &FixValues) -> Option<String> {
    let known = values::value("publisher", values, model).or_else(|| in_readme(model)).map(|name| name.trim().to_owned());
    known.or_else(|| (model.connector.track.value != Track::Custom).then(|| placeholder("the name of the publisher")))
}

/// Who owns the service: as configured or written, else a verified publisher itself, else a placeholder. It is left out for private
/// connectors, which paconn could not update with it.
pub fn stack_owner(model: &Model<'_>, values: &FixValues) -> Option<String> {
    let known = values::value("stack-owner", values, model).map(|name| name.trim().to_owned());
    known.or_else(|| match model.connector.track.value {
        Track::Verified => publisher(model, values),
        Track::Independent => Some(placeholder("the name of the company that owns the service")),
        Track::Custom => None,
    })
}

/// NAME of the heading "Publisher: NAME", unless it is a placeholder, of which Markdown leaves only angle brackets.
fn in_readme(model: &Model<'_>) -> Option<String> {
    let (_, readme) = model.markdown(Artifact::Readme)?;
    let mut names = readme.headings().iter().filter_map(|heading| {
        let (label, name) = heading.text.split_once(':')?;
        label.trim().eq_ignore_ascii_case("publisher").then(|| name.trim())
    });
    let is_name = |name: &&str| name.chars().any(char::is_alphanumeric) && !name.contains(['<', '>']) && name.chars().count() <= 100;
    names.find(is_name).map(str::to_owned)
}
