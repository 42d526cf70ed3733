//! Edits of JSON text that leave everything else as it is: indentation, line ends, order and spacing are those of the neighbours.

mod layout;

use std::borrow::Cow;

use serde_json::Value as NewValue;

use super::edit::Edit;
use crate::source::json::{NodeKind, Value};
use layout::{Layout, Style, indent_at, indent_before, quoted, start_of};

/// What is put into a file: a new value, or a copy of one that stands elsewhere, byte for byte but for its indentation.
#[derive(Debug, Clone)]
pub enum Fragment<'a> {
    /// A value, written in the style of its new neighbours.
    New(NewValue),
    /// A value of a file, as it is written there.
    Copy(Value<'a>),
}

/// Where a new member or item goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Position<'a> {
    /// Before all others.
    First,
    /// Behind this one.
    Behind(Value<'a>),
    /// Behind all others.
    Last,
}

/// A new member of an object, or another value for the member that is there. `None` where this cannot be done safely.
pub fn set_member(object: Value<'_>, key: &str, fragment: &Fragment<'_>, position: Position<'_>) -> Option<Edit> {
    if !object.is_object() {
        return None;
    }
    match object.get(key) {
        Some(member) => replace(member, fragment),
        None => insert(object, Some(key), std::slice::from_ref(fragment), position),
    }
}

/// A new item of an array.
pub fn insert_item(array: Value<'_>, fragment: &Fragment<'_>, position: Position<'_>) -> Option<Edit> {
    insert_items(array, std::slice::from_ref(fragment), position)
}

/// New items of an array, one behind the other.
pub fn insert_items(array: Value<'_>, fragments: &[Fragment<'_>], position: Position<'_>) -> Option<Edit> {
    if !array.is_array() || fragments.is_empty() {
        return None;
    }
    insert(array, None, fragments, position)
}

/// Whether a value ends where it says so. Behind one that was never closed, nothing is where it seems to be.
fn is_closed(value: Value<'_>) -> bool {
    let (raw, end) = (value.raw(), value.span().end);
    let ends_with = |mark: char| raw.len() >= 2 && raw.ends_with(mark) && value.last_child().is_none_or(|last| last.span().end < end);
    match value.kind() {
        NodeKind::Object => ends_with('}'),
        NodeKind::Array => ends_with(']'),
        NodeKind::String => raw.chars().next().is_some_and(ends_with),
        NodeKind::Null | NodeKind::Boolean | NodeKind::Number => true,
        NodeKind::Invalid => false,
    }
}

/// Where something new goes in a container.
enum Room<'a> {
    /// There is nothing in it: the container is written anew.
    Whole,
    /// In front of the first.
    Before(Value<'a>),
    /// Behind one, where the first tells how things stand.
    Behind(Value<'a>, Value<'a>),
}

/// Finds the place for something new; `None` where there is none that is safe.
fn room<'a>(container: Value<'a>, position: Position<'a>) -> Option<Room<'a>> {
    if !is_closed(container) {
        return None;
    }
    let Some(first) = container.children().next() else {
        let span = container.span();
        let inside = container.tree().source().text().get(span.start + 1..span.end.checked_sub(1)?)?;
        return inside.trim().is_empty().then_some(Room::Whole);
    };
    let behind = match position {
        Position::First => return Some(Room::Before(first)),
        Position::Behind(child) => child,
        Position::Last => container.last_child()?,
    };
    is_closed(behind).then_some(Room::Behind(first, behind))
}

/// An edit of nothing where an object has room for a new member, for those who want to know no more; `None` where [`set_member`] makes no
/// edit for a member that is not there.
pub fn room_for_member<'a>(object: Value<'a>, position: Position<'a>) -> Option<Edit> {
    let room = Some(object).filter(Value::is_object).and_then(|object| room(object, position))?;
    let at = match room {
        Room::Whole => object.span().start,
        Room::Before(first) => start_of(first),
        Room::Behind(_, behind) => behind.span().end,
    };
    Some(Edit { span: at..at, text: String::new() })
}

