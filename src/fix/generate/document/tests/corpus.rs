//! Published connectors, where they lie beside the project.

use std::path::{Path, PathBuf};

use super::*;
use crate::check::Check;
use crate::connector::load::{Given, Overlay};
use crate::finding::Severity;
use crate::fix::edit::{Edit, apply};

/// Folders of published connectors, one of ten.
fn folders() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(|parent| parent.join("shared/corpus"));
    let Some(corpus) = corpus.filter(|corpus| corpus.exists()) else {
        eprintln!("skipped: the reference data `shared/corpus` is not beside the project");
        return Vec::new();
    };
    let folders = walkdir::WalkDir::new(corpus).min_depth(2).max_depth(2).sort_by_file_name().into_iter().flatten();
    folders.filter(|entry| entry.file_type().is_dir()).map(|entry| entry.into_path()).step_by(10).collect()
}

fn load(folder: &Path, overlays: &[Overlay]) -> Connector {
    Connector::load(folder, "published", Given::default(), overlays).unwrap()
}

/// The connector with another README.
fn with_readme(folder: &Path, name: &str, text: String) -> Connector {
    load(folder, &[Overlay { name: name.to_owned(), bytes: text.into_bytes(), artifact: Some(Artifact::Readme) }])
}

#[test]
fn readmes_written_anew_are_without_fault() {
    let mut largest = 0;
    for folder in folders() {
        let published = load(&folder, &[]);
        let model = Model::new(&published);
        let text = readme::readme(&model, &FixValues::default());
        largest = largest.max(text.len());
        let name = published.document(Artifact::Readme).map_or("README.md", |document| &*document.path);
        let connector = with_readme(&folder, name, text.clone());
        let found = findings(&connector, name);
        let faults: Vec<String> = found
            .iter()
            .filter(|finding| finding.severity == Severity::Error || !finding.rule.id.ends_with("-placeholder-text"))
            .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}\n{text}", folder.display());
        intro::intro(&model, &FixValues::default());
    }
    assert!(largest < 100_000, "{largest}");
}

#[test]
fn readmes_completed_have_fewer_faults_and_no_new_ones() {
    let catalogue = Catalogue::built_in();
    let mut answered = 0;
    for folder in folders() {
        let published = load(&folder, &[]);
        let model = Model::new(&published);
        let Some((source, _)) = model.markdown(Artifact::Readme) else { continue };
        let name = published.document(Artifact::Readme).map(|document| document.path.clone()).unwrap_or_default();
        let before = rules(&published, &name);
        let wanted = |rule: &String| match rule.as_str() {
            "readme-title" => Some(SectionName::Title),
            "readme-opening-paragraph" => Some(SectionName::Opening),
            _ => match &catalogue.get(rule)?.file().check {
                Check::Section(section) => SectionName::from_name(&section.names.written()[0]),
                _ => None,
            },
        };
        let mut sections: Vec<SectionName> = before.iter().filter_map(wanted).collect();
        sections.sort_unstable();
        let inserted: Vec<(SectionName, Edit)> = sections
            .into_iter()
            .filter_map(|section| Some((section, missing_section(&model, &FixValues::default(), Artifact::Readme, section)?)))
            .collect();
        answered += inserted.len();
        let mut edits: Vec<Edit> = inserted.iter().map(|(_, edit)| edit.clone()).collect();
        edits.extend(missing_operations(&model));
        let text = apply(source.text(), edits);
        let connector = with_readme(&folder, &name, text.clone());
        let left: Vec<String> = rules(&connector, &name).into_iter().filter(|rule| rule != "readme-placeholder-text").collect();
        // Faults that were there but could not be told: a title that is another one, a second title, headings among the operations that
        // are none of them.
        let told_now = ["readme-heading-levels", "readme-definition-title", "readme-operations-stale"];
        let new: Vec<&String> = left.iter().filter(|rule| !before.contains(rule) && !told_now.contains(&rule.as_str())).collect();
        let unanswered: Vec<&String> =
            left.iter().filter(|rule| inserted.iter().any(|(section, _)| wanted(rule) == Some(*section))).collect();
        assert!(new.is_empty() && unanswered.is_empty(), "{}: {new:?} {unanswered:?}\n{text}", folder.display());
    }
    assert!(folders().is_empty() || answered > 20, "{answered}");
}
