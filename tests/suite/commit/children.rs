//! Runs in processes of their own: killed, at the same time, on full disks and in folders that nobody may write.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use conncert::fix::commit::{CommitError, Fingerprint, Recovered, Step, commit, recover};

use super::{Files, contents, files, folder_with, replace};

/// Tells a child which folder it works on.
const FOLDER: &str = "CONNCERT_TEST_FOLDER";

/// This test binary again, running one of its ignored tests in a folder.
fn child(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&format!("commit::children::{test}"), "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn folder_of_child() -> std::path::PathBuf {
    std::env::var_os(FOLDER).expect("started by another test").into()
}

fn random(below: u64) -> u64 {
    RandomState::new().hash_one(0) % below
}

/// What the folder holds in a generation: three files change each time, one changes its spelling, one comes and goes.
fn generation(number: u64) -> Files {
    let text = |name: &str| format!("{name} in generation {number}\n").repeat(200 + number as usize % 7).into_bytes();
    let mut all: Files = ["a.json", "b.json", "assets/c.json"].map(|name| (name.to_owned(), text(name))).into();
    all.insert(if number.is_multiple_of(2) { "Readme.md" } else { "README.md" }.to_owned(), text("readme"));
    if number.is_multiple_of(2) {
        all.insert("even.txt".to_owned(), text("even"));
    }
    all
}

fn steps_after(number: u64) -> Vec<Step> {
    let (old, mut new) = (generation(number), generation(number + 1));
    let mut steps = Vec::new();
    for (name, bytes) in old {
        let expected = Fingerprint::of(&bytes);
        let to = new.keys().find(|other| other.eq_ignore_ascii_case(&name)).cloned();
        steps.push(match to.map(|to| (new.remove(&to).unwrap(), to)) {
            Some((bytes, to)) if to == name => Step::Replace { name, expected, bytes },
            Some((bytes, to)) => Step::Rename { from: name, to, expected, bytes: Some(bytes) },
            None => Step::Delete { name, expected },
        });
    }
    steps.extend(new.into_iter().map(|(name, bytes)| Step::Create { name, bytes }));
    steps
}

/// The generation a folder is in; fails when it is in none.
fn generation_of(folder: &Path) -> u64 {
    let found = contents(folder);
    let first = String::from_utf8(found["a.json"].clone()).unwrap();
    let number = first.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(found == generation(number), "a mixture: {:?}", found.keys().collect::<Vec<_>>());
    number
}

#[test]
#[ignore = "started as a process of its own by the test below"]
fn endless_child() {
    let folder = folder_of_child();
    let mut number = generation_of(&folder);
    println!("ready");
    loop {
        commit(&folder, &steps_after(number)).unwrap();
        number += 1;
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_a_folder_that_the_next_run_makes_whole() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in generation(0) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    // As long as two commits take here and now, so that kills fall everywhere.
    let start = Instant::now();
    commit(folder.path(), &steps_after(0)).unwrap();
    commit(folder.path(), &steps_after(1)).unwrap();
    let longest = start.elapsed().clamp(Duration::from_millis(5), Duration::from_millis(200));
    let (mut last, mut tidied, mut finished) = (2, 0, 0);
    for round in 0..60 {
        let mut process = child("endless_child", folder.path()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().ends_with("ready")), "round {round}: {}", errors_of(process));
        std::thread::sleep(Duration::from_micros(random(longest.as_micros() as u64)));
        process.kill().unwrap();
        let output = process.wait_with_output().unwrap();
        assert!(output.stderr.is_empty(), "round {round}: {}", String::from_utf8_lossy(&output.stderr));
        match recover(folder.path()).unwrap() {
            Recovered::Nothing => {}
            Recovered::Tidied => tidied += 1,
            Recovered::Finished { .. } | Recovered::Undone { .. } => finished += 1,
        }
        let now = generation_of(folder.path());
        assert!(now >= last, "round {round}: from generation {last} back to {now}");
        last = now;
    }
    assert!(last > 2 && tidied + finished > 5, "{last} generations, {tidied} tidied, {finished} finished: the kills hit nothing");
    println!("{last} generations, {tidied} tidied, {finished} finished");
}

