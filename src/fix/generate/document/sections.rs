//! The text of each section of README and INTRO, out of what is known; what nobody can know becomes a paragraph that begins with "TODO:".

use crate::connector::{Artifact, Stage, Track};
use crate::swagger::Operation;

use super::credentials::{credentials, entering};
use super::escape::{code, escaped};
use super::facts::{Facts, sentence_count};
use super::fields::inputs;
use super::names::SectionName::{self, *};
use super::operations::{self, Style};

/// What the Power Platform CLI is and how it is installed.
const POWER_PLATFORM_CLI: &str = "https://learn.microsoft.com/power-platform/developer/cli/introduction";
/// Sentences that the opening of INTRO has at most.
const MAX_INTRO_SENTENCES: usize = 8;
/// Sentences of the description in a draft of it.
const MAX_DRAFTED: usize = 5;
/// Status codes with what makers can do about them, whatever the service.
const REMEDIES: [(&str, &str); 9] = [
    ("400", "The service does not understand the input. Compare the values with the descriptions of the fields."),
    ("401", "The service does not accept the credentials. Create a new connection, or edit the one you have."),
    ("403", "The account of the connection may not do this. Ask for the rights, or use another account."),
    ("404", "What you ask for does not exist, or your account cannot see it. Check the values that identify it."),
    ("409", "Something else has changed or taken what you work on. Read it again before you change it."),
    (
        "422",
        "The service understands the input but cannot work with it. Compare the values with each other and with the data at the service.",
    ),
    ("429", "Too many calls in a short time. Wait before the next one, or put a delay into the flow."),
    ("500", "The service failed. Try again later."),
    ("503", "The service is overloaded or under maintenance. Try again later."),
];

/// The heading of a section, as Markdown without the marks of a heading.
pub(super) fn heading(facts: &Facts<'_, '_>, artifact: Artifact, section: SectionName) -> String {
    let heading = section.heading(artifact, facts.track);
    match (section, &facts.publisher) {
        (Title, _) => facts.title.as_deref().map_or_else(|| "Connector Name".to_owned(), escaped),
        (Publisher, Some(publisher)) => format!("{heading}: {}", escaped(publisher)),
        _ => heading.to_owned(),
    }
}

/// The text of a section, as blocks of Markdown. `style` is how operations are listed.
pub(super) fn body(facts: &Facts<'_, '_>, artifact: Artifact, section: SectionName, style: Style) -> Vec<String> {
    match section {
        Title => Vec::new(),
        Opening if artifact == Artifact::Intro => vec![intro_opening(facts)],
        Opening => readme_opening(facts),
        Publisher if facts.publisher.is_some() => Vec::new(),
        Publisher => {
            vec!["TODO: Name the publisher in the heading, such as \"Publisher: Contoso Ltd.\", and take this sentence out.".to_owned()]
        }
        Prerequisites => vec![prerequisites(facts)],
        SupportedOperations => supported_operations(facts, style),
        ObtainingCredentials => credentials(facts, artifact),
        GettingStarted if facts.track == Track::Custom && artifact == Artifact::Readme => deployment(facts),
        GettingStarted => first_steps(facts),
        KnownIssues => vec![known_issues(artifact)],
        CommonErrors => common_errors(facts),
        FrequentlyAskedQuestions => {
            vec!["TODO: Add the questions that makers ask most, each with its answer, or take this section out.".to_owned()]
        }
        DeploymentInstructions => deployment(facts),
    }
}

/// Two to three sentences on the service and the connector.
fn readme_opening(facts: &Facts<'_, '_>) -> Vec<String> {
    let service = facts.service();
    let Some(description) = facts.description(8) else {
        return vec![format!("TODO: Say in two or three sentences what {service} does and what makers do with this connector.")];
    };
    if sentence_count(&description) >= 2 {
        return vec![escaped(&description)];
    }
    let Some(offer) = facts.offer() else {
        let ask = "TODO: Add one or two sentences on what makers do with this connector.";
        return vec![format!("{ask} {}", escaped(&description))];
    };
    let joined = format!("{description} {offer}");
    // Behind an abbreviation or three dots nobody can tell where the next sentence begins.
    match sentence_count(&joined) < 2 {
        true => vec![escaped(&description), escaped(&offer)],
        false => vec![escaped(&joined)],
    }
}

