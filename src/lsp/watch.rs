//! The files whose changes on disk matter.

use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration, RegistrationParams,
    notification::{DidChangeWatchedFiles, Notification as _},
};

/// Every file that may be an artifact, a configuration or a rule. Names are free, since settings.json may give others.
const PATTERN: &str = "**/*.{json,md,markdown,txt,csx,cs,png,jpg,jpeg,gif,svg,bmp,webp,ico,toml}";

/// Asks the editor to tell of them.
pub fn registration() -> RegistrationParams {
    let watcher = FileSystemWatcher { glob_pattern: GlobPattern::String(PATTERN.to_owned()), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![watcher] };
    let registration = Registration {
        id: "conncert-files".to_owned(),
        method: DidChangeWatchedFiles::METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    RegistrationParams { registrations: vec![registration] }
}
