//! How large schemas become once references are expanded, by the counting rule that fits the platform's limits.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::swagger::Swagger;

/// The number of schema objects, or levels, behind a body, an operation or the whole document. Runs once: select the `definition`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SchemaSize {
    /// What is measured.
    pub of: Unit,
    /// At most this many.
    pub max: usize,
    /// Count levels of nesting rather than schema objects.
    #[serde(default)]
    pub depth: bool,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Every definition, body, response and notification by itself.
    Bodies,
    /// All bodies and responses of each operation together.
    Operations,
    /// All operations together.
    Document,
}

/// Recursive references are followed this often in one run; what is larger is over every limit anyway.
const BUDGET: usize = 2_000_000;

impl Demand for SchemaSize {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(swagger), Some(root)) = (&context.model.swagger, context.node()) else { return };
        let mut counter = Counter {
            swagger,
            known: vec![0; swagger.schemas.len()],
            open: vec![false; swagger.schemas.len()],
            budget: BUDGET,
            depth: self.depth,
        };
        let mut judge = |count: usize, at: At<'a>, thing: String| {
            if count > self.max {
                hits.push(Hit::new(at).with("count", count).with("limit", self.max).with("thing", thing));
            }
        };
        match self.of {
            Unit::Bodies => {
                // What only refers to a definition is reported at the definition.
                for (index, schema) in
                    swagger.schemas.iter().enumerate().filter(|(_, schema)| schema.parent.is_none() && schema.target.is_none())
                {
                    judge(counter.count(index as u32), At::Key(schema.node), swagger.schema_label(index as u32));
                }
            }
            Unit::Operations => {
                for operation in &swagger.operations {
                    judge(counter.operation(operation), At::Key(operation.node), swagger.operation_label(operation));
                }
            }
            Unit::Document => {
                let total = swagger.operations.iter().map(|operation| counter.operation(operation)).fold(0, usize::saturating_add);
                judge(total, At::Object(root), "the definition".to_owned());
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "limit", "thing"]
    }
}

struct Counter<'m, 'a> {
    swagger: &'m Swagger<'a>,
    /// Counts of schemas whose expansion met no open reference, so that they count the same everywhere; 0 is unknown.
    known: Vec<usize>,
    open: Vec<bool>,
    budget: usize,
    depth: bool,
}

impl Counter<'_, '_> {
    fn operation(&mut self, operation: &crate::swagger::Operation<'_>) -> usize {
        let bodies = operation.parameters.iter().filter_map(|used| self.swagger.parameters[used.parameter? as usize].schema);
        let responses = operation.responses.iter().filter_map(|used| self.swagger.responses[used.response? as usize].schema);
        let schemas: Vec<u32> = bodies.chain(responses).collect();
        schemas.into_iter().map(|schema| self.count(schema)).fold(0, usize::saturating_add)
    }

    fn count(&mut self, index: u32) -> usize {
        self.expand(index, 0).0
    }

    /// Every schema object counts one; a reference counts as what it names; one that is already being expanded counts one and ends.
    /// The flag says whether the count depends on what was open.
    fn expand(&mut self, index: u32, level: usize) -> (usize, bool) {
        if self.known[index as usize] > 0 {
            return (self.known[index as usize], false);
        }
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 || level > 400 {
            return (1, true);
        }
        if std::mem::replace(&mut self.open[index as usize], true) {
            return (1, true);
        }
        let schema = &self.swagger.schemas[index as usize];
        let (mut total, mut depends) = (1, false);
        if let Some(target) = schema.target {
            (total, depends) = self.expand(target, level + 1);
        } else {
            let mut child = index + 1;
            let mut deepest = 0;
            while child < schema.subtree_end {
                let (count, inner) = self.expand(child, level + 1);
                depends |= inner;
                total = usize::saturating_add(total, count);
                deepest = deepest.max(count);
                child = self.swagger.schemas[child as usize].subtree_end;
            }
            if self.depth {
                total = deepest + 1;
            }
        }
        self.open[index as usize] = false;
        if !depends {
            self.known[index as usize] = total;
        }
        (total, depends)
    }
}
