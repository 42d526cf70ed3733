//! Operations, their parameters and their responses in two versions.

use std::collections::{HashMap, HashSet};

use super::field::{NONE, PARAMETER};
use super::schema::{Side, Spot};
use super::{Comparison, Difference};
use crate::source::json::Value;
use crate::swagger::{Operation, Parameter, ResponseUse, Swagger, Text};

/// Operations of a version by the id that flows know them under.
fn by_id<'s, 'a>(swagger: &'s Swagger<'a>) -> Vec<(&'s str, &'s Operation<'a>)> {
    let named = swagger.operations.iter().filter_map(|operation| Some((operation.id.as_deref()?, operation)));
    let mut known = HashSet::new();
    named.filter(|(id, _)| known.insert(*id)).collect()
}

impl<'m, 'a> Comparison<'m, 'a> {
    /// Compares every operation of the older version with the one that has the same id now.
    pub(super) fn operations(&mut self) {
        let (old, new) = (by_id(self.old), by_id(self.new));
        let now: HashMap<&str, &Operation<'a>> = new.iter().copied().collect();
        let was: HashMap<&str, &Operation<'a>> = old.iter().copied().collect();
        let added: HashMap<String, &str> =
            new.iter().filter(|(id, _)| !was.contains_key(id)).map(|&(id, _)| (id.to_lowercase(), id)).collect();
        for (id, before) in old {
            let path = format!("operation/{id}");
            let Some(&after) = now.get(id) else {
                let respelt = added.get(&id.to_lowercase()).and_then(|respelt| Some((*respelt, now.get(respelt)?)));
                let what = if respelt.is_some() { "operation-id-case-changed" } else { "operation-deleted" };
                let around = self.new.root.get("paths").unwrap_or(self.new.root);
                let gone = Difference::new(what, path, id, Some(before.node), respelt.map(|(_, operation)| operation.node));
                let after = respelt.map(|(id, _)| id).unwrap_or_default();
                self.add(gone.near(around).texts(id, after));
                continue;
            };
            self.operation(id, &path, before, after);
        }
    }

