//! The outline of a file: operations and definitions, connection parameters and policies, headings.

use std::ops::Range as Bytes;
use std::path::Path;

use lsp_types::{DocumentSymbol, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind, Uri};

use super::positions::Positions;
use super::snapshot::Snapshot;
use crate::connector::Artifact;
use crate::connector::load::Content;
use crate::model::Model;
use crate::source::json::Value;
use crate::source::markdown::Markdown;
use crate::swagger::Swagger;

/// The outline of a file of a connector.
pub fn symbols(snapshot: &Snapshot, path: &Path, uri: &Uri, nested: bool) -> Result<Option<DocumentSymbolResponse>, String> {
    let connector = snapshot.connector()?;
    let document = snapshot.name(path).and_then(|name| connector.document_at(&name));
    let Some(document) = document else { return Ok(None) };
    let Some(source) = document.source() else { return Ok(None) };
    let outline = Outline { positions: Positions::new(source.text()) };
    let symbols = match &document.content {
        Content::Markdown(_, markdown) => outline.headings(markdown),
        Content::Json(_) => {
            let model = Model::new(connector);
            match document.artifact {
                Artifact::Definition => model.swagger.as_ref().map(|swagger| outline.definition(swagger)).unwrap_or_default(),
                Artifact::Properties => outline.properties(&model),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    Ok(Some(match nested {
        true => DocumentSymbolResponse::Nested(symbols),
        false => DocumentSymbolResponse::Flat(flat(symbols, uri, None)),
    }))
}

struct Outline<'t> {
    positions: Positions<'t>,
}

impl Outline<'_> {
    fn definition(&self, swagger: &Swagger<'_>) -> Vec<DocumentSymbol> {
        let operations = swagger.operations.iter().map(|operation| {
            let template = &swagger.path_of(operation).template;
            let name = operation.id.as_ref().map_or_else(|| format!("{} {template}", operation.method), ToString::to_string);
            let summary = operation.node.get_str("summary").unwrap_or_default();
            let kind = if operation.trigger.is_some() { SymbolKind::EVENT } else { SymbolKind::METHOD };
            let parameters = operation.parameters.iter().filter_map(|used| {
                let parameter = &swagger.parameters[used.parameter? as usize];
                let name = parameter.name.as_deref().unwrap_or("(unnamed)");
                // Those of the path stand outside of the operation.
                (!used.from_path)
                    .then(|| self.member(name, parameter.location.as_deref().unwrap_or_default(), SymbolKind::VARIABLE, used.node))?
            });
            let responses = operation.responses.iter().filter_map(|used| {
                let description = used.node.get_str("description").unwrap_or_default();
                self.member(&used.status, &description, SymbolKind::CONSTANT, used.node)
            });
            let children = parameters.chain(responses).collect();
            Some(DocumentSymbol { children: Some(children), ..self.member(&name, &summary, kind, operation.node)? })
        });
        let mut symbols: Vec<DocumentSymbol> = operations.flatten().collect();
        let definitions = swagger.root.get("definitions");
        let definitions = definitions.iter().flat_map(|definitions| definitions.members());
        symbols.extend(definitions.filter_map(|(name, schema)| {
            let title = schema.get_str("title").unwrap_or_default();
            self.member(&name, &title, SymbolKind::STRUCT, schema)
        }));
        symbols.sort_by_key(|symbol| symbol.range.start);
        symbols
    }

    fn properties(&self, model: &Model<'_>) -> Vec<DocumentSymbol> {
        let Some(index) = &model.properties else { return Vec::new() };
        let parameters = index.connection_parameters.iter().filter_map(|parameter| {
            let kind = parameter.node.get_str("type").unwrap_or_default();
            self.member(&parameter.name, &kind, SymbolKind::KEY, parameter.node)
        });
        let policies = index.policies.iter().filter_map(|policy| {
            let title = policy.node.get_str("title").unwrap_or_default();
            self.member(&title, policy.template.as_deref().unwrap_or_default(), SymbolKind::FUNCTION, policy.node)
        });
        let mut symbols: Vec<DocumentSymbol> = parameters.chain(policies).collect();
        symbols.sort_by_key(|symbol| symbol.range.start);
        symbols
    }

    fn member(&self, name: &str, detail: &str, kind: SymbolKind, value: Value<'_>) -> Option<DocumentSymbol> {
        let span = value.span();
        let key = value.key_span();
        let start = key.as_ref().map_or(span.start, |key| key.start);
        let selection = key.unwrap_or(span.start..span.start);
        Some(self.symbol(name, detail, kind, start..span.end, selection))
    }

    /// Headings below those of a higher rank.
    fn headings(&self, markdown: &Markdown) -> Vec<DocumentSymbol> {
        let mut top: Vec<DocumentSymbol> = Vec::new();
        let mut open: Vec<(u8, DocumentSymbol)> = Vec::new();
        let close = |open: &mut Vec<(u8, DocumentSymbol)>, top: &mut Vec<DocumentSymbol>| {
            let Some((_, symbol)) = open.pop() else { return };
            match open.last_mut() {
                Some((_, parent)) => parent.children.get_or_insert_default().push(symbol),
                None => top.push(symbol),
            }
        };
        for (heading, section) in markdown.headings().iter().zip(markdown.sections()) {
            while open.last().is_some_and(|(level, _)| *level >= heading.level) {
                close(&mut open, &mut top);
            }
            let symbol = self.symbol(&heading.text, "", SymbolKind::STRING, section.span.clone(), heading.span.clone());
            open.push((heading.level, symbol));
        }
        while !open.is_empty() {
            close(&mut open, &mut top);
        }
        top
    }

    fn symbol(&self, name: &str, detail: &str, kind: SymbolKind, span: Bytes<usize>, selection: Bytes<usize>) -> DocumentSymbol {
        // Editors refuse symbols without a name.
        let name = if name.trim().is_empty() { "(unnamed)" } else { name };
        #[allow(deprecated)] // The field is part of the type all the same.
        DocumentSymbol {
            name: name.to_owned(),
            detail: (!detail.is_empty()).then(|| detail.to_owned()),
            kind,
            tags: None,
            deprecated: None,
            range: self.positions.range(span),
            selection_range: self.positions.range(selection),
            children: None,
        }
    }
}

fn flat(symbols: Vec<DocumentSymbol>, uri: &Uri, container: Option<&str>) -> Vec<SymbolInformation> {
    let mut all = Vec::new();
    for symbol in symbols {
        let location = Location { uri: uri.clone(), range: symbol.range };
        let inner = flat(symbol.children.unwrap_or_default(), uri, Some(&symbol.name));
        #[allow(deprecated)] // The field is part of the type all the same.
        all.push(SymbolInformation {
            name: symbol.name,
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location,
            container_name: container.map(str::to_owned),
        });
        all.extend(inner);
    }
    all
}
