//! Where makers get what a connection asks for: what can be told of it for each authentication model.

use crate::connector::{Artifact, Track};

use super::access::{Access, Scope, SignIn, Way, redirect_start};
use super::escape::{code, ended, escaped};
use super::facts::Facts;
use crate::words;

/// More scopes than these make a list of their own.
const MAX_IN_SENTENCE: usize = 5;

/// The section on credentials, as blocks of Markdown.
pub(super) fn credentials(facts: &Facts<'_, '_>, artifact: Artifact) -> Vec<String> {
    let access = &facts.access;
    let mut blocks = Vec::new();
    if access.ways.len() > 1 {
        blocks.push(format!("A connection to {} can be made in several ways.", facts.service()));
    }
    // Who deploys the connector of a verified publisher uses its app; everyone else needs one.
    let needs_app = facts.track != Track::Verified && artifact == Artifact::Readme;
    blocks.extend(known_fields(access));
    for way in &access.ways {
        blocks.extend(match way {
            Way::ApiKey { name, location } => api_key(facts, name, location),
            Way::Basic => basic(facts),
            Way::SignIn(sign_in) if needs_app => app_registration(facts, sign_in),
            Way::SignIn(sign_in) => signing_in(facts, sign_in),
            Way::Application { token_url, scopes } => application(facts, token_url.as_deref(), scopes),
            Way::Other => other(facts),
        });
    }
    if blocks.is_empty() {
        blocks.push("No credentials are needed.".to_owned());
    }
    blocks
}

/// What to do in the connection dialog, as the end of a sentence that begins with "Create a connection".
pub(super) fn entering(facts: &Facts<'_, '_>) -> String {
    let fill_in = |unknown: &str| match labels(&facts.access) {
        Some(labels) => format!(": fill in {labels}"),
        None => format!(" with {unknown}"),
    };
    match facts.access.ways.as_slice() {
        [] => ". It asks for no credentials.".to_owned(),
        [Way::SignIn(_)] => match labels(&facts.access) {
            Some(labels) => format!(": fill in {labels}, then sign in."),
            None => " and sign in.".to_owned(),
        },
        [Way::ApiKey { .. }] => format!("{}.", fill_in("your API key")),
        [Way::Basic] => format!("{}.", fill_in("your username and password")),
        [Way::Application { .. }] => format!("{}.", fill_in("the client ID and the client secret of your application")),
        _ => format!("{}.", fill_in("your credentials")),
    }
}

/// The fields of the connection dialog by name.
fn labels(access: &Access) -> Option<String> {
    let labels: Vec<String> = access.fields.iter().map(|field| format!("**{}**", escaped(&field.label))).collect();
    (!labels.is_empty()).then(|| words::list_and(&labels))
}

/// What the connection asks makers to enter.
fn known_fields(access: &Access) -> Vec<String> {
    asked(access.fields.iter().map(|field| (field.label.as_str(), field.note.as_deref())))
}

/// What the connection most probably asks for where apiProperties.json does not tell.
fn usual_fields(access: &Access, usual: &[(&str, &str)]) -> Vec<String> {
    if access.fields.is_empty() { asked(usual.iter().map(|(label, note)| (*label, Some(*note)))) } else { Vec::new() }
}

fn asked<'f>(fields: impl Iterator<Item = (&'f str, Option<&'f str>)>) -> Vec<String> {
    let line = |(label, note): (&str, Option<&str>)| match note {
        Some(note) => format!("- **{}**: {}", escaped(label), escaped(&ended(note))),
        None => format!("- **{}**", escaped(label)),
    };
    let lines: Vec<String> = fields.map(line).collect();
    if lines.is_empty() { Vec::new() } else { vec!["The connection asks for:".to_owned(), lines.join("\n")] }
}

fn api_key(facts: &Facts<'_, '_>, name: &str, location: &str) -> Vec<String> {
    let mut blocks = usual_fields(&facts.access, &[("API key", "The key with which the service knows who calls it.")]);
    let place = if location == "query" { "query parameter" } else { "header" };
    let name = code(name);
    if !name.is_empty() {
        blocks.push(format!("The connector sends the key with each call in the {place} {name}."));
    }
    blocks.push(format!(
        "TODO: Describe step by step where makers find or create the key, such as \"Sign in to {}, open Settings, then API keys, and create a key.\"",
        place_of(facts)
    ));
    blocks
}

fn basic(facts: &Facts<'_, '_>) -> Vec<String> {
    let usual = [("Username", "The name of the account at the service."), ("Password", "The password of that account.")];
    let mut blocks = usual_fields(&facts.access, &usual);
    blocks.push(format!(
        "TODO: Describe step by step how makers get these for {}, and which rights the account needs. Say so if it has to be a password of its own for the API.",
        facts.service()
    ));
    blocks
}

/// A maker of the published connector only signs in.
fn signing_in(facts: &Facts<'_, '_>, sign_in: &SignIn) -> Vec<String> {
    let account = if sign_in.microsoft { "your work or school account".to_owned() } else { format!("your {} account", facts.service()) };
    let mut blocks =
        vec![format!("When you create a connection, you are asked to sign in with {account} and to let the connector act for you.")];
    if !sign_in.scopes.is_empty() {
        blocks.extend(["The connector asks for these permissions:".to_owned(), scope_list(&sign_in.scopes)]);
    }
    blocks.push(
        "TODO: Say where makers get such an account, which role or licence it needs, and whether an administrator has to agree first."
            .to_owned(),
    );
    blocks
}

