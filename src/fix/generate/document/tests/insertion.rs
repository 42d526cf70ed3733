//! Missing sections in files of all manners: what was asked for is there, and nothing else has changed.

use super::*;
use crate::fix::edit::{Edit, apply};

const README: &str = include_str!("../../../../../fixtures/example-base/README.md");
const INTRO: &str = include_str!("../../../../../fixtures/example-base/INTRO.md");

fn connector(artifact: Artifact, text: &str, track: Track) -> Connector {
    let mut example = Example { track: Some(track), ..Example::default() };
    *if artifact == Artifact::Intro { &mut example.intro } else { &mut example.readme } = Some(text.to_owned());
    example.connector().unwrap()
}

fn file(artifact: Artifact) -> &'static str {
    artifact.names()[0]
}

fn edit(artifact: Artifact, text: &str, section: SectionName, values: &FixValues) -> Option<Edit> {
    let connector = connector(artifact, text, Track::Verified);
    missing_section(&Model::new(&connector), values, artifact, section)
}

/// The text with a section inserted.
fn completed(artifact: Artifact, text: &str, section: SectionName) -> String {
    let edit = edit(artifact, text, section, &FixValues::default()).unwrap_or_else(|| panic!("{section:?} in\n{text}"));
    assert!(edit.span.is_empty(), "nothing is replaced");
    apply(text, vec![edit])
}

/// A text without one of its sections of level 2.
fn without(text: &str, heading: &str) -> String {
    let start = text.find(&format!("\n## {heading}")).unwrap() + 1;
    let end = text[start..].find("\n## ").map_or(text.len(), |length| start + length + 1);
    format!("{}{}", &text[..start], &text[end..]).trim_end().to_owned() + "\n"
}

/// The text in the manners in which people write.
fn manners(text: &str) -> Vec<(&'static str, String)> {
    let headings = |change: &dyn Fn(&str) -> String| -> String {
        text.lines().map(|line| if line.starts_with('#') { change(line) } else { line.to_owned() } + "\n").collect()
    };
    let setext = |line: &str| match line.split_once(' ') {
        Some(("#", words)) => format!("{words}\n{}", "=".repeat(words.len())),
        Some(("##", words)) => format!("{words}\n{}", "-".repeat(words.len())),
        _ => line.to_owned(),
    };
    let bold = |line: &str| match line.split_once(' ') {
        Some(("##", words)) if !words.starts_with("Publisher") => format!("**{words}**"),
        _ => line.to_owned(),
    };
    let mut tight = String::new();
    for (number, line) in text.lines().enumerate() {
        if number > 3 && line.is_empty() {
            continue;
        }
        tight.push_str(line);
        tight.push('\n');
    }
    vec![
        ("as it is", text.to_owned()),
        ("closed", headings(&|line| format!("{line} {}", line.split(' ').next().unwrap_or_default()))),
        ("underlined", headings(&setext)),
        ("bold", headings(&bold)),
        ("one level deeper", headings(&|line| if line.starts_with("##") { format!("#{line}") } else { line.to_owned() })),
        ("tight", tight),
        ("no final newline", text.trim_end().to_owned()),
        ("blank lines at the end", format!("{text}\n\n")),
        ("CRLF", text.replace('\n', "\r\n")),
        ("CRLF without final newline", text.trim_end().replace('\n', "\r\n")),
    ]
}

const IN_README: [(&str, SectionName, &str); 6] = [
    ("Publisher", SectionName::Publisher, "readme-section-publisher"),
    ("Prerequisites", SectionName::Prerequisites, "readme-section-prerequisites"),
    ("Supported Operations", SectionName::SupportedOperations, "readme-section-supported-operations"),
    ("Obtaining Credentials", SectionName::ObtainingCredentials, "readme-section-obtaining-credentials"),
    ("Known Issues", SectionName::KnownIssues, "readme-section-known-issues"),
    ("Deployment", SectionName::DeploymentInstructions, "readme-section-deployment"),
];
const IN_INTRO: [(&str, SectionName, &str); 5] = [
    ("Prerequisites", SectionName::Prerequisites, "intro-section-prerequisites"),
    ("How to get credentials", SectionName::ObtainingCredentials, "intro-section-credentials"),
    ("Get started", SectionName::GettingStarted, "intro-section-get-started"),
    ("Known issues", SectionName::KnownIssues, "intro-section-known-issues"),
    ("Common errors", SectionName::CommonErrors, "intro-section-common-errors"),
];

