//! What several rules ask about hosting: the variants of an endpoint configuration, what they run on, and what scales them.

use crate::{
    catalog::{Instance, instance},
    graph::{
        Input,
        attr::{Attr, State, Subject},
        fact::Fact,
        guard::Tri,
        kind,
        value::Piece,
    },
    rules::{
        Context,
        shape::{Shape, same},
    },
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
    pub(super) fn model(&self, cx: &Context<'a>) -> Option<Subject<'a>> {
        model_of(cx, self.config, &self.get("ModelName"))
    }
}

/// The model that a resource names, where it is among what was read.
pub(super) fn model_of<'a>(cx: &Context<'a>, holder: Subject<'a>, name: &Attr<'a>) -> Option<Subject<'a>> {
    named(cx, holder, name, kind::MODEL, "ModelName")
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

/// The configuration of an endpoint, where it is among what was read.
pub(super) fn config_of<'a>(cx: &Context<'a>, endpoint: Subject<'a>) -> Option<Subject<'a>> {
    named(cx, endpoint, &endpoint.get("EndpointConfigName"), kind::ENDPOINT_CONFIG, "EndpointConfigName")
}

/// The endpoints of the same unit that have this configuration, or of which that cannot be known.
pub(super) fn endpoints_of<'a>(cx: &Context<'a>, config: Subject<'a>) -> Vec<Subject<'a>> {
    let unit = &config.resource().key.unit;
    let all = cx.of_unit(unit, |kind| kind == kind::ENDPOINT);
    all.filter(|endpoint| config_of(cx, *endpoint).is_none_or(|known| known.id() == config.id())).collect()
}

/// The one resource that a value of `holder` means: by reference, or by the name that both write. A request stands in a
/// file of its own, so that it may name what another request makes.
fn named<'a>(
    cx: &Context<'a>,
    holder: Subject<'a>,
    attr: &Attr<'a>,
    kind: &str,
    property: &str,
) -> Option<Subject<'a>> {
    if attr.is_absent() {
        return None;
    }
    if attr.reference().is_some() {
        let targets = holder.targets(attr);
        return match targets[..] {
            [one] if one.kind() == kind => Some(one),
            _ => None,
        };
    }
    let wanted = Shape::of(cx, holder, attr);
    let is_it = |other: &Subject<'a>| same(&wanted, &Shape::of(cx, *other, &other.get(property))).is_yes();
    let unit = &holder.resource().key.unit;
    let of_request = |other: &Subject<'a>| other.resource().input == Input::Request;
    let mut found: Vec<Subject<'a>> = cx.of_unit(unit, |known| known == kind).filter(is_it).collect();
    if found.is_empty() && holder.resource().input == Input::Request {
        found = cx.of_kind(kind).filter(of_request).filter(is_it).collect();
    }
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
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

/// Whether code deletes the endpoints that it makes: they live as long as an experiment.
pub(super) fn is_short_lived(cx: &Context<'_>, resource: Subject<'_>) -> bool {
    let resource = resource.resource();
    let deletes = |fact: &Fact| match fact {
        Fact::Call(call) => call.unit == resource.key.unit && call.callee.ends_with(".delete_endpoint"),
        _ => false,
    };
    matches!(resource.input, Input::Sdk | Input::Api)
        && cx.world.step(1 + cx.graph.facts().len() / 64)
        && cx.graph.facts().iter().any(deletes)
}

/// The scalable targets of a variant: those that may be meant, wherever they stand in the view.
pub(super) fn scaling_targets<'a>(cx: &Context<'a>, endpoint: Subject<'a>, variant: &Variant<'a>) -> Vec<Subject<'a>> {
    let mut wanted = Shape::text("endpoint/");
    wanted.append(Shape::of_name(cx, endpoint));
    wanted.append(Shape::text("/variant/"));
    wanted.append(Shape::of(cx, variant.config, &variant.get("VariantName")));
    let may_be = |target: &Subject<'a>| {
        let namespace = target.get("ServiceNamespace");
        namespace.text().is_none_or(|text| text == "sagemaker")
            && !same(&wanted, &Shape::of(cx, *target, &target.get("ResourceId"))).is_no()
    };
    cx.of_kind(kind::SCALABLE_TARGET).filter(may_be).collect()
}

/// Whether the handler of a function registers scalable targets: which ones cannot be known.
pub(super) fn is_registered_by_a_handler(cx: &Context<'_>) -> bool {
    let registers = |fact: &Fact| match fact {
        Fact::Handler(handler) => {
            handler.operations.iter().any(|operation| &*operation.name == "register_scalable_target")
        }
        _ => false,
    };
    !cx.world.step(1 + cx.graph.facts().len() / 64) || cx.graph.facts().iter().any(registers)
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
