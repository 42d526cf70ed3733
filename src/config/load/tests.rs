//! How configuration is found, layered and judged.

use std::fs;

use super::*;
use crate::connector::{Stage, Track};
use crate::finding::Severity;
use crate::rule::file::Level;

/// A tree of folders with files, and a `root = true` at its top that keeps out whatever lies above the temporary folder.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    fs::write(tree.path().join(FILE_NAME), "root = true\n").unwrap();
    for (path, text) in files {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    tree
}

fn settings(tree: &tempfile::TempDir, connector: &str) -> Settings {
    let folder = tree.path().join(connector);
    fs::create_dir_all(&folder).unwrap();
    Finder::default().layers(&folder).unwrap().settings(&folder)
}

/// What is wrong with a text, each with line and column.
fn problems(text: &str) -> Vec<String> {
    let problems = parse(Path::new(FILE_NAME), text.as_bytes().to_vec()).unwrap_err();
    let place = |range: Option<Range>| range.map_or("?".to_owned(), |range| format!("{}:{}", range.start.line, range.start.column));
    problems.into_iter().map(|problem| format!("{} {}", place(problem.range), problem.message)).collect()
}

fn has(text: &str, start: &str, parts: &[&str]) {
    let problems = problems(text);
    let [problem] = problems.as_slice() else { panic!("{text}: {problems:?}") };
    assert!(problem.starts_with(start) && parts.iter().all(|part| problem.contains(part)), "{text}: {problem}");
}

#[test]
fn the_file_is_found_above_the_connector_and_not_beside_it() {
    let tree = tree(&[("a/conncert.toml", "track = \"custom\""), ("b/conncert.toml", "track = \"verified\"")]);
    assert_eq!(settings(&tree, "a/one/two").track, Some(Track::Custom));
    assert_eq!(settings(&tree, "c").track, None);
    let sideways = tree.path().join("a/../b");
    assert_eq!(Finder::default().layers(&sideways).unwrap().settings(&sideways).track, Some(Track::Verified));
    let up = tree.path().join("a/..");
    assert_eq!(Finder::default().layers(&up).unwrap().0.len(), 1);
}

#[test]
fn a_nearer_file_goes_before_a_farther_one_key_by_key() {
    let far = "track = \"custom\"\nstage = \"submission\"\nfail-on = \"warning\"\nignore = [\"a\", \"b\"]\nselect = [\"x\"]\n[fix]\npublisher = \"Far\"\nwebsite = \"https://far.example\"";
    let near = "track = \"verified\"\nignore = [\"c\"]\n[fix]\npublisher = \"Near\"";
    let tree = tree(&[("p/conncert.toml", far), ("p/q/conncert.toml", near)]);
    let settings = settings(&tree, "p/q/connector");
    assert_eq!(
        (settings.track, settings.stage, settings.fail_on),
        (Some(Track::Verified), Some(Stage::Submission), Some(Severity::Warning))
    );
    assert_eq!((settings.ignore, settings.select), (vec!["c".to_owned()], Some(vec!["x".to_owned()])));
    assert_eq!((settings.values.publisher.as_deref(), settings.values.website.as_deref()), (Some("Near"), Some("https://far.example")));
}

#[test]
fn severities_of_nearer_files_and_of_overrides_come_later() {
    let far = "[severity]\nzulu = \"off\"";
    let near = "[severity]\nAlpha = \"error\"\n[[override]]\npath = \"c\"\n[override.severity]\nzulu = \"info\"";
    let tree = tree(&[("p/conncert.toml", far), ("p/q/conncert.toml", near)]);
    let tables: Vec<Vec<(String, Level)>> =
        settings(&tree, "p/q/c").severity.into_iter().map(|table| table.into_iter().collect()).collect();
    let one = |name: &str, level: Level| vec![(name.to_owned(), level)];
    assert_eq!(tables, [one("zulu", Level::Off), one("Alpha", Level::Error), one("zulu", Level::Info)]);
}

