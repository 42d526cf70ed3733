//! The list of damages while it grows: bounded, and what belongs together is one entry.

use std::ops::Range;

use super::{MAX_ISSUES, SyntaxIssue, SyntaxIssueKind};

/// Damages in the order in which they were found.
#[derive(Default)]
pub(super) struct Issues {
    list: Vec<SyntaxIssue>,
    /// Where the one entry for exotic blanks, and the one for control characters, stands in the list.
    blank: Option<usize>,
    control: Option<usize>,
}

impl Issues {
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn add(&mut self, kind: SyntaxIssueKind, span: Range<usize>) {
        self.add_with(kind, span, None);
    }

    pub fn add_with(&mut self, kind: SyntaxIssueKind, span: Range<usize>, other: Option<Range<usize>>) {
        let folded = match kind {
            SyntaxIssueKind::ExoticBlank => Some(&mut self.blank),
            SyntaxIssueKind::ControlCharacter => Some(&mut self.control),
            _ => None,
        };
        if let Some(place) = folded {
            if let Some(first) = *place {
                self.list[first].more.push(span);
                return;
            }
            *place = (self.list.len() < MAX_ISSUES).then_some(self.list.len());
        } else if let Some(last) = self.list.last_mut()
            && last.kind == kind
            && (last.span.start..=last.span.end).contains(&span.start)
        {
            // What directly touches a damage of the same kind belongs to it.
            last.span.end = last.span.end.max(span.end);
            return;
        }
        if self.list.len() < MAX_ISSUES {
            self.list.push(SyntaxIssue { kind, span, more: Vec::new(), other });
        }
    }

    /// Lets the entry added last, when it is of this kind, reach to a later place.
    pub fn extend_last(&mut self, kind: SyntaxIssueKind, end: usize) -> bool {
        let last = self.list.last_mut().filter(|last| last.kind == kind);
        last.map(|last| last.span.end = last.span.end.max(end)).is_some()
    }

    /// All of them in file order.
    pub fn sorted_with(mut self, others: Issues) -> Vec<SyntaxIssue> {
        self.list.extend(others.list);
        self.list.sort_by_key(|issue| (issue.span.start, issue.span.end));
        self.list.truncate(MAX_ISSUES);
        self.list
    }
}
