//! Texts and names that want to act on where they arrive: terminals, builds' logs, XML, Markdown, HTML. One list of attacks goes through
//! every format and every command.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use conncert::report::human::escape::is_hidden;
use conncert::run::{Console, Terminal};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use resvg::usvg::roxmltree::Document;
use serde_json::{Value, json};

use crate::harness::{copy_of, fixture};

/// What connectors may say, folders may be called, and rule files and configurations may hold.
const ATTACKS: [&str; 16] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{1b}]8;;https://evil.example\u{1b}\\safe\u{1b}]8;;\u{1b}\\",
    "\u{9b}31m\u{9d}0;x\u{9c}\u{85}",
    "over\rwritten\u{8}\u{8}\u{7f}",
    "\u{202e}txt.exe\u{202c}\u{2066}x\u{2069}\u{2067}\u{200f}",
    "a\n::error file=x::owned\n::set-env name=PATH::x",
    "::add-mask::x",
    "words that are long enough to be broken to another line of the report :: ::stop-commands::token and more of them, many more of them",
    "%0A::set-output name=a::b%0D%0a",
    "##vso[task.setvariable variable=s]v",
    "##[add-matcher]x.json",
    "]]></failure></testcase><script>alert(1)</script>&#27;&lt;\"'",
    "<img src=x onerror=alert(1)> <!-- -->",
    "[x](javascript:alert(1)) ![y](https://evil.example/p.png) @everyone | a | b |\n\n# Owned\n\n- [x] done",
    "` `` ``` ${{ github.token }} $(id) `id`",
    "\u{0}\u{fffe}\u{ffff}\u{feff}\u{e0041}\u{2028}\u{2029}",
];

const FORMATS: [&str; 11] = ["human", "concise", "json", "sarif", "github", "azure", "gitlab", "junit", "checkstyle", "rdjson", "markdown"];

/// What a run wrote to both streams, on a terminal that can do everything or into a pipe.
fn written(arguments: &[OsString], on_terminal: bool) -> (String, String) {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let terminal = if on_terminal { Terminal { color: true, unicode: true, links: true, width: 80 } } else { Terminal::PLAIN };
    let console = Console { input: &mut std::io::empty(), output: &mut output, errors: &mut errors, terminal, progress: None };
    conncert::run::run(std::iter::once("conncert".into()).chain(arguments.iter().cloned()), console);
    (String::from_utf8(output).unwrap(), String::from_utf8(errors).unwrap())
}

/// The text without the colours and links that conncert sends itself.
fn without_own_sequences(text: &str) -> String {
    let own = regex::Regex::new("\u{1b}\\[[0-9;]*m|\u{1b}]8;;(https://github\\.com/conncert/[a-z0-9/.-]*)?\u{1b}\\\\").unwrap();
    own.replace_all(text, "").into_owned()
}

/// Nothing acts on a terminal, and no line is a command to a build.
fn assert_harmless(text: &str, story: &str) {
    for line in without_own_sequences(text).split('\n') {
        let hidden = line.chars().find(|&c| is_hidden(c) && c != '\t');
        assert!(hidden.is_none(), "{story}: {hidden:?} in {line:?}");
        assert_no_command(line, story);
    }
}

/// The line as GitHub and Azure read it.
fn assert_no_command(line: &str, story: &str) {
    let github = line.trim_start().strip_prefix("::").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let marked =
        line.match_indices("##").any(|(at, _)| line[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('['));
    assert!(!github && !marked, "{story}: a build would obey {line:?}");
}

/// The command that a build reads from a line of one of the formats made for it: its properties and what it says.
fn command<'l>(line: &'l str, begin: &str, end: &str, divider: char) -> (Vec<(&'l str, &'l str)>, &'l str) {
    let rest = line.strip_prefix(begin).unwrap_or_else(|| panic!("{line:?}"));
    let (head, message) = rest.split_once(end).unwrap_or_else(|| panic!("{line:?}"));
    let properties = head.split_once(' ').map_or("", |(_, properties)| properties);
    (properties.split(divider).map(|property| property.split_once('=').unwrap_or_else(|| panic!("{line:?}"))).collect(), message)
}

