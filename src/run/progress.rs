//! Shows on a terminal how far a long run is: one line, updated in place, gone before anything else is written.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use super::Console;

/// When and how wide progress is shown.
#[derive(Debug, Clone, Copy)]
pub struct ProgressOptions {
    /// Shorter runs show nothing.
    pub after: Duration,
    /// The least time between two updates.
    pub every: Duration,
    /// Columns of the terminal.
    pub width: usize,
}

impl ProgressOptions {
    /// For standard error of this process; `None` where it is no terminal or nobody watches.
    pub(super) fn detect() -> Option<Self> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if !io::stderr().is_terminal() || is_set("CI") || is_dumb {
            return None;
        }
        let width = super::terminal_width().unwrap_or(80);
        Some(Self { after: Duration::from_millis(500), every: Duration::from_millis(100), width })
    }
}

/// The line of one run.
pub struct Progress {
    options: Option<ProgressOptions>,
    begun: Instant,
    last: Option<Instant>,
    total: usize,
    /// Characters that are on the line now.
    shown: usize,
}

impl Progress {
    /// For a run over so many connectors that begins now.
    pub fn new(console: &Console<'_>, total: usize, quiet: bool) -> Self {
        let options = console.progress.filter(|_| !quiet && total > 1);
        Self { options, begun: Instant::now(), last: None, total, shown: 0 }
    }

    /// Shows that so many connectors are done, unless it is too early.
    pub fn show(&mut self, console: &mut Console<'_>, done: usize) {
        let Some(options) = self.options else { return };
        let now = Instant::now();
        let is_due = now.duration_since(self.begun) >= options.after
            && self.last.is_none_or(|last| now.duration_since(last) >= options.every)
            && done < self.total;
        let line = is_due.then(|| self.line(options.width, done)).flatten();
        let Some(line) = line else { return };
        // What standard output still holds back belongs above the line. Whether that fails is seen when more is written.
        let _ = console.output.flush();
        let _ = console.errors.write_all(format!("\r{line}").as_bytes()).and_then(|()| console.errors.flush());
        self.shown = line.len();
        self.last = Some(now);
    }

    /// Takes the line away, so that something else can be written there.
    pub fn clear(&mut self, console: &mut Console<'_>) {
        if std::mem::take(&mut self.shown) == 0 {
            return;
        }
        let width = self.options.map_or(0, |options| options.width.saturating_sub(1));
        let _ =
            console.errors.write_all(format!("\r{}\r", " ".repeat(width.min(LONGEST))).as_bytes()).and_then(|()| console.errors.flush());
    }

    /// The longest wording that leaves the last column free: a full line would move to the next.
    fn line(&self, width: usize, done: usize) -> Option<String> {
        let total = self.total;
        let wordings = [format!("checked {done} of {total} connectors"), format!("{done} of {total}"), format!("{done}")];
        wordings.into_iter().find(|line| line.len() < width.min(LONGEST + 1))
    }
}

/// No line is longer.
const LONGEST: usize = 79;

#[cfg(test)]
mod tests {
    use super::super::Terminal;
    use super::*;

    fn shown(options: Option<ProgressOptions>, total: usize, quiet: bool) -> (String, String) {
        let (mut input, mut output, mut errors) = (io::empty(), Vec::new(), Vec::new());
        let mut console =
            Console { input: &mut input, output: &mut output, errors: &mut errors, terminal: Terminal::PLAIN, progress: options };
        let mut progress = Progress::new(&console, total, quiet);
        for done in [1, 2, total] {
            progress.show(&mut console, done);
        }
        progress.clear(&mut console);
        progress.clear(&mut console);
        (String::from_utf8(output).unwrap(), String::from_utf8(errors).unwrap())
    }

    const AT_ONCE: ProgressOptions = ProgressOptions { after: Duration::ZERO, every: Duration::ZERO, width: 40 };

    #[test]
    fn the_line_is_updated_in_place_and_cleared_once() {
        let (output, errors) = shown(Some(AT_ONCE), 726, false);
        assert_eq!(output, "");
        assert_eq!(errors, format!("\rchecked 1 of 726 connectors\rchecked 2 of 726 connectors\r{}\r", " ".repeat(39)));
    }

    #[test]
    fn short_runs_single_connectors_quiet_runs_and_pipes_show_nothing() {
        let later = ProgressOptions { after: Duration::from_secs(3_600), ..AT_ONCE };
        assert_eq!(shown(Some(later), 726, false).1, "");
        assert_eq!(shown(Some(AT_ONCE), 1, false).1, "");
        assert_eq!(shown(Some(AT_ONCE), 726, true).1, "");
        assert_eq!(shown(None, 726, false).1, "");
    }

    #[test]
    fn updates_keep_their_distance() {
        let rare = ProgressOptions { every: Duration::from_secs(3_600), ..AT_ONCE };
        assert!(!shown(Some(rare), 726, false).1.contains("checked 2"));
    }

    #[test]
    fn a_line_never_reaches_the_last_column() {
        for width in 0..60 {
            let (_, errors) = shown(Some(ProgressOptions { width, ..AT_ONCE }), 12_345, false);
            assert!(errors.split('\r').all(|line| line.len() < width.max(1)), "{width}: {errors:?}");
        }
    }
}
