//! Checks on the folder: which files are there, what settings.json names, what kind of document the definition is.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::connector::Artifact;
use crate::connector::load::{Connector, EntryKind};
use crate::connector::settings::{NamedPath, named_path};
use crate::fix::json_edit;
use crate::json_schema;
use crate::model::{At, Model};
use crate::rule::kind::Kind;
use crate::swagger::Format;
use crate::words;

/// The path of the thing, when it is a file.
pub(super) fn path_of(context: &Context<'_, '_>) -> String {
    match context.subject.kind {
        Kind::File => context.model.connector.entries[context.subject.index as usize].path.clone(),
        _ => String::new(),
    }
}

/// Files that must be there, must not be there, or are spelt otherwise (kind `connector`). With a single file as input nothing is said
/// about the others.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Files {
    /// The artifact.
    pub artifact: Artifact,
    /// What is wrong.
    pub state: FileState,
    /// The names it may have, for `misnamed`; case does not matter there.
    #[serde(default)]
    pub names: Vec<String>,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// It is not there.
    Missing,
    /// It is there.
    Present,
    /// Its name differs from an expected one by case only.
    Spelling,
    /// It has another name.
    Misnamed,
    /// Several files could be it.
    Several,
    /// It is there but could not be read.
    Unreadable,
}

impl Demand for Files {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let connector = &context.model.connector;
        let entry = connector.entry(self.artifact);
        let expected: Vec<&str> =
            if self.names.is_empty() { self.artifact.names().to_vec() } else { self.names.iter().map(String::as_str).collect() };
        let report =
            |path: String, found: String| Hit::new(At::File(path)).with("found", found).with("expected", words::list_or(&expected));
        let same = |name: &str| expected.iter().find(|expected| expected.eq_ignore_ascii_case(name));
        // settings.json may give any name on purpose.
        let named_on_purpose = |path: &str| {
            let settings = context.model.root(Artifact::Settings);
            let written = self.artifact.settings_key().and_then(|key| settings?.get_str(key));
            written.is_some_and(|written| named_path(&written) == NamedPath::Inside(path.to_owned()))
        };
        // An icon or script that settings.json names and nobody finds is reported there, where its name stands. A link that leads
        // outside has a finding of its own.
        let named_elsewhere = || {
            let written = self.artifact.settings_key().and_then(|key| context.model.root(Artifact::Settings)?.get_str(key));
            let is_link = |name: &&str| {
                connector.entries.iter().any(|entry| entry.kind == EntryKind::LinkOutside && entry.path.eq_ignore_ascii_case(name))
            };
            (self.artifact != Artifact::Definition
                && self.artifact != Artifact::Properties
                && written.is_some_and(|written| matches!(named_path(&written), NamedPath::Inside(_))))
                || expected.iter().any(is_link)
        };
        match (self.state, entry) {
            (FileState::Missing, None) if connector.only.is_none() && !named_elsewhere() => {
                hits.push(report(expected[0].to_owned(), String::new()))
            }
            (FileState::Present, Some(entry)) => hits.push(report(entry.path.clone(), entry.path.clone())),
            (FileState::Spelling, Some(entry)) => {
                let spelt_right = expected.contains(&entry.path.as_str());
                if let Some(expected) = same(&entry.path).filter(|_| !spelt_right) {
                    hits.push(report(entry.path.clone(), entry.path.clone()).with("right", expected));
                }
            }
            // A file that was named on the command line may be called anything.
            (FileState::Misnamed, Some(entry)) if connector.only.is_none() => {
                if same(&entry.path).is_none() && !named_on_purpose(&entry.path) {
                    hits.push(report(entry.path.clone(), entry.path.clone()));
                }
            }
            (FileState::Several, Some(entry)) => {
                let others = connector.entries.iter().filter(|other| {
                    other.kind == EntryKind::File
                        && other.artifact.is_none()
                        && !other.path.contains('/')
                        && self.artifact.fit(&other.path).is_some()
                });
                for other in others {
                    hits.push(report(other.path.clone(), entry.path.clone()));
                }
            }
            (FileState::Unreadable, Some(entry)) => {
                if let Some(problem) = &entry.problem {
                    hits.push(report(entry.path.clone(), problem.clone()));
                }
            }
            _ => {}
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        if self.state == FileState::Spelling { &["found", "expected", "right"] } else { &["found", "expected"] }
    }
}