/// Nobody shares an app: each maker registers one.
fn app_registration(facts: &Facts<'_, '_>, sign_in: &SignIn) -> Vec<String> {
    let mut blocks = vec![format!(
        "The connector uses OAuth 2.0. Before you can create a connection, register an application of your own for {}:",
        facts.service()
    )];
    let redirect = match &sign_in.redirect_url {
        Some(url) => format!("the redirect address {}", code(url)),
        None => format!(
            "the redirect address that the **Security** page of the connector shows once the connector is saved. It begins with {}",
            code(&redirect_start())
        ),
    };
    let mut steps: Vec<String> = Vec::new();
    if sign_in.microsoft {
        steps.push("Sign in to the [Microsoft Entra admin center](https://entra.microsoft.com), open **App registrations** and select **New registration**.".to_owned());
        steps.push("Enter a name, and choose whose accounts may sign in.".to_owned());
        steps.push(format!("Under **Redirect URI**, choose **Web** and enter {redirect}."));
        steps.push(match sign_in.scopes.is_empty() {
            true => {
                "TODO: Name the API and the permissions to add under **API permissions**, and say whether an administrator has to agree."
                    .to_owned()
            }
            false => format!("Open **API permissions** and add the delegated permissions {}.", scope_names(&sign_in.scopes)),
        });
        steps.push("Open **Certificates & secrets**, select **New client secret**, and copy its value. It is shown only once.".to_owned());
        steps.push("Copy the **Application (client) ID** from the **Overview** page.".to_owned());
    } else {
        steps.push(format!("TODO: Say where developers sign up and register an application, such as \"Sign in to {}, open Developers, then My apps, and create an app.\"", place_of(facts)));
        steps.push(format!("Give the application {redirect}."));
        if !sign_in.scopes.is_empty() {
            steps.push(format!("Allow the application the scopes {}.", scope_names(&sign_in.scopes)));
        }
        steps.push("Copy the client ID and the client secret of the application.".to_owned());
    }
    steps.push("Open the connector in Power Apps or Power Automate, enter the client ID and the client secret on its **Security** page, and save it.".to_owned());
    steps.push(format!("Create a connection and sign in{}.", if sign_in.microsoft { " with your work or school account" } else { "" }));
    blocks.push(steps.iter().zip(1..).map(|(step, number)| format!("{number}. {step}")).collect::<Vec<_>>().join("\n"));
    let addresses = [("authorization", &sign_in.authorization_url), ("token", &sign_in.token_url)];
    let addresses: Vec<String> =
        addresses.into_iter().filter_map(|(what, url)| Some(format!("the {what} address {}", code(url.as_deref()?)))).collect();
    if !addresses.is_empty() && !sign_in.microsoft {
        blocks.push(format!("The connector is set up with {}.", words::list_and(&addresses)));
    }
    if are_listed(&sign_in.scopes) || sign_in.scopes.iter().any(|scope| scope.note.is_some()) {
        blocks.extend(["Scopes of the connector:".to_owned(), scope_list(&sign_in.scopes)]);
    }
    blocks
}

fn application(facts: &Facts<'_, '_>, token_url: Option<&str>, scopes: &[Scope]) -> Vec<String> {
    let usual = [("Client ID", "The ID of your application at the service."), ("Client secret", "The secret of that application.")];
    let mut blocks = usual_fields(&facts.access, &usual);
    let from = token_url.map(code).filter(|url| !url.is_empty()).map(|url| format!(" at {url}")).unwrap_or_default();
    blocks.push(format!("The connector signs in as your application and gets its access tokens{from}; nobody is asked to sign in."));
    if are_listed(scopes) {
        blocks.extend(["The application needs these scopes:".to_owned(), scope_list(scopes)]);
    } else if !scopes.is_empty() {
        blocks.push(format!("The application needs the scopes {}.", scope_names(scopes)));
    }
    blocks.push(format!(
        "TODO: Describe step by step how an application is registered, such as \"Sign in to {}, open Developers, then My apps, create an app, and copy its client ID and secret.\"",
        place_of(facts)
    ));
    blocks
}

fn other(facts: &Facts<'_, '_>) -> Vec<String> {
    vec![format!("TODO: Describe step by step where makers of {} get what the connection asks for.", facts.service())]
}

/// Where people go first: the website, else the service by name.
fn place_of(facts: &Facts<'_, '_>) -> String {
    facts.website.as_deref().map_or_else(|| facts.service(), escaped)
}

/// Whether scopes are too many for a sentence.
fn are_listed(scopes: &[Scope]) -> bool {
    scopes.len() > MAX_IN_SENTENCE
}

fn scope_names(scopes: &[Scope]) -> String {
    if are_listed(scopes) {
        return "that are listed below".to_owned();
    }
    words::list_and(&scopes.iter().map(|scope| code(&scope.name)).collect::<Vec<_>>())
}

fn scope_list(scopes: &[Scope]) -> String {
    let line = |scope: &Scope| match &scope.note {
        Some(note) => format!("- {}: {}", code(&scope.name), escaped(&ended(note))),
        None => format!("- {}", code(&scope.name)),
    };
    scopes.iter().map(line).collect::<Vec<_>>().join("\n")
}