fn insert(container: Value<'_>, key: Option<&str>, fragments: &[Fragment<'_>], position: Position<'_>) -> Option<Edit> {
    let room = room(container, position)?;
    let layout = Layout::of(container.tree());
    let style = layout.style_in(container);
    let separator = |indent: &str| match style.lines {
        true => format!(",{}{indent}", layout.newline),
        false => format!(",{}", style.blank),
    };
    let member = |indent: &str| {
        let values: Vec<String> = fragments.iter().map(|fragment| layout.write(fragment, indent, style)).collect();
        let values = values.join(&separator(indent));
        key.map_or_else(|| values.clone(), |key| format!("{}{}{values}", quoted(key), style.colon))
    };
    let indent_of = |first| indent_before(layout.source, start_of(first)).unwrap_or_else(|| indent_at(layout.source, start_of(first)));
    Some(match room {
        Room::Whole => {
            let span = container.span();
            let (open, close) = if container.is_object() { ('{', '}') } else { ('[', ']') };
            let outer = indent_at(layout.source, span.start);
            let inner = format!("{outer}{}", layout.unit);
            let text = match style.lines {
                true => format!("{open}{0}{inner}{1}{0}{outer}{close}", layout.newline, member(&inner)),
                false if open == '{' => format!("{open}{0}{1}{0}{close}", style.blank, member(outer)),
                false => format!("{open}{}{close}", member(outer)),
            };
            Edit { span, text }
        }
        Room::Before(first) => {
            let (at, indent) = (start_of(first), indent_of(first));
            Edit { span: at..at, text: format!("{}{}", member(indent), separator(indent)) }
        }
        Room::Behind(first, behind) => {
            let (at, indent) = (behind.span().end, indent_of(first));
            Edit { span: at..at, text: format!("{}{}", separator(indent), member(indent)) }
        }
    })
}

/// Another value in the place of one.
pub fn replace(value: Value<'_>, fragment: &Fragment<'_>) -> Option<Edit> {
    let layout = Layout::of(value.tree());
    let style = match value.parent() {
        _ if !value.is_empty() => layout.style_in(value),
        Some(parent) => layout.style_in(parent),
        None => Style { lines: true, blank: " ", colon: ": " },
    };
    let text = layout.write(fragment, indent_at(layout.source, start_of(value)), style);
    (text != value.raw()).then(|| Edit { span: value.span(), text })
}

/// Takes a member or item out, with its comma and its line.
pub fn remove(value: Value<'_>) -> Option<Edit> {
    let container = value.parent().filter(|container| is_closed(*container))?;
    let span = match (value.previous(), value.next()) {
        (_, Some(next)) => start_of(value)..start_of(next),
        (Some(previous), None) => previous.span().end..value.span().end,
        (None, None) => container.span().start + 1..container.span().end.checked_sub(1)?,
    };
    (span.start < span.end).then(|| Edit { span, text: String::new() })
}

/// Members of an object, in the place of the object itself. `None` when none of them is there, or the object around it has one already.
pub fn unwrap(object: Value<'_>, members: &[String]) -> Option<Edit> {
    let (holder, key) = (object.parent().filter(Value::is_object)?, object.key_span()?);
    if !is_closed(object) {
        return None;
    }
    let layout = Layout::of(object.tree());
    let style = layout.style_in(holder);
    let indent = indent_at(layout.source, key.start);
    let kept: Vec<(Cow<'_, str>, Value<'_>)> =
        object.members().filter(|(name, _)| members.iter().any(|member| member == name.as_ref())).collect();
    if kept.is_empty() || kept.iter().any(|(name, _)| holder.get(name).is_some()) {
        return None;
    }
    let between = if style.lines { format!(",{}{indent}", layout.newline) } else { format!(",{}", style.blank) };
    let member = |(name, value): &(Cow<'_, str>, Value<'_>)| {
        format!("{}{}{}", quoted(name), style.colon, layout.write(&Fragment::Copy(*value), indent, style))
    };
    Some(Edit { span: key.start..object.span().end, text: kept.iter().map(member).collect::<Vec<_>>().join(&between) })
}

