//! The ids of operations as they are compared when one gets a new id: a definition may have thousands, and each may be like all others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The id of an operation, as ids are compared.
#[derive(Debug)]
pub struct FoldedId {
    /// The id in small letters; `None` when there is none.
    pub own: Option<String>,
    /// As conncert would write it, in small letters.
    pub written: String,
}

/// The ids of all operations of a definition.
#[derive(Debug)]
pub struct OperationIds {
    ids: Vec<FoldedId>,
    by_own: HashMap<String, Vec<u32>>,
    /// Who comes when, by the id that is wanted, as it is and as conncert would write it.
    orders: Mutex<HashMap<(String, String), Order>>,
}

/// In which order operations get an id.
#[derive(Debug)]
struct Order {
    places: HashMap<u32, usize>,
    /// How many have it already.
    owners: usize,
}

impl OperationIds {
    /// The ids, by the place of their operations in the definition.
    pub fn new(ids: Vec<FoldedId>) -> Self {
        let mut by_own: HashMap<String, Vec<u32>> = HashMap::new();
        for (operation, own) in (0..).zip(&ids).filter_map(|(operation, id)| Some((operation, id.own.as_ref()?))) {
            by_own.entry(own.clone()).or_default().push(operation);
        }
        Self { ids, by_own, orders: Mutex::default() }
    }

    /// How many operations come before one when an id is given out: those that have it, in any case, then those that would get it too, each
    /// in the order of the file. `folded` is the id in small letters, `written` how conncert would write it, in small letters.
    pub fn before(&self, operation: u32, folded: &str, written: &str) -> usize {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let order = orders.entry((folded.to_owned(), written.to_owned())).or_insert_with(|| self.order(folded, written));
        order.places.get(&operation).copied().unwrap_or(order.owners)
    }

    fn order(&self, folded: &str, written: &str) -> Order {
        let owners = self.by_own.get(folded).map(Vec::as_slice).unwrap_or_default();
        let others = (0..).zip(&self.ids).filter(|(_, id)| id.written == written && id.own.as_deref() != Some(folded));
        let all = owners.iter().copied().chain(others.map(|(operation, _)| operation));
        Order { places: all.zip(0..).collect(), owners: owners.len() }
    }

    /// Whether another operation has an id, given in small letters.
    pub fn is_taken(&self, operation: u32, folded: &str) -> bool {
        self.by_own.get(folded).is_some_and(|owners| owners.iter().any(|owner| *owner != operation))
    }
}