/// One paragraph that is not the description. What a connector is worth to makers nobody else can tell: it is a draft.
fn intro_opening(facts: &Facts<'_, '_>) -> String {
    let ask = format!("TODO: Turn this draft into a text of at most eight sentences on what makers gain from {}.", facts.service);
    let offer = facts.offer();
    let drafts = (0..=MAX_DRAFTED).rev().map(|count| {
        let description = if count > 0 { facts.description(count) } else { None };
        [description, offer.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let mut texts = drafts.filter(|draft| !draft.is_empty()).map(|draft| format!("{ask} {draft}"));
    let short = texts.find(|text| sentence_count(text) <= MAX_INTRO_SENTENCES);
    escaped(&short.unwrap_or_else(|| "TODO: Say in at most eight sentences what makers gain from this connector.".to_owned()))
}

fn prerequisites(facts: &Facts<'_, '_>) -> String {
    let service = facts.service();
    let website = facts.website.as_deref().map(|website| format!(" at {}", escaped(website))).unwrap_or_default();
    match facts.access.ways.is_empty() {
        true => format!("TODO: Say what makers need before they can use {service}. If they need nothing, write \"None.\""),
        false => format!("TODO: Say which account, plan or licence of {service} makers need, and how they get it{website}."),
    }
}

fn supported_operations(facts: &Facts<'_, '_>, style: Style) -> Vec<String> {
    let blocks = facts.swagger().map(|swagger| operations::listed(swagger, style)).unwrap_or_default();
    match blocks.is_empty() {
        true => vec!["TODO: List each action and trigger with its summary and a sentence on what it does.".to_owned()],
        false => blocks,
    }
}

/// From the connection to a first useful step.
fn first_steps(facts: &Facts<'_, '_>) -> Vec<String> {
    let mut steps = vec![format!("Create a connection to {}{}", facts.service(), entering(facts))];
    let operations = facts.operations();
    let Some(first) = easiest(facts, &operations) else {
        steps.push("TODO: Describe the steps to a first useful flow or app.".to_owned());
        return vec![numbered(&steps)];
    };
    let (operation, needs) = first;
    let name = operations::heading(operation).map(|name| escaped(&name)).unwrap_or_default();
    steps.push(match operation.trigger {
        Some(_) => format!("Create an automated flow with the trigger **{name}**."),
        None => format!("Create a flow and add the action **{name}**."),
    });
    if needs.is_empty() {
        steps.push("Save and run the flow. What the operation returns can be used in every later step.".to_owned());
    } else {
        let needs: Vec<String> = needs.iter().map(|label| format!("**{}**", escaped(label))).collect();
        steps.push(format!("Fill in {}.", crate::words::list_and(&needs)));
        steps.push("Save and run the flow. What the operation returns can be used in every later step.".to_owned());
    }
    vec![numbered(&steps)]
}

/// The operation to try first, with its required inputs: an action that reads and asks for as little as possible.
fn easiest<'m, 'a>(facts: &Facts<'m, 'a>, operations: &[&'m Operation<'a>]) -> Option<(&'m Operation<'a>, Vec<String>)> {
    let swagger = facts.swagger()?;
    let named = operations.iter().take(50).filter(|operation| operations::heading(operation).is_some());
    let with_needs = named.map(|&operation| {
        let fields = inputs(swagger, operation, 12).shown.into_iter().filter(|field| field.required);
        (operation, fields.map(|field| field.label).collect::<Vec<_>>())
    });
    with_needs.min_by_key(|(operation, needs)| (operation.trigger.is_some(), operation.method != "get", needs.len()))
}

fn known_issues(artifact: Artifact) -> String {
    match artifact {
        Artifact::Intro => "TODO: List what does not work, such as rate limits or formats that are not supported, or take this section out if nothing is known.",
        _ => "TODO: List what does not work, such as rate limits or formats that are not supported. If nothing is known, write \"There are no known issues.\"",
    }
    .to_owned()
}

/// Status codes that the definition names, with what to do about them.
fn common_errors(facts: &Facts<'_, '_>) -> Vec<String> {
    let operations = facts.operations();
    let is_named = |code: &str| operations.iter().flat_map(|operation| &operation.responses).any(|used| used.status == code);
    let known: Vec<String> =
        REMEDIES.iter().filter(|(code, _)| is_named(code)).map(|(code, text)| format!("- **{code}**: {text}")).collect();
    let support = facts.support.as_deref().map(|support| format!("If an error stays, ask the support: {}", escaped(support)));
    match known.is_empty() {
        true => vec![
            "TODO: Say for each status code that makers see often, such as 401 or 429, what it means and what to do about it.".to_owned(),
        ],
        false => [vec!["Calls that fail show a status code:".to_owned(), known.join("\n")], support.into_iter().collect()].concat(),
    }
}

/// The commands that deploy the connector out of its folder.
fn deployment(facts: &Facts<'_, '_>) -> Vec<String> {
    let mut blocks = Vec::new();
    if facts.access.sign_in().is_some() {
        let missing = if facts.client_id_is_missing { "" } else { " in the place of the one that is there" };
        blocks.push(format!(
            "The connector signs in with an application that is registered at the service. Write the client ID of your own application into {}{missing}; its secret is entered on the **Security** page of the connector after it was deployed.",
            code(facts.file(Artifact::Properties).unwrap_or("apiProperties.json"))
        ));
    }
    let settings = facts.file(Artifact::Settings).map(str::to_owned);
    let is_package = facts.model.connector.stage.value == Stage::Submission;
    let settings = settings.or_else(|| is_package.then(|| "settings.json".to_owned()));
    let (pac, paconn) = match settings {
        Some(settings) => (
            format!("pac connector create --settings-file {}", argument(&settings)),
            format!("paconn create --settings {}", argument(&settings)),
        ),
        None => {
            let definition = argument(facts.file(Artifact::Definition).unwrap_or("apiDefinition.swagger.json"));
            let properties = argument(facts.file(Artifact::Properties).unwrap_or("apiProperties.json"));
            let file =
                |option: &str, artifact| facts.file(artifact).map(|file| format!(" --{option} {}", argument(file))).unwrap_or_default();
            (
                format!(
                    "pac connector create --api-definition-file {definition} --api-properties-file {properties}{}{}",
                    file("icon-file", Artifact::Icon),
                    file("script-file", Artifact::Script)
                ),
                format!(
                    "paconn create --api-def {definition} --api-prop {properties}{}{}",
                    file("icon", Artifact::Icon),
                    file("script", Artifact::Script)
                ),
            )
        }
    };
    blocks.push(format!(
        "Install the [Power Platform CLI]({POWER_PLATFORM_CLI}), sign in to your environment with `pac auth create`, and run this command in the folder of the connector:"
    ));
    blocks.push(format!("```\n{pac}\n```"));
    blocks.push("With the older `paconn` tool, sign in with `paconn login` and run:".to_owned());
    let secret = if facts.access.sign_in().is_some() { " --secret <client secret>" } else { "" };
    blocks.push(format!("```\n{paconn}{secret}\n```"));
    blocks
}

/// A file name on a command line.
fn argument(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '`' | '$')).collect();
    if name.contains(|c: char| !(c.is_ascii_alphanumeric() || "._-/".contains(c))) { format!("\"{name}\"") } else { name }
}

fn numbered(steps: &[String]) -> String {
    steps.iter().zip(1..).map(|(step, number)| format!("{number}. {step}")).collect::<Vec<_>>().join("\n")
}
