//! `x-ms-*` members: the ones the platform knows, and those a definition uses.

use crate::connector::Artifact;
use crate::source::json::Value;

use super::Model;

/// Extensions the platform knows, by the published schema of definitions and what recently accepted connectors use besides.
pub const KNOWN_EXTENSIONS: &[&str] = &[
    "x-ms-api-annotation",
    "x-ms-capabilities",
    "x-ms-connector-metadata",
    "x-ms-deployment-version",
    "x-ms-description-for-model",
    "x-ms-dynamic-list",
    "x-ms-dynamic-properties",
    "x-ms-dynamic-schema",
    "x-ms-dynamic-tree",
    "x-ms-dynamic-values",
    "x-ms-editor",
    "x-ms-editor-options",
    "x-ms-enum",
    "x-ms-enum-values",
    "x-ms-explicit-input",
    "x-ms-keywords",
    "x-ms-media-kind",
    "x-ms-name-for-model",
    "x-ms-no-generic-test",
    "x-ms-notification",
    "x-ms-notification-content",
    "x-ms-notification-url",
    "x-ms-openai-data",
    "x-ms-openai-manifest",
    "x-ms-operation-context",
    "x-ms-pageable",
    "x-ms-property-name-alias",
    "x-ms-require-user-confirmation",
    "x-ms-safe-operation",
    "x-ms-servicename",
    "x-ms-summary",
    "x-ms-test-value",
    "x-ms-trigger",
    "x-ms-trigger-hint",
    "x-ms-trigger-metadata",
    "x-ms-url-encoding",
    "x-ms-visibility",
];

/// Payload members whose content is data, not definition: what looks like an extension in there is none.
const PAYLOADS: [&str; 5] = ["example", "examples", "default", "enum", "x-ms-examples"];

/// Whether the platform knows an extension.
pub fn is_known(name: &str) -> bool {
    KNOWN_EXTENSIONS.contains(&name) || name.starts_with("x-ms-openai-")
}

pub(super) fn find<'a>(model: &Model<'a>) -> Vec<Value<'a>> {
    let Some(root) = model.root(Artifact::Definition) else { return Vec::new() };
    let mut found = Vec::new();
    walk(root, false, &mut found);
    found
}

fn walk<'a>(value: Value<'a>, names_are_free: bool, found: &mut Vec<Value<'a>>) {
    for child in value.children() {
        let key = child.key();
        let key = key.as_deref().unwrap_or_default();
        if !names_are_free {
            if PAYLOADS.contains(&key) {
                continue;
            }
            if key.starts_with("x-ms") {
                found.push(child);
                continue;
            }
        }
        // Below these, keys are names of the author's own.
        let free = !names_are_free && matches!(key, "properties" | "definitions" | "headers" | "scopes");
        walk(child, free, found);
    }
}