    fn operation(&mut self, id: &str, path: &str, before: &'m Operation<'a>, after: &'m Operation<'a>) {
        let (old, new) = (before.node, after.node);
        let of = |what: &'static str, member: &str| {
            let path = if member.is_empty() { path.to_owned() } else { format!("{path}/{member}") };
            let at = |node: Value<'a>| if member.is_empty() { Some(node) } else { node.get(member) };
            Difference::new(what, path, id, at(old), at(new)).near(new)
        };
        if !before.internal && after.internal {
            self.add(of("operation-hidden", "x-ms-visibility"));
        }
        let (was, is) = (&self.old.path_of(before).template, &self.new.path_of(after).template);
        if was != is {
            self.add(of("operation-path-changed", "").texts(was.as_ref(), is.as_ref()));
        }
        if before.method != after.method {
            self.add(of("operation-method-changed", "").texts(before.method.to_uppercase(), after.method.to_uppercase()));
        }
        let deprecated = |node: Value<'a>| node.get_bool("deprecated") == Some(true);
        match (deprecated(old), deprecated(new)) {
            (false, true) => self.add(of("operation-deprecated", "deprecated")),
            (true, false) => self.add(of("operation-deprecated-reverted", "deprecated")),
            _ => {}
        }
        let trigger = |operation: &Operation<'a>| operation.trigger.as_deref().map_or_else(|| NONE.to_owned(), str::to_lowercase);
        if trigger(before) != trigger(after) {
            self.add(of("trigger-changed", "x-ms-trigger").texts(trigger(before), trigger(after)));
        }
        for list in ["consumes", "produces"] {
            // What stands at the top of the definition holds for many operations, and is compared once.
            if old.get(list).is_some() || new.get(list).is_some() {
                let (was, is) = (self.old.media_types(before, list), self.new.media_types(after, list));
                if let Some((gone, left)) = removed(&was, &is) {
                    self.add(of("media-type-removed", list).texts(gone, left));
                }
            }
        }
        self.parameters(id, path, before, after);
        self.responses(id, path, before, after);
        self.notification(id, path, before, after);
    }

    fn parameters(&mut self, id: &str, path: &str, before: &'m Operation<'a>, after: &'m Operation<'a>) {
        let (old, new) = (Parameters::of(self.old, before), Parameters::of(self.new, after));
        let spot = |parameter: &Parameter<'a>| {
            let name = name_of(parameter);
            (format!("{path}/parameter/{name}"), format!("parameter `{name}` of {id}"))
        };
        for &parameter in &old.list {
            let (path, label) = spot(parameter);
            if let Some(now) = new.same(parameter) {
                let (path, label) = spot(now);
                self.parameter(id, &path, &label, parameter, now);
            } else if let Some(moved) = new.elsewhere(parameter).filter(|moved| old.same(moved).is_none()) {
                let place = |parameter: &Parameter<'a>| parameter.location.as_deref().unwrap_or_default().to_owned();
                let difference = Difference::new("parameter-location-changed", path, label, Some(parameter.node), Some(moved.node));
                self.add(difference.texts(place(parameter), place(moved)).of(moved.node, is_required(moved)));
            } else {
                let difference = Difference::new("parameter-deleted", path, label, Some(parameter.node), None).near(after.node);
                self.add(difference.of(parameter.node, is_required(parameter)));
            }
        }
        for &parameter in new.list.iter().filter(|parameter| is_required(parameter)) {
            let moved = old.elsewhere(parameter).is_some_and(|other| new.same(other).is_none());
            if old.same(parameter).is_none() && !moved {
                let (path, label) = spot(parameter);
                let difference = Difference::new("required-parameter-added", path, label, None, Some(parameter.node));
                self.add(difference.of(parameter.node, true));
            }
        }
    }

    fn parameter(&mut self, id: &str, path: &str, label: &str, before: &'m Parameter<'a>, after: &'m Parameter<'a>) {
        let (was, is) = (is_required(before), is_required(after));
        if !was && is {
            let difference = Difference::new("parameter-became-required", format!("{path}/required"), label, Some(before.node), None);
            self.add(difference.near(after.node.get("required").unwrap_or(after.node)).of(after.node, true));
        }
        if !before.is_internal() && after.is_internal() {
            let path = format!("{path}/x-ms-visibility");
            let difference = Difference::new("parameter-hidden", path, label, Some(before.node), after.node.get("x-ms-visibility"));
            self.add(difference.of(after.node, is));
        }
        if after.is_body() {
            let schema = |parameter: &Parameter<'a>| parameter.node.get("schema");
            if let (Some(old), Some(new)) = (schema(before), schema(after)) {
                self.schemas(old, new, Spot::root(Side::Input, format!("{path}/schema"), format!("the body of {id}")));
            }
            return;
        }
        self.field(before.node, after.node, path, label, &PARAMETER, is);
        for (key, absent, what) in
            [("collectionFormat", "csv", "collection-format-changed"), ("x-ms-url-encoding", "single", "url-encoding-changed")]
        {
            let value = |parameter: &Parameter<'a>| parameter.node.get_str(key).map_or_else(|| absent.to_owned(), |text| text.into_owned());
            let (was, is) = (value(before), value(after));
            if was != is {
                let at = |parameter: &Parameter<'a>| parameter.node.get(key);
                let difference = Difference::new(what, format!("{path}/{key}"), label, at(before), at(after));
                self.add(difference.near(after.node).texts(was, is));
            }
        }
    }

    fn responses(&mut self, id: &str, operation: &str, before: &'m Operation<'a>, after: &'m Operation<'a>) {
        let is_success = |status: &str| status.len() == 3 && status.starts_with('2');
        let has_success = before.responses.iter().any(|used| is_success(&used.status));
        let was: HashSet<&str> = before.responses.iter().map(|used| used.status.as_ref()).collect();
        let now: HashMap<&str, &ResponseUse<'a>> = after.responses.iter().map(|used| (used.status.as_ref(), used)).collect();
        for used in &before.responses {
            let status = used.status.as_ref();
            // Where an operation has no other response, makers see that of `default`.
            if !is_success(status) && (status != "default" || has_success) {
                continue;
            }
            let path = format!("{operation}/responses/{status}");
            let label = format!("response {status} of {id}");
            // A reference that leads nowhere is the linter's business.
            let Some(old) = used.response.map(|index| &self.old.responses[index as usize]) else { continue };
            // What an answer was is said of the first one that is new.
            let instead = after.responses.iter().find(|used| is_success(&used.status) && !was.contains(used.status.as_ref()));
            // Beside a status code of success `default` tells of failures only, whether it is still there or not.
            let instead = instead.filter(|_| status == "default" || !now.contains_key(status));
            let (moved, now_used) = (instead.is_some(), instead.or(now.get(status).copied()));
            let Some(now_used) = now_used else {
                let around = after.node.get("responses").unwrap_or(after.node);
                self.add(Difference::new("success-response-removed", path, label, Some(used.node), None).near(around));
                continue;
            };
            if moved {
                let difference = Difference::new("success-response-moved", path, label.clone(), Some(used.node), Some(now_used.node));
                self.add(difference.texts(status, now_used.status.as_ref()));
            }
            let path = format!("{operation}/responses/{}", now_used.status);
            let Some(new) = now_used.response.map(|index| &self.new.responses[index as usize]) else { continue };
            match (old.node.get("schema"), new.node.get("schema")) {
                (Some(old), Some(new)) => {
                    self.schemas(old, new, Spot::root(Side::Output, format!("{path}/schema"), format!("the response of {id}")));
                }
                (Some(old), None) => {
                    self.add(Difference::new("success-schema-removed", format!("{path}/schema"), label, Some(old), None).near(new.node));
                }
                (None, Some(new)) => self.add(Difference::new("success-schema-added", format!("{path}/schema"), label, None, Some(new))),
                (None, None) => {}
            }
        }
    }

    /// What a webhook sends.
    fn notification(&mut self, id: &str, path: &str, before: &'m Operation<'a>, after: &'m Operation<'a>) {
        let content = |swagger: &'m Swagger<'a>, operation: &Operation<'a>| {
            operation.trigger.as_ref()?;
            swagger.path_of(operation).notification_content
        };
        // A trigger that has become an action is told of as such.
        let Some(old) = content(self.old, before).filter(|_| after.trigger.is_some()) else { return };
        let path = format!("{path}/responses/x-ms-notification-content");
        let label = format!("the notification of {id}");
        let new = content(self.new, after);
        match (old.get("schema"), new.and_then(|new| new.get("schema"))) {
            (Some(old), Some(new)) => self.schemas(old, new, Spot::root(Side::Output, format!("{path}/schema"), label)),
            (Some(_), None) => {
                let around = self.new.path_of(after).node;
                self.add(Difference::new("notification-content-removed", path, label, Some(old), new).near(around));
            }
            (None, _) => {}
        }
    }
}