/// Puts a text wherever a text of a connector is repeated or shown.
fn connector_that_says(attack: &str) -> tempfile::TempDir {
    let folder = copy_of(&fixture("clean/verified-submission"));
    let edit = |name: &str, change: &dyn Fn(&mut Value)| {
        let path = folder.path().join(name);
        let mut value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut value);
        fs::write(path, serde_json::to_string_pretty(&value).unwrap()).unwrap();
    };
    edit("apiDefinition.json", &|definition| {
        definition["info"]["title"] = format!("{attack} API").into();
        definition["info"]["description"] = attack.into();
        definition["host"] = attack.into();
        definition[attack] = json!({ attack: attack });
        definition["x-ms-connector-metadata"] = json!([{ "propertyName": attack, "propertyValue": attack }]);
        definition["paths"][format!("/{attack}")] = json!({ "get": {
            "operationId": attack, "summary": format!("{attack}."), "description": attack, "tags": [attack], attack: 1,
            "parameters": [
                { "name": attack, "in": "query", "type": attack, "format": attack, "enum": [attack], "default": 1, "x-ms-visibility": attack },
                { "$ref": format!("#/parameters/{}", attack.replace('/', "~1")) }
            ],
            "responses": { "200": { "description": attack, "schema": { "type": "object", "properties": { attack: { "type": "string" } } } }, attack: {} }
        } });
        definition["definitions"][attack] = json!({ "type": attack, "properties": { attack: { "type": "object", "format": attack } } });
    });
    edit("apiProperties.json", &|properties| {
        properties["properties"]["publisher"] = attack.into();
        properties["properties"]["iconBrandColor"] = attack.into();
        properties["properties"][attack] = attack.into();
        properties["properties"]["connectionParameters"][attack] = json!({ "type": attack, "uiDefinition": { attack: attack } });
    });
    edit("settings.json", &|settings| {
        settings["icon"] = attack.into();
        settings[attack] = attack.into();
    });
    let readme = fs::read_to_string(folder.path().join("README.md")).unwrap();
    fs::write(folder.path().join("README.md"), format!("{readme}\n## {attack}\n\n[{attack}](http://{attack}) {attack}\n")).unwrap();
    folder
}

fn lint(folder: &Path, format: &str, on_terminal: bool) -> String {
    let (output, errors) = written(&["lint".into(), "--format".into(), format.into(), folder.as_os_str().to_owned()], on_terminal);
    assert_harmless(&errors, format);
    output
}

/// A report in one format, read as its reader reads it.
fn assert_report_is_harmless(format: &str, text: &str, story: &str) {
    let hidden = text.chars().find(|&c| is_hidden(c) && c != '\n');
    assert!(hidden.is_none(), "{story}: {hidden:?}");
    match format {
        "human" | "concise" => assert_harmless(text, story),
        "json" | "sarif" | "gitlab" | "rdjson" => {
            assert_harmless(text, story);
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{story}: {error}"));
        }
        "junit" | "checkstyle" => {
            assert_harmless(text, story);
            let document = Document::parse(text).unwrap_or_else(|error| panic!("{story}: {error}"));
            let known = ["testsuites", "testsuite", "testcase", "failure", "system-out", "checkstyle", "file", "error"];
            document
                .descendants()
                .filter(|node| node.is_element())
                .for_each(|node| assert!(known.contains(&node.tag_name().name()), "{story}: {:?}", node.tag_name()));
        }
        "github" => {
            for line in text.lines() {
                let (properties, _) = command(line, "::", "::", ',');
                let known = ["file", "line", "endLine", "col", "endColumn", "title"];
                assert!(properties.iter().all(|(name, _)| known.contains(name)), "{story}: {line}");
                assert!(["error", "warning", "notice"].contains(&line[2..].split(' ').next().unwrap()), "{story}: {line}");
            }
        }
        "azure" => {
            for line in text.lines() {
                let (properties, _) = command(line, "##vso[", "]", ';');
                let known = ["type", "sourcepath", "linenumber", "columnnumber", "code"];
                assert!(properties.iter().all(|(name, _)| known.contains(name)), "{story}: {line}");
                assert!(line.starts_with("##vso[task.logissue type="), "{story}: {line}");
            }
        }
        "markdown" => {
            text.lines().for_each(|line| assert_no_command(line, story));
            assert_markdown_is_harmless(text, story);
        }
        other => panic!("{other}"),
    }
}

/// Nothing of it is HTML, an image, a mention, a heading or a link but conncert's own.
fn assert_markdown_is_harmless(text: &str, story: &str) {
    let (mut in_heading, mut in_code) = (false, false);
    for event in Parser::new_ext(text, pulldown_cmark::Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => assert_eq!(html.as_ref(), "<!-- -->", "{story}"),
            Event::Start(Tag::Image { .. }) | Event::InlineMath(_) | Event::DisplayMath(_) => panic!("{story}: {text}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://github.com/conncert/"), "{story}: {dest_url}")
            }
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::TaskListMarker(done) => assert!(!done, "{story}"),
            Event::Text(words) => {
                assert!(!words.contains("@everyone"), "{story}: {words}");
                assert!(!(in_heading && words.as_ref() == "Owned"), "{story}: {words}");
            }
            _ => {}
        }
    }
    assert!(!in_code, "{story}: nothing of a report is a block of code");
}

