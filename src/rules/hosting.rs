//! What several rules ask about hosting: the variants of an endpoint configuration, what they run on, and what scales them.

use crate::{
    catalog::{Instance, instance},
    graph::{
        attr::{Attr, State, Subject},
        guard::Tri,
        hosting::{self, named},
        kind,
        value::Piece,
    },
    rules::Context,
};

/// A variant of an endpoint configuration.
pub(super) struct Variant<'a> {
    config: Subject<'a>,
    pub(super) attr: Attr<'a>,
    at: usize,
}

/// What answers the requests of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// A model, on instances that are the variant's own.
    Model,
    /// A model, on machines that SageMaker starts for each request.
    Serverless,
    /// Inference components, which are placed on the variant's instances later.
    Components,
    /// That cannot be known.
    Unknown,
}

/// The production variants of an endpoint configuration, and whether there may be more.
pub(super) fn variants(config: Subject<'_>) -> (Vec<Variant<'_>>, bool) {
    let (items, open) = config.get("ProductionVariants").items();
    (items.into_iter().enumerate().map(|(at, attr)| Variant { config, attr, at }).collect(), open)
}

impl<'a> Variant<'a> {
    /// A property of it.
    pub(super) fn get(&self, path: &str) -> Attr<'a> {
        self.attr.get(path)
    }

    /// What to call it in a sentence: its name, in backticks, or its number.
    pub(super) fn title(&self) -> String {
        match self.get("VariantName").text() {
            Some(name) => format!("variant `{name}`"),
            None => format!("variant {}", self.at + 1),
        }
    }

    /// What answers its requests.
    pub(super) fn runs(&self) -> Runs {
        let serverless = self.get("ServerlessConfig");
        let local = self.get("InstanceType").text().is_some_and(|text| text.starts_with("local"));
        if self.attr.is_unknown() || serverless.is_unknown() || local {
            Runs::Unknown
        } else if !serverless.is_absent() {
            Runs::Serverless
        } else if self.get("ModelName").is_absent() {
            Runs::Components
        } else {
            Runs::Model
        }
    }

    /// Its instance type, with what the catalog knows of it.
    pub(super) fn instance(&self) -> Option<(Attr<'a>, &'static Instance)> {
        let attr = self.get("InstanceType");
        let known = instance(attr.text()?)?;
        Some((attr, known))
    }

    /// The model that it serves, where it is among what was read.
    pub(super) fn model(&self) -> Option<Subject<'a>> {
        model_of(self.config, &self.get("ModelName"))
    }

    /// The scalable targets that may be meant for it, as a variant of this endpoint.
    pub(super) fn scaling_targets(&self, endpoint: Subject<'a>) -> Vec<Subject<'a>> {
        hosting::scaling_targets(endpoint, self.config, &self.attr)
    }
}

/// The model that a resource names, where it is among what was read.
pub(super) fn model_of<'a>(holder: Subject<'a>, name: &Attr<'a>) -> Option<Subject<'a>> {
    named(holder, name, kind::MODEL, "ModelName")
}

/// Whether the endpoint is an asynchronous one: requests wait in a queue.
pub(super) fn is_async(config: Subject<'_>) -> Tri {
    given(&config.get("AsyncInferenceConfig"))
}

/// Whether a property is there.
pub(super) fn given(attr: &Attr<'_>) -> Tri {
    match attr.state() {
        State::Absent => Tri::No,
        State::Unknown(_) => Tri::Unknown,
        State::Known(_) => Tri::Yes,
    }
}

/// The endpoints of the same unit that have this configuration, or of which that cannot be known.
pub(super) fn endpoints_of<'a>(cx: &Context<'a>, config: Subject<'a>) -> Vec<Subject<'a>> {
    let unit = &config.resource().key.unit;
    let all = cx.of_unit(unit, |kind| kind == kind::ENDPOINT);
    all.filter(|endpoint| hosting::config_of(*endpoint).is_none_or(|known| known.id() == config.id())).collect()
}

/// The containers of a model.
pub(super) fn containers(model: Subject<'_>) -> Vec<Attr<'_>> {
    let primary = model.get("PrimaryContainer");
    let (mut all, _) = model.get("Containers").items();
    if !primary.is_absent() {
        all.insert(0, primary);
    }
    all
}

/// Whether what was not read may scale an endpoint: a nested stack or module that was not read, or the handler of a
/// function that registers scalable targets, which ones cannot be known.
pub(super) fn may_be_scaled_elsewhere(cx: &Context<'_>, endpoint: Subject<'_>) -> bool {
    let unit = cx.graph.unit(&endpoint.resource().key.unit);
    unit.is_some_and(|unit| !unit.unread.is_empty()) || !cx.world.step(1) || cx.graph.registers_targets()
}

/// Words of the names and tags of resources, in lower case: `ChurnProdConfig` has `churn`, `prod` and `config`.
pub(super) fn words(subjects: &[Subject<'_>]) -> Vec<String> {
    let mut words = Vec::new();
    for subject in subjects {
        let key = &subject.resource().key;
        split(&key.unit, &mut words);
        split(&key.address(), &mut words);
        for name in ["EndpointName", "EndpointConfigName"] {
            for piece in subject.get(name).pieces().unwrap_or_default().iter() {
                if let Piece::Text(text) = piece {
                    split(text, &mut words);
                }
            }
        }
        for tag in subject.get("Tags").items().0 {
            if let Some(value) = tag.get("Value").text() {
                split(value, &mut words);
            }
        }
    }
    words
}

fn split(text: &str, words: &mut Vec<String>) {
    // The API's own word says nothing about the stage.
    let text = text.replace("ProductionVariant", "").replace("production_variant", "");
    let mut word = String::new();
    for letter in text.chars() {
        let ends = !letter.is_alphanumeric() || (letter.is_uppercase() && word.ends_with(char::is_lowercase));
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word).to_lowercase());
        }
        if letter.is_alphanumeric() {
            word.push(letter);
        }
    }
    if !word.is_empty() {
        words.push(word.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names_are_split_into_words() {
        let mut words = Vec::new();
        split("infra/ChurnProdConfig-v2", &mut words);
        assert_eq!(words, ["infra", "churn", "prod", "config", "v2"]);
        words.clear();
        split("ProductionVariants", &mut words);
        assert_eq!(words, ["s"], "the API's word is no evidence");
    }
}