/// The parameters of an operation, to be found by name and place.
struct Parameters<'s, 'a> {
    list: Vec<&'s Parameter<'a>>,
    by_place: HashMap<(&'s str, &'s str), &'s Parameter<'a>>,
    by_name: HashMap<&'s str, &'s Parameter<'a>>,
    body: Option<&'s Parameter<'a>>,
}

impl<'s, 'a> Parameters<'s, 'a> {
    fn of(swagger: &'s Swagger<'a>, operation: &'s Operation<'a>) -> Self {
        let list: Vec<&Parameter<'a>> = swagger.parameters_of(operation).collect();
        let (mut by_place, mut by_name) = (HashMap::new(), HashMap::new());
        for &parameter in &list {
            by_place.entry(place_of(parameter)).or_insert(parameter);
            by_name.entry(name_of(parameter)).or_insert(parameter);
        }
        let body = list.iter().copied().find(|parameter| parameter.is_body());
        Self { list, by_place, by_name, body }
    }

    /// The parameter of the same name in the same place. There is one body, whatever it is called.
    fn same(&self, parameter: &Parameter<'_>) -> Option<&'s Parameter<'a>> {
        self.by_place.get(&place_of(parameter)).copied().or(self.body.filter(|_| parameter.is_body()))
    }

    /// A parameter of the same name, wherever it is sent.
    fn elsewhere(&self, parameter: &Parameter<'_>) -> Option<&'s Parameter<'a>> {
        self.by_name.get(name_of(parameter)).copied()
    }
}

fn name_of<'p>(parameter: &'p Parameter<'_>) -> &'p str {
    parameter.name.as_deref().unwrap_or_default()
}

fn place_of<'p>(parameter: &'p Parameter<'_>) -> (&'p str, &'p str) {
    (name_of(parameter), parameter.location.as_deref().unwrap_or_default())
}

fn is_required(parameter: &Parameter<'_>) -> bool {
    parameter.node.get_bool("required") == Some(true)
}

/// The media types of a list that are gone, and those that are left; none where nothing is gone.
pub(super) fn removed(was: &[Text<'_>], is: &[Text<'_>]) -> Option<(String, String)> {
    let left: HashSet<&Text<'_>> = is.iter().collect();
    let gone: Vec<&str> = was.iter().filter(|kind| !left.contains(kind)).map(AsRef::as_ref).collect();
    (!gone.is_empty()).then(|| (gone.join(", "), is.join(", ")))
}