/// Paths in settings.json (kind `settings`). `right` is the only file of the folder that is meant by its name, `home` says that the path
/// leads back into the folder.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingsPath {
    /// What is wrong.
    pub problem: PathState,
}

/// What is wrong with a path of settings.json.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PathState {
    /// No file is there.
    Missing,
    /// It is absolute or leaves the folder.
    Outside,
}

impl Demand for SettingsPath {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(settings) = context.node() else { return };
        for artifact in Artifact::ALL {
            let Some(key) = artifact.settings_key() else { continue };
            // A missing definition or properties file is reported as such.
            let has_own_rule =
                matches!(artifact, Artifact::Definition | Artifact::Properties) && context.model.connector.entry(artifact).is_none();
            let Some(value) = settings.get(key) else { continue };
            let Some(written) = value.as_str() else { continue };
            let entries = &context.model.connector.entries;
            let leads_out = |path: &str| entries.iter().any(|entry| entry.kind != EntryKind::File && entry.path.eq_ignore_ascii_case(path));
            let wrong = match named_path(&written) {
                NamedPath::Outside => self.problem == PathState::Outside,
                // A link that leads out of the folder is as good as a path that does.
                NamedPath::Inside(path) if leads_out(&path) => self.problem == PathState::Outside,
                NamedPath::Inside(path) => {
                    self.problem == PathState::Missing
                        && !has_own_rule
                        && !context.model.connector.entries.iter().any(|entry| entry.path.eq_ignore_ascii_case(&path))
                }
                NamedPath::Unset => false,
            };
            if wrong {
                let files = entries.iter().map(|entry| entry.path.as_str());
                let hint = words::did_you_mean(&written, files);
                let (right, home) = self.problem.right(&written, artifact, context.model.connector);
                hits.push(
                    Hit::new(At::Value(value))
                        .with("key", key)
                        .with("value", words::excerpt(&written, 60))
                        .with("did-you-mean", hint)
                        .with("right", right.unwrap_or_default())
                        .with("home", if home { "yes" } else { "" }),
                );
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["key", "value", "did-you-mean", "right", "home"]
    }
}

impl PathState {
    /// The only file that a path can mean, and whether it leads back into the folder.
    fn right<'c>(self, written: &str, artifact: Artifact, connector: &'c Connector) -> (Option<&'c str>, bool) {
        let unified = written.trim().replace('\\', "/");
        let mut parts = unified.rsplit('/');
        let name = parts.next().unwrap_or_default();
        let folder = connector.path.rsplit('/').next().unwrap_or_default();
        let home = !folder.is_empty() && parts.next().is_some_and(|parent| parent.eq_ignore_ascii_case(folder));
        let files = connector.entries.iter().filter(|entry| entry.kind == EntryKind::File && !entry.path.contains('/'));
        let mut meant = files.map(|entry| entry.path.as_str()).filter(|path| match self {
            Self::Outside => path.eq_ignore_ascii_case(name),
            Self::Missing => artifact.names().iter().any(|known| known.eq_ignore_ascii_case(path)),
        });
        (meant.next().filter(|_| meant.next().is_none()), home)
    }
}

/// What the definition is, when it is no Swagger 2.0 (kind `definition`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Specification {
    /// What to look for.
    pub problem: SpecificationProblem,
}

/// What the definition is instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SpecificationProblem {
    /// An OpenAPI 3 document.
    OpenApi3,
    /// Swagger, but `swagger` is missing or not the text "2.0".
    Version,
    /// Something else.
    Other,
}

impl Demand for Specification {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(root) = context.node() else { return };
        let format = context.model.swagger.as_ref().map(|swagger| &swagger.format);
        let hit = |at: At<'a>, found: String, detail: String| Hit::new(at).with("found", found).with("detail", detail);
        match (self.problem, format) {
            (SpecificationProblem::OpenApi3, Some(Format::OpenApi3(version))) => {
                let at = root.get("openapi").map_or(At::Object(root), At::Value);
                hits.push(hit(at, words::excerpt(version, 20), describe_openapi3(root)));
            }
            (SpecificationProblem::Version, Some(Format::Swagger2)) => {
                let version = root.get("swagger");
                if version.and_then(|version| version.as_str()).as_deref() != Some("2.0") {
                    let found = version.map_or("missing".to_owned(), |version| format!("`{}`", words::excerpt(version.raw(), 20)));
                    hits.push(hit(version.map_or(At::Object(root), At::Value), found, String::new()));
                }
            }
            (SpecificationProblem::Other, Some(Format::Other) | None) => {
                let kind = if root.is_object() {
                    "a JSON object without `swagger`, `openapi` or `paths`".to_owned()
                } else {
                    format!("a JSON {}", root.kind().word())
                };
                hits.push(hit(At::Object(root), kind, String::new()));
            }
            _ => {}
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found", "detail"]
    }
}

