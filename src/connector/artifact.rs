//! The files a connector is made of: their expected names, and which file of a folder is which.

use crate::words;

/// A file with a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Artifact {
    /// The API definition, Swagger 2.0.
    Definition,
    /// apiProperties.json
    Properties,
    /// settings.json, which may name the other files.
    Settings,
    /// icon.png
    Icon,
    /// script.csx
    Script,
    /// README.md
    Readme,
    /// INTRO.md
    Intro,
}

impl Artifact {
    /// Every artifact; a definition first, since everything else is judged beside it.
    pub const ALL: [Self; 7] = [Self::Definition, Self::Properties, Self::Settings, Self::Icon, Self::Script, Self::Readme, Self::Intro];

    /// The word for it, as attribute value.
    pub fn word(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Properties => "properties",
            Self::Settings => "settings",
            Self::Icon => "icon",
            Self::Script => "script",
            Self::Readme => "readme",
            Self::Intro => "intro",
        }
    }

    /// The names under which it is expected; the first is the one to propose.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Definition => &["apiDefinition.json", "apiDefinition.swagger.json"],
            Self::Properties => &["apiProperties.json"],
            Self::Settings => &["settings.json"],
            Self::Icon => &["icon.png"],
            Self::Script => &["script.csx"],
            Self::Readme => &["README.md"],
            Self::Intro => &["INTRO.md"],
        }
    }

    /// The key of settings.json that names it.
    pub fn settings_key(self) -> Option<&'static str> {
        match self {
            Self::Definition => Some("apiDefinition"),
            Self::Properties => Some("apiProperties"),
            Self::Icon => Some("icon"),
            Self::Script => Some("script"),
            _ => None,
        }
    }

    /// How well a file name fits: lower is better, `None` not at all. 0 and up: an expected name in any case; 10: a close misspelling or
    /// another extension of the same file.
    pub fn fit(self, name: &str) -> Option<u8> {
        // What macOS leaves beside every file it has copied.
        if name.starts_with("._") {
            return None;
        }
        let folded = name.to_lowercase();
        if let Some(at) = self.names().iter().position(|expected| expected.to_lowercase() == folded) {
            return Some(at as u8);
        }
        let stand_in = match self {
            Self::Definition => {
                let stem = folded.strip_suffix(".json").map(|stem| stem.strip_suffix(".swagger").unwrap_or(stem));
                folded.ends_with(".swagger.json") || stem.is_some_and(|stem| words::nearest(stem, ["apidefinition"]).is_some())
            }
            Self::Properties => folded.strip_suffix(".json").is_some_and(|stem| words::nearest(stem, ["apiproperties"]).is_some()),
            Self::Script => folded.ends_with(".csx") || folded.ends_with(".cs"),
            Self::Readme => matches!(folded.as_str(), "readme.md.txt" | "readme.txt" | "readme" | "readme.markdown"),
            Self::Intro => matches!(folded.as_str(), "intro.md.txt" | "intro.txt" | "intro.markdown"),
            Self::Icon => {
                matches!(folded.as_str(), "icon.jpg" | "icon.jpeg" | "icon.gif" | "icon.svg" | "icon.bmp" | "icon.webp" | "icon.ico")
            }
            Self::Settings => false,
        };
        stand_in.then_some(10)
    }

    /// The artifact a file name stands for, when read on its own.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().filter_map(|artifact| Some((artifact.fit(name)?, artifact))).min().map(|(_, artifact)| artifact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_in_any_case_and_close_misspellings_are_recognised() {
        for (name, artifact) in [
            ("APIDEFINITION.JSON", Artifact::Definition),
            ("apiDefination.swagger.json", Artifact::Definition),
            ("De-Lijn-Zoek.swagger.json", Artifact::Definition),
            ("apiproperties.json", Artifact::Properties),
            ("ReadMe.MD", Artifact::Readme),
            ("Readme.md.txt", Artifact::Readme),
            ("connector-script.csx", Artifact::Script),
            ("intro.md", Artifact::Intro),
            ("icon.svg", Artifact::Icon),
        ] {
            assert_eq!(Artifact::of(name), Some(artifact), "{name}");
        }
        for stranger in ["package.json", "notes.md", "logo.png", "apiTest.json"] {
            assert_eq!(Artifact::of(stranger), None, "{stranger}");
        }
    }
}
