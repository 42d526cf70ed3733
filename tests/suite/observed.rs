//! Watches the program from outside: what it asks of the system while it checks and repairs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{copy_of, fixture, program};

/// System calls that change what a path stands for.
const CHANGING: [&str; 20] = [
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "truncate",
    "creat",
    "mknod",
    "mknodat",
    "chmod",
    "fchmodat",
    "chown",
    "fchownat",
];

/// One system call: its name and arguments.
struct Call {
    name: String,
    arguments: String,
}

impl Call {
    /// The paths it names.
    fn paths(&self) -> Vec<&str> {
        self.arguments.split('"').skip(1).step_by(2).collect()
    }

    /// Whether it may write to what it opens.
    fn opens_for_writing(&self) -> bool {
        self.name.starts_with("open")
            && ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"].iter().any(|flag| self.arguments.contains(flag))
    }
}

/// Runs the program and gives what it asked of the system; `None` (with a word) where nobody can watch.
fn watched(arguments: &[&str], folder: &Path) -> Option<Vec<Call>> {
    let strace = program("strace")?;
    let place = tempfile::tempdir().unwrap();
    let log = place.path().join("calls");
    let output = Command::new(strace)
        .args(["-f", "-qq", "-s", "4096", "-e", "trace=%network,%file", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_conncert"))
        .args(arguments)
        .arg(folder)
        .current_dir(place.path())
        .output()
        .unwrap();
    let calls = fs::read_to_string(&log).unwrap_or_default();
    if calls.is_empty() {
        eprintln!("skipped: strace may not watch other programs here: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    let call = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let (name, arguments) = rest.split_once('(')?;
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            .then(|| Call { name: name.to_owned(), arguments: arguments.to_owned() })
    };
    Some(calls.lines().filter_map(call).collect())
}

fn assert_keeps_to(folder: &Path, calls: &[Call]) {
    let network = ["socket", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "recvfrom", "recvmsg", "socketpair"];
    let real = folder.canonicalize().unwrap();
    let is_inside = |path: &str| Path::new(path).starts_with(folder) || Path::new(path).starts_with(&real);
    for call in calls {
        assert!(!network.contains(&call.name.as_str()), "{}({}", call.name, call.arguments);
        if call.opens_for_writing() || CHANGING.contains(&call.name.as_str()) {
            assert!(!call.paths().is_empty() && call.paths().iter().all(|path| is_inside(path)), "{}({}", call.name, call.arguments);
        }
    }
    // Only itself was started, and no other program.
    assert_eq!(calls.iter().filter(|call| call.name == "execve").count(), 1);
    assert!(calls.iter().any(|call| call.name == "openat" && call.arguments.contains("apiDefinition.json")), "it was watched at work");
}

fn connector() -> (tempfile::TempDir, PathBuf) {
    let folder = copy_of(&fixture("broken/typical"));
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn a_check_asks_no_network_and_writes_nothing() {
    let (_keep, folder) = connector();
    for format in ["human", "json", "sarif"] {
        let Some(calls) = watched(&["lint", "--format", format], &folder) else { return };
        assert_keeps_to(&folder, &calls);
        let writes: Vec<&Call> = calls.iter().filter(|call| call.opens_for_writing() || CHANGING.contains(&call.name.as_str())).collect();
        assert!(writes.is_empty(), "{}({}", writes[0].name, writes[0].arguments);
    }
}

#[test]
fn a_repair_asks_no_network_and_writes_in_the_connectors_folder_only() {
    let (_keep, folder) = connector();
    let Some(calls) = watched(&["fix", "--diff"], &folder) else { return };
    assert!(calls.iter().all(|call| !call.opens_for_writing() && !CHANGING.contains(&call.name.as_str())), "a preview writes nothing");
    let Some(calls) = watched(&["fix", "--unsafe"], &folder) else { return };
    assert_keeps_to(&folder, &calls);
    assert!(calls.iter().any(Call::opens_for_writing), "something was written");
}
