//! What stands above a connector's findings: which connector, read as what, and how to say otherwise.

use clap::ValueEnum;

use super::escape::escape;
use crate::connector::{Stage, Track};
use crate::outcome::Outcome;

/// `path - title (verified, submission; assumed)`
pub fn heading(outcome: &Outcome) -> String {
    let title = outcome.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let title = title.map(|title| format!(" - {}", escape(title))).unwrap_or_default();
    let assumed = match (outcome.track.assumed, outcome.stage.assumed) {
        (true, true) => "; assumed",
        (true, false) => "; track assumed",
        (false, true) => "; stage assumed",
        (false, false) => "",
    };
    let path = if outcome.path.is_empty() { ".".into() } else { escape(&outcome.path) };
    format!("{path}{title} ({}, {}{assumed})", outcome.track.value.word(), outcome.stage.value.word())
}

/// Says how to state track and stage the first time in a run that they were assumed.
#[derive(Debug, Default)]
pub struct Assumptions {
    track_explained: bool,
    stage_explained: bool,
}

impl Assumptions {
    /// The note for a connector, if there is something new to say.
    pub fn note(&mut self, outcome: &Outcome) -> Option<String> {
        let track = outcome.track.assumed && !std::mem::replace(&mut self.track_explained, true);
        let stage = outcome.stage.assumed && !std::mem::replace(&mut self.stage_explained, true);
        let tracks = || format!("--track {}", either(Track::value_variants().iter().map(|track| track.word())));
        let stages = || format!("--stage {}", either(Stage::value_variants().iter().map(|stage| stage.word())));
        match (track, stage) {
            (true, true) => Some(format!(
                "Assumed: who publishes (track) and which files are expected (stage). To state them: {}; {}.",
                tracks(),
                stages()
            )),
            (true, false) => Some(format!("Assumed: who publishes (track). To state it: {}.", tracks())),
            (false, true) => Some(format!("Assumed: which files are expected (stage). To state it: {}.", stages())),
            (false, false) => None,
        }
    }
}

/// `a, b or c`
fn either(words: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<&str> = words.collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::outcome;
    use super::*;
    use crate::outcome::Chosen;

    fn connector(track_assumed: bool, stage_assumed: bool) -> Outcome {
        Outcome {
            track: Chosen { value: Track::Independent, assumed: track_assumed },
            stage: Chosen { value: Stage::PullRequest, assumed: stage_assumed },
            ..outcome("out/contoso", Vec::new(), Vec::new())
        }
    }

    #[test]
    fn the_heading_says_what_was_assumed() {
        assert_eq!(heading(&connector(true, true)), "out/contoso - Contoso (independent, pull-request; assumed)");
        assert_eq!(heading(&connector(true, false)), "out/contoso - Contoso (independent, pull-request; track assumed)");
        assert_eq!(heading(&connector(false, true)), "out/contoso - Contoso (independent, pull-request; stage assumed)");
        assert_eq!(heading(&connector(false, false)), "out/contoso - Contoso (independent, pull-request)");
    }

    #[test]
    fn a_missing_title_and_a_nameless_path_leave_no_hole() {
        let nameless = Outcome { title: Some(" ".to_owned()), path: String::new(), ..connector(false, false) };
        assert_eq!(heading(&nameless), ". (independent, pull-request)");
    }

    #[test]
    fn how_to_state_an_assumption_is_said_once() {
        let mut assumptions = Assumptions::default();
        assert_eq!(assumptions.note(&connector(false, false)), None);
        assert_eq!(
            assumptions.note(&connector(false, true)).as_deref(),
            Some("Assumed: which files are expected (stage). To state it: --stage submission or pull-request.")
        );
        assert_eq!(
            assumptions.note(&connector(true, true)).as_deref(),
            Some("Assumed: who publishes (track). To state it: --track verified, independent or custom.")
        );
        assert_eq!(assumptions.note(&connector(true, true)), None);
        assert_eq!(
            Assumptions::default().note(&connector(true, true)).as_deref(),
            Some(
                "Assumed: who publishes (track) and which files are expected (stage). To state them: --track verified, independent or \
                 custom; --stage submission or pull-request."
            )
        );
    }
}