#[test]
fn root_stops_the_search() {
    let tree = tree(&[("p/conncert.toml", "stage = \"submission\""), ("p/q/conncert.toml", "root = true\ntrack = \"custom\"")]);
    let settings = settings(&tree, "p/q/connector");
    assert_eq!((settings.track, settings.stage), (Some(Track::Custom), None));
}

#[test]
fn the_last_override_that_fits_counts_and_a_star_stays_within_a_name() {
    let text = r#"
        track = "verified"
        ignore = ["a"]
        [[override]]
        path = "connectors/*"
        track = "independent"
        stage = "pull-request"
        ignore = ["b"]
        [[override]]
        path = "./connectors/special/"
        track = "custom"
        [[override]]
        path = "**/old"
        stage = "submission"
    "#;
    let tree = tree(&[("p/conncert.toml", text)]);
    let of = |connector: &str| {
        let settings = settings(&tree, connector);
        (settings.track.unwrap().word(), settings.stage.map(Stage::word), settings.ignore.join(" "))
    };
    assert_eq!(of("p/connectors/one"), ("independent", Some("pull-request"), "a b".to_owned()));
    assert_eq!(of("p/connectors/special"), ("custom", Some("pull-request"), "a b".to_owned()));
    assert_eq!(of("p/connectors/special/inner"), ("verified", None, "a".to_owned()));
    assert_eq!(of("p/x/y/old"), ("verified", Some("submission"), "a".to_owned()));
}

#[test]
fn an_override_can_mean_the_folder_of_the_file_itself() {
    let tree = tree(&[("p/conncert.toml", "[[override]]\npath = \".\"\ntrack = \"custom\"")]);
    assert_eq!(settings(&tree, "p").track, Some(Track::Custom));
    assert_eq!(settings(&tree, "p/q").track, None);
}

#[test]
fn accepted_findings_apply_to_the_connectors_they_name_and_know_their_line() {
    let text =
        "track = \"custom\"\n\n[[accept]]\nrule = \"a\"\nreason = \"r\"\n\n[[accept]]\nrule = \"b\"\nconnector = \"one\"\nreason = \"r\"\n";
    let tree = tree(&[("p/conncert.toml", text)]);
    let of =
        |connector: &str| settings(&tree, connector).accept.into_iter().map(|(accept, _, line)| (accept.rule, line)).collect::<Vec<_>>();
    assert_eq!(of("p/one"), [("a".to_owned(), 3), ("b".to_owned(), 7)]);
    assert_eq!(of("p/two"), [("a".to_owned(), 3)]);
}

#[test]
fn folders_of_rules_and_the_logo_are_relative_to_the_file() {
    let tree = tree(&[("p/conncert.toml", "rules = [\"own\", \"../shared\"]\n[fix]\nlogo = \"art/logo.svg\"")]);
    let settings = settings(&tree, "p/q/connector");
    let at = |path: &str| tree.path().join("p").join(path);
    assert_eq!(settings.rules, [at("own"), at("../shared")]);
    assert_eq!(settings.values.logo, Some(at("art/logo.svg").to_string_lossy().into_owned()));
}

#[test]
fn one_stated_file_takes_the_place_of_all_others_and_none_at_all_is_possible() {
    let tree = tree(&[
        ("p/conncert.toml", "track = \"verified\"\nstage = \"submission\""),
        ("other.toml", "track = \"custom\"\n[[override]]\npath = \"p/c\"\nfail = 1"),
        ("right.toml", "track = \"custom\"\n[[override]]\npath = \"p/c\"\nstage = \"pull-request\""),
    ]);
    let folder = tree.path().join("p/c");
    let with = |file: Option<&str>, disabled: bool| {
        let file = file.map(|file| tree.path().join(file));
        let mut finder = Finder::new(file.as_deref(), disabled).map_err(|(path, _)| path)?;
        let settings = finder.layers(&folder).map_err(|(path, _)| path)?.settings(&folder);
        Ok::<_, PathBuf>((settings.track, settings.stage))
    };
    assert_eq!(with(Some("right.toml"), false), Ok((Some(Track::Custom), Some(Stage::PullRequest))));
    assert_eq!(with(None, true), Ok((None, None)));
    assert_eq!(with(Some("other.toml"), false), Err(tree.path().join("other.toml")));
    assert_eq!(with(Some("missing.toml"), false), Err(tree.path().join("missing.toml")));
}

