//! Reads the text of a vector graphic and refuses what would take for ever: entities, repetitions and references that multiply.
//!
//! The renderer copies whatever a drawing refers to, again and again where references lead to references. So before it sees the file,
//! this counts what it would come to.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{self, Document, Node, NodeId, ParsingOptions};

use super::{IconError, outline};

/// The longest file that is read.
const MAX_BYTES: usize = 8 << 20;
/// The most elements and texts in a file.
const MAX_NODES: u32 = 200_000;
/// How deep elements may lie in each other, references included. Drawing programs stay far below.
const MAX_DEPTH: usize = 100;
/// What a drawing may come to when all references are followed, in corners of its outlines.
const MAX_WEIGHT: u64 = 1_500_000;
/// To how much text entities may come.
const MAX_ENTITY_BYTES: usize = 8 << 20;
/// What an element weighs beside its outline.
const ELEMENT: u64 = 8;

/// Said of drawings beyond these limits.
pub(super) const TOO_MUCH: &str = "is too complex: it has more parts than a logo needs";
/// Said of drawings that only a program at fault, or of ill will, writes.
pub(super) const BEYOND_MEASURE: &str = "has numbers beyond all measure";
const CIRCLE: &str = "has a part that contains itself";
const TOO_DEEP: &str = "is too complex: its parts lie too deep in each other";

/// A drawing that is safe to hand to the renderer.
#[derive(Debug)]
pub(super) struct Source {
    text: String,
    /// Whether it has text, or pictures in other files, which are not drawn.
    pub(super) is_incomplete: bool,
}

/// Reads a drawing.
pub(super) fn read(bytes: &[u8]) -> Result<Source, IconError> {
    if bytes.len() > MAX_BYTES {
        return Err(refusal(TOO_MUCH));
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned();
    if entities_multiply(&text) {
        return Err(refusal(TOO_MUCH));
    }
    let mut source = Source { text, is_incomplete: false };
    source.is_incomplete = {
        let document = source.document()?;
        Measure::new(&document).run()?;
        document.descendants().any(|node| is_left_out(&node))
    };
    Ok(source)
}

impl Source {
    /// The file as a tree of elements.
    pub(super) fn document(&self) -> Result<Document<'_>, IconError> {
        let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        Document::parse_with_options(&self.text, options)
            .map_err(|error| IconError::Drawing(not_well_formed(&error, self.text.contains("</svg"))))
    }
}

/// What is wrong with a file that is no well-formed XML.
pub(super) fn not_well_formed(error: &roxmltree::Error, has_end: bool) -> String {
    match error {
        roxmltree::Error::NodesLimitReached | roxmltree::Error::AttributesLimitReached | roxmltree::Error::NamespacesLimitReached => {
            TOO_MUCH.to_owned()
        }
        roxmltree::Error::EntityReferenceLoop(_) => CIRCLE.to_owned(),
        _ if !has_end => "is not complete: it ends too early".to_owned(),
        error => format!("is damaged: line {} breaks the rules of XML", error.pos().row),
    }
}

fn refusal(words: &str) -> IconError {
    IconError::Drawing(words.to_owned())
}

/// Whether the entities that a file declares could make it many times longer than it is.
fn entities_multiply(text: &str) -> bool {
    let values = text.split("<!ENTITY").skip(1).filter_map(|declaration| {
        let start = declaration.find(['"', '\''])?;
        let quote = declaration.get(start..=start)?;
        declaration.get(start + 1..)?.split(quote).next()
    });
    let longest = values.clone().map(str::len).max().unwrap_or_default();
    // An entity made of entities is nothing that drawing programs write.
    values.clone().any(|value| value.contains('&')) || longest.saturating_mul(text.matches('&').count()) > MAX_ENTITY_BYTES
}

