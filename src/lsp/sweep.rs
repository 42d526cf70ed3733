//! The check of everything that lies in the open folders, beside the server's daily work, with progress where the editor shows it.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;
use lsp_server::RequestId;
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{MessageType, notification::Progress};
use serde_json::{Value, json};

use super::board::Speaker;
use super::configuration::{Configurations, FileProblems, Refusal};
use super::diagnostics;
use super::server::{Event, Question, Server, failed, mistake};
use super::settings::EditorSettings;
use super::snapshot::{Applied, Snapshot};
use crate::connector::discover::{Target, discover};
use crate::guard::guarded;
use crate::in_order::in_order;
use crate::outcome::Summary;
use crate::run::profile::Catalogues;
use crate::words;

/// So many connectors are in memory at once.
const BATCH: usize = 16;

/// A check of the workspace that is under way.
pub struct Sweeping {
    request: RequestId,
    stop: Arc<AtomicBool>,
    token: Value,
    /// Whether the editor shows progress.
    is_shown: bool,
}

/// News from a check of the workspace.
pub enum Swept {
    /// Some connectors were checked.
    Batch(Vec<One>, usize, usize),
    /// All of them were, or the check was stopped.
    Done(Result<Summary, String>),
}

/// A connector that was checked.
pub struct One {
    folder: PathBuf,
    applied: Option<Applied>,
    refusal: Option<Refusal>,
    files: Result<FileProblems, String>,
}

/// What the thread needs to know.
struct Order {
    roots: Vec<PathBuf>,
    settings: Arc<EditorSettings>,
    catalogues: Catalogues,
    related: bool,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// Begins to check the workspace.
    pub(super) fn sweep(&mut self, id: &RequestId, stop: Arc<AtomicBool>, token: Option<Value>) {
        if self.sweeping.is_some() {
            self.answer(id.clone(), Err(failed("the workspace is being checked already")));
            return;
        }
        if self.client.folders.is_empty() {
            self.answer(id.clone(), Err(failed("no folder is open")));
            return;
        }
        let order = Order {
            roots: self.client.folders.clone(),
            settings: self.settings.clone(),
            catalogues: self.configurations.catalogues(),
            related: self.client.related_information,
            stop: stop.clone(),
        };
        let events = self.events.clone();
        let thread = std::thread::Builder::new().name("conncert-sweep".to_owned()).stack_size(8 << 20).spawn(move || {
            let done = guarded(|| order.run(&events)).map_err(|reason| mistake("the workspace could not be checked", &reason));
            // The server outlives the thread, or nobody wants to know.
            let _ = events.send(Event::Swept(Swept::Done(done)));
        });
        if let Err(error) = thread {
            self.answer(id.clone(), Err(failed(&error.to_string())));
            return;
        }
        let is_given = token.is_some();
        let token = token.unwrap_or_else(|| json!("conncert/lintWorkspace"));
        self.sweeping = Some(Sweeping { request: id.clone(), stop, token: token.clone(), is_shown: false });
        if is_given {
            self.progress_answered(true);
        } else if self.client.progress {
            self.ask::<WorkDoneProgressCreate>(&json!({ "token": token }), Question::Progress);
        }
    }

    /// The editor shows progress, or does not.
    pub(super) fn progress_answered(&mut self, is_shown: bool) {
        let Some(sweeping) = &mut self.sweeping else { return };
        sweeping.is_shown = is_shown;
        self.progress(&json!({ "kind": "begin", "title": "Checking connectors", "cancellable": true, "percentage": 0 }));
    }

    fn progress(&self, value: &Value) {
        if let Some(sweeping) = self.sweeping.as_ref().filter(|sweeping| sweeping.is_shown) {
            self.notify::<Progress>(&json!({ "token": sweeping.token, "value": value }));
        }
    }