#[test]
fn texts_of_a_connector_act_on_nothing_in_any_format() {
    for (number, attack) in ATTACKS.into_iter().enumerate() {
        let folder = connector_that_says(attack);
        for format in FORMATS {
            let text = lint(folder.path(), format, false);
            assert!(text.len() > 1_000, "{format}: there are findings to show");
            assert_report_is_harmless(format, &text, &format!("attack {number}, {format}"));
        }
        for format in ["human", "concise"] {
            assert_harmless(&lint(folder.path(), format, true), &format!("attack {number}, {format} on a terminal"));
        }
    }
}

#[test]
fn values_arrive_whole_in_formats_for_programs() {
    for attack in ATTACKS {
        let folder = connector_that_says(attack);
        let text = lint(folder.path(), "json", false);
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["connectors"][0]["title"], format!("{attack} API"));
    }
}

#[test]
fn half_of_a_surrogate_pair_gives_no_broken_output() {
    let folder = copy_of(&fixture("clean/verified-submission"));
    let path = folder.path().join("apiDefinition.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replacen("\"title\": \"", "\"title\": \"\\ud800 \\udfff\\ud83d ", 1).replacen("\"summary\": \"", "\"summary\": \"\\udc00", 1),
    )
    .unwrap();
    for format in FORMATS {
        assert_report_is_harmless(format, &lint(folder.path(), format, false), format);
    }
}

#[test]
fn repairs_and_their_preview_act_on_nothing() {
    for (number, attack) in ATTACKS.into_iter().enumerate() {
        let folder = connector_that_says(attack);
        let path = folder.path().as_os_str().to_owned();
        let with = |more: &[&str]| -> Vec<OsString> { ["fix"].iter().chain(more).map(Into::into).chain([path.clone()]).collect() };
        let story = |command: &str| format!("attack {number}, {command}");
        for (more, on_terminal) in [
            (&["--diff"] as &[&str], true),
            (&["--diff", "--unsafe"], true),
            (&["--diff", "--format", "json"], false),
            (&["--unsafe"], false),
        ] {
            let (output, errors) = written(&with(more), on_terminal);
            assert!(!output.is_empty(), "{}: {errors}", story("fix"));
            assert_harmless(&output, &story("fix"));
            assert_harmless(&errors, &story("fix"));
        }
        let (output, errors) = written(&["init".into(), path.clone()], false);
        assert_harmless(&output, &story("init"));
        assert_harmless(&errors, &story("init"));
    }
}

