//! A folder with damaged, exchanged, missing and misnamed files: checked, repaired in memory in every manner, checked again.

use conncert::fix::values::{FixValues, Logo};

use super::choices::Choices;
use super::connectors::{self, Files};
use super::repairs::{self, Manner};
use super::{bombs, check, mutate, pictures};

/// Names files may be given.
const NAMES: [&str; 16] = [
    "apiDefinition.json",
    "apiDefinition.swagger.json",
    "APIDEFINITION.JSON",
    "apiProperties.json",
    "settings.json",
    "README.md",
    "readme.txt",
    "INTRO.md",
    "script.csx",
    "icon.png",
    "icon.svg",
    "icon.jpg",
    "notes.md",
    "a\u{1b}[2J\u{202e}.json",
    "secret.key",
    "apiDefinitio.json",
];

/// What a person may have configured.
const SAID: [&str; 12] = [
    "Contoso",
    "",
    " ",
    "https://contoso.com",
    "javascript:1",
    "#da3b01",
    "#gggggg",
    "Data;Productivity",
    "\"\\\u{0}\u{1b}",
    "<<x>>",
    "a@b",
    "</script>`*_[",
];

/// One input.
pub fn run(data: &[u8]) {
    let choices = &mut Choices::of(data);
    let (track, stage) = connectors::track_and_stage(choices);
    let unsafe_too = choices.below(2) == 1;
    let values = values(choices);
    let mut files = connectors::any(choices);
    if choices.one_in(24) {
        files = choices.of_these(&bombs::all(500)).folder();
    }
    while !choices.is_empty() && files.len() < 40 {
        change(&mut files, choices);
    }
    folder(&files, &Manner { track, stage, unsafe_too, values: &values });
}

/// Checks and repairs a folder; demands that all holds.
pub fn folder(files: &Files, manner: &Manner<'_>) {
    check::folder(files, manner.track, manner.stage, &connectors::plan(manner.track, manner.stage));
    repairs::check(files, manner);
}

fn change(files: &mut Files, choices: &mut Choices<'_>) {
    let names: Vec<String> = files.keys().cloned().collect();
    let name = names.get(choices.below(names.len())).cloned().unwrap_or_default();
    match choices.below(12) {
        0 => drop(files.remove(&name)),
        1 => {
            let bytes = files.remove(&name).unwrap_or_default();
            files.insert((*choices.of_these(&NAMES)).to_owned(), bytes);
        }
        2 => {
            let length = choices.below(64);
            files.insert((*choices.of_these(&NAMES)).to_owned(), choices.take(length).to_vec());
        }
        3 => drop(files.insert("icon.png".to_owned(), pictures::any(choices))),
        _ => {
            if let Some(file) = files.get_mut(&name) {
                mutate::once(file, choices);
            }
        }
    }
}

fn values(choices: &mut Choices<'_>) -> FixValues {
    let mut values = FixValues::default();
    if choices.below(2) == 0 {
        return values;
    }
    for value in [
        &mut values.publisher,
        &mut values.stack_owner,
        &mut values.website,
        &mut values.privacy_policy,
        &mut values.contact_name,
        &mut values.contact_url,
        &mut values.contact_email,
        &mut values.brand_color,
        &mut values.security_definition,
        &mut values.client_id,
        &mut values.refresh_url,
        &mut values.tenant_id,
        &mut values.resource_uri,
        &mut values.identity_provider,
        &mut values.redirect_mode,
    ] {
        *value = choices.one_in(4).then(|| (*choices.of_these(&SAID)).to_owned());
    }
    for _ in 0..choices.below(3) {
        values.categories.push((*choices.of_these(&SAID)).to_owned());
    }
    if choices.one_in(3) {
        let bytes = pictures::any(choices);
        values.logo = Some("logo.svg".to_owned());
        values.picture = Some(Logo { name: "logo.svg".to_owned(), bytes });
    }
    values
}
