//! Files that are small to write and costly to read, each for one way of running out of time or memory.

use std::fmt::Write;

use super::connectors::{self, Files};
use super::pictures;

/// A connector with one such file.
pub struct Bomb {
    /// What it is.
    pub name: &'static str,
    /// The file.
    pub file: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Bomb {
    /// The whole folder.
    pub fn folder(&self) -> Files {
        let mut files = connectors::example();
        files.insert(self.file.to_owned(), self.bytes.clone());
        files
    }
}

fn bomb(name: &'static str, file: &'static str, bytes: impl Into<Vec<u8>>) -> Bomb {
    Bomb { name, file, bytes: bytes.into() }
}

/// The example's definition with other members.
fn definition(members: &[(&str, String)]) -> Vec<u8> {
    let text = connectors::example().remove("apiDefinition.json").unwrap_or_default();
    let mut definition: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).expect("the example is JSON");
    members.iter().for_each(|(key, _)| drop(definition.remove(*key)));
    let kept = serde_json::Value::Object(definition).to_string();
    // Put in as text: what is in it may be more than any reader takes.
    let members: String = members.iter().map(|(key, member)| format!("\"{key}\":{member},")).collect();
    format!("{{{members}{}", &kept[1..]).into_bytes()
}

fn list(count: usize, mut item: impl FnMut(usize) -> String) -> String {
    (0..count).map(&mut item).collect::<Vec<_>>().join(",")
}

fn operation(more: &str) -> String {
    format!(
        "{{\"operationId\":\"GetThing\",\"summary\":\"Get things\",\"description\":\"Gets things.\",{more}\"responses\":{{\"200\":{{\"description\":\"Things.\",\"schema\":{{\"$ref\":\"#/definitions/L0\"}}}}}}}}"
    )
}

fn one_path(more: &str) -> String {
    format!("{{\"/things\":{{\"get\":{}}}}}", operation(more))
}

/// Every bomb. `size` is the number of pieces of the larger ones.
pub fn all(size: usize) -> Vec<Bomb> {
    [of_json(size), of_references(size), of_definitions(size), of_texts(size), of_pictures()].into_iter().flatten().collect()
}

fn of_json(size: usize) -> Vec<Bomb> {
    let json = "apiDefinition.json";
    let utf16 = |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>();
    vec![
        bomb("brackets that are never closed", json, "[".repeat(size)),
        bomb("objects that are never closed", json, "{\"a\":".repeat(size)),
        bomb("one line that ends too early", json, format!("{{\"swagger\":\"2.0\",\"x\":[{}", "{\"a\":[1]},".repeat(size / 8))),
        bomb("closing brackets", json, format!("{{\"swagger\":\"2.0\"{}", "]}".repeat(size))),
        bomb("missing commas", json, format!("{{{}}}", "\"a\" 1 ".repeat(size))),
        bomb("one key again and again", json, format!("{{{}}}", list(size, |_| "\"a\":{}".to_owned()))),
        bomb("many keys, and each twice", json, format!("{{{}}}", list(size, |at| format!("\"k{}\":1", at / 2)))),
        bomb("zero bytes", json, vec![0; size]),
        bomb("control characters in texts", json, format!("{{\"swagger\":\"2.0\",\"x\":\"{}\"}}", "\u{1}\u{8}\u{1b}".repeat(size))),
        bomb("comments", json, "/*/**/".repeat(size)),
        bomb("an unclosed comment behind many slashes", json, format!("{{{}/*", "/".repeat(size))),
        bomb("lone surrogates", json, definition(&[]).into_iter().chain(b"\"\\ud800\\ud800".repeat(size / 8)).collect::<Vec<u8>>()),
        bomb("carriage returns alone", json, String::from_utf8_lossy(&definition(&[])).replace(',', ",\r")),
        bomb("utf-16 that is no json", json, utf16(&"\u{e9} \u{1f600}a,".repeat(size))),
        bomb("bytes that are no json", json, b"\xe9, \xffa]".repeat(size)),
        bomb(
            "utf-16 of one line",
            json,
            utf16(&format!("{{\"swagger\":\"2.0\",\"info\":{{\"title\":\"{}\"}},}}", "\u{1f600}".repeat(size))),
        ),
        bomb("bytes that are no utf-8", json, [b"{\"swagger\":\"2.0\",\"x\":\"" as &[u8], &b"\xe9\xff".repeat(size), b"\",,}"].concat()),
        bomb("no-break spaces", json, format!("{{\"swagger\":{}\"2.0\"}}", "\u{a0}".repeat(size))),
        bomb(
            "digits",
            json,
            definition(&[(
                "definitions",
                format!("{{\"A\":{{\"type\":\"string\",\"maxLength\":{0},\"minimum\":-{0}.{0}e9}}}}", "9".repeat(size)),
            )]),
        ),
    ]
}