    /// Stops checking the workspace.
    pub(super) fn stop_sweeping(&mut self) {
        if let Some(sweeping) = &self.sweeping {
            sweeping.stop.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn swept(&mut self, swept: Swept) {
        match swept {
            Swept::Batch(batch, done, total) => {
                for one in batch {
                    self.adopt(one);
                }
                self.show_refusals();
                let percentage = 100 * done / total.max(1);
                self.progress(&json!({ "kind": "report", "message": format!("{done} of {total}"), "percentage": percentage }));
            }
            Swept::Done(result) => {
                self.progress(&json!({ "kind": "end" }));
                let Some(Sweeping { request, .. }) = self.sweeping.take() else { return };
                let answer = result.map(|summary| {
                    let Summary { connectors, errors, warnings, infos, .. } = summary;
                    let counts =
                        [(errors, "error"), (warnings, "warning"), (infos, "info")].map(|(number, noun)| words::count(number, noun));
                    self.log(MessageType::INFO, &format!("{} checked: {}", words::count(connectors, "connector"), counts.join(", ")));
                    json!({ "connectors": connectors, "errors": errors, "warnings": warnings, "infos": infos })
                });
                self.answer(request, answer.map_err(|reason| failed(&reason)));
            }
        }
    }

    fn adopt(&mut self, one: One) {
        let One { folder, applied, refusal, files } = one;
        if let Some(applied) = &applied {
            self.connectors.pin(&folder, applied);
        }
        if let Some(refusal) = refusal {
            self.refused(&folder, refusal);
        }
        // Meanwhile somebody may have opened one of its files: then the newest text counts.
        if self.documents.of_connector(&folder).next().is_some() {
            self.connectors.touch(&folder);
            return;
        }
        match files {
            Ok(files) => self.show(Speaker::Connector(folder), files),
            Err(reason) => self.log(MessageType::WARNING, &reason),
        }
    }
}

/// A connector with what applies to it, or why nothing does.
type Configured = (PathBuf, Option<Applied>, Option<Refusal>);

impl Order {
    fn run(mut self, events: &Sender<Event>) -> Summary {
        let mut folders: Vec<PathBuf> = self.roots.iter().flat_map(|root| discover(root).unwrap_or_default()).filter_map(folder).collect();
        folders.sort();
        folders.dedup();
        let mut configurations = Configurations::knowing(std::mem::take(&mut self.catalogues));
        let mut summary = Summary::default();
        for (number, batch) in folders.chunks(BATCH).enumerate() {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let configured: Vec<Configured> = batch
                .iter()
                .map(|folder| match configurations.read(&self.settings, folder) {
                    Ok(applied) => (folder.clone(), Some(applied), None),
                    Err(refusal) => (folder.clone(), configurations.without_files(&self.settings, folder), Some(refusal)),
                })
                .collect();
            let mut batch = Vec::with_capacity(configured.len());
            let work = |(folder, applied, refusal): &Configured| self.check(folder.clone(), applied.clone(), refusal.clone());
            // Taking what was found cannot fail.
            let _: Result<(), Infallible> = in_order(
                &configured,
                work,
                |_| 1,
                |_, (one, counted)| {
                    summary.connectors += counted.connectors;
                    summary.errors += counted.errors;
                    summary.warnings += counted.warnings;
                    summary.infos += counted.infos;
                    batch.push(one);
                    Ok(())
                },
            );
            let done = (number * BATCH + batch.len()).min(folders.len());
            if events.send(Event::Swept(Swept::Batch(batch, done, folders.len()))).is_err() {
                break;
            }
        }
        summary
    }

    fn check(&self, folder: PathBuf, applied: Option<Applied>, refusal: Option<Refusal>) -> (One, Summary) {
        let mut summary = Summary::default();
        let snapshot = applied.clone().map(|applied| Snapshot::new(folder.clone(), applied, 0, Vec::new(), Vec::new()));
        let files = match &snapshot {
            Some(snapshot) => guarded(|| {
                let files = diagnostics::by_file(snapshot, self.related)?;
                summary.add(snapshot.outcome()?);
                Ok(files)
            })
            .unwrap_or_else(|reason| Err(mistake(&format!("{} could not be checked", folder.display()), &reason))),
            None => Err(format!("{} could not be checked: its rules cannot be read", folder.display())),
        };
        (One { folder, applied, refusal, files }, summary)
    }
}

fn folder(target: Target) -> Option<PathBuf> {
    match target {
        Target::Folder(folder) => Some(folder),
        Target::File(_) => None,
    }
}
