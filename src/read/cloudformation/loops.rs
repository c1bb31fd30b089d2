//! `Fn::ForEach` of `AWS::LanguageExtensions`: what is written once and made for each item of a list.

use std::{borrow::Cow, sync::Arc};

use super::{include::Brought, template::Template};
use crate::{
    graph::value::{Data, Value},
    source::Source,
    syntax::tree::{Entry, Node},
};

/// How the key of a loop begins; the loop's name follows.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// Turns of all loops around one thing at most. A template has 500 resources at most.
const MAX_TURNS: usize = 1_000;

/// What names of loops stand for, the outermost first: each name with the item of this turn.
pub(super) type Bound = Vec<(Arc<str>, Arc<str>)>;

/// A loop's turns: what the names stand for, and the entries that are made.
type Turns<'t> = Vec<(Bound, Vec<Entry<'t>>)>;

/// An entry of a section as it is written, and the turn of the loops around it.
#[derive(Clone)]
pub(super) struct Written<'t> {
    pub(super) entry: Entry<'t>,
    /// The file that it stands in.
    pub(super) source: &'t Source,
    /// Its key in this turn.
    pub(super) id: Arc<str>,
    pub(super) bound: Bound,
}

impl<'t> Template<'t> {
    /// The entries of a section, those in loops once for each turn. `kind` is what they are, for a note.
    pub(super) fn unrolled(&mut self, section: &str, kind: &'static str) -> Vec<Written<'t>> {
        let mut written = Vec::new();
        for Brought { source, node } in self.section(section) {
            self.within(source, |template| template.unroll(node.entries(), kind, &mut written));
        }
        written
    }

    fn unroll(&mut self, entries: Vec<Entry<'t>>, kind: &'static str, written: &mut Vec<Written<'t>>) {
        for entry in entries {
            if !entry.key.starts_with(LOOP) {
                let id = self.with_items(entry.key).as_ref().into();
                written.push(Written { entry, source: self.source, id, bound: self.bound.clone() });
                continue;
            }
            match self.turns(&entry) {
                Ok(turns) => {
                    for (bound, inner) in turns {
                        let outer = std::mem::replace(&mut self.bound, bound);
                        self.unroll(inner, kind, written);
                        self.bound = outer;
                    }
                }
                Err(why) => self.loop_left(&entry, kind, why),
            }
        }
    }

    /// What a loop makes: `[name, list, {key: value}]`; why that is not known, otherwise.
    pub(super) fn turns(&mut self, entry: &Entry<'t>) -> Result<Turns<'t>, &'static str> {
        let parts: Vec<Node<'t>> = entry.value.items().collect();
        let [name, list, made] = parts[..] else { return Err("it takes a name, a list and what is made") };
        let Some(name) = name.text().filter(|_| made.is_mapping()) else {
            return Err("it takes a name, a list and what is made");
        };
        let list = self.eval(list);
        let Data::List(items) = &list.data else { return Err("what it runs over is not known") };
        let items: Option<Vec<Arc<str>>> = items.items.iter().map(Value::plain_text).collect();
        let Some(items) = items.filter(|_| !matches!(&list.data, Data::List(list) if list.open.is_some())) else {
            return Err("what it runs over is not known");
        };
        let entries = made.entries();
        if items.len() > MAX_TURNS || !self.afford(items.len() * (1 + entries.len() + self.bound.len())) {
            return Err("it has more turns than are followed");
        }
        let turn = |item: Arc<str>| {
            let mut bound = self.bound.clone();
            bound.push((name.into(), item));
            (bound, entries.clone())
        };
        Ok(items.into_iter().map(turn).collect())
    }

    /// What a loop's name stands for in this turn.
    pub(super) fn item(&self, name: &str) -> Option<Arc<str>> {
        self.bound.iter().rev().find(|(known, _)| **known == *name).map(|(_, item)| item.clone())
    }

    /// A text with the names of the loops around it filled in: `${Name}`, and `&{Name}` without what is no letter or digit.
    pub(super) fn with_items<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.bound.is_empty() || !text.contains("{") {
            return Cow::Borrowed(text);
        }
        let mut filled = Cow::Borrowed(text);
        for (name, item) in self.bound.iter().rev() {
            for (mark, item) in
                [('$', item.to_string()), ('&', item.chars().filter(char::is_ascii_alphanumeric).collect())]
            {
                let hole = format!("{mark}{{{name}}}");
                if filled.contains(&hole) {
                    filled = Cow::Owned(filled.replace(&hole, &item));
                }
            }
        }
        filled
    }
}
