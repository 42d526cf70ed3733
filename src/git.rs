//! Asks the program git which files changed: the only other program conncert ever runs.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::words;

/// Why git gave no answer, in words that follow "--changed-since: ".
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("the program git cannot be run ({0}); install git, or leave the option out")]
    Missing(io::Error),
    /// The folder is not under version control.
    #[error("{} is not in a git repository that can be read\n  git says: {said}", folder.display())]
    NoRepository {
        /// The folder.
        folder: PathBuf,
        /// What git says.
        said: String,
    },
    /// What was named is no commit.
    #[error("`{0}` is no commit, branch or tag of this repository. A shallow clone knows only its last commits: fetch the others first")]
    UnknownReference(String),
    /// The name could be taken for an option.
    #[error("`{0}` cannot be the name of a commit, branch or tag")]
    UnusableReference(String),
    /// There is no commit from which both come.
    #[error("`{0}` and the current commit have no commit in common. In a shallow clone, fetch the full history (fetch-depth: 0) first")]
    NothingInCommon(String),
    /// Anything else.
    #[error("git failed: {0}")]
    Failed(String),
}

/// The files that differ from the commit in which `reference` and the current commit parted: committed, staged, changed, deleted or not
/// tracked yet. A renamed file is there under both names. `folder` says which repository is meant.
pub fn changed_files(folder: &Path, reference: &str) -> Result<Vec<PathBuf>, GitError> {
    if reference.is_empty() || reference.starts_with('-') || reference.contains(['\0', '\n']) {
        return Err(GitError::UnusableReference(words::excerpt(reference, 60)));
    }
    let git = Git { folder: working_folder(folder) };
    let top = git.run(&["rev-parse", "--show-toplevel"])?;
    if !top.status.success() {
        return Err(GitError::NoRepository { folder: folder.to_owned(), said: said(&top) });
    }
    let top = path(top.stdout.strip_suffix(b"\n").unwrap_or(&top.stdout));
    let unknown = || GitError::UnknownReference(words::excerpt(reference, 60));
    let commit = git.word(&["rev-parse", "--verify", "--quiet", &format!("{reference}^{{commit}}")])?.ok_or_else(unknown)?;
    let base = git.word(&["merge-base", &commit, "HEAD"])?.ok_or_else(|| GitError::NothingInCommon(reference.to_owned()))?;
    // Three comparisons, since a change may be taken back in a later one: it has been touched nevertheless.
    let names = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"];
    let mut files = Vec::new();
    for compared in [&[&base as &str, "HEAD"] as &[&str], &["--cached", "HEAD"], &[]] {
        files.extend(git.list(&[&names, compared, &["--"]].concat())?);
    }
    files.extend(git.list(&["ls-files", "-z", "--others", "--exclude-standard", "--full-name", "--", ":/"])?);
    files.sort_unstable();
    files.dedup();
    Ok(files.into_iter().map(|file| top.join(file)).collect())
}

/// Where git is run. Hooks set variables whose paths are relative to where they run: there, then.
fn working_folder(folder: &Path) -> PathBuf {
    let in_hook = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"].iter().any(|name| std::env::var_os(name).is_some());
    if in_hook || folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

struct Git {
    folder: PathBuf,
}

impl Git {
    fn run(&self, arguments: &[&str]) -> Result<Output, GitError> {
        let mut command = Command::new("git");
        // Names come as they are and relative to the top, and no program that the repository's settings name is run for them.
        command.args(["-c", "core.quotepath=off", "-c", "diff.relative=false", "-c", "core.fsmonitor=false", "--no-pager"]);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).output().map_err(GitError::Missing)
    }

    /// The single line of an answer; `None` where git says no.
    fn word(&self, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.run(arguments)?;
        let word = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !word.is_empty()).then(|| word.lines().next().unwrap_or_default().to_owned()))
    }

    /// The names of an answer.
    fn list(&self, arguments: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let output = self.run(arguments)?;
        if !output.status.success() {
            return Err(GitError::Failed(said(&output)));
        }
        Ok(output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(path).collect())
    }
}

fn said(output: &Output) -> String {
    words::excerpt(&String::from_utf8_lossy(&output.stderr), 300)
}

/// A name as git prints it: bytes on Unix, UTF-8 on Windows.
fn path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let name = <OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes.to_vec());
    #[cfg(not(unix))]
    let name = OsString::from(String::from_utf8_lossy(bytes).into_owned());
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_could_be_an_option_is_never_handed_to_git() {
        for reference in ["-x", "--upload-pack=touch", "", "a\nb"] {
            assert!(matches!(changed_files(Path::new("."), reference), Err(GitError::UnusableReference(_))), "{reference:?}");
        }
    }
}
