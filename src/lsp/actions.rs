//! Code actions: the repairs of findings, made by the same fixer as on the command line, and the acceptance of findings.

use std::path::Path;

use lsp_types::{CodeAction, CodeActionContext, CodeActionKind, Diagnostic, Range, WorkspaceEdit};
use serde::{Deserialize, Serialize};

use super::accept::{self, OpenConfig};
use super::client::Client;
use super::diagnostics::{self, Shown};
use super::snapshot::Snapshot;
use super::workspace_edit;
use crate::finding::{Finding, FixSafety};
use crate::fix::pass::Choice;
use crate::words;

/// The kind of the action that repairs a file.
pub const FIX_ALL: &str = "source.fixAll.conncert";
/// So many repairs are worked out at once for editors that want them all worked out; each takes a check or two.
const MAX_EAGER: usize = 12;

/// Where code actions are asked for.
pub struct Asked<'a> {
    /// The connector.
    pub snapshot: &'a Snapshot,
    /// The editor.
    pub client: &'a Client,
    /// The file.
    pub path: &'a Path,
    /// The selected range.
    pub range: Range,
    /// Which kinds are wanted.
    pub context: &'a CodeActionContext,
    /// Configuration files that are open.
    pub configs: &'a [OpenConfig],
}

/// What an action does: enough to work it out later, on the text as it is then.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// The file in which the action was asked for.
    pub uri: String,
    task: Task,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Task {
    /// The repair of one finding.
    Finding(Key),
    /// The repairs of a rule in the file that need no look first.
    Rule(String),
    /// Everything in the file that is safe.
    File,
}

/// What tells a finding from all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Key {
    rule: String,
    file: String,
    pointer: Option<String>,
    property: Option<String>,
    offset: usize,
    message: String,
}

impl Key {
    fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.id.clone(),
            file: finding.place.file.to_string(),
            pointer: finding.place.pointer.clone(),
            property: finding.property.clone(),
            offset: finding.offset(),
            message: finding.message.clone(),
        }
    }
}

impl Asked<'_> {
    /// The actions that are possible.
    pub fn actions(&self) -> Result<Vec<CodeAction>, String> {
        let outcome = self.snapshot.outcome()?;
        let shown = diagnostics::shown(self.snapshot, self.client.related_information)?;
        let here: Vec<&Shown> =
            shown.iter().filter(|shown| shown.path == self.path && overlap(shown.diagnostic.range, self.range)).collect();
        let name = self.snapshot.name(self.path).unwrap_or_default();
        let mut actions = Vec::new();
        if self.wants(CodeActionKind::QUICKFIX.as_str()) {
            let mut rules: Vec<&str> = Vec::new();
            for (shown, finding) in here.iter().map(|shown| (shown, &outcome.findings[shown.finding])) {
                if actions.len() < MAX_EAGER || self.client.resolve_edit {
                    actions.extend(self.of_finding(finding, &shown.diagnostic));
                }
                let rule = finding.rule.id.as_str();
                let others =
                    outcome.findings.iter().filter(|other| other.rule.id == rule && *other.place.file == name && is_unattended(other));
                if !rules.contains(&rule) && others.count() > 1 {
                    rules.push(rule);
                    actions.extend(self.of_rule(rule, &name));
                }
            }
            actions.extend(here.iter().filter_map(|shown| self.acceptance(&outcome.findings[shown.finding], &shown.diagnostic)));
        }
        if self.wants(FIX_ALL) && outcome.findings.iter().any(|finding| *finding.place.file == name && is_safe(finding)) {
            let title = format!("Fix everything in {name} that is safe to fix");
            actions.extend(self.action(title, CodeActionKind::new(FIX_ALL), Task::File, &[]));
        }
        Ok(actions)
    }

    fn of_finding(&self, finding: &Finding, diagnostic: &Diagnostic) -> Option<CodeAction> {
        let fix = finding.fix.as_ref()?;
        let wait = match fix.safety {
            FixSafety::Safe => "",
            FixSafety::Unsafe => " (unsafe: look at it first)",
            FixSafety::Placeholder => " (complete the text afterwards)",
        };
        let title = format!("{}{wait}", words::capital(&fix.title));
        let action = self.action(title, CodeActionKind::QUICKFIX, Task::Finding(Key::of(finding)), std::slice::from_ref(diagnostic))?;
        Some(CodeAction { is_preferred: (fix.safety == FixSafety::Safe).then_some(true), ..action })
    }

    fn of_rule(&self, rule: &str, name: &str) -> Option<CodeAction> {
        self.action(format!("Fix all findings of {rule} in {name}"), CodeActionKind::QUICKFIX, Task::Rule(rule.to_owned()), &[])
    }

    fn acceptance(&self, finding: &Finding, diagnostic: &Diagnostic) -> Option<CodeAction> {
        let edit = accept::edit(finding, self.snapshot, self.client, self.configs)?;
        Some(CodeAction {
            title: format!("Accept this finding of {} in conncert.toml", finding.rule.id),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(edit),
            ..CodeAction::default()
        })
    }

    /// An action that is worked out later where the editor knows how to ask, else now; `None` when it proves impossible.
    fn action(&self, title: String, kind: CodeActionKind, task: Task, diagnostics: &[Diagnostic]) -> Option<CodeAction> {
        let uri = self.snapshot.uri(self.path)?.as_str().to_owned();
        let work = Work { uri, task };
        let (edit, data) = match self.client.resolve_edit {
            true => (None, serde_json::to_value(&work).ok()),
            false => (Some(edit(&work, self.snapshot, self.client, self.path).ok()?), None),
        };
        let diagnostics = (!diagnostics.is_empty()).then(|| diagnostics.to_vec());
        Some(CodeAction { title, kind: Some(kind), diagnostics, edit, data, ..CodeAction::default() })
    }

    /// Whether actions of a kind are wanted. Repairs of whole files come only with a list of everything, or when asked for.
    fn wants(&self, kind: &str) -> bool {
        let Some(only) = &self.context.only else { return true };
        only.iter().any(|wanted| {
            let rest = kind.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// Works out what an action changes. Fails, with the reason, when it cannot be made.
pub fn edit(work: &Work, snapshot: &Snapshot, client: &Client, path: &Path) -> Result<WorkspaceEdit, String> {
    let file = || snapshot.name(path);
    let choice = match &work.task {
        Task::Finding(key) => {
            let finding = snapshot.outcome()?.findings.iter().find(|finding| Key::of(finding) == *key);
            let finding = finding.ok_or("the text has changed since; ask for the repair again")?;
            Choice { unsafe_too: true, finding: Some(Box::new(finding.clone())), ..Choice::default() }
        }
        Task::Rule(rule) => Choice { only: vec![rule.clone()], file: file(), ..Choice::default() },
        Task::File => Choice { safe_only: true, file: file(), ..Choice::default() },
    };
    made(&choice, snapshot, client)
}

/// What some fixes change.
pub fn made(choice: &Choice, snapshot: &Snapshot, client: &Client) -> Result<WorkspaceEdit, String> {
    let repaired = snapshot.repaired(choice)?;
    if repaired.made.is_empty() {
        let reason = repaired.skipped.iter().find(|skipped| !skipped.is_unsafe).map(|skipped| skipped.reason.clone());
        return Err(reason.unwrap_or_else(|| "there is nothing to repair here".to_owned()));
    }
    workspace_edit::of_differences(&repaired.workspace.differences(), snapshot, client)
}

fn is_safe(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == FixSafety::Safe)
}

/// Whether the repair of a finding may be made together with others.
fn is_unattended(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety != FixSafety::Unsafe)
}

fn overlap(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}