fn is_left_out(node: &Node<'_, '_>) -> bool {
    match node.tag_name().name() {
        "text" => node.descendants().any(|inner| inner.is_text() && inner.text().is_some_and(|text| !text.trim().is_empty())),
        "foreignObject" => true,
        "image" => href(node).is_some_and(|href| !href.trim_start().starts_with("data:") && !href.starts_with('#')),
        _ => false,
    }
}

/// The target of a link; the one without a namespace comes first.
fn href<'a>(node: &Node<'a, '_>) -> Option<&'a str> {
    node.attribute("href").or_else(|| node.attribute(("http://www.w3.org/1999/xlink", "href")))
}

/// What a part comes to.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    elements: u64,
    weight: u64,
    depth: usize,
}

/// How a part refers to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Once.
    Once,
    /// Once for each element below.
    EachElement,
    /// Once for each corner of each outline below.
    EachCorner,
}

struct Measure<'a, 'input> {
    document: &'a Document<'input>,
    /// Several where a file gives the same name twice, which nothing forbids it to do.
    by_id: HashMap<&'a str, Vec<Node<'a, 'input>>>,
    styles: Vec<StyleRule<'a>>,
    /// Nothing while an element is being measured.
    known: HashMap<NodeId, Option<Extent>>,
}

/// A rule of a style sheet that refers to something.
struct StyleRule<'a> {
    selector: &'a str,
    target: &'a str,
    usage: Use,
}

impl<'a, 'input> Measure<'a, 'input> {
    fn new(document: &'a Document<'input>) -> Self {
        let mut by_id: HashMap<&str, Vec<Node<'_, '_>>> = HashMap::new();
        let mut styles = Vec::new();
        for node in document.descendants() {
            if let Some(id) = node.attribute("id") {
                by_id.entry(id).or_default().push(node);
            }
            if node.tag_name().name() == "style" {
                node.children().filter_map(|text| text.text()).for_each(|text| style_rules(text, &mut styles));
            }
        }
        Self { document, by_id, styles, known: HashMap::new() }
    }

    fn run(mut self) -> Result<(), IconError> {
        // Parts that are only referred to count where they are used; what is never used is never drawn.
        self.extent(self.document.root(), 0).map(|_| ())
    }

    fn extent(&mut self, node: Node<'a, 'input>, depth: usize) -> Result<Extent, IconError> {
        if depth > MAX_DEPTH {
            return Err(refusal(TOO_DEEP));
        }
        match self.known.get(&node.id()) {
            Some(Some(extent)) if depth + extent.depth > MAX_DEPTH => return Err(refusal(TOO_DEEP)),
            Some(Some(extent)) => return Ok(*extent),
            Some(None) => return Err(refusal(CIRCLE)),
            None => self.known.insert(node.id(), None),
        };
        let corners = outline::corners(&node).ok_or_else(|| refusal(BEYOND_MEASURE))?;
        let mut total = Extent { elements: 1, weight: ELEMENT + corners, depth: 1 };
        for child in node.children().filter(Node::is_element) {
            let child = self.extent(child, depth + 1)?;
            total.elements = total.elements.saturating_add(child.elements);
            total.weight = total.weight.saturating_add(child.weight);
            total.depth = total.depth.max(child.depth + 1);
        }
        let below = total;
        for (target, usage) in self.references(node) {
            let target = self.extent(target, depth + 1)?;
            let times = match usage {
                Use::Once => 1,
                Use::EachElement => below.elements,
                Use::EachCorner => below.weight,
            };
            total.elements = total.elements.saturating_add(target.elements.saturating_mul(times));
            total.weight = total.weight.saturating_add(target.weight.saturating_mul(times));
            total.depth = total.depth.max(target.depth + 1);
        }
        if total.weight > MAX_WEIGHT {
            return Err(refusal(TOO_MUCH));
        }
        self.known.insert(node.id(), Some(total));
        Ok(total)
    }

