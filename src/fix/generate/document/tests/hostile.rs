//! Definitions that try to break out of the text they are put into.

use super::*;

/// Texts that would be structure, if they were taken as Markdown.
const TEXTS: [&str; 11] = [
    "\\n\\n# Injected\\n\\n- item\\n\\n| a |\\n|---|",
    "<h1>Injected</h1><script>x</script><!--",
    "![x](http://x.example/x.png) [y](guide.md) <https://x.example>",
    "``` code ` code",
    "**bold** __bold__ *i* ~~s~~ #tag ## two",
    "ends with \\\\",
    "a | b | c",
    "Setext\\n===\\nTwo\\n---",
    "> quote\\r\\n> more\\r> again",
    "&lt;b&gt; &#35; $x$ $$y$$",
    "1. one\\n2. two\\n\\n    code",
];

#[test]
fn no_text_of_a_definition_becomes_structure() {
    for text in TEXTS {
        let word = format!("Begin {text} end");
        let definition = format!(
            r#"{{ "info": {{ "title": "{word}", "description": "{word}. {word}." }},
            "securityDefinitions": {{ "api_key": {{ "name": "{word}" }} }},
            "paths": {{ "/parcels": {{ "get": {{ "summary": "{word}", "description": "About {word}",
                "parameters": [{{ "name": "status", "in": "query", "type": "string", "x-ms-summary": "{word}", "description": "About {word}" }}],
                "responses": {{ "200": {{ "description": "About {word}", "schema": {{ "type": "object",
                    "properties": {{ "p": {{ "type": "string", "x-ms-summary": "{word}", "description": "About {word}" }} }} }} }} }} }} }} }} }}"#
        );
        let properties = format!(
            r#"{{ "properties": {{ "publisher": "{word}", "connectionParameters": {{ "api_key": {{ "uiDefinition": {{
                "displayName": "{word}", "description": "About {word}" }} }} }} }} }}"#
        );
        for track in TRACKS {
            let harmless =
                with_generated(example(track, &definition.replace(text, "word"), &properties.replace(text, "word")), &FixValues::default());
            let example = with_generated(example(track, &definition, &properties), &FixValues::default());
            let connector = example.connector().unwrap();
            for (file, found, expected) in [("README.md", &example.readme, &harmless.readme), ("INTRO.md", &example.intro, &harmless.intro)]
            {
                let (found, expected) = (found.as_deref().unwrap(), expected.as_deref().unwrap());
                let (found_as, expected_as) = (Markdown::parse(found), Markdown::parse(expected));
                let shape = |document: &Markdown| {
                    let headings: Vec<u8> = document.headings().iter().map(|heading| heading.level).collect();
                    let blocks: Vec<BlockKind> = document.blocks().iter().map(|block| block.kind).collect();
                    (headings, blocks, document.heading_like().len(), document.front_matter().cloned())
                };
                assert_eq!(shape(&found_as), shape(&expected_as), "{text}\n{found}");
                assert!(found_as.links().iter().all(|link| !link.image && link.target.starts_with("http")), "{text}\n{found}");
                only_placeholders(&connector, file, found, text);
            }
        }
    }
}

#[test]
fn invisible_characters_are_left_out_and_the_operation_is_found_all_the_same() {
    let definition = r#"{ "info": { "title": "Par\u202ecels\u0007" }, "paths": { "/parcels": { "get": {
        "summary": "List\u0000 \u001b[31mparcels\u2028now", "description": "Re\u200bturns\ufeff them." } } } }"#;
    let example = with_generated(example(Track::Verified, definition, "{}"), &FixValues::default());
    let text = example.readme.clone().unwrap();
    assert!(text.starts_with("# Parcels\n"), "{text}");
    assert!(text.contains("### List \\[31mparcels now\n\nReturns them.\n\nOperation ID: `ListParcels`\n"), "{text}");
    only_placeholders(&example.connector().unwrap(), "README.md", &text, "invisible characters");
}

#[test]
fn giants_give_files_of_bearable_size() {
    let long = "word ".repeat(20_000);
    let parameters: Vec<String> = (0..500)
        .map(|number| format!(r#"{{ "name": "p{number}", "in": "query", "type": "string", "description": "{long}" }}"#))
        .take(40)
        .collect();
    let operation = |number: usize| {
        format!(
            r#""/p{number}": {{ "get": {{ "operationId": "Get{number}", "summary": "Get number {number}", "description": "{}", "parameters": [{}], "responses": {{}} }} }}"#,
            if number < 20 { &long } else { "Gets." },
            if number < 5 { parameters.join(",") } else { String::new() }
        )
    };
    let paths: Vec<String> = (0..3000).map(operation).collect();
    let definition =
        format!(r#"{{ "info": {{ "title": "{}", "description": "{long}" }}, "paths": {{ {} }} }}"#, "T".repeat(50_000), paths.join(","));
    let started = std::time::Instant::now();
    let example = with_generated(example(Track::Verified, &definition, "{}"), &FixValues::default());
    assert!(example.readme.as_ref().unwrap().len() < 300_000 && example.intro.as_ref().unwrap().len() < 10_000);
    let connector = Example { readme: Some("# A\n\n## Actions\n\n- Get number 5\n".to_owned()), ..example }.connector().unwrap();
    let model = Model::new(&connector);
    assert_eq!(missing_operations(&model).len(), 2000);
    assert!(missing_section(&model, &FixValues::default(), Artifact::Readme, SectionName::Prerequisites).is_some());
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn damaged_definitions_and_readmes_do_no_harm() {
    let definitions = [
        "",
        "null",
        "[]",
        "3",
        "\"x\"",
        "{}",
        r#"{ "info": 3, "paths": [] }"#,
        r#"{ "swagger": "2.0", "paths": { "/": { "get": 3 } } }"#,
        r#"{ "openapi": "3.0.1", "info": { "title": "T" }, "paths": { "/": { "get": { "summary": "x", "requestBody": {} } } } }"#,
        r##"{ "swagger": "2.0", "info": { "title": ["x"] }, "securityDefinitions": { "a": 3, "b": { "type": 3 } }, "security": {},
            "paths": { "/": { "get": { "summary": "", "parameters": [3, { "$ref": "#/x" }, {}, { "in": "body", "schema": 3 }], "responses": { "200": 3 } } } } }"##,
    ];
    let readmes = [
        "",
        "\n",
        "#",
        "---",
        "# A\n\n```",
        "| a |\n|-|\n",
        "##Operations\n- \n",
        "\u{feff}# x",
        "## Operations\n## Operations",
        "<h2>Actions</h2>",
        "- ## Actions\n  - x",
    ];
    for definition in definitions {
        for text in readmes {
            let files = [("apiDefinition.json".to_owned(), definition.to_owned())].into();
            let example = Example { files, readme: Some(text.to_owned()), intro: Some(text.to_owned()), ..Example::default() };
            let connector = example.connector().unwrap();
            let model = Model::new(&connector);
            assert!(readme::readme(&model, &FixValues::default()).starts_with("# "));
            assert!(intro::intro(&model, &FixValues::default()).contains("## Prerequisites"));
            for artifact in [Artifact::Readme, Artifact::Intro] {
                for section in SectionName::WITH_HEADING.into_iter().chain([SectionName::Title, SectionName::Opening]) {
                    missing_section(&model, &FixValues::default(), artifact, section);
                }
            }
            missing_operations(&model);
        }
    }
}