fn of_references(size: usize) -> Vec<Bomb> {
    let json = "apiDefinition.json";
    let levels = |text: fn(usize) -> String| {
        format!("{{{},\"L40\":{{\"$ref\":\"#/definitions/L0\"}}}}", list(40, |at| format!("\"L{at}\":{}", text(at + 1))))
    };
    let fan_out = levels(|next| {
        let next = format!("{{\"$ref\":\"#/definitions/L{next}\"}}");
        format!(
            "{{\"type\":\"object\",\"properties\":{{\"a\":{next},\"b\":{next}}},\"allOf\":[{next},{next}],\"additionalProperties\":{next}}}"
        )
    });
    let chain = format!("{{{}}}", list(size, |at| format!("\"L{at}\":{{\"$ref\":\"#/definitions/L{}\"}}", at + 1)));
    let circle = format!(
        "{{{}}}",
        list(size / 8, |at| format!("\"L{at}\":{{\"allOf\":[{{\"$ref\":\"#/definitions/L{}\"}}]}}", (at + 1) % (size / 8)))
    );
    let arrays =
        levels(|next| format!("{{\"type\":\"array\",\"items\":{{\"type\":\"array\",\"items\":{{\"$ref\":\"#/definitions/L{next}\"}}}}}}"));
    let wide = format!(
        "{{\"L0\":{{\"type\":\"object\",\"properties\":{{{}}}}}}}",
        list(size, |at| format!("\"p{at}\":{{\"$ref\":\"#/definitions/L0\"}}"))
    );
    let dynamic = "\"parameters\":[{\"name\":\"q\",\"in\":\"query\",\"type\":\"string\",\"x-ms-summary\":\"Q\",\"x-ms-dynamic-values\":{\"operationId\":\"GetThing\",\"value-path\":\"a/a/a/a\",\"value-collection\":\"a/b/a\",\"value-title\":\"b/b/b\",\"parameters\":{\"q\":{\"parameter\":\"q\"}}}}],";
    let paths = |more: &str| one_path(more);
    vec![
        bomb("references that fan out", json, definition(&[("definitions", fan_out.clone()), ("paths", paths(""))])),
        bomb("dynamic values that ask themselves over a fan", json, definition(&[("definitions", fan_out), ("paths", paths(dynamic))])),
        bomb("a chain of references", json, definition(&[("definitions", chain), ("paths", paths(""))])),
        bomb("a circle of references", json, definition(&[("definitions", circle), ("paths", paths(""))])),
        bomb("arrays of arrays by reference", json, definition(&[("definitions", arrays), ("paths", paths(""))])),
        bomb("one schema that refers to itself everywhere", json, definition(&[("definitions", wide), ("paths", paths(""))])),
        bomb(
            "parameters, responses and paths in circles",
            json,
            definition(&[
                ("parameters", "{\"A\":{\"$ref\":\"#/parameters/B\"},\"B\":{\"$ref\":\"#/parameters/A\"}}".to_owned()),
                ("responses", "{\"A\":{\"$ref\":\"#/responses/A\"}}".to_owned()),
                ("paths", "{\"/a\":{\"$ref\":\"#/paths/~1b\"},\"/b\":{\"$ref\":\"#/paths/~1a\",\"get\":{\"parameters\":[{\"$ref\":\"#/parameters/A\"}],\"responses\":{\"200\":{\"$ref\":\"#/responses/A\"}}}}}".to_owned()),
            ]),
        ),
    ]
}

