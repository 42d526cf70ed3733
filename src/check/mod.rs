//! Checks: the few kinds of demand a rule file can make, each documented by the comments of its type, one family a file.

mod agreement;
mod code;
mod collection;
mod counting;
mod document;
mod dynamic;
mod dynamic_twin;
mod file;
mod format;
mod icon;
mod layout;
mod member_order;
mod members;
mod model;
mod numbers;
mod oauth;
mod parameter_list;
mod path;
mod path_repair;
mod reference;
mod repeated;
mod revision;
mod schema_rules;
mod security;
mod spelling;
mod subscription;
mod syntax;
pub mod text;
mod unfilled;
mod visibility;
mod webhook;

use serde::Deserialize;

use crate::fix::edit::Edit;
use crate::model::{At, Model, Subject};
use crate::rule::pattern::Pattern;

/// What a check hands over for each violation: where, and the values its message may name.
#[derive(Debug)]
pub struct Hit<'a> {
    /// Where.
    pub at: At<'a>,
    /// The missing or unknown member.
    pub property: Option<String>,
    /// Values for the message, by placeholder.
    pub values: Vec<(&'static str, String)>,
    /// Other places that belong to it.
    pub related: Vec<(String, At<'a>)>,
    /// Edits of the file it lies in that would repair it, for the action `proposed`.
    pub proposed: Vec<Edit>,
}

impl<'a> Hit<'a> {
    /// A violation at a place.
    pub fn new(at: At<'a>) -> Self {
        Self { at, property: None, values: Vec::new(), related: Vec::new(), proposed: Vec::new() }
    }

    /// Names the missing or unknown member.
    pub fn property(mut self, name: impl Into<String>) -> Self {
        self.property = Some(name.into());
        self
    }

    /// Gives a value for the message.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Proposes edits of the file it lies in.
    pub fn propose(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.proposed.extend(edits);
        self
    }

    /// Names another place.
    pub fn related(mut self, message: impl Into<String>, at: At<'a>) -> Self {
        self.related.push((message.into(), at));
        self
    }
}

/// Where a check works: the connector and the thing at hand.
pub struct Context<'m, 'a> {
    /// The connector.
    pub model: &'m Model<'a>,
    /// The thing.
    pub subject: Subject<'a>,
}

/// Collects violations.
pub type Hits<'a> = Vec<Hit<'a>>;

/// A kind of demand.
pub(crate) trait Demand {
    /// Looks at one thing and adds what is wrong with it.
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>);

    /// Placeholders it gives values for.
    fn placeholders(&self) -> &'static [&'static str] {
        &[]
    }

    /// Regular expressions it was configured with.
    fn patterns(&self) -> Vec<&Pattern> {
        Vec::new()
    }
}

macro_rules! checks {
    ($($(#[$doc:meta])* $name:ident($type:ty),)*) => {
        /// What a rule demands of the things it selects. In a rule file: a table `[check.NAME]`.
        #[derive(Debug, Clone, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum Check {
            $($(#[$doc])* $name($type),)*
        }

        impl Check {
            /// Looks at one thing.
            pub fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
                match self {
                    $(Self::$name(check) => Demand::run(check, context, hits),)*
                }
            }

            /// Placeholders the check gives values for, beside `subject` and the attributes of the kind.
            pub fn placeholders(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$name(check) => Demand::placeholders(check),)*
                }
            }

            /// Regular expressions in the check.
            pub fn patterns(&self) -> Vec<&Pattern> {
                match self {
                    $(Self::$name(check) => Demand::patterns(check),)*
                }
            }
        }
    };
}

