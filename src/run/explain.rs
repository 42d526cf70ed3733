//! `conncert explain`: everything conncert knows about a rule, by id, code or policy number.

use super::{Console, Ending, catalogue, ids, output};
use crate::cli::ExplainArguments;
use crate::error::RunError;
use crate::finding::FixSafety;
use crate::report::human::escape::escape_lines;
use crate::rule::file::Level;
use crate::rule::fix::FixRule;
use crate::rule::load;
use crate::rule::template;
use crate::rule::{Rule, example::Example};
use crate::words;

/// Explains rules.
pub fn explain(arguments: &ExplainArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let catalogue = catalogue(&arguments.folders)?;
    let ids = ids(&catalogue, &arguments.names)?;
    for (at, rule) in ids.iter().filter_map(|id| catalogue.get(id)).enumerate() {
        if at > 0 {
            writeln!(console.output, "\n{}\n", "-".repeat(console.terminal.width.min(80))).map_err(output)?;
        }
        console.output.write_all(escape_lines(&text(rule, console.terminal.width)).as_bytes()).map_err(output)?;
    }
    Ok(Ending::Clean)
}

/// The explanation of one rule as plain text.
pub fn text(rule: &Rule, width: usize) -> String {
    let file = rule.file();
    let mut text = format!("{}: {}\n\n", file.id, file.summary);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            let wrapped = wrap(&value, width.saturating_sub(14).max(30));
            text.push_str(&format!("{name:<12}  {}\n", wrapped.join(&format!("\n{:14}", ""))));
        }
    };
    line("severity", severity(rule));
    line("code", file.code.clone().unwrap_or_default());
    line("policies", file.policies.join(", "));
    line("also known", file.aliases.join(", "));
    line("applies to", applies(rule));
    line("confidence", format!("{}: {}", file.confidence.word(), file.confidence.meaning()));
    line("evidence", file.evidence.clone());
    line("source", file.source.clone());
    line("page", rule.url());
    text.push('\n');
    let mut section = |title: &str, body: &str| {
        text.push_str(&format!("{title}\n"));
        for line in wrap(body, width.saturating_sub(2).max(30)) {
            text.push_str(&format!("  {line}\n"));
        }
        text.push('\n');
    };
    section("Why certification minds", &file.why);
    section("What to do", &readable(&file.help));
    for (number, fix) in fixes(rule).into_iter().enumerate() {
        section(if number == 0 { "What `conncert fix` does" } else { "Or" }, &fix);
    }
    if let Some(exceptions) = &file.exceptions {
        section("When it is right to ignore it", exceptions);
    }
    if let Ok(examples) = load::examples(rule) {
        for (title, all) in [("Wrong", &examples.bad), ("Right", &examples.good)] {
            for example in all.iter().take(2) {
                text.push_str(&shown(title, example));
            }
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Severity with its exceptions by track and stage.
pub fn severity(rule: &Rule) -> String {
    let adjusted = rule.file().adjust.iter().map(|adjust| {
        let tracks: Vec<&str> =
            if adjust.tracks.len() == 3 { Vec::new() } else { adjust.tracks.iter().map(|track| track.word()).collect() };
        let stages: Vec<&str> =
            if adjust.stages.len() == 2 { Vec::new() } else { adjust.stages.iter().map(|stage| stage.word()).collect() };
        format!("{} for {}", adjust.severity.word(), [tracks, stages].concat().join(" "))
    });
    std::iter::once(rule.file().severity.word().to_owned()).chain(adjusted).collect::<Vec<_>>().join("; ")
}

/// Tracks and stages in words.
pub fn applies(rule: &Rule) -> String {
    let tracks: Vec<&str> = rule.file().tracks.iter().map(|track| track.word()).collect();
    let stages: Vec<&str> = rule.file().stages.iter().map(|stage| stage.word()).collect();
    let tracks = if tracks.len() == 3 { "every track".to_owned() } else { words::list_and(&tracks) };
    if stages.len() == 2 { tracks } else { format!("{tracks}, only as {}", words::list_and(&stages)) }
}

/// The repairs of a rule, each with how far it may be trusted; the first that is possible is made.
pub fn fixes(rule: &Rule) -> Vec<String> {
    let line = |fix: &FixRule| {
        let wait = match fix.safety {
            FixSafety::Safe => "safe",
            FixSafety::Unsafe => "unsafe: only with --unsafe; look at it with --diff first",
            FixSafety::Placeholder if rule.file().severity == Level::Info => "placeholder: only with --rule; look over the text afterwards",
            FixSafety::Placeholder => "placeholder: look over the text afterwards",
        };
        format!("{} ({wait})", readable(&fix.title))
    };
    rule.fixes().iter().map(line).collect()
}

/// A template without its braces: a rule is explained in general, not for one finding.
pub fn readable(template: &str) -> String {
    let text = template::render(template, |placeholder| match placeholder.name {
        "did-you-mean" | "slip" | "more" | "problem" => String::new(),
        "subject" => "the thing".to_owned(),
        other => format!("<{}>", other.strip_prefix("config.").unwrap_or(other)),
    });
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The parts of an example with the file each belongs to.
pub fn parts(example: &Example) -> Vec<(String, String)> {
    let named = |name: &str, text: &Option<String>| text.as_ref().map(|text| (name.to_owned(), text.trim_end().to_owned()));
    let mut parts: Vec<(String, String)> = [
        named("apiDefinition.json", &example.definition),
        named("apiProperties.json", &example.properties),
        named("settings.json", &example.settings),
        named("README.md", &example.readme),
        named("INTRO.md", &example.intro),
        named("script.csx", &example.script),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some(icon) = &example.icon {
        let second = icon.second.as_ref().map(|color| format!(", left half {color}")).unwrap_or_default();
        parts.push((
            "icon.png".to_owned(),
            format!(
                "{} x {} pixels, background {}{second}, logo {:.0} % of the side",
                icon.size[0],
                icon.size[1],
                icon.background,
                icon.logo * 100.0
            ),
        ));
    }
    if let Some(older) = &example.previous {
        let of_older = [
            named("apiDefinition.json, older version", &older.definition),
            named("apiProperties.json, older version", &older.properties),
            named("script.csx, older version", &older.script),
        ];
        // An older version that is the clean one needs no words.
        parts.splice(0..0, of_older.into_iter().flatten().filter(|(_, text)| text.trim() != "{}"));
    }
    parts.extend(example.files.iter().map(|(name, text)| (name.clone(), text.trim_end().to_owned())));
    parts.extend(example.bytes.iter().map(|(name, bytes)| (name.clone(), format!("bytes {bytes}"))));
    parts.extend(example.remove.iter().map(|name| (name.clone(), "(not there)".to_owned())));
    parts.extend(example.rename.iter().map(|(from, to)| (to.clone(), format!("(instead of {from})"))));
    parts
}

fn shown(title: &str, example: &Example) -> String {
    let note = example.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    let mut text = format!("{title}{note}\n");
    let parts = parts(example);
    if parts.is_empty() {
        text.push_str("  the clean example connector\n");
    }
    for (file, content) in parts {
        text.push_str(&format!("  {file}\n"));
        for line in content.lines() {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text.push('\n');
    text
}

/// Breaks a text into lines of at most `width` characters.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
