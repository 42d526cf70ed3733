//! What an editor shows under the pointer: the rule behind a finding, and what a key means.

use std::path::Path;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Range};

use super::at;
use super::diagnostics;
use super::keys;
use super::positions::Positions;
use super::snapshot::Snapshot;
use crate::finding::Finding;
use crate::report::markdown::rich;

/// More findings at one place are not explained at once.
const MAX_FINDINGS: usize = 3;

/// What is known about a place of a file.
pub fn hover(snapshot: &Snapshot, path: &Path, position: Position) -> Result<Option<Hover>, String> {
    let outcome = snapshot.outcome()?;
    let holds = |range: &Range| range.start <= position && position <= range.end;
    let shown = diagnostics::shown(snapshot, false)?;
    let here: Vec<_> = shown.iter().filter(|shown| shown.path == path && holds(&shown.diagnostic.range)).collect();
    let mut parts: Vec<String> =
        here.iter().take(MAX_FINDINGS).map(|shown| explained(&outcome.findings[shown.finding], snapshot)).collect();
    let more = here.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        parts.push(format!("{more} more here."));
    }
    let mut range = here.first().map(|shown| shown.diagnostic.range);
    if let Some((key, text)) = key(snapshot, path, position)? {
        parts.push(text);
        range.get_or_insert(key);
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: parts.join("\n\n---\n\n") });
    Ok(Some(Hover { contents, range }))
}

/// A finding with what there is to say about its rule. What it quotes of the connector is no Markdown: an editor would fetch its images.
fn explained(finding: &Finding, snapshot: &Snapshot) -> String {
    let info = &finding.rule;
    let own = |text: &str| text.replace('<', "\\<");
    let mut parts = vec![format!("**{}** ({})", own(&info.summary), finding.severity.word()), rich(&finding.message)];
    parts.push(format!("*Why:* {}", own(&info.why)));
    if let Some(help) = &finding.help {
        parts.push(format!("*What to do:* {}", rich(help)));
    }
    if let Some(fix) = &finding.fix {
        parts.push(format!("*The quick fix:* {} ({})", rich(&fix.title), fix.safety.word()));
    }
    let rule = snapshot.applied.catalogue().get(&info.id);
    let exceptions = rule.and_then(|rule| rule.file().exceptions.as_ref());
    parts.extend(exceptions.map(|exceptions| format!("*When it is right to ignore it:* {}", own(exceptions))));
    parts.push(format!("[{}]({})", info.id, info.url));
    parts.join("\n\n")
}

/// The key at a place, with its meaning.
fn key(snapshot: &Snapshot, path: &Path, position: Position) -> Result<Option<(Range, String)>, String> {
    let connector = snapshot.connector()?;
    let key = || {
        let (artifact, json) = at::json(connector, &snapshot.name(path)?)?;
        let positions = Positions::new(json.source().text());
        let byte = positions.byte(position);
        let value = at::value(json, byte)?;
        let span = value.key_span().filter(|span| span.start <= byte && byte <= span.end)?;
        Some((positions.range(span), keys::meaning(artifact, value)?))
    };
    Ok(key())
}