#[test]
fn an_inserted_section_answers_the_finding_that_asked_for_it_and_no_other_changes() {
    let readme = IN_README.map(|(heading, section, rule)| (Artifact::Readme, README, heading, section, rule));
    let intro = IN_INTRO.map(|(heading, section, rule)| (Artifact::Intro, INTRO, heading, section, rule));
    for (artifact, whole, heading, section, rule) in readme.into_iter().chain(intro) {
        for (manner, text) in manners(&without(whole, heading)) {
            let note = format!("{heading}, {manner}");
            let before = rules(&connector(artifact, &text, Track::Verified), file(artifact));
            assert!(before.iter().any(|found| found == rule), "{note}: {before:?}\n{text}");
            let new = completed(artifact, &text, section);
            let after = rules(&connector(artifact, &new, Track::Verified), file(artifact));
            let mut expected: Vec<&str> = before.iter().map(String::as_str).filter(|found| *found != rule).collect();
            let mut left: Vec<&str> = after.iter().map(String::as_str).filter(|found| !found.ends_with("-placeholder-text")).collect();
            expected.sort_unstable();
            left.sort_unstable();
            assert_eq!(left, expected, "{note}\n{new}");
            assert_eq!(new.contains("\r\n"), text.contains("\r\n"), "{note}");
            assert_eq!(
                new.matches('\n').count(),
                if text.contains("\r\n") { new.matches("\r\n").count() } else { new.matches('\n').count() }
            );
            assert_eq!(new.ends_with('\n'), text.ends_with('\n'), "{note}");
            assert!(manner == "blank lines at the end" || !new.replace('\r', "").contains("\n\n\n"), "{note}\n{new}");
            assert_eq!(edit(artifact, &new, section, &FixValues::default()), None, "{note}: a second run changes nothing\n{new}");
        }
    }
}

#[test]
fn headings_are_written_as_the_others_are() {
    let of = |manner: &str| manners(&without(README, "Known Issues")).into_iter().find(|(name, _)| *name == manner).unwrap().1;
    let new = |manner| completed(Artifact::Readme, &of(manner), SectionName::KnownIssues);
    assert!(new("closed").contains("\n\n## Known Issues and Limitations ##\n\nTODO: "));
    assert!(new("underlined").contains("\n\nKnown Issues and Limitations\n----------------------------\n\nTODO: "));
    assert!(new("bold").contains("\n\n**Known Issues and Limitations**\n\nTODO: "));
    assert!(new("one level deeper").contains("\n\n### Known Issues and Limitations\n\nTODO: "));
    assert!(new("tight").contains("create a key.\n## Known Issues and Limitations\nTODO: "));
    assert!(new("CRLF").contains("\r\n\r\n## Known Issues and Limitations\r\n\r\nTODO: "));
    assert!(new("as it is").contains("create a key.\n\n## Known Issues and Limitations\n\nTODO: "));
    let publisher = manners(&without(README, "Publisher")).into_iter().find(|(name, _)| *name == "bold").unwrap().1;
    assert!(completed(Artifact::Readme, &publisher, SectionName::Publisher).contains("\n\n**Publisher**\n\nNorthbay Logistics\n\n**Pre"));
}

#[test]
fn sections_that_are_missing_together_come_in_the_order_of_the_template() {
    let title = "# Northbay Parcels\n\nNorthbay Parcels collects parcels at your door and delivers them to your customers. This connector books them, lists those of your account and tells you where each of them is, so that nobody has to ask the driver.\n";
    for (manner, text) in manners(title) {
        let edits = IN_README.iter().filter_map(|(_, section, _)| edit(Artifact::Readme, &text, *section, &FixValues::default()));
        let new = apply(&text, edits.collect());
        let left = rules(&connector(Artifact::Readme, &new, Track::Verified), "README.md");
        assert!(left.iter().all(|rule| rule == "readme-placeholder-text"), "{manner}: {left:?}\n{new}");
        let document = Markdown::parse(&new);
        let order: Vec<usize> = IN_README
            .iter()
            .map(|(name, ..)| document.headings().iter().position(|heading| heading.text.starts_with(name)).unwrap())
            .collect();
        assert!(order.is_sorted(), "{manner}: {order:?}");
    }
    let text = without(&without(README, "Publisher"), "Prerequisites");
    let edits = IN_README[..2].iter().filter_map(|(_, section, _)| edit(Artifact::Readme, &text, *section, &FixValues::default()));
    let new = apply(&text, edits.collect());
    assert_eq!(rules(&connector(Artifact::Readme, &new, Track::Verified), "README.md"), ["readme-placeholder-text"], "{new}");
}

