//! What keeps a fix from being written, in words for the person whose files they are.

use std::io;
use std::path::PathBuf;

use crate::words;

/// Why nothing was written. After every one of them but [`CommitError::NotUndone`] the folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A name that no fix may write.
    #[error("`{}` cannot be the name of a file here: {problem}", words::excerpt(name, 100))]
    UnusableName {
        /// The name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Another program wrote the file after it was read.
    #[error("`{name}` was changed by another program meanwhile; nothing was written. Run the command again")]
    Changed {
        /// The file.
        name: String,
    },
    /// Another program deleted or renamed the file after it was read.
    #[error("`{name}` was deleted or renamed by another program meanwhile; nothing was written. Run the command again")]
    Gone {
        /// The file.
        name: String,
    },
    /// A file was to be made, and there is one already.
    #[error("`{name}` would be made, but there is already `{existing}`, which is not overwritten; nothing was written")]
    Exists {
        /// The file to be made.
        name: String,
        /// The file that is there, in its own spelling.
        existing: String,
    },
    /// Two steps want the same file. No combination of fixes may lead here.
    #[error("two fixes want to write `{name}` at once; nothing was written")]
    Twice {
        /// The file.
        name: String,
    },
    /// A link leads out of the connector's folder, or nowhere.
    #[error("`{name}` is a link that leads out of the connector's folder or nowhere, and is not followed; nothing was written")]
    LeadsOutside {
        /// The link.
        name: String,
    },
    /// Something other than a file.
    #[error("`{name}` is {what}, not a plain file; nothing was written")]
    NotAFile {
        /// Its name.
        name: String,
        /// What it is.
        what: &'static str,
    },
    /// Another run is at work in the same folder.
    #[error("another run of conncert is writing in {}; nothing was written. Wait until it has ended and run the command again", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// What an interrupted run left cannot be finished or undone.
    #[error(
        "an earlier run was interrupted in {}, and {problem}, so it can be neither finished nor undone; nothing was written. \
         Look whether the connector's files are as you want them, then delete the file {journal} and run the command again",
        folder.display(), journal = super::journal::JOURNAL
    )]
    Interrupted {
        /// The folder.
        folder: PathBuf,
        /// What stands in the way, to follow "and".
        problem: String,
    },
    /// The system refused.
    #[error("cannot {action} `{name}`: {}; nothing was changed", reason_in_words(reason))]
    Failed {
        /// What was tried.
        action: &'static str,
        /// The file.
        name: String,
        /// What the system says.
        reason: io::Error,
    },
    /// The system refused, and refused as well to put back what had been written until then.
    #[error(
        "{cause}. Yet {} could not be put back as it was: the earlier content is kept in files that begin with {prefix}. \
         Remove the cause and run the command again, which finishes or undoes everything",
        words::list_and(names), prefix = super::name::OWN_PREFIX
    )]
    NotUndone {
        /// What failed first.
        cause: Box<CommitError>,
        /// Files with new content.
        names: Vec<String>,
    },
}

impl CommitError {
    /// For `map_err`: an action on a file that the system refused.
    pub(super) fn failed(action: &'static str, name: &str) -> impl FnOnce(io::Error) -> Self {
        let name = name.to_owned();
        move |reason| Self::Failed { action, name, reason }
    }
}

/// The system's reason, in plain words where the usual ones are jargon.
fn reason_in_words(error: &io::Error) -> String {
    if error.get_ref().is_some() {
        return error.to_string();
    }
    let plain = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full",
        io::ErrorKind::QuotaExceeded => "your share of the disk is used up (quota)",
        io::ErrorKind::FileTooLarge => "the file would be larger than the system allows here",
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        io::ErrorKind::PermissionDenied => "the system denies permission; the file or folder may be protected, or open in another program",
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => "another program uses it",
        _ if super::disk::is_sharing_violation(error) => "another program has it open; close it there",
        _ => return error.to_string(),
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_file_and_says_in_plain_words_why() {
        let said = |kind: io::ErrorKind| CommitError::failed("write", "README.md")(kind.into()).to_string();
        assert_eq!(said(io::ErrorKind::StorageFull), "cannot write `README.md`: the disk is full; nothing was changed");
        assert_eq!(said(io::ErrorKind::ReadOnlyFilesystem), "cannot write `README.md`: the disk is read-only; nothing was changed");
        assert!(said(io::ErrorKind::QuotaExceeded).contains("quota"));
        assert!(said(io::ErrorKind::PermissionDenied).contains("permission"));
        let own = CommitError::failed("write", "README.md")(io::Error::other("it is protected against writing")).to_string();
        assert_eq!(own, "cannot write `README.md`: it is protected against writing; nothing was changed");
    }
}