checks! {
    /// Everything that is selected is wrong; the conditions say it all.
    Always(members::Always),
    /// Members that must be there.
    Required(members::Required),
    /// Members that must not be there.
    Forbidden(members::Forbidden),
    /// Members that may be there; every other one is wrong.
    Keys(members::Keys),
    /// A member that needs another one beside it.
    Needs(members::Needs),
    /// The order of members.
    MemberOrder(member_order::MemberOrder),
    /// The JSON type of a member.
    Type(members::Type),
    /// A text: length, characters, words, beginning and end.
    Text(text::Text),
    /// A text that must be one of a list.
    OneOf(text::OneOf),
    /// Two texts that must (not) be the same.
    Compare(text::Compare),
    /// Misspelt words.
    Spelling(spelling::Spelling),
    /// A text of a known form: address, e-mail, colour, media type, ...
    Format(format::Format),
    /// A number within bounds.
    Number(numbers::Number),
    /// Two numbers in order.
    Order(numbers::Order),
    /// A default or enum that must fit the declared type.
    Agreement(agreement::Agreement),
    /// A default that must be one of the enum beside it.
    InEnum(agreement::InEnum),
    /// Objects that are written out several times.
    Repeated(repeated::Repeated),
    /// Things of the same kind that must not share a value.
    Unique(collection::Unique),
    /// Entries of a list that must not repeat.
    UniqueItems(collection::UniqueItems),
    /// The number of entries or things.
    Count(collection::Count),
    /// A name that must exist elsewhere in the connector.
    Exists(reference::Exists),
    /// A thing that must have its like elsewhere.
    Counterpart(reference::Counterpart),
    /// Names in a path template against its parameters.
    PathTemplate(path::PathTemplate),
    /// Paths that the platform cannot tell apart.
    DuplicatePath(path::DuplicatePath),
    /// Parameters of one list that repeat or exclude each other.
    ParameterList(parameter_list::ParameterList),
    /// Calls of other operations in x-ms-dynamic-* extensions.
    DynamicCall(dynamic::DynamicCallCheck),
    /// The operation that x-ms-notification names.
    Subscription(subscription::Subscription),
    /// Fields that receive a webhook's address.
    Webhook(webhook::Webhook),
    /// Families and revisions of operations.
    Revision(revision::Revision),
    /// How large schemas are once references are expanded.
    SchemaSize(counting::SchemaSize),
    /// Definitions that are only references, and objects that can never be complete.
    SchemaLoop(schema_rules::SchemaLoop),
    /// Security definitions of which no requirement makes use.
    Unrequired(security::Unrequired),
    /// Names in `required` against `properties`.
    RequiredNames(schema_rules::RequiredNames),
    /// Definitions, parameters and responses that nothing uses.
    Unused(schema_rules::Unused),
    /// A discriminator that names no required text property.
    Discriminator(schema_rules::Discriminator),
    /// Examples of a response in media types that are not produced.
    ProducedExamples(schema_rules::ProducedExamples),
    /// Keys and JSON types of every Swagger object.
    ObjectModel(model::ObjectModel),
    /// apiProperties.json and settings.json against conncert's JSON Schemas; each rule answers for a part of them.
    JsonSchema(file::JsonSchema),
    /// What keeps a file from being strict JSON.
    Syntax(syntax::Syntax),
    /// How a text file is encoded and laid out.
    Encoding(syntax::Encoding),
    /// How JSON is indented.
    Indentation(layout::Indentation),
    /// Files that must be there, must not be there, or are spelt otherwise.
    Files(file::Files),
    /// The sign-in with OAuth as two files describe it.
    OauthAgreement(oauth::OauthAgreement),
    /// Paths in settings.json.
    SettingsPath(file::SettingsPath),
    /// What the definition is, when it is no Swagger 2.0.
    Specification(file::Specification),
    /// Measures of the icon.
    Icon(icon::Icon),
    /// Sections of README and INTRO.
    Section(document::Section),
    /// The order of sections.
    SectionOrder(document::SectionOrder),
    /// Texts of templates that were never replaced.
    Phrases(document::Phrases),
    /// Operations that README must mention.
    Mentions(document::Mentions),
    /// The opening of README or INTRO.
    Opening(document::Opening),
    /// Headings and links of README and INTRO.
    Markdown(document::MarkdownForm),
    /// Values that a person must still fill in.
    Unfilled(unfilled::Unfilled),
    /// Custom code: what must and must not stand in it.
    Code(code::Code),
    /// Credentials left in a file.
    Credentials(code::Credentials),
}

impl<'m, 'a> Context<'m, 'a> {
    /// The JSON value of the thing.
    pub fn node(&self) -> Option<crate::source::json::Value<'a>> {
        self.subject.node
    }

    /// A member of the thing: `a/b` looks into members, `..` goes to the object around it, an empty path is the thing itself.
    pub fn member(&self, path: &str) -> Option<crate::source::json::Value<'a>> {
        member_of(self.subject.node?, path)
    }
}

/// A member by path: `a/b` looks into members, `..` goes to the object around, an empty path is the value itself. In an array `2` is an
/// item by number, `name=Website` the first object whose `name` is that text in any case, `=https` the first such text.
pub fn member_of<'a>(node: crate::source::json::Value<'a>, path: &str) -> Option<crate::source::json::Value<'a>> {
    if node.is_object() && !path.is_empty() && !path.bytes().any(|byte| matches!(byte, b'/' | b'~' | b'.')) {
        return node.get(path);
    }
    let mut here = node;
    for step in path.split('/').filter(|step| !step.is_empty()) {
        here = match step {
            ".." => here.parent()?,
            item if here.is_array() => match item.split_once('=') {
                Some((key, text)) => here.items().find(|item| {
                    let compared = if key.is_empty() { Some(*item) } else { item.get(key) };
                    compared.and_then(|value| value.as_str()).is_some_and(|value| value.eq_ignore_ascii_case(text))
                })?,
                None => here.items().nth(item.parse().ok()?)?,
            },
            key if key.contains('~') => here.get(&key.replace("~1", "/"))?,
            key => here.get(key)?,
        };
    }
    Some(here)
}