    /// What an element refers to. Gradients are not followed: they are small, and shared rather than copied.
    fn references(&self, node: Node<'a, 'input>) -> Vec<(Node<'a, 'input>, Use)> {
        let mut names: Vec<(&str, Use)> = Vec::new();
        for attribute in node.attributes() {
            match attribute.name() {
                "style" => names.extend(attribute.value().split(';').flat_map(declaration)),
                name => names.extend(urls(attribute.value()).map(|target| (target, usage(name)))),
            }
        }
        if matches!(node.tag_name().name(), "use" | "feImage" | "image" | "pattern") {
            names.extend(href(&node).and_then(|href| href.trim().strip_prefix('#')).map(|target| (target, Use::Once)));
        }
        names.extend(self.styles.iter().filter(|rule| may_select(rule.selector, &node)).map(|rule| (rule.target, rule.usage)));
        names.sort_unstable_by_key(|(target, usage)| (*target, *usage as u8));
        names.dedup();
        let named = |target: &str| self.by_id.get(target).into_iter().flatten().copied();
        let targets = names.into_iter().flat_map(|(target, usage)| named(target).map(move |node| (node, usage)));
        targets.filter(|(target, _)| !matches!(target.tag_name().name(), "linearGradient" | "radialGradient")).collect()
    }
}

fn usage(property: &str) -> Use {
    match property.trim() {
        name if name.starts_with("marker") => Use::EachCorner,
        "fill" | "stroke" => Use::EachElement,
        _ => Use::Once,
    }
}

/// The names in `url(#name)`.
fn urls(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let name = rest.split(')').next()?.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        name.strip_prefix('#')
    })
}

/// What `property: value` refers to.
fn declaration(text: &str) -> impl Iterator<Item = (&str, Use)> {
    let (property, value) = text.split_once(':').unwrap_or_default();
    urls(value).map(move |target| (target, usage(property)))
}

fn style_rules<'a>(text: &'a str, rules: &mut Vec<StyleRule<'a>>) {
    for block in text.split('}') {
        let Some((selector, declarations)) = block.split_once('{') else { continue };
        let targets = declarations.split(';').flat_map(declaration);
        rules.extend(targets.map(|(target, usage)| StyleRule { selector, target, usage }));
    }
}

/// Whether a selector could select an element: whether all that it names is the element or something around it.
fn may_select(selector: &str, node: &Node<'_, '_>) -> bool {
    selector.split(',').any(|selector| {
        let mut words = selector.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).filter(|word| !word.is_empty());
        let is_at_or_around = |word: &str| node.ancestors().any(|node| is_named(&node, word));
        // What stands beside the element, or what its attributes say, is not looked at: then one of the words is enough.
        if selector.contains(['+', '~', ':', '[']) { words.any(is_at_or_around) } else { words.all(is_at_or_around) }
    })
}