fn of_definitions(size: usize) -> Vec<Bomb> {
    let json = "apiDefinition.json";
    let parameters = list(size, |at| {
        format!("{{\"name\":\"p{at}\",\"in\":\"query\",\"type\":\"string\",\"x-ms-summary\":\"P\",\"description\":\"A.\"}}")
    });
    let same_parameters = list(size / 4, |_| "{\"name\":\"p\",\"in\":\"query\",\"type\":\"string\"}".to_owned());
    let differing_parameters = list(size, |at| format!("{{\"name\":\"p\",\"in\":\"query\",\"type\":\"string\",\"default\":\"{at}\"}}"));
    let variables = (0..size / 8).map(|at| format!("/{{variable{at}}}")).collect::<String>();
    let in_path = |name: &str| {
        let parameters = list(size / 8, |at| {
            format!("{{\"name\":\"{name}{at}\",\"in\":\"path\",\"required\":true,\"type\":\"string\",\"x-ms-summary\":\"P\"}}")
        });
        format!("{{\"{variables}\":{{\"get\":{}}}}}", operation(&format!("\"parameters\":[{parameters}],")))
    };
    let operations = |id: fn(usize) -> String| {
        let body = |at| operation("").replacen("GetThing", &id(at), 1);
        format!("{{{}}}", list(size / 8, |at| format!("\"/things{at}\":{{\"get\":{}}}", body(at))))
    };
    let members = list(size, |at| format!("\"member{at}\":{{\"type\":\"string\",\"title\":\"Member\"}}"));
    let required = list(size, |at| format!("\"member{}\"", at * 2));
    let large = format!("{{\"L0\":{{\"type\":\"object\",\"required\":[{required}],\"properties\":{{{members}}}}}}}");
    let object = |at: usize| format!("{{\"type\":\"object\",\"properties\":{{\"a\":{{\"type\":\"string\",\"title\":\"A{at}\"}}}}}}");
    let alike = format!("{{{}}}", list(size / 2, |at| format!("\"L{at}\":{}", object(0))));
    let parts = format!("{{\"L0\":{{\"allOf\":[{}]}}}}", list(size / 2, object));
    let secured = format!("[{}]", list(size, |at| format!("{{\"key{at}\":[]}}")));
    let asking = list(size / 4, |at| {
        format!(
            "{{\"name\":\"p{at}\",\"in\":\"query\",\"type\":\"string\",\"x-ms-dynamic-values\":{{\"operationId\":\"GetThing\",\"value-path\":\"a\",\"parameters\":{{\"p{}\":{{\"parameter\":\"p{}\"}}}}}}}}",
            at + 1,
            at + 2
        )
    });
    let named = list(size / 8, |at| format!("\"Thing{at}\""));
    let policies_for = format!(
        "{{\"properties\":{{\"policyTemplateInstances\":[{}]}}}}",
        list(20, |at| {
            format!(
                "{{\"templateId\":\"routerequesttoendpoint\",\"title\":\"{at}\",\"parameters\":{{\"x-ms-apimTemplate-operationName\":[{named}]}}}}"
            )
        })
    );
    let ambiguous = list(size / 16, |at| format!("\"/{{a{at}}}/{{b}}/{{c}}/x\":{{\"get\":{}}}", operation("")));
    let braces = format!("{{\"/{}\":{{\"get\":{}}}}}", "{a}".repeat(size / 4), operation(""));
    let nested =
        (0..60).fold("{\"type\":\"string\"}".to_owned(), |inner, _| format!("{{\"type\":\"object\",\"properties\":{{\"a\":{inner}}}}}"));
    let pattern = |pattern: &str| {
        let pattern = serde_json::Value::from(pattern);
        definition(&[(
            "paths",
            one_path(&format!(
                "\"parameters\":[{{\"name\":\"q\",\"in\":\"query\",\"type\":\"string\",\"x-ms-summary\":\"Q\",\"pattern\":{pattern},\"default\":\"{}!\",\"enum\":[\"{}!\"]}}],",
                "a".repeat(40),
                "a".repeat(40)
            )),
        )])
    };
    let texts = format!("\"description\":\"{}\",", "word ".repeat(size));
    let policies = format!(
        "{{\"properties\":{{\"iconBrandColor\":\"#123456\",\"connectionParameters\":{{{}}},\"policyTemplateInstances\":[{}]}}}}",
        list(size / 16, |at| format!("\"c{at}\":{{\"type\":\"securestring\",\"uiDefinition\":{{}}}}")),
        list(size / 16, |at| format!("{{\"templateId\":\"routerequesttoendpoint\",\"title\":\"{at}\",\"parameters\":{{}}}}"))
    );
    vec![
        bomb("parameters of one operation", json, definition(&[("paths", one_path(&format!("\"parameters\":[{parameters}],")))])),
        bomb(
            "parameters of one name that differ",
            json,
            definition(&[("paths", one_path(&format!("\"parameters\":[{differing_parameters}],")))]),
        ),
        bomb("variables of a path and their parameters", json, definition(&[("paths", in_path("variable"))])),
        bomb("variables of a path and parameters of other names", json, definition(&[("paths", in_path("Varaible"))])),
        bomb("operations of one name", json, definition(&[("paths", operations(|_| "GetThing".to_owned()))])),
        bomb("operations of similar names", json, definition(&[("paths", operations(|at| format!("GetThing{at}")))])),
        bomb("a large object", json, definition(&[("definitions", large), ("paths", one_path(""))])),
        bomb("one schema under many names", json, definition(&[("definitions", alike), ("paths", one_path(""))])),
        bomb("a schema of many parts", json, definition(&[("definitions", parts), ("paths", one_path(""))])),
        bomb("security that nothing defines", json, definition(&[("security", secured), ("paths", one_path(""))])),
        bomb("parameters that ask for values", json, definition(&[("paths", one_path(&format!("\"parameters\":[{asking}],")))])),
        bomb("policies for operations that do not exist", "apiProperties.json", policies_for),
        bomb("one parameter again and again", json, definition(&[("paths", one_path(&format!("\"parameters\":[{same_parameters}],")))])),
        bomb("paths that mean the same", json, definition(&[("paths", format!("{{{ambiguous}}}"))])),
        bomb("a path of placeholders", json, definition(&[("paths", braces)])),
        bomb("a deep schema", json, definition(&[("definitions", format!("{{\"L0\":{nested}}}")), ("paths", one_path(""))])),
        bomb("a pattern that tracks back", json, pattern("^(a+)+$")),
        bomb("a pattern of repeated repeats", json, pattern("((((a{999}){999}){999}){999})")),
        bomb("a pattern of nested groups", json, pattern(&format!("{}a{}", "(".repeat(size / 8), ")".repeat(size / 8)))),
        bomb("a pattern that refers back", json, pattern("^(a|a?)+\\1\\1$")),
        bomb("a long description", json, definition(&[("paths", one_path(&texts))])),
        bomb(
            "tags and security",
            json,
            definition(&[
                ("tags", format!("[{}]", list(size / 8, |_| "{\"name\":\"a\"}".to_owned()))),
                (
                    "securityDefinitions",
                    format!("{{{}}}", list(size / 16, |at| format!("\"s{at}\":{{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"k\"}}"))),
                ),
            ]),
        ),
        bomb("policies and connection parameters", "apiProperties.json", policies),
        bomb(
            "an enumeration",
            json,
            definition(&[(
                "definitions",
                format!("{{\"L0\":{{\"type\":\"string\",\"enum\":[{}]}}}}", list(size, |at| format!("\"{}\"", at % 999))),
            )]),
        ),
    ]
}