#[test]
fn sections_that_are_inserted_one_after_the_other_come_in_the_order_of_the_template_all_the_same() {
    let title = "# Northbay Parcels\n\nNorthbay Parcels collects parcels at your door and delivers them to your customers. This connector books them.\n";
    let mut sections: Vec<SectionName> = IN_README.iter().map(|(_, section, _)| *section).collect();
    let together = sections.iter().map(|section| edit(Artifact::Readme, title, *section, &FixValues::default()).unwrap()).collect();
    let expected = apply(title, together);
    for turn in 0..sections.len() {
        sections.rotate_left(turn);
        let mut reversed = sections.clone();
        reversed.reverse();
        for order in [&sections, &reversed] {
            let new = order.iter().fold(title.to_owned(), |text, section| completed(Artifact::Readme, &text, *section));
            assert_eq!(new, expected, "{order:?}");
        }
    }
}

#[test]
fn a_file_with_an_order_of_its_own_keeps_it() {
    let text = without(README, "Known Issues");
    let credentials = "## Obtaining Credentials\n\nSign in and create a key.\n\n";
    let own = without(&text, "Obtaining Credentials").replace("## Supported Operations", &format!("{credentials}## Supported Operations"));
    let new = completed(Artifact::Readme, &own, SectionName::KnownIssues);
    assert_eq!(rules(&connector(Artifact::Readme, &new, Track::Verified), "README.md"), ["readme-placeholder-text"], "{new}");
    let foreign = text.replace("## Deployment", "## Support\n\nCall us.\n\n## Deployment");
    assert!(completed(Artifact::Readme, &foreign, SectionName::KnownIssues).contains("TODO: List what does not work, such as rate limits or formats that are not supported. If nothing is known, write \"There are no known issues.\"\n\n## Support\n"));
}

#[test]
fn operations_with_the_rank_of_their_section_are_not_torn_from_it() {
    let flat = without(README, "Obtaining Credentials").replace("### ", "## ");
    let new = completed(Artifact::Readme, &flat, SectionName::ObtainingCredentials);
    assert!(
        new.contains("its current status.\n\n## Obtaining Credentials\n\n") && new.contains("where makers find or create the key"),
        "{new}"
    );
}

#[test]
fn an_empty_section_gets_its_text() {
    let names = [
        ("Prerequisites", SectionName::Prerequisites),
        ("Obtaining Credentials", SectionName::ObtainingCredentials),
        ("Supported Operations", SectionName::SupportedOperations),
        ("Deployment Instructions", SectionName::DeploymentInstructions),
    ];
    for (heading, section) in names {
        let at = format!("\n## {heading}\n\n");
        let gone = without(README, heading);
        let place = README.find(&at).unwrap();
        let empty = if gone.len() <= place + 1 { format!("{gone}{at}") } else { format!("{}{at}{}", &gone[..place], &gone[place + 1..]) };
        for (manner, text) in manners(&empty) {
            let before = rules(&connector(Artifact::Readme, &text, Track::Verified), "README.md");
            assert!(before.iter().any(|rule| rule.ends_with("-empty")), "{heading}, {manner}: {before:?}\n{text}");
            let new = completed(Artifact::Readme, &text, section);
            let after = rules(&connector(Artifact::Readme, &new, Track::Verified), "README.md");
            assert!(!after.iter().any(|rule| rule.ends_with("-empty")), "{heading}, {manner}: {after:?}\n{new}");
            assert_eq!(edit(Artifact::Readme, &new, section, &FixValues::default()), None);
        }
    }
    assert_eq!(edit(Artifact::Readme, README, SectionName::Publisher, &FixValues::default()), None);
    let author = README.replace("## Publisher: Northbay Logistics\n", "## Author\n");
    assert!(completed(Artifact::Readme, &author, SectionName::Publisher).contains("## Author\n\nNorthbay Logistics\n\n## Prerequisites"));
    let publisher = README.replace("## Publisher: Northbay Logistics\n", "## Publisher\n");
    assert!(
        completed(Artifact::Readme, &publisher, SectionName::Publisher).contains("## Publisher\n\nNorthbay Logistics\n\n## Prerequisites")
    );
}

