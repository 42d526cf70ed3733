//! Check on the order of the members of an object.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::edit::Edit;
use crate::fix::json_edit;
use crate::model::At;
use crate::source::json::Value;

/// The order of members. One finding, at the first member that stands in the wrong place; as few and as short ones as possible count as
/// such. Proposes to move it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MemberOrder {
    /// The object; the thing itself when left out.
    #[serde(default)]
    pub member: String,
    /// Groups of names: the groups in this order, names of one group in any. Other members may stand anywhere.
    pub groups: Vec<Vec<String>>,
}

impl Demand for MemberOrder {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(object) = context.member(&self.member).filter(Value::is_object) else { return };
        let ranked: Vec<(usize, Value<'a>)> = object.members().filter_map(|(name, member)| Some((self.rank(&name)?, member))).collect();
        let kept = heaviest_in_order(&ranked);
        let Some(&(rank, misplaced)) = ranked.iter().zip(&kept).find(|(_, kept)| !**kept).map(|(member, _)| member) else { return };
        let in_order = || ranked.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(member, _)| *member);
        let before = in_order().take_while(|(other, _)| *other <= rank).last();
        let place = match (before, in_order().next()) {
            (Some((_, before)), _) => (before, "behind"),
            (None, Some((_, first))) => (first, "in front of"),
            (None, None) => return,
        };
        let named = |member: Value<'a>| member.key().unwrap_or_default();
        hits.push(
            Hit::new(At::Key(misplaced))
                .with("member", named(misplaced))
                .with("place", format!("{} \"{}\"", place.1, named(place.0)))
                .propose(moved(object, misplaced, place.0, before.is_some()).into_iter().flatten()),
        );
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["member", "place"]
    }
}

impl MemberOrder {
    fn rank(&self, name: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.iter().any(|known| known == name))
    }
}

/// Which members stay where they are: of all that are in order among themselves those with the longest text.
fn heaviest_in_order(ranked: &[(usize, Value<'_>)]) -> Vec<bool> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(ranked.len());
    for (at, &(rank, member)) in ranked.iter().enumerate() {
        let before = (0..at).filter(|&earlier| ranked[earlier].0 <= rank).max_by_key(|&earlier| best[earlier].0);
        best.push((member.span().len() + before.map_or(0, |before| best[before].0), before));
    }
    let mut kept = vec![false; ranked.len()];
    let mut here = (0..ranked.len()).max_by_key(|&at| best[at].0);
    while let Some(at) = here {
        kept[at] = true;
        here = best[at].1;
    }
    kept
}

/// Takes a member out and puts it behind (or in front of) another one, as it is written.
fn moved<'a>(object: Value<'a>, member: Value<'a>, place: Value<'a>, behind: bool) -> Option<[Edit; 2]> {
    let start = |child: Value<'a>| child.key_span().map(|key| key.start);
    let text = object.tree().source().text();
    let mut children = object.children();
    let (first, second) = (children.next()?, children.next()?);
    let separator = text.get(first.span().end..start(second)?).filter(|separator| separator.trim() == ",")?;
    let written = text.get(start(member)?..member.span().end)?;
    let insert = match behind {
        true => Edit { span: place.span().end..place.span().end, text: format!("{separator}{written}") },
        false => Edit { span: start(place)?..start(place)?, text: format!("{written}{separator}") },
    };
    Some([insert, json_edit::remove(member)?])
}