fn of_texts(size: usize) -> Vec<Bomb> {
    let repeated = |piece: &str| format!("# Title\n\n{}", piece.repeat(size));
    let mut references = String::new();
    for at in 0..size / 8 {
        let _ = write!(references, "[a{at}]: x\n[a{at}][");
    }
    let interpolated = format!("public class Script : ScriptBase {{ string s = {} }}", "$\"{".repeat(size));
    vec![
        bomb("nested quotes", "README.md", repeated("> ")),
        bomb("nested quotes and lists", "README.md", repeated("> - 1. ")),
        bomb("opened brackets", "README.md", repeated("[")),
        bomb("opened pictures", "README.md", repeated("![](")),
        bomb("emphasis", "README.md", repeated("*a **b _c ")),
        bomb("backticks of growing length", "README.md", (0..size / 100).map(|at| "`".repeat(at % 500) + "a").collect::<String>()),
        bomb("unclosed tags", "README.md", repeated("<a b='")),
        bomb("nested tags", "README.md", repeated("<details><summary>")),
        bomb("unclosed comments", "README.md", repeated("<!--")),
        bomb("references", "README.md", references),
        bomb("a wide table", "README.md", format!("{0}\n{1}\n{0}\n", "|a".repeat(size), "|-".repeat(size))),
        bomb("a long table", "README.md", format!("|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(size))),
        bomb("headings", "README.md", "# Prerequisites\n".repeat(size)),
        bomb("different headings", "README.md", (0..size).map(|at| format!("## Publishes {at}\n\n")).collect::<String>()),
        bomb("underlined headings", "INTRO.md", "a\n=\n".repeat(size)),
        bomb("words", "INTRO.md", "word ".repeat(size)),
        bomb("entities", "INTRO.md", "&amp;&#0;&lt;script&gt;".repeat(size)),
        bomb("blank lines", "README.md", "\n\r\n \r".repeat(size)),
        bomb("one long word", "INTRO.md", "a".repeat(4 * size)),
        bomb("front matter", "README.md", format!("---\n{}", "a: b\n".repeat(size))),
        bomb("braces in code", "script.csx", "{".repeat(size)),
        bomb("comments in code", "script.csx", "/*".repeat(size)),
        bomb("quotes in code", "script.csx", "\"@\"\"'".repeat(size)),
        bomb("interpolated texts in code", "script.csx", interpolated),
        bomb("settings of one key", "settings.json", format!("{{{}}}", list(size, |_| "\"icon\":\"../x\"".to_owned()))),
    ]
}

fn of_pictures() -> Vec<Bomb> {
    vec![
        bomb("a picture that claims to be huge", "icon.png", pictures::png(60_000, 60_000, 8, 6)[..60].to_vec()),
        bomb("a picture of gigabytes in kilobytes", "icon.png", pictures::png(4_000, 4_000, 8, 6)),
        bomb("a picture of one line", "icon.png", pictures::png(1 << 24, 1, 1, 0)),
        bomb("a text that unpacks to megabytes", "icon.png", pictures::png_with_packed(b"zTXt", 1 << 26)),
        bomb("a profile that unpacks to megabytes", "icon.png", pictures::png_with_packed(b"iCCP", 1 << 26)),
    ]
}