#[test]
fn a_title_is_put_before_the_text_or_raised_to_its_rank() {
    let text = README.replace("# Northbay Parcels\n\n", "");
    assert_eq!(completed(Artifact::Readme, &text, SectionName::Title), README);
    assert_eq!(completed(Artifact::Readme, &text.replace('\n', "\r\n"), SectionName::Title), README.replace('\n', "\r\n"));
    let metadata = format!("---\ntitle: x\n---\n{text}");
    assert_eq!(completed(Artifact::Readme, &metadata, SectionName::Title), format!("---\ntitle: x\n---\n{README}"));
    for (written, expected) in [
        ("## Northbay Parcels Connector", "# Northbay Parcels Connector"),
        ("  ## Parcels Connector ##", "  # Parcels Connector ##"),
        ("Northbay Parcels\n-----", "Northbay Parcels\n====="),
        ("##Northbay Parcels", "# Northbay Parcels"),
    ] {
        let text = README.replace("# Northbay Parcels", written);
        let edit = edit(Artifact::Readme, &text, SectionName::Title, &FixValues::default()).unwrap();
        assert_eq!(apply(&text, vec![edit]), README.replace("# Northbay Parcels", expected));
    }
    assert_eq!(edit(Artifact::Readme, README, SectionName::Title, &FixValues::default()), None);
    assert_eq!(edit(Artifact::Intro, INTRO, SectionName::Title, &FixValues::default()), None);
}

#[test]
fn an_opening_is_written_or_gets_its_second_sentence() {
    let paragraph = "Northbay Parcels collects parcels at your door and delivers them to your customers. This connector books deliveries and finds out where a parcel is.";
    for (old, expected) in [
        ("", "Northbay Parcels collects, tracks and delivers parcels for small shops. The connector offers 3 actions"),
        ("It delivers", "\n\nIt delivers\n\nThe connector offers 3 actions"),
    ] {
        for (manner, text) in
            manners(&README.replace(&format!("\n{paragraph}\n"), &if old.is_empty() { String::new() } else { format!("\n{old}\n") }))
        {
            let before = rules(&connector(Artifact::Readme, &text, Track::Verified), "README.md");
            assert!(before.contains(&"readme-opening-paragraph".to_owned()), "{manner}: {before:?}");
            let new = completed(Artifact::Readme, &text, SectionName::Opening);
            assert!(new.replace("\r\n", "\n").contains(expected), "{manner}\n{new}");
            let after = rules(&connector(Artifact::Readme, &new, Track::Verified), "README.md");
            assert_eq!(after, before.into_iter().filter(|rule| rule != "readme-opening-paragraph").collect::<Vec<_>>(), "{manner}\n{new}");
        }
    }
    let (_, sections) = INTRO.split_once("\n\n").unwrap();
    let new = completed(Artifact::Intro, sections, SectionName::Opening);
    assert!(new.starts_with("TODO: Turn this draft") && new.ends_with(&format!("\n\n{sections}")), "{new}");
    assert_eq!(rules(&connector(Artifact::Intro, &new, Track::Verified), "INTRO.md"), ["intro-placeholder-text"]);
    assert_eq!(edit(Artifact::Readme, README, SectionName::Opening, &FixValues::default()), None);
}

#[test]
fn title_and_opening_that_are_missing_together_follow_each_other() {
    let text = README.split_once("## Publisher").unwrap().1;
    let text = format!("## Publisher{text}");
    let edits =
        [SectionName::Title, SectionName::Opening].map(|section| edit(Artifact::Readme, &text, section, &FixValues::default()).unwrap());
    let new = apply(&text, edits.to_vec());
    assert!(new.starts_with("# Northbay Parcels\n\nNorthbay Parcels collects") && new.ends_with(&format!("\n\n{text}")), "{new}");
    assert_eq!(rules(&connector(Artifact::Readme, &new, Track::Verified), "README.md"), [""; 0]);
}

#[test]
fn what_does_not_belong_into_a_file_is_not_inserted() {
    for section in [SectionName::SupportedOperations, SectionName::Publisher, SectionName::DeploymentInstructions] {
        assert_eq!(edit(Artifact::Intro, INTRO, section, &FixValues::default()), None);
    }
    assert_eq!(edit(Artifact::Readme, README, SectionName::CommonErrors, &FixValues::default()), None);
    let open = without(README, "Known Issues").replace("## Deployment", "```\n## Deployment");
    let open = without(&open, "Obtaining Credentials");
    let before = open.len();
    if let Some(edit) = edit(Artifact::Readme, &open, SectionName::DeploymentInstructions, &FixValues::default()) {
        panic!("swallowed by the code block at {before}: {edit:?}");
    }
}
