//! Has miette draw an excerpt: frame, line numbers, the underline and the label below it. Nothing else of miette is used.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles};

use super::HumanOptions;
use super::excerpt::{Excerpt, TAB_WIDTH};
use crate::finding::Severity;

/// What miette is asked to draw: an excerpt with one label and no words of its own.
#[derive(Debug)]
pub struct Drawing {
    /// What is shown.
    pub excerpt: Excerpt,
    /// What stands below the underline.
    pub label: Option<String>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(self.label.clone(), self.excerpt.span()))))
    }
}

/// Draws for one kind of terminal, each severity in its own colour.
#[derive(Debug)]
pub struct Artist {
    error: GraphicalReportHandler,
    warning: GraphicalReportHandler,
    info: GraphicalReportHandler,
}

impl Artist {
    /// An artist for the terminal that the options describe.
    pub fn new(options: &HumanOptions) -> Self {
        let handler = |severity| handler(options, severity);
        Self { error: handler(Severity::Error), warning: handler(Severity::Warning), info: handler(Severity::Info) }
    }

    /// The drawn lines, or nothing when miette refuses.
    pub fn draw(&self, drawing: &Drawing, severity: Severity) -> Option<String> {
        let handler = match severity {
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Info => &self.info,
        };
        let mut drawn = String::new();
        handler.render_report(&mut drawn, drawing).ok()?;
        // The first line is miette's own headline (empty, ours is above), the last one closes a frame that needs no closing.
        let lines: Vec<&str> = drawn.lines().collect();
        let kept = lines.get(1..lines.len().checked_sub(1)?)?;
        Some(kept.iter().flat_map(|line| [line.trim_end(), "\n"]).collect())
    }
}

/// miette, told to draw an excerpt and nothing else.
fn handler(options: &HumanOptions, severity: Severity) -> GraphicalReportHandler {
    let mut characters = if options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    if options.unicode {
        characters.uarrow = '^';
    } else {
        characters.ltop = '+';
        characters.underbar = '^';
    }
    // One and the same bar in front of code and underline: a dotted one reads as if lines were left out.
    characters.vbar_break = characters.vbar;
    let mut styles = if options.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    styles.highlights = vec![match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info => styles.advice,
    }];
    styles.link = styles.advice;
    // The frame's heading is ours, place included: miette would count the columns of the clipped excerpt.
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .without_primary_span_start()
        .with_wrap_lines(false)
        .tab_width(TAB_WIDTH)
}
