//! Completions of shells and manual pages, judged by the programs that read them where these are installed.

use std::io::Write;
use std::process::{Command, Stdio};

use clap::CommandFactory;
use conncert::cli::Cli;
use conncert::run::Ending;

use crate::harness::{conncert, program};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// Every command that is shown to users.
fn commands() -> Vec<String> {
    let whole = Cli::command();
    let shown = whole.get_subcommands().filter(|command| !command.is_hide_set());
    shown.map(|command| command.get_name().to_owned()).collect()
}

#[test]
fn every_shell_gets_a_script_that_knows_all_commands_and_the_words_of_their_options() {
    for shell in SHELLS {
        let run = conncert(["completions", shell]);
        assert_eq!(run.ending, Ending::Clean, "{shell}: {}", run.errors);
        let options = ["fail-on", "pull-request", "independent"].map(str::to_owned);
        for word in commands().into_iter().chain(options) {
            // Elvish and PowerShell are offered commands and options only: their generators know no values.
            let is_value = ["pull-request", "independent"].contains(&word.as_str());
            let expected = !(is_value && ["elvish", "powershell"].contains(&shell));
            assert!(!expected || run.output.contains(&word), "{shell}: {word}");
        }
    }
    let unknown = conncert(["completions", "tcsh"]);
    assert_eq!(unknown.ending, Ending::Failed);
    assert!(unknown.errors.contains("bash, elvish, fish, powershell, zsh"), "{}", unknown.errors);
}

#[test]
fn bash_reads_its_completions_without_complaint_and_completes_with_them() {
    let Some(bash) = program("bash") else { return };
    let script = conncert(["completions", "bash"]).output;
    let ask = r#"COMP_WORDS=(conncert lint --track ver); COMP_CWORD=3; _conncert conncert ver --track; printf '%s\n' "${COMPREPLY[@]}""#;
    let output = Command::new(bash).args(["-euc", &format!("{script}\n{ask}")]).output().unwrap();
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((printed.trim(), errors.trim()), ("verified", ""));
}

#[test]
fn the_manual_has_one_page_a_command_and_the_same_pages_go_to_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("share/man1");
    let run = conncert(["man".as_ref(), target.as_os_str()]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    let page = |name: &str| std::fs::read_to_string(target.join(name)).unwrap();
    let mut whole = page("conncert.1");
    let listed: Vec<String> = whole.lines().filter(|line| line.starts_with("conncert\\-")).map(str::to_owned).collect();
    for command in commands() {
        let text = page(&format!("conncert-{command}.1"));
        assert!(text.contains(".SH SYNOPSIS") && text.contains(".SH \"EXIT STATUS\""), "{command}: {text}");
        assert!(text.contains(&format!(".TH conncert-{command} 1 \" \" \"conncert ")), "{command}: {text}");
        assert!(listed.iter().any(|line| line.contains(&command)), "{command} is not in conncert(1): {listed:?}");
        whole.push_str(&text);
    }
    assert_eq!(std::fs::read_dir(&target).unwrap().count(), commands().len() + 1);
    assert_eq!(conncert(["man"]).output, whole);
}

#[test]
fn groff_sets_the_manual_without_a_warning() {
    let Some(groff) = program("groff") else { return };
    let mut child = Command::new(groff)
        .args(["-man", "-ww", "-Tutf8"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(conncert(["man"]).output.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.stdout.len() > 5_000, "{}", String::from_utf8_lossy(&output.stdout));
}
