//! The GitHub Action and the pre-commit hooks: their scripts run here with made-up inputs, and their files agree with the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use conncert::run::Ending;

use crate::harness::{conncert, copy_of, fixture, program, root};

/// A runner with a folder of its own programs before all others.
struct Runner {
    folder: tempfile::TempDir,
    bash: PathBuf,
}

impl Runner {
    fn new() -> Option<Self> {
        let bash = program("bash")?;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        Some(Self { folder, bash })
    }

    /// A program that notes its arguments, one a line, and prints a line.
    fn with_program(self, name: &str, prints: &str) -> Self {
        let noted = self.noted(name).display().to_string().replace('\\', "/");
        let file = self.folder.path().join("bin").join(name);
        fs::write(&file, format!("#!/usr/bin/env bash\nprintf '%s\\n' \"$@\" >>'{noted}'\necho '{prints}'\n")).unwrap();
        let made = Command::new(&self.bash).args(["-c", "chmod +x \"$1\"", "chmod"]).arg(&file).status().unwrap();
        assert!(made.success());
        self
    }

    fn noted(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.arguments"))
    }

    fn arguments(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.noted(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    /// Runs a script of the action with inputs, and only the runner's own programs beside those of the system.
    fn run(&self, script: &str, inputs: &[(&str, &str)]) -> Output {
        let system = if cfg!(windows) { std::env::var_os("PATH").unwrap() } else { "/usr/bin:/bin".into() };
        let folders = std::iter::once(self.folder.path().join("bin")).chain(std::env::split_paths(&system));
        let at = |name: &str| self.folder.path().join(name);
        Command::new(&self.bash)
            .arg(root().join(".github/action").join(script))
            .current_dir(at("work"))
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_PATH", at("path"))
            .env("GITHUB_ACTION_PATH", "/the/action")
            .env("CARGO_HOME", "/home/ada/.cargo")
            .envs(inputs.iter().map(|(name, value)| (format!("CONNCERT_{name}"), value)))
            .output()
            .unwrap()
    }
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n")
}

#[test]
fn inputs_of_the_action_become_arguments_and_paths_may_hold_blanks() {
    let Some(runner) = Runner::new().map(|runner| runner.with_program("conncert", "")) else { return };
    let inputs = [
        ("PATHS", "connectors/Kelpline Tides\r\n\n  other\n"),
        ("TRACK", "verified"),
        ("STAGE", "auto"),
        ("FAIL_ON", "warning"),
        ("FORMAT", "github"),
        ("SARIF_FILE", "out/report.sarif"),
        ("CHANGED_SINCE", "origin/main"),
        ("ARGS", "--ignore a,b\n\t--quiet --color never \n"),
    ];
    let output = runner.run("lint.sh", &inputs);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected = [
        "lint",
        "--track=verified",
        "--stage=auto",
        "--fail-on=warning",
        "--changed-since=origin/main",
        "--format=github",
        "--format=sarif=out/report.sarif",
        "--ignore",
        "a,b",
        "--quiet",
        "--color",
        "never",
        "--",
        "connectors/Kelpline Tides",
        "  other",
    ];
    assert_eq!(runner.arguments("conncert"), expected);
    assert_eq!(runner.file("output").trim(), "sarif-file=out/report.sarif");
}

#[test]
fn inputs_that_are_left_out_leave_the_choice_to_the_program() {
    let Some(runner) = Runner::new().map(|runner| runner.with_program("conncert", "")) else { return };
    assert!(runner.run("lint.sh", &[]).status.success());
    assert_eq!(runner.arguments("conncert"), ["lint", "--format=github", "--", "."]);
    assert_eq!(runner.file("output"), "");
}

#[test]
fn no_input_of_the_action_is_run_or_expanded() {
    for hostile in
        ["$(touch pwned)", "`touch pwned`", "; touch pwned;", "' ; touch pwned ; '", "\"; touch pwned; \"", "*", "--config=x", "${HOME}"]
    {
        let Some(runner) = Runner::new().map(|runner| runner.with_program("conncert", "")) else { return };
        let names = ["PATHS", "TRACK", "STAGE", "FAIL_ON", "FORMAT", "SARIF_FILE", "CHANGED_SINCE", "ARGS"];
        fs::write(runner.folder.path().join("work/a-file"), "").unwrap();
        let output = runner.run("lint.sh", &names.map(|name| (name, hostile)));
        assert!(output.status.success(), "{hostile}: {}", String::from_utf8_lossy(&output.stderr));
        let arguments = runner.arguments("conncert");
        for option in ["track", "stage", "fail-on", "changed-since", "format"] {
            assert!(arguments.contains(&format!("--{option}={hostile}")), "{hostile}: {arguments:?}");
        }
        assert_eq!(arguments.last().map(String::as_str), Some(hostile));
        assert_eq!(arguments[arguments.len() - 2], "--");
        assert_eq!(fs::read_dir(runner.folder.path().join("work")).unwrap().count(), 1, "{hostile}");
    }
    let Some(runner) = Runner::new().map(|runner| runner.with_program("conncert", "")) else { return };
    let output = runner.run("lint.sh", &[("SARIF_FILE", "a\nother=b")]);
    assert_eq!((output.status.code(), runner.arguments("conncert"), runner.file("output")), (Some(2), Vec::new(), String::new()));
}

#[test]
fn the_action_fails_with_findings_and_leaves_the_report() {
    let Some(runner) = Runner::new() else { return };
    let built = Path::new(env!("CARGO_BIN_EXE_conncert"));
    // A copy that was just written cannot be started while another test starts a program of its own, which holds it open for a moment.
    let place = runner.folder.path().join("bin").join(built.file_name().unwrap());
    #[cfg(unix)]
    std::os::unix::fs::symlink(built, place).unwrap();
    #[cfg(not(unix))]
    fs::copy(built, place).unwrap();
    let paths = fixture("broken/typical").display().to_string();
    let output = runner.run(
        "lint.sh",
        &[("PATHS", &paths), ("TRACK", "auto"), ("SARIF_FILE", "report.sarif"), ("ARGS", "--select title-restricted-words")],
    );
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("::error file="));
    let report: serde_json::Value = serde_json::from_str(&runner.file("work/report.sarif")).unwrap();
    assert_eq!(report["runs"][0]["results"][0]["ruleId"], "title-restricted-words");
    let clean = fixture("clean/verified-submission").display().to_string();
    assert_eq!(runner.run("lint.sh", &[("PATHS", &clean)]).status.code(), Some(0));
}

#[test]
fn the_action_uses_the_program_that_is_there_and_installs_it_only_where_needed() {
    let both = || Some(Runner::new()?.with_program("conncert", "conncert 0.1.0").with_program("cargo", ""));
    let installed = |runner: Runner, version: &str| {
        let output = runner.run("install.sh", &[("VERSION", version)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (runner.arguments("cargo").join(" "), runner.file("path").trim().to_owned())
    };
    let Some(runner) = both() else { return };
    let nothing = (String::new(), String::new());
    let path = || "/home/ada/.cargo/bin".to_owned();
    assert_eq!(installed(runner, ""), nothing);
    assert_eq!(installed(both().unwrap(), "v0.1.0"), nothing);
    assert_eq!(installed(both().unwrap(), "0.2.0"), ("install --locked --force conncert --version 0.2.0".to_owned(), path()));
    let without = Runner::new().unwrap().with_program("cargo", "");
    assert_eq!(installed(without, ""), ("install --locked --force --path /the/action".to_owned(), path()));
}

#[test]
fn what_the_action_cannot_install_it_says() {
    let Some(runner) = Runner::new().map(|runner| runner.with_program("cargo", "")) else { return };
    let output = runner.run("install.sh", &[("VERSION", "1.0 --git https://example.org")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("::error title=conncert::"));
    assert_eq!(runner.arguments("cargo"), Vec::<String>::new());
    if Path::new("/usr/bin/cargo").exists() || cfg!(windows) {
        return;
    }
    let bare = Runner::new().unwrap().run("install.sh", &[]);
    assert_eq!(bare.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&bare.stdout).contains("Install a Rust toolchain"));
}

#[test]
fn inputs_of_the_action_reach_its_scripts_as_variables_only_and_are_documented() {
    let action = text("action.yml");
    let (head, body) = action.split_once("\nruns:\n").unwrap();
    let inputs = head.split_once("\ninputs:\n").unwrap().1.split("\noutputs:\n").next().unwrap();
    let names: Vec<&str> =
        inputs.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':')).filter(|name| !name.starts_with(' ')).collect();
    assert_eq!(names, ["paths", "track", "stage", "fail-on", "format", "sarif-file", "changed-since", "version", "args"]);
    let documentation = text("docs/ci.md");
    for name in names {
        let variable = format!("CONNCERT_{}", name.replace('-', "_").to_uppercase());
        assert!(body.contains(&format!("        {variable}: ${{{{ inputs.{name} }}}}\n")), "{name}");
        let used = [text(".github/action/install.sh"), text(".github/action/lint.sh")].concat();
        assert!(used.contains(&variable), "{variable}");
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
    for line in body.lines().filter(|line| line.contains("${{")) {
        let (name, _) = line.trim().split_once(": ").unwrap();
        assert!(name.starts_with("CONNCERT_"), "{line}");
    }
}

#[test]
fn workflows_name_other_peoples_actions_by_commit_and_may_only_read() {
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        let workflow = fs::read_to_string(&path).unwrap();
        assert!(workflow.contains("\npermissions:\n  contents: read\n"), "{}", path.display());
        for line in workflow.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            let commit = line.split_once('@').map_or("", |(_, rest)| rest.split(' ').next().unwrap_or_default());
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(line == "./" || is_commit, "{line}");
        }
    }
}