fn is_named(node: &Node<'_, '_>, word: &str) -> bool {
    let mut classes = node.attribute("class").unwrap_or_default().split_whitespace();
    node.tag_name().name() == word || node.attribute("id") == Some(word) || classes.any(|class| class == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(content: &str) -> Result<bool, String> {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{content}</svg>"#);
        read(svg.as_bytes()).map(|source| source.is_incomplete).map_err(|error| error.to_string())
    }

    #[test]
    fn what_drawing_programs_write_is_read() {
        let usual = [
            r##"<defs><linearGradient id="a"/><linearGradient id="b" xlink:href="#a"/></defs><g fill="url(#b)"><path d="M0 0h9v9z"/></g>"##,
            r##"<style>.a{fill:url(#g)}.b{clip-path:url(#c);}</style><clipPath id="c"><path class="a" d="M0 0h9v9z"/></clipPath><g class="b"/>"##,
            r##"<pattern id="p"><use xlink:href="#i"/></pattern><image id="i" href="data:image/png;base64,AA"/><rect fill="url(#p)"/>"##,
            r##"<symbol id="s"><rect/></symbol><use href="#s"/><use href="#s"/><a href="#s"/>"##,
            r##"<style>.a path{mask:url(#m)}</style><mask id="m"><path/></mask><g class="a"><path/></g>"##,
            r##"<g id="a" mask="url('#m')"><mask id="m"><rect/></mask></g><use href="#missing"/>"##,
        ];
        for content in usual {
            assert_eq!(judged(content), Ok(false), "{content}");
        }
        let with_entity = "<!DOCTYPE svg [<!ENTITY ns \"http://www.w3.org/2000/svg\">]><svg xmlns=\"&ns;\"><rect/></svg>";
        assert!(read(with_entity.as_bytes()).is_ok());
    }

    #[test]
    fn text_and_pictures_elsewhere_are_noticed() {
        assert_eq!(judged("<text><tspan>Hi</tspan></text>"), Ok(true));
        assert_eq!(judged("<text> </text>"), Ok(false));
        assert_eq!(judged("<image href='logo.png'/>"), Ok(true));
        assert_eq!(judged("<foreignObject/>"), Ok(true));
    }

    #[test]
    fn what_contains_itself_is_refused() {
        let circles = [
            "<g id='a'><use href='#a'/></g>",
            "<g id='a'><use href='#b'/></g><g id='b'><use href='#c'/></g><g id='c'><use href='#a'/></g>",
            "<pattern id='a'><rect fill='url(#b)'/></pattern><pattern id='b'><rect fill='url(#c)'/></pattern>\
             <pattern id='c'><rect style='fill: url(\"#a\")'/></pattern>",
            // The renderer takes the first for some references and the last for others.
            "<g id='a'/><filter id='f'><feImage href='#a'/></filter><g id='a' filter='url(#f)'><rect/></g>",
            "<style>.a, g > rect{mask:url(#m)}</style><mask id='m'><g><rect/></g></mask>",
        ];
        for content in circles {
            assert!(judged(content).is_err_and(|error| error.contains("contains itself")), "{content}");
        }
    }

    #[test]
    fn what_multiplies_is_refused() {
        let level = |name: u32| {
            let uses = format!("<use href='#a{}'/>", name + 1).repeat(10);
            format!("<g id='a{name}'>{uses}</g>")
        };
        let laughs = format!("{}<g id='a9'><rect/></g>", (0..9).map(level).collect::<String>());
        assert!(judged(&laughs).is_err_and(|error| error.contains("complex")));
        let corners = "L1 1 ".repeat(20_000);
        let dots = "<circle/>".repeat(100);
        let markers = format!("<marker id='m'>{dots}</marker><g marker-mid='url(#m)'><path d='M0 0 {corners}'/></g>");
        assert!(judged(&markers).is_err_and(|error| error.contains("complex")));
    }

    #[test]
    fn depth_is_limited_whether_written_or_referred_to() {
        let deep = |levels: usize| format!("{}{}", "<g>".repeat(levels), "</g>".repeat(levels));
        assert!(judged(&deep(90)).is_ok());
        assert!(judged(&deep(200)).is_err_and(|error| error.contains("deep")));
        assert!(judged(&deep(150_000)).is_err());
        let chain: String = (0..200).map(|at| format!("<g id='a{at}'><use href='#a{}'/></g>", at + 1)).collect();
        assert!(judged(&chain).is_err_and(|error| error.contains("deep")));
    }

    #[test]
    fn entities_that_multiply_are_refused() {
        let nested = "<!DOCTYPE svg [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><svg>&b;</svg>";
        assert!(read(nested.as_bytes()).is_err_and(|error| error.to_string().contains("complex")));
        let long = format!("<!DOCTYPE svg [<!ENTITY a \"{}\">]><svg>{}</svg>", "x".repeat(10_000), "&a;".repeat(1000));
        assert!(read(long.as_bytes()).is_err_and(|error| error.to_string().contains("complex")));
    }
}
