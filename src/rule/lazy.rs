//! A rule as a run meets it: what planning needs at hand, its file read when the rule first has something to look at.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::file::{Level, REPOSITORY, RuleFile};
use super::fix::FixRule;
use super::head::{self, Needs, SITUATIONS};
use super::kind::Kind;
use super::load;
use super::template::Template;
use crate::connector::{Stage, Track};
use crate::finding::RuleInfo;
use crate::words;

/// A rule, ready to run.
#[derive(Debug)]
pub struct Rule {
    id: Cow<'static, str>,
    area: Cow<'static, str>,
    /// Every name, a line each.
    names: Cow<'static, str>,
    kinds: u64,
    levels: [Option<Level>; SITUATIONS],
    needs: Needs,
    /// The file and the repairs of a built-in rule, as JSON; none of a user's.
    built_in: Option<(&'static str, &'static str)>,
    file: OnceLock<Box<RuleFile>>,
    words: OnceLock<Box<Words>>,
    fixes: OnceLock<Vec<FixRule>>,
}

/// What findings carry of a rule.
#[derive(Debug)]
struct Words {
    info: Arc<RuleInfo>,
    message: Template,
    help: Template,
    plain_help: Option<Arc<str>>,
}

/// What the build notes of a built-in rule. Texts are places in [`load::TEXTS`]: references would have to be adjusted at every start.
#[derive(Debug)]
pub struct Card {
    /// The id.
    pub id: Slice,
    /// Folder below `rules/`.
    pub area: Slice,
    /// Every name, a line each.
    pub names: Slice,
    /// The file without examples and repairs, as JSON.
    pub file: Slice,
    /// The repairs, as JSON.
    pub fixes: Slice,
    /// A bit for every kind.
    pub kinds: u64,
    /// The severity by track and stage.
    pub levels: [Option<Level>; SITUATIONS],
    /// Keys it needs.
    pub needs: Needs,
}

/// Where a text begins and ends.
pub type Slice = (u32, u32);

impl Rule {
    /// A rule of conncert's own.
    pub fn built_in(card: &'static Card) -> Self {
        let text = |(start, end): Slice| load::TEXTS.get(start as usize..end as usize).unwrap_or_default();
        Self {
            id: text(card.id).into(),
            area: text(card.area).into(),
            names: text(card.names).into(),
            kinds: card.kinds,
            levels: card.levels,
            needs: card.needs,
            built_in: Some((text(card.file), text(card.fixes))),
            file: OnceLock::new(),
            words: OnceLock::new(),
            fixes: OnceLock::new(),
        }
    }

    /// A user's rule, and the same file as JSON.
    pub fn own(file: RuleFile, area: String, json: &serde_json::Value) -> Self {
        let level = |word: Option<&str>| {
            [Level::Off, Level::Info, Level::Warning, Level::Error].into_iter().find(|level| Some(level.word()) == word)
        };
        Self {
            id: file.id.clone().into(),
            area: area.into(),
            names: head::names(json).join("\n").into(),
            kinds: file.select.kind.list().iter().fold(0, |bits, &kind| bits | 1 << kind as u64),
            levels: head::levels(json).map(level),
            needs: Needs::of(json),
            built_in: None,
            file: OnceLock::from(Box::new(file)),
            words: OnceLock::new(),
            fixes: OnceLock::new(),
        }
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Folder below `rules/`.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// Every name under which users may ask for the rule.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.lines()
    }

    /// The kinds of things it looks at.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|&kind| self.kinds & 1 << kind as u64 != 0)
    }

    /// The severity for a track and stage; `None` where the rule does not apply.
    pub fn level(&self, track: Track, stage: Stage) -> Option<Level> {
        let track = match track {
            Track::Verified => 0,
            Track::Independent => 1,
            Track::Custom => 2,
        };
        // The order is that of `head::levels`.
        self.levels[2 * track + usize::from(stage == Stage::PullRequest)]
    }

    /// Keys that an object must have for the rule to say anything about it.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// The rule file, without examples where it is a built-in one.
    #[expect(clippy::expect_used, reason = "the tests read every built-in rule, so that one that cannot be read never ships")]
    pub fn file(&self) -> &RuleFile {
        self.file.get_or_init(|| {
            let (file, _) = self.built_in.unwrap_or_default();
            serde_json::from_str(file).expect("a built-in rule can be read")
        })
    }

    /// Where to read on: the page of a built-in rule, the source of a user's, if that is an address; else nothing.
    pub fn url(&self) -> String {
        let is_own = self.built_in.is_none() && !load::is_built_in(self.id());
        let source = &self.file().source;
        // The address goes into reports as it is.
        let is_address = (source.starts_with("https://") || source.starts_with("http://"))
            && source.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'(' | b')'));
        match (is_own, is_address) {
            (false, _) => format!("{REPOSITORY}/docs/rules/{}.md", self.id()),
            (true, true) => source.clone(),
            (true, false) => String::new(),
        }
    }

    /// What findings carry of it.
    pub fn info(&self) -> &Arc<RuleInfo> {
        &self.words().info
    }

    /// The message.
    pub fn message(&self) -> &Template {
        &self.words().message
    }

    /// The help.
    pub fn help(&self) -> &Template {
        &self.words().help
    }

    /// The advice, where it says the same of every finding.
    pub fn plain_help(&self) -> Option<&Arc<str>> {
        self.words().plain_help.as_ref()
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| {
            let file = self.file();
            let info = RuleInfo {
                id: file.id.clone(),
                summary: file.summary.clone(),
                code: file.code.clone(),
                policies: file.policies.clone(),
                why: file.why.clone(),
                url: self.url(),
            };
            let help = Template::parse(&file.help);
            let plain_help = help.placeholders().next().is_none().then(|| words::tidy(help.render(|_| String::new())).into());
            Box::new(Words { info: Arc::new(info), message: Template::parse(&file.message), help, plain_help })
        })
    }

    /// The repairs. Those of built-in rules are read when first asked for: most runs need few of them.
    pub fn fixes(&self) -> &[FixRule] {
        match self.built_in {
            // A rule of a user that takes the place of a built-in one has its own repairs, or none.
            None => &self.file().fix,
            Some((_, fixes)) => self.fixes.get_or_init(|| load::fixes(fixes).unwrap_or_default()),
        }
    }

    /// The repairs of a built-in rule as they are kept; for the test that they can be read.
    pub(super) fn kept(&self) -> Option<(&'static str, &'static str)> {
        self.built_in
    }

    /// Placeholders that the message and help may use: `subject`, attributes of every selected kind, what the check provides.
    pub fn known_placeholders(&self) -> Vec<String> {
        let file = self.file();
        let kinds = file.select.kind.list();
        let attributes = kinds.first().map(|kind| kind.attributes()).unwrap_or_default();
        let common = attributes.iter().filter(|attribute| kinds.iter().all(|kind| kind.attributes().contains(attribute)));
        std::iter::once("subject".to_owned())
            .chain(common.map(|attribute| attribute.name()))
            .chain(file.check.placeholders().iter().map(|&name| name.to_owned()))
            .collect()
    }
}
