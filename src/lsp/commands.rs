//! Commands that editors offer by name. The names and arguments are a contract with the extensions of editors.

use lsp_server::RequestId;
use lsp_types::{ExecuteCommandParams, Uri};
use serde_json::Value;

use super::actions;
use super::requests::json;
use super::server::{Event, Server, failed};
use crate::fix::pass::Choice;
use crate::run::pages;

/// Checks every connector in the open folders. No arguments; gives the number of connectors, errors, warnings and infos.
const LINT_WORKSPACE: &str = "conncert.server.lintWorkspace";
/// Makes the repairs of a file that need no consent. Argument: its URI.
const FIX_FILE: &str = "conncert.server.fixFile";
/// Explains rules. Argument: an id, code or policy number; gives Markdown.
const EXPLAIN_RULE: &str = "conncert.server.explainRule";

/// All commands.
pub const NAMES: [&str; 3] = [LINT_WORKSPACE, FIX_FILE, EXPLAIN_RULE];

impl Server {
    pub(super) fn command(&mut self, id: &RequestId, params: Value) -> serde_json::Result<()> {
        let token = params.get("workDoneToken").filter(|token| token.is_string() || token.is_number()).cloned();
        let ExecuteCommandParams { command, arguments, .. } = serde_json::from_value(params)?;
        let sign = self.accept(id);
        let first = arguments.first().and_then(Value::as_str);
        match (command.as_str(), first) {
            (LINT_WORKSPACE, _) => self.sweep(id, sign, token),
            (FIX_FILE, Some(uri)) => match uri.parse::<Uri>() {
                Ok(uri) => self.fix_file(id, sign, &uri),
                Err(_) => self.answer(id.clone(), Err(failed(&format!("`{uri}` is no URI")))),
            },
            (EXPLAIN_RULE, Some(name)) => {
                let explained = self.explained(name);
                self.answer(id.clone(), explained.and_then(json).map_err(|reason| failed(&reason)));
            }
            (FIX_FILE, None) => self.answer(id.clone(), Err(failed("expected the URI of a file as argument"))),
            (EXPLAIN_RULE, None) => self.answer(id.clone(), Err(failed("expected a rule id, code or policy number as argument"))),
            (other, _) => self.answer(id.clone(), Err(failed(&format!("there is no command `{other}`")))),
        }
        Ok(())
    }

    fn fix_file(&mut self, id: &RequestId, sign: std::sync::Arc<std::sync::atomic::AtomicBool>, uri: &Uri) {
        let Some((path, snapshot)) = self.about(uri) else {
            self.answer(id.clone(), Err(failed(&format!("{} belongs to no connector", uri.as_str()))));
            return;
        };
        let client = self.client.clone();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let choice = Choice { file: snapshot.name(&path), ..Choice::default() };
        self.hand_over(id, sign, move |id| match actions::made(&choice, &snapshot, &client) {
            Ok(edit) => Event::Apply(id, format!("Fix {name}"), Box::new(edit)),
            Err(reason) => Event::Answered(id, Err(failed(&reason))),
        });
    }

    /// The pages of the rules that go by a name.
    fn explained(&mut self, name: &str) -> Result<String, String> {
        let folder = self.connectors.folders().into_iter().next().or_else(|| self.client.folders.first().cloned());
        let folder = folder.unwrap_or_default();
        let known = self.connectors.get(&folder).map(|known| known.applied.clone());
        let applied = match known {
            Some(applied) => Some(applied),
            None => self.configurations.read(&self.settings, &folder).ok(),
        };
        let applied = applied.or_else(|| self.configurations.without_files(&self.settings, &folder)).ok_or("the rules cannot be read")?;
        let catalogue = applied.catalogue();
        let rules = catalogue.find(name.trim());
        if rules.is_empty() {
            let hint = catalogue.nearest_name(name).map(|nearest| format!(" Did you mean `{nearest}`?")).unwrap_or_default();
            return Err(format!("no rule, code or policy is called `{name}`.{hint}"));
        }
        Ok(rules.into_iter().map(pages::page).collect::<Vec<_>>().join("\n\n---\n\n"))
    }
}