#[test]
fn a_file_in_the_current_folder_knows_where_it_lies() {
    let loaded = parse(Path::new(FILE_NAME), Vec::new()).unwrap();
    assert_eq!(loaded.relative(Path::new("connectors/one")), "connectors/one");
    assert_eq!(loaded.relative(Path::new(".")), ".");
    assert_eq!(loaded.relative(&std::env::current_dir().unwrap().join("x")), "x");
}

#[test]
fn an_unknown_key_is_reported_at_its_place_with_the_nearest_name() {
    has("root = true\ntrak = \"custom\"", "2:1", &["`trak`", "Did you mean `track`?"]);
    has("\n[fix]\n  publischer = \"x\"", "3:3", &["Did you mean `publisher`?"]);
    has("[[override]]\npath = \"x\"\nstages = \"submission\"", "3:1", &["Did you mean `stage`?"]);
}

#[test]
fn a_wrong_value_is_reported_at_its_place_with_what_was_expected() {
    has("track = \"certified\"", "1:9", &["`certified`", "`verified`"]);
    has("track = \"independant\"", "1:9", &["Did you mean `independent`?"]);
    has("stage = 3", "1:9", &["expected a text in quotes"]);
    has("[severity]\na = \"fatal\"", "2:5", &["`fatal`", "`off`"]);
    has("ignore = \"a\"", "1:10", &["expected a list in square brackets"]);
    has("track = \"custom", "1:", &[]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing_and_move_no_place() {
    let text = "\u{feff}root = true\r\ntrack = \"custom\"\r\n[[accept]]\r\nrule = \"a\"\r\nreason = \"b\"\r\n";
    let loaded = parse(Path::new(FILE_NAME), text.as_bytes().to_vec()).unwrap();
    assert_eq!((loaded.file.track, loaded.accept_lines), (Some(Track::Custom), vec![3]));
    has("\u{feff}trak = 1\r\n", "1:1", &["`trak`"]);
    has("\u{feff}root = true\r\ntrak = 1\r\n", "2:1", &["`trak`"]);
}

#[test]
fn an_accepted_finding_needs_a_reason_that_says_something() {
    has("[[accept]]\nrule = \"a\"", "1:1", &["`reason`"]);
    has("\n[[accept]]\nrule = \"a\"\nreason = \" \"", "2:1", &["needs a reason"]);
}

#[test]
fn a_day_that_no_calendar_has_is_reported_at_its_place() {
    for day in ["soon", "2027-3-1", "31.03.2027", "2027-02-30", "2027-13-01", "2100-02-29"] {
        has(&format!("\n\n[[accept]]\nrule = \"a\"\nreason = \"b\"\nexpires = \"{day}\""), "6:12", &[day, "2027-03-31"]);
    }
    for day in ["2028-02-29", "2000-02-29", "2027-12-31"] {
        assert_eq!(parse_day(day), Some(day));
    }
}

#[test]
fn patterns_and_pointers_that_cannot_be_meant_are_reported_all_at_once() {
    let text = "[[override]]\npath = \"a[\"\n[[accept]]\nrule = \"a\"\nreason = \"b\"\nconnector = \"{x\"\npointer = \"paths\"\n";
    let problems = problems(text);
    assert!(problems[0].starts_with("2:9 `a[` is no path"), "{problems:?}");
    assert!(problems[1].starts_with("6:14 `{x` is no path"), "{problems:?}");
    assert!(problems[2].starts_with("7:12 a pointer begins with /"), "{problems:?}");
}

#[test]
fn a_text_is_found_where_it_stands_as_a_value_rather_than_in_a_comment() {
    let loaded = parse(Path::new(FILE_NAME), b"# not tag\nignore = [\"tag\"]\n[severity]\nother = \"off\"\n".to_vec()).unwrap();
    let line = |text: &str| loaded.place_of(text).map(|range| (range.start.line, range.start.column));
    assert_eq!((line("tag"), line("other"), line("absent")), (Some((2, 12)), Some((4, 1)), None));
}
