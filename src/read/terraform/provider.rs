//! Providers: the region in which a resource lives, and the tags that all get.

use std::{rc::Rc, sync::Arc};

use super::{
    blocks,
    frame::Frame,
    instance::Mode,
    module::{Declared, Layers},
    run::Run,
    scope::Scope,
};
use crate::{
    catalog::terraform::mapping,
    graph::value::{Data, Entry, Object, Reason, StepKind, Value},
    read::given::is_region,
    source::Place,
    syntax::hcl::{Expr, Node},
};

/// Providers that are passed from module to module are followed this far.
const MAX_HOPS: usize = 40;

/// What a provider's configuration says of its resources.
#[derive(Debug, Default)]
pub(super) struct Provider {
    /// The region of its resources, a text: as it is configured, else as it is given to the run.
    pub(super) region: Option<Value>,
    /// Tags that all resources get.
    tags: Option<Value>,
    /// Whether its configuration was read.
    pub(super) is_read: bool,
}

/// Which provider: its local name, and its alias.
pub(super) type Name = (Box<str>, Option<Box<str>>);

/// The provider of a resource.
pub(super) fn of(run: &Run<'_>, frame: &Rc<Frame>, declared: &Declared) -> Rc<Provider> {
    let written = declared.layers.attribute("provider").and_then(|written| name_of(&written.attribute.value));
    let name = written.unwrap_or_else(|| (declared.kind().split('_').next().unwrap_or_default().into(), None));
    let key = (frame.number, name);
    if let Some(known) = run.providers.borrow().get(&key) {
        return known.clone();
    }
    let provider = Rc::new(find(run, frame, &key.1));
    run.providers.borrow_mut().insert(key, provider.clone());
    provider
}

/// The provider that `aws` or `aws.west` names.
fn name_of(expression: &Expr) -> Option<Name> {
    match &expression.node {
        Node::Name(name) => Some((name.clone(), None)),
        Node::Text(text) => match text.split_once('.') {
            Some((name, alias)) => Some((name.into(), Some(alias.into()))),
            None => Some((text.clone(), None)),
        },
        Node::Attribute(base, alias) => match &base.node {
            Node::Name(name) => Some((name.clone(), Some(alias.clone()))),
            _ => None,
        },
        _ => None,
    }
}

/// Looks for a provider in a module instance, and then where the instance was called.
fn find(run: &Run<'_>, frame: &Rc<Frame>, name: &Name) -> Provider {
    let (mut frame, mut name) = (frame.clone(), name.clone());
    for _ in 0..MAX_HOPS {
        let known = frame.loaded.module.providers.iter().find(|layers| is(layers, &name));
        // A block without a line only announces that the caller passes one.
        if let Some(layers) = known.filter(|layers| frame.caller.is_none() || !layers.attributes().is_empty()) {
            return read(run, &frame, layers);
        }
        let Some((caller, call)) = run.caller_of(&frame) else { break };
        let passed = caller.frame.loaded.module.calls[call].attribute("providers");
        match passed.map(|written| &written.attribute.value.node) {
            Some(Node::Object(entries)) => {
                let entry = entries.iter().find(|(key, _)| name_of(key).as_ref() == Some(&name));
                let Some(above) = entry.and_then(|(_, value)| name_of(value)) else { break };
                name = above;
            }
            _ if name.1.is_some() => break,
            _ => {}
        }
        frame = caller.frame.clone();
    }
    // Nobody configures it here: that is left to the environment, but for one that has a name of its own.
    let region = if name.1.is_none() { run.anywhere.and_then(|place| given(run, place)) } else { None };
    Provider { region, tags: None, is_read: false }
}

/// The region that is given to the run, as a value.
fn given(run: &Run<'_>, place: Place) -> Option<Value> {
    let region = run.loader.given.region(&run.unit)?;
    Some(Value::text(region.clone(), place).via(StepKind::Flag, "region", place))
}

/// The region that a value names.
pub(super) fn region_of(value: &Value) -> Option<&Arc<str>> {
    match &value.data {
        Data::Text(region) if is_region(region) => Some(region),
        _ => None,
    }
}

fn is(layers: &Layers, (name, alias): &Name) -> bool {
    let written = layers.attribute("alias").and_then(|written| super::module::literal(&written.attribute.value));
    layers.label(0) == &**name && written == alias.as_deref()
}

fn read(run: &Run<'_>, frame: &Rc<Frame>, layers: &Layers) -> Provider {
    let scope = Scope::of(run, frame);
    let written = scope.attribute(layers, "region");
    let is_main = layers.attribute("alias").is_none();
    let region = match written {
        Some(value) if region_of(&value).is_some() => Some(value),
        // One of several regions that are not known is not the one that is given.
        Some(_) if !is_main => None,
        _ => given(run, layers.head()),
    };
    let tags = layers.blocks_of("default_tags").first().and_then(|(file, block)| {
        let inside = blocks::body(&scope, *file, &block.body, layers.head(), 0);
        inside.entry("tags").map(|entry| entry.value.clone())
    });
    Provider { region, tags: tags.filter(|tags| !matches!(tags.data, Data::Absent)), is_read: true }
}

impl Provider {
    /// The region of a resource: its own argument (since version 6 of the provider), else that of the provider. Nothing
    /// where it is not known.
    pub(super) fn region_for(&self, properties: &Value) -> Option<Arc<str>> {
        let own = properties.entry("region").map(|entry| &entry.value);
        match own.filter(|own| !matches!(own.data, Data::Absent)) {
            Some(own) => region_of(own).cloned(),
            None => self.region.as_ref().and_then(region_of).cloned(),
        }
    }

    /// The properties of a resource, with the tags that all get in `tags_all`.
    pub(super) fn tagged(&self, properties: Value, declared: &Declared) -> Value {
        // Of types that are not in the table nothing is asked; groups have `tag` blocks, which the provider leaves alone.
        let is_tagged = declared.mode == Mode::Managed && mapping(declared.kind()).is_some_and(|known| known.tagged);
        let Some(tags) = self.tags.as_ref().filter(|_| is_tagged) else { return properties };
        let Value { data: Data::Object(mut object), origin } = properties else { return properties };
        let own = object.entry("tags").map(|entry| (entry.place, entry.value.clone()));
        let (place, value) = match own {
            Some((place, own)) => (place, merged(tags, own)),
            None => (tags.origin.place, tags.clone()),
        };
        Arc::make_mut(&mut object).set(Entry { name: "tags_all".into(), place, value });
        Value { data: Data::Object(object), origin }
    }
}

/// The provider's tags under a resource's own.
fn merged(tags: &Value, own: Value) -> Value {
    match (&tags.data, &own.data) {
        (_, Data::Absent) => tags.clone(),
        (Data::Object(all), Data::Object(object)) => {
            let mut merged = Object::clone(all);
            // A tag that may be set anew is not known to stay.
            if let Some(why) = &object.open {
                for entry in &mut merged.entries {
                    entry.value = Value { data: Data::Unknown(why.clone()), origin: entry.value.origin.clone() };
                }
            }
            object.entries.iter().for_each(|entry| merged.set(entry.clone()));
            merged.open = merged.open.or_else(|| object.open.clone());
            Value { data: Data::Object(Arc::new(merged)), origin: own.origin.clone() }
        }
        (Data::Unknown(why), Data::Object(object)) => {
            let mut merged = Object::clone(object);
            merged.open = merged.open.or_else(|| Some(why.clone()));
            Value { data: Data::Object(Arc::new(merged)), origin: own.origin.clone() }
        }
        _ => Value::unknown(Reason::Unsupported, "tags_all", own.origin.place),
    }
}