#[test]
fn arguments_rule_files_and_configurations_are_repeated_harmlessly() {
    for (number, attack) in ATTACKS.into_iter().enumerate() {
        let folder = copy_of(&fixture("clean/verified-submission"));
        let connector = folder.path().as_os_str().to_owned();
        let argument = attack.replace('\0', "");
        // As TOML spells any text.
        let quoted: String = attack.chars().map(|c| format!("\\U{:08X}", c as u32)).collect();
        fs::write(folder.path().join("wrong.toml"), format!("\"{quoted}\" = 1\n")).unwrap();
        fs::write(folder.path().join("format.toml"), format!("format = [\"{quoted}\"]\nignore = [\"{quoted}\"]\n")).unwrap();
        let rules = folder.path().join("rules");
        fs::create_dir(&rules).unwrap();
        let rule = fs::read_to_string(crate::harness::root().join("rules/info/info-title-missing.toml")).unwrap();
        let head: String = rule
            .split("[select]")
            .next()
            .unwrap()
            .lines()
            .filter(|line| !["id", "summary", "message", "why", "help"].iter().any(|key| line.starts_with(&format!("{key} ="))))
            .map(|line| format!("{line}\n"))
            .collect();
        let texts: String = ["summary", "message", "why", "help"].iter().map(|key| format!("{key} = \"{quoted}\"\n")).collect();
        fs::write(rules.join("own-rule.toml"), format!("id = \"own-rule\"\n{texts}{head}[select]\nkind = \"info\"\n[check.always]\n"))
            .unwrap();
        let with_rules = |arguments: &[&str]| -> Vec<OsString> {
            arguments.iter().map(Into::into).chain(["--rules".into(), rules.clone().into()]).collect()
        };
        // A file, below which nothing can be made.
        let way = tempfile::NamedTempFile::new().unwrap();
        let nowhere = |begin: &str| OsString::from(format!("{begin}{}/{argument}", way.path().display()));
        let file = |name: &str| folder.path().join(name).into_os_string();
        let mut runs: Vec<Vec<OsString>> = vec![
            vec!["lint".into(), argument.clone().into()],
            vec![argument.clone().into()],
            vec!["lint".into(), format!("--{argument}").into()],
            vec!["lint".into(), connector.clone(), "--select".into(), argument.clone().into()],
            vec!["lint".into(), connector.clone(), "--format".into(), argument.clone().into()],
            vec!["lint".into(), connector.clone(), "--format".into(), nowhere("json=")],
            vec!["lint".into(), connector.clone(), "--config".into(), argument.clone().into()],
            vec!["lint".into(), connector.clone(), "--baseline".into(), argument.clone().into()],
            vec!["lint".into(), connector.clone(), "--changed-since".into(), argument.clone().into()],
            vec!["lint".into(), connector.clone(), "--rules".into(), argument.clone().into()],
            vec!["lint".into(), connector.clone(), "--config".into(), file("wrong.toml")],
            vec!["lint".into(), connector.clone(), "--config".into(), file("format.toml")],
            vec!["fix".into(), connector.clone(), "--set".into(), argument.clone().into()],
            vec!["fix".into(), connector.clone(), "--output".into(), nowhere("")],
            vec!["fix".into(), argument.clone().into()],
            vec!["init".into(), argument.clone().into()],
            vec!["explain".into(), argument.clone().into()],
            with_rules(&["explain", "own-rule"]),
            with_rules(&["rules"]),
            with_rules(&["rules", "--format", "json"]),
            with_rules(&["rules", "--format", "markdown"]),
            with_rules(&["rules", "--test", "own-rule"]),
        ];
        for format in ["human", "concise"] {
            let mut run = with_rules(&["lint", "--format", format]);
            run.push(connector.clone());
            runs.push(run);
        }
        for (turn, run) in runs.iter().enumerate() {
            let (output, errors) = written(run, false);
            let story = format!("attack {number}, run {turn} {:?}", &run[0]);
            assert!(!output.is_empty() || !errors.is_empty(), "{story}");
            assert_harmless(&output, &story);
            assert_harmless(&errors, &story);
        }
    }
}

#[cfg(unix)]
#[test]
fn names_of_files_and_folders_act_on_nothing_in_any_format() {
    for (number, attack) in ATTACKS.into_iter().enumerate() {
        let name: String = attack.replace(['\0', '/'], "").chars().take(60).collect();
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join(&name);
        fs::rename(copy_of(&fixture("clean/verified-submission")).keep(), &folder).unwrap();
        for file in [name.clone(), format!("{name}.exe"), format!("{name}.swagger.json")] {
            fs::write(folder.join(file), "{").unwrap();
        }
        std::os::unix::fs::symlink("/", folder.join(format!("link {name}"))).unwrap();
        for format in FORMATS {
            let text = lint(outer.path(), format, false);
            assert_report_is_harmless(format, &text, &format!("attack {number}, {format}"));
        }
        for command in [&["fix", "--diff"] as &[&str], &["fix"], &["init"], &["lint", "--changed-since", "HEAD"]] {
            let arguments: Vec<OsString> = command.iter().map(Into::into).chain([folder.clone().into()]).collect();
            let (output, errors) = written(&arguments, true);
            assert_harmless(&output, &format!("attack {number}, {command:?}"));
            assert_harmless(&errors, &format!("attack {number}, {command:?}"));
        }
    }
}

#[test]
fn what_an_editor_shows_under_the_pointer_quotes_a_connector_as_plain_text() {
    use crate::lsp::editor::{Editor, uri};
    for (number, attack) in ATTACKS.into_iter().enumerate() {
        let folder = copy_of(&fixture("clean/verified-submission"));
        let path = folder.path().join("apiDefinition.json");
        let mut definition: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        definition["info"]["title"] = format!("{attack} API").into();
        definition["info"]["description"] = attack.into();
        let text = serde_json::to_string_pretty(&definition).unwrap();
        fs::write(&path, &text).unwrap();
        let mut editor = Editor::start(folder.path());
        let document = uri(&path);
        editor.notify(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": document, "languageId": "json", "version": 1, "text": text } }),
        );
        for (line, _) in text.lines().enumerate().filter(|(_, line)| line.contains("\"title\"") || line.contains("\"description\"")).take(2)
        {
            let ask = json!({ "textDocument": { "uri": document }, "position": { "line": line, "character": 16 } });
            let answer = editor.request("textDocument/hover", ask).unwrap();
            let shown = answer["contents"]["value"].as_str().unwrap_or_default();
            assert_markdown_is_harmless(shown, &format!("attack {number}, line {line}"));
        }
    }
}