/// The members of an object, in a new object inside it. `None` when there is nothing to put in, or when a member of that name stays.
pub fn wrap(object: Value<'_>, key: &str, except: &[String]) -> Option<Edit> {
    if !is_closed(object) {
        return None;
    }
    let layout = Layout::of(object.tree());
    let style = layout.style_in(object);
    let outer = indent_at(layout.source, object.span().start);
    let inner = format!("{outer}{}", layout.unit);
    let deepest = format!("{inner}{}", layout.unit);
    let stays = |name: &str| except.iter().any(|member| member == name);
    let (kept, moved): (Vec<_>, Vec<_>) = object.members().partition(|(name, _)| stays(name));
    if moved.is_empty() || kept.iter().any(|(name, _)| name == key) {
        return None;
    }
    let member = |(name, value): &(Cow<'_, str>, Value<'_>), indent: &str| {
        format!("{}{}{}", quoted(name), style.colon, layout.write(&Fragment::Copy(*value), indent, style))
    };
    let object_of = |members: Vec<String>, indent: &str, end: &str| match style.lines {
        true => format!("{{{0}{indent}{1}{0}{end}}}", layout.newline, members.join(&format!(",{}{indent}", layout.newline))),
        false => format!("{{{0}{1}{0}}}", style.blank, members.join(&format!(",{}", style.blank))),
    };
    let wrapped = object_of(moved.iter().map(|moved| member(moved, &deepest)).collect(), &deepest, &inner);
    let mut members: Vec<String> = kept.iter().map(|kept| member(kept, &inner)).collect();
    members.push(format!("{}{}{wrapped}", quoted(key), style.colon));
    Some(Edit { span: object.span(), text: object_of(members, &inner, outer) })
}

/// Another key for a member.
pub fn rename_key(member: Value<'_>, key: &str) -> Option<Edit> {
    (member.key()? != key).then_some(())?;
    Some(Edit { span: member.key_span()?, text: quoted(key) })
}

/// Another text for a string; only the part that differs is touched.
pub fn rewrite(value: Value<'_>, new: &str) -> Option<Edit> {
    let old = value.as_str()?;
    if old == new {
        return None;
    }
    let Some(units) = Units::of(value).filter(|units| units.text == old) else {
        return Some(Edit { span: value.span(), text: quoted(new) });
    };
    let prefix = common(old.chars(), new.chars());
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = common_end(old_rest, new_rest);
    let start = units.raw_offset(prefix);
    let end = units.raw_offset(old.len() - suffix);
    let middle = quoted(&new_rest[..new_rest.len() - suffix]);
    Some(Edit { span: start..end, text: middle[1..middle.len() - 1].to_owned() })
}

fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

fn common_end(one: &str, other: &str) -> usize {
    common(one.chars().rev(), other.chars().rev())
}

/// Where in the file each character of a decoded string stands.
struct Units {
    text: String,
    /// Offset in `text`, offset in the file; one entry a character and one for the end.
    offsets: Vec<(usize, usize)>,
}

impl Units {
    fn of(value: Value<'_>) -> Option<Self> {
        let raw = value.raw();
        let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
        let base = value.span().start + 1;
        let mut text = String::with_capacity(inner.len());
        let mut offsets = Vec::new();
        let mut at = 0;
        while let Some(first) = inner[at..].chars().next() {
            offsets.push((text.len(), base + at));
            let len = if first == '\\' { escape_len(&inner[at..])? } else { first.len_utf8() };
            let piece = inner.get(at..at + len)?;
            if first == '\\' {
                text.push_str(&serde_json::from_str::<String>(&format!("\"{piece}\"")).ok()?);
            } else {
                text.push(first);
            }
            at += len;
        }
        offsets.push((text.len(), base + inner.len()));
        Some(Self { text, offsets })
    }

    fn raw_offset(&self, at: usize) -> usize {
        self.offsets.iter().find(|(decoded, _)| *decoded >= at).or(self.offsets.last()).map_or(0, |(_, raw)| *raw)
    }
}

/// Bytes of the escape sequence at the front; a pair of surrogates is one.
fn escape_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(1) != Some(&b'u') {
        return Some(2);
    }
    let high = u32::from_str_radix(text.get(2..6)?, 16).ok()?;
    Some(if (0xd800..0xdc00).contains(&high) { 12 } else { 6 })
}

#[cfg(test)]
mod tests;