/// The values of a key in the file of hooks.
fn hooks(key: &str) -> Vec<String> {
    let file = text(".pre-commit-hooks.yaml");
    file.lines().filter_map(|line| Some(line.trim_start_matches(['-', ' ']).strip_prefix(key)?.strip_prefix(": ")?.to_owned())).collect()
}

#[test]
fn the_hooks_look_at_the_files_of_connectors_and_at_nothing_else() {
    let patterns = hooks("files");
    assert_eq!(patterns.len(), hooks("id").len());
    for pattern in patterns {
        let pattern = regex::Regex::new(&pattern).unwrap();
        for name in [
            "apiDefinition.json",
            "a/apiDefinition.swagger.json",
            "a/b c/apiProperties.json",
            "a/settings.json",
            "icon.png",
            "x/script.csx",
            "README.MD",
            "a/intro.md",
        ] {
            assert!(pattern.is_match(name), "{name}");
        }
        for name in ["package.json", "myapiDefinition.json", "a/apiDefinition.json.bak", "docs/guide.md", "icon.png/x", "conncert.toml"] {
            assert!(!pattern.is_match(name), "{name}");
        }
    }
}

#[test]
fn the_hooks_mean_whole_connectors_and_pass_over_files_of_none() {
    let folder = copy_of(&fixture("broken/typical"));
    let readme = folder.path().join("README.md");
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("README.md"), "# A project\n").unwrap();
    fs::create_dir(elsewhere.path().join(".vscode")).unwrap();
    fs::write(elsewhere.path().join(".vscode/settings.json"), "{ \"editor.tabSize\": 2 }").unwrap();
    let run = |entry: &str, files: &[&Path]| {
        let words: Vec<_> = entry
            .split(' ')
            .skip(1)
            .map(Into::into)
            .chain(files.iter().map(|file| file.as_os_str().to_owned()))
            .collect::<Vec<std::ffi::OsString>>();
        conncert(words)
    };
    let entries = hooks("entry");
    for entry in &entries {
        let others = run(entry, &[&elsewhere.path().join("README.md"), &elsewhere.path().join(".vscode/settings.json")]);
        assert_eq!(others.ending, Ending::Clean, "{entry}: {}{}", others.output, others.errors);
        assert_eq!(run(entry, &[&elsewhere.path().join("missing.json")]).ending, Ending::Failed, "{entry}");
    }
    let found = run(&entries[0], &[&readme, &folder.path().join("settings.json")]);
    assert_eq!(found.ending, Ending::Findings);
    assert!(found.output.contains("apiDefinition.json"), "what is wrong elsewhere in the connector is found: {}", found.output);
    let before = fs::read(folder.path().join("apiDefinition.json")).unwrap();
    run(&entries[1], &[&readme]);
    assert_ne!(fs::read(folder.path().join("apiDefinition.json")).unwrap(), before);
}