fn errors_of(process: Child) -> String {
    String::from_utf8_lossy(&process.wait_with_output().unwrap().stderr).into_owned()
}

const SHARED: [&str; 3] = ["a.json", "b.json", "c.json"];
/// So often each of two competing processes commits.
const COMMITS: usize = 30;

#[test]
#[ignore = "started as a process of its own by the test below"]
fn competing_child() {
    let folder = folder_of_child();
    let (mut committed, mut refused) = (0, 0);
    // How often one is refused is a matter of luck: each goes on until it has had its share, the last one alone.
    for round in 0..1_000_000 {
        if committed == COMMITS {
            break;
        }
        let read = SHARED.map(|name| fs::read(folder.join(name)).unwrap());
        let new = format!("process {} in round {round}", std::process::id());
        let replace = |(name, old): (&str, &Vec<u8>)| Step::Replace {
            name: name.to_owned(),
            expected: Fingerprint::of(old),
            bytes: new.clone().into(),
        };
        let steps: Vec<Step> = SHARED.into_iter().zip(&read).map(replace).collect();
        match commit(&folder, &steps) {
            // Everything was compared under the lock: three texts that were there together are of one run.
            Ok(_) => {
                committed += 1;
                assert!(read.iter().all(|text| *text == read[0]), "a mixture was on disk: {read:?}");
            }
            Err(CommitError::Busy { .. } | CommitError::Changed { .. }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    println!("\ncommitted {committed} refused {refused}");
}

#[test]
fn two_runs_at_once_follow_each_other_or_one_is_refused() {
    let folder = folder_with(&SHARED.map(|name| (name, "first")));
    let processes = [(); 2].map(|()| child("competing_child", folder.path()).spawn().unwrap());
    let mut totals = [0, 0];
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        let words: Vec<&str> = said.lines().find(|line| line.starts_with("committed")).unwrap().split(' ').collect();
        totals = [totals[0] + words[1].parse::<usize>().unwrap(), totals[1] + words[3].parse::<usize>().unwrap()];
    }
    assert!(totals[0] == 2 * COMMITS && totals[1] > 0, "committed and refused: {totals:?}");
    let found = contents(folder.path());
    assert_eq!(found.len(), SHARED.len(), "{:?}", found.keys());
    assert!(found.values().all(|text| *text == found["a.json"]));
}

#[test]
fn a_run_that_finds_another_at_work_says_so() {
    let folder = folder_with(&[("a.json", "a1")]);
    let lock = fs::File::options().read(true).write(true).create_new(true).open(folder.path().join(".conncert-lock")).unwrap();
    lock.lock().unwrap();
    fs::write(folder.path().join(".conncert-0123456789abcdef-new-0.tmp"), "the other's").unwrap();
    let busy = |result: Result<(), CommitError>| {
        let error = result.unwrap_err();
        assert!(error.to_string().contains("another run of conncert"), "{error}");
    };
    // On Windows a run keeps the file open for itself alone, which this test does not imitate.
    if cfg!(unix) {
        busy(commit(folder.path(), &[replace("a.json", "a1", "a2")]).map(drop));
        busy(recover(folder.path()).map(drop));
        assert!(folder.path().join(".conncert-0123456789abcdef-new-0.tmp").exists(), "the other run still needs it");
    }
    // Closing it is not enough: a process that another test starts at this moment has it open, too, until it runs its program.
    lock.unlock().unwrap();
    assert_eq!(recover(folder.path()).unwrap(), Recovered::Tidied);
    assert_eq!(contents(folder.path()), files(&[("a.json", "a1")]));
}

/// A small disk in memory, unmounted at the end.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).output();
        let mounted = output.is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("skipped: only an administrator can make a small disk");
        }
        mounted.then(|| Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_at_any_point_changes_nothing() {
    let text = |letter: &str, size: usize| letter.repeat(size);
    let steps = [
        replace("a.json", &text("a", 9_000), &text("A", 13_000)),
        replace("b.json", &text("b", 5_000), &text("B", 9_000)),
        Step::Create { name: "new/c.json".to_owned(), bytes: text("c", 5_000).into() },
        Step::Rename { from: "d.md".to_owned(), to: "D.md".to_owned(), expected: Fingerprint::of(b"d"), bytes: None },
    ];
    let old = files(&[("a.json", &text("a", 9_000)), ("b.json", &text("b", 5_000)), ("d.md", "d")]);
    let new = files(&[("a.json", &text("A", 13_000)), ("b.json", &text("B", 9_000)), ("new/c.json", &text("c", 5_000)), ("D.md", "d")]);
    let (mut full, mut done) = (0, 0);
    // Too few blocks, and too few entries.
    for free in (0..12).map(|blocks| (blocks, 100)).chain((0..10).map(|entries| (16, entries))) {
        // One entry is the disk's own folder, three are the old files.
        let Some(disk) = SmallDisk::mount(&format!("size={}k,nr_inodes={}", 4 * (3 + 2 + 1 + free.0), 4 + free.1)) else { return };
        for (name, bytes) in &old {
            fs::write(disk.path().join(name), bytes).unwrap();
        }
        let result = commit(disk.path(), &steps);
        let found = contents(disk.path());
        match result {
            Ok(_) => {
                done += 1;
                assert!(found == new, "{free:?}: {:?}", found.keys());
            }
            Err(error) => {
                full += 1;
                assert!(found == old, "{free:?}: {:?} after {error}", found.keys());
                assert!(error.to_string().contains("the disk is full"), "{error}");
            }
        }
    }
    assert!(full > 8 && done > 2, "{full} times full, {done} times enough");
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_disk_is_named_as_the_reason() {
    let Some(disk) = SmallDisk::mount("size=64k") else { return };
    fs::write(disk.path().join("a.json"), "a1").unwrap();
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(disk.path()).status().unwrap().success());
    let error = commit(disk.path(), &[replace("a.json", "a1", "a2")]).unwrap_err();
    assert!(error.to_string().contains("the disk is read-only; nothing was changed"), "{error}");
    assert_eq!(recover(disk.path()).unwrap(), Recovered::Nothing);
    assert_eq!(contents(disk.path()), files(&[("a.json", "a1")]));
}

#[cfg(unix)]
#[test]
fn a_folder_in_which_nobody_may_write_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with(&[("a.json", "a1")]);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.path().join("probe"), "").is_ok() {
        eprintln!("skipped: an administrator may write everywhere");
        return;
    }
    let error = commit(folder.path(), &[replace("a.json", "a1", "a2")]).unwrap_err();
    assert!(error.to_string().contains("the system denies permission"), "{error}");
    assert_eq!(contents(folder.path()), files(&[("a.json", "a1")]));
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
#[ignore = "started as a process of its own by the test below"]
fn writing_child() {
    let folder = folder_of_child();
    let error = commit(&folder, &[replace("a.json", "a1", "a2"), replace("b.json", "b1", &"b".repeat(1 << 20))]).unwrap_err();
    println!("\nrefused: {error}");
}

#[cfg(unix)]
#[test]
fn a_limit_on_the_size_of_files_changes_nothing() {
    let folder = folder_with(&[("a.json", "a1"), ("b.json", "b1")]);
    let direct = child("writing_child", folder.path());
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]).arg(direct.get_program()).args(direct.get_args());
    let output = limited.env(FOLDER, folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("refused: cannot write `b.json`: the file would be larger than the system allows here"), "{said}{output:?}");
    assert_eq!(contents(folder.path()), files(&[("a.json", "a1"), ("b.json", "b1")]));
}
