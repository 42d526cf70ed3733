//! One walk over the definition that notes everything that does not fit the object model of Swagger 2.0; several rules report parts of it.

use std::borrow::Cow;

use super::object::Shape::{Is, ListOf, MapOf, ParameterList, ParameterMap, Requirements, Responses, SchemaOrFlag, Texts};
use super::object::{Object, Shape, parameter_kind};
use crate::source::json::{NodeKind, Value};

/// A member that does not fit.
#[derive(Debug)]
pub struct ObjectFault<'a> {
    /// The object.
    pub object: Object,
    /// The name of the object's member.
    pub member: Cow<'a, str>,
    /// What is wrong.
    pub problem: Misfit<'a>,
}

/// What is wrong with a member.
#[derive(Debug)]
pub enum Misfit<'a> {
    /// The object cannot have it, and it is no extension.
    Unknown(Value<'a>),
    /// It, or an entry of it, has the wrong JSON type.
    WrongType {
        /// The value.
        value: Value<'a>,
        /// What it is called: the member, or the key of the entry.
        name: Cow<'a, str>,
        /// The words for the right type.
        expected: &'static str,
    },
}

/// Everything in the definition that does not fit.
pub fn object_faults(root: Value<'_>) -> Vec<ObjectFault<'_>> {
    let mut walk = Walk { faults: Vec::new() };
    walk.object(root, Object::Definition);
    walk.faults
}

struct Walk<'a> {
    faults: Vec<ObjectFault<'a>>,
}

/// A member whose value is looked at.
struct Member<'k, 'a> {
    object: Object,
    key: &'k Cow<'a, str>,
}

impl<'a> Walk<'a> {
    fn object(&mut self, node: Value<'a>, object: Object) {
        if !node.is_object() || (object != Object::PathItem && node.get("$ref").is_some()) {
            return;
        }
        for (key, value) in node.members() {
            if key.starts_with("x-") {
                continue;
            }
            match object.shape(&key) {
                Some(shape) => self.member(value, shape, &Member { object, key: &key }),
                None => self.faults.push(ObjectFault { object, member: key, problem: Misfit::Unknown(value) }),
            }
        }
    }

    fn member(&mut self, value: Value<'a>, shape: Shape, member: &Member<'_, 'a>) {
        let Some((fits, expected)) = shape.demand(value) else { return };
        if !fits {
            self.wrong_type(value, expected, member, member.key.clone());
            return;
        }
        match shape {
            Texts => self.each(value, member, |item| item.kind() == NodeKind::String, "a text in quotes"),
            Requirements => self.each(value, member, |item| item.is_object(), "an object in braces"),
            Is(inner) => self.object(value, inner),
            SchemaOrFlag => self.object(value, Object::Schema),
            ListOf(inner) => {
                self.each(value, member, |item| item.is_object(), "an object in braces");
                value.items().for_each(|item| self.object(item, inner));
            }
            MapOf(inner) => self.map(value, member, |_| inner),
            Responses => self.map(value, member, |_| Object::Response),
            ParameterMap => self.map(value, member, parameter_kind),
            ParameterList => {
                self.each(value, member, |item| item.is_object(), "an object in braces");
                value.items().for_each(|item| self.object(item, parameter_kind(item)));
            }
            _ => {}
        }
    }

    fn map(&mut self, map: Value<'a>, member: &Member<'_, 'a>, inner: impl Fn(Value<'a>) -> Object) {
        let has_extensions = !matches!(member.key.as_ref(), "headers" | "properties" | "definitions");
        for (key, entry) in map.members() {
            if has_extensions && key.starts_with("x-") {
                continue;
            }
            if entry.is_object() {
                self.object(entry, inner(entry));
            } else {
                self.wrong_type(entry, "an object in braces", member, key);
            }
        }
    }

    fn each(&mut self, list: Value<'a>, member: &Member<'_, 'a>, fits: impl Fn(Value<'a>) -> bool, expected: &'static str) {
        for item in list.items().filter(|item| !fits(*item)) {
            self.wrong_type(item, expected, member, member.key.clone());
        }
    }

    fn wrong_type(&mut self, value: Value<'a>, expected: &'static str, member: &Member<'_, 'a>, name: Cow<'a, str>) {
        // What is no value at all is reported as damage of the file.
        if value.kind() != NodeKind::Invalid {
            let problem = Misfit::WrongType { value, name, expected };
            self.faults.push(ObjectFault { object: member.object, member: member.key.clone(), problem });
        }
    }
}
