//! The formats of `lint` as their readers see them.

use serde_json::Value;

use crate::harness::{conncert, fixture, lint, root};

#[test]
fn json_output_follows_its_published_schema() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(root().join("schemas/findings.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    for folder in ["clean", "broken", "hostile"] {
        let document = lint(&fixture(folder), &[]).json();
        let problems: Vec<String> = validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(problems, Vec::<String>::new(), "{folder}");
    }
}

#[test]
fn pointers_and_ranges_lead_to_the_same_place() {
    for folder in ["broken/typical", "hostile/cjk-and-emoji", "hostile/bom-crlf", "hostile/tabs"] {
        let folder = fixture(folder);
        for finding in lint(&folder, &[]).findings() {
            let (Some(pointer), Some(range)) = (finding["pointer"].as_str(), finding["range"].as_object()) else { continue };
            let bytes = std::fs::read(folder.join(finding["file"].as_str().unwrap())).unwrap();
            let (start, end) = (range["start"]["offset"].as_u64().unwrap() as usize, range["end"]["offset"].as_u64().unwrap() as usize);
            let text = std::str::from_utf8(&bytes[start..end]).expect("ranges lie on character boundaries");
            let line = bytes[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
            assert_eq!(range["start"]["line"].as_u64().unwrap() as usize, line, "{finding}");
            if let Some(name) = pointer.rsplit('/').next().filter(|name| {
                name.parse::<usize>().is_err() && !name.is_empty() && text.starts_with('"') && finding["property"].is_string()
            }) {
                let name = name.replace("~1", "/").replace("~0", "~");
                assert!(text.contains(&name) || text.contains(finding["property"].as_str().unwrap()), "{pointer} against {text}");
            }
        }
    }
}

#[test]
fn the_typical_first_submission_as_its_author_reads_it() {
    let folder = fixture("broken/typical");
    let human = conncert(["lint".into(), folder.clone().into_os_string()]).output;
    insta::assert_snapshot!("human", human.replace(&root().to_string_lossy().replace('\\', "/"), "."));
    let concise = conncert(["lint".into(), "--format".into(), "concise".into(), folder.into_os_string()]).output;
    insta::assert_snapshot!("concise", concise.replace(&root().to_string_lossy().replace('\\', "/"), "."));
}

#[test]
fn a_fault_of_a_shared_parameter_names_its_declaration_and_its_uses() {
    let folder = crate::harness::copy_of(&fixture("example-base"));
    let path = folder.path().join("apiDefinition.json");
    let mut definition: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    definition["parameters"] =
        serde_json::json!({"Page": {"name": "page", "in": "query", "type": "integer", "description": "The page to read."}});
    definition["paths"]["/parcels"]["get"]["parameters"] = serde_json::json!([{"$ref": "#/parameters/Page"}]);
    std::fs::write(&path, definition.to_string()).unwrap();
    let run = lint(folder.path(), &["--select", "parameter-summary-required"]);
    let finding = &run.findings()[0];
    assert_eq!(
        (finding["pointer"].as_str(), finding["message"].as_str()),
        (Some("/parameters/Page"), Some("the shared parameter `Page` has no x-ms-summary"))
    );
    assert_eq!(finding["related"][0]["message"], "used by ListParcels");
    assert_eq!(finding["related"][0]["pointer"], "/paths/~1parcels/get/parameters/0");
}