/// What an OpenAPI 3 document holds, read with its own object model.
fn describe_openapi3(root: crate::source::json::Value<'_>) -> String {
    let title = root
        .get("info")
        .and_then(|info| info.get_str("title"))
        .filter(|title| !title.trim().is_empty())
        .map(|title| format!(" `{}`", words::excerpt(&title, 60)))
        .unwrap_or_default();
    match serde_json::from_value::<openapiv3::OpenAPI>(root.to_serde()) {
        Ok(document) => {
            let operations = document.paths.iter().filter_map(|(_, path)| path.as_item()).map(|path| path.iter().count()).sum();
            format!("a complete document{title} with {}", words::count(operations, "operation"))
        }
        Err(_) => {
            let paths = root.get("paths").map_or(0, |paths| paths.children().count());
            format!("a document{title} with {} that does not follow OpenAPI 3.0 in every part", words::count(paths, "path"))
        }
    }
}

/// A part of conncert's own JSON Schemas for apiProperties.json and settings.json. The validator runs once a connector; each violation
/// goes to the rule that answers for the part of the schema (`x-part`) in which it lies. `right` is the name or value that differs from
/// what is written by case only, or the constant that is expected, as JSON; for a missing member whose name differs from another's by
/// case only, the finding proposes to rename that one.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct JsonSchema {
    /// Which schema: `properties` or `settings`.
    pub schema: json_schema::SchemaName,
    /// The part this rule answers for.
    pub part: String,
}

impl Demand for JsonSchema {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        for violation in context.model.violations().of_part(self.schema, &self.part) {
            let mut hit = Hit::new(violation.at.clone())
                .with("member", &violation.member)
                .with("problem", &violation.problem)
                .with("holder", &violation.holder)
                .with("right", violation.right.as_deref().unwrap_or_default())
                .with("declared", declared(context.model, &violation.member).unwrap_or_default())
                .with("misspelt", violation.misspelt.and_then(|member| member.key()).unwrap_or_default())
                .propose(violation.misspelt.and_then(|member| json_edit::rename_key(member, &violation.member)));
            hit.property = violation.property.clone();
            hits.push(hit);
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["member", "problem", "holder", "right", "declared", "misspelt"]
    }
}

/// What the definition says of an OAuth setting, when it has one OAuth definition: an address as text, anything else as JSON.
fn declared(model: &Model<'_>, member: &str) -> Option<String> {
    if !matches!(member, "scopes" | "authorizationUrl" | "tokenUrl" | "refreshUrl" | "customParameters") {
        return None;
    }
    let definitions = model.swagger.as_ref()?.root.get("securityDefinitions")?;
    let mut oauth = definitions.children().filter(|definition| definition.get_str("type").as_deref() == Some("oauth2"));
    let definition = oauth.next().filter(|_| oauth.next().is_none())?;
    let address = |name: &str| definition.get_str(name).filter(|url| url.starts_with("https://")).map(|url| url.into_owned());
    match member {
        "scopes" => {
            let names: Vec<String> = definition.get("scopes")?.members().map(|(name, _)| name.into_owned()).collect();
            (!names.is_empty()).then(|| serde_json::json!(names).to_string())
        }
        "customParameters" => {
            let value = |url: String| serde_json::json!({ "value": url });
            let token = address("tokenUrl")?;
            let refresh = address("refreshUrl").unwrap_or_else(|| token.clone());
            let all = serde_json::json!({ "authorizationUrl": value(address("authorizationUrl")?), "tokenUrl": value(token), "refreshUrl": value(refresh) });
            Some(all.to_string())
        }
        name => address(name),
    }
}
