//! Who publishes a connector and which set of files is therefore expected.

use serde::{Deserialize, Serialize};

/// Who publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Track {
    /// A verified publisher: the owner of the service.
    Verified,
    /// An independent publisher.
    Independent,
    /// A private connector that is not certified.
    Custom,
}

/// Which set of files is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The full asset set of a certification package.
    Submission,
    /// A folder of the public connectors repository.
    PullRequest,
}

impl Track {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Independent => "independent",
            Self::Custom => "custom",
        }
    }
}

impl Stage {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::PullRequest => "pull-request",
        }
    }
}

/// Names of the folders of the public connectors repository, with the track of what lies below.
const REPOSITORY_FOLDERS: [(&str, Track); 3] = [
    ("certified-connectors", Track::Verified),
    ("independent-publisher-connectors", Track::Independent),
    ("custom-connectors", Track::Custom),
];

/// The brand colour that Microsoft prescribes for independent publishers.
pub const INDEPENDENT_BRAND_COLOR: &str = "#da3b01";

/// Track and stage by where a folder lies: the nearest folder above it that the public repository knows.
pub fn by_path(folder: &std::path::Path) -> Option<(Track, Stage)> {
    let parent = folder.parent()?;
    let mut names: Vec<_> = parent.components().filter_map(|part| part.as_os_str().to_str()).collect();
    names.reverse();
    names.iter().find_map(|name| REPOSITORY_FOLDERS.iter().find(|(known, _)| known == name).map(|&(_, track)| (track, Stage::PullRequest)))
}

/// Track of a folder outside the repository: independent when the brand colour is the prescribed one.
pub fn by_brand_color(color: Option<&str>) -> Track {
    if color.is_some_and(|color| color.eq_ignore_ascii_case(INDEPENDENT_BRAND_COLOR)) { Track::Independent } else { Track::Verified }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_nearest_repository_folder_decides() {
        assert_eq!(by_path(Path::new("/x/certified-connectors/Contoso")), Some((Track::Verified, Stage::PullRequest)));
        assert_eq!(by_path(Path::new("/certified-connectors/y/custom-connectors/Contoso")), Some((Track::Custom, Stage::PullRequest)));
        assert_eq!(by_path(Path::new("/work/certified-connectors")), None);
        assert_eq!(by_path(Path::new("out")), None);
    }

    #[test]
    fn the_prescribed_colour_means_independent_in_any_case() {
        assert_eq!(by_brand_color(Some("#DA3B01")), Track::Independent);
        assert_eq!(by_brand_color(Some("#123456")), Track::Verified);
    }
}
