//! What the checks on README and INTRO do together: one fault, one finding.

use super::*;
use crate::connector::Track;
use crate::engine;
use crate::rule::Catalogue;
use crate::rule::catalogue::Selection;
use crate::rule::example::Example;

/// What all built-in rules say about one file of an example: rule and help.
pub fn findings(example: &Example, file: &str) -> Vec<(String, String)> {
    let (catalogue, connector) = (Catalogue::built_in(), example.connector().unwrap());
    let plan = catalogue.plan(connector.track.value, connector.stage.value, &Selection::default());
    let outcome = engine::check(&connector, &plan);
    let of_file = outcome.findings.into_iter().filter(|finding| *finding.place.file == *file);
    of_file.map(|finding| (finding.rule.id.to_string(), finding.help.unwrap_or_default().to_string())).collect()
}

/// The rules that speak about one file of an example.
pub fn rules(example: &Example, file: &str) -> Vec<String> {
    findings(example, file).into_iter().map(|(rule, _)| rule).collect()
}

#[test]
fn a_document_that_says_nothing_lacks_one_thing() {
    let texts = ["", " \r\n\r\n", "<!-- nothing but a comment, however long it may be, and this one is rather long -->", "More to come."];
    for (text, track) in texts.into_iter().flat_map(|text| [(text, Track::Verified), (text, Track::Independent)]) {
        let example = Example { readme: Some(text.to_owned()), track: Some(track), ..Example::default() };
        assert_eq!(rules(&example, "README.md"), ["readme-too-short"], "{text:?}");
    }
    for text in texts {
        let example = Example { intro: Some(text.to_owned()), ..Example::default() };
        assert_eq!(rules(&example, "INTRO.md"), ["intro-too-short"], "{text:?}");
    }
}

#[test]
fn a_readme_of_one_picture_is_short_but_not_empty() {
    let example = Example { readme: Some("![What it does](https://www.northbayparcels.com/all.png)".to_owned()), ..Example::default() };
    assert_eq!(rules(&example, "README.md"), ["readme-too-short"]);
    let connector = example.connector().unwrap();
    let model = crate::model::Model::new(&connector);
    let (source, markdown) = model.markdown(Artifact::Readme).unwrap();
    assert_eq!(Document { artifact: Artifact::Readme, text: source.text(), markdown }.length(), 56);
}

#[test]
fn a_slip_in_a_heading_is_named() {
    let clean = include_str!("../../../fixtures/example-base/README.md");
    assert!(clean.contains("## Supported Operations") && clean.contains("## Prerequisites"));
    let text = clean.replace("## Supported Operations", "## Supproted Operations").replace("## Prerequisites", "## Prerequisits");
    let found = findings(&Example { readme: Some(text), ..Example::default() }, "README.md");
    let rules: Vec<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(rules, ["readme-section-prerequisites", "readme-section-supported-operations"]);
    assert!(found[0].1.ends_with("Or does the heading \"Prerequisits\" mean \"Prerequisites\"?"), "{found:?}");
    assert!(found[1].1.ends_with("Or does the heading \"Supproted Operations\" mean \"Supported Operations\"?"), "{found:?}");
}

#[test]
fn a_stale_heading_is_answered_with_the_summary_that_makers_see() {
    let clean = include_str!("../../../fixtures/example-base/README.md");
    let found = findings(&Example { readme: Some(clean.replace("Book a parcel", "Book parcels")), ..Example::default() }, "README.md");
    let help = &found.iter().find(|(rule, _)| rule == "readme-operations-stale").unwrap().1;
    assert!(help.ends_with("Did you mean \"Book a parcel\"?"), "{help}");
}

#[test]
fn headings_are_compared_the_way_people_do() {
    assert_eq!(folded("2. Pre-requisites:"), "pre requisites");
    assert_eq!(folded("Known Issues & Limitations (beta)"), "known issues and limitations beta");
    assert_eq!(squeezed(&folded("Get-Item (V2)")), "getitemv2");
    assert_eq!(folded("365"), "");
}

#[test]
fn a_name_may_be_followed_by_more_only_where_that_is_said() {
    let title = |text: &'static str| Title { text, folded: folded(text), level: 2, span: 0..0, empty: false };
    let (publisher, made) = (Headings::from(vec!["Publisher".to_owned()]), Headings::from(vec!["made by".to_owned()]));
    let names = |prefix| Names::new(&publisher, prefix);
    assert!(names(true).fit(&title("Publisher: Contoso")) && !names(false).fit(&title("Publisher: Contoso")));
    assert!(names(false).fit(&title("PUBLISHER:")) && !names(true).fit(&title("Publishers")));
    assert!(names(false).or_containing(&made).fit(&title("Who it was made by")));
}
