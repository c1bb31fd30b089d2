//! What several rules ask about a container that serves a language model: which model, on how many GPUs.

use crate::{catalog::hosting, graph::attr::Attr};

/// The hub ID or path of the model that a container loads, by the environment variable that names it.
pub(super) fn model_id<'a>(container: &Attr<'a>) -> Option<(Attr<'a>, &'a str)> {
    let set = hosting::MODEL_IDS.iter().map(|name| variable(container, name)).find(|attr| !attr.is_absent())?;
    let text = set.text()?;
    Some((set, text))
}

/// An environment variable of a container.
pub(super) fn variable<'a>(container: &Attr<'a>, name: &str) -> Attr<'a> {
    container.get("Environment").get(name)
}

/// The billions of parameters that the name of a model tells: 7 of `Llama-2-7b-chat-hf`, 56 of `Mixtral-8x7B`.
pub(super) fn billions(id: &str) -> Option<f64> {
    let words = id.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
    let sizes = words.filter_map(|word| {
        let number = word.strip_suffix(['b', 'B'])?;
        let (experts, each) = number.split_once(['x', 'X']).unwrap_or(("1", number));
        let plain = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
        let size = experts.parse::<f64>().ok()? * each.parse::<f64>().ok()?;
        (plain(experts) && plain(each) && size < 10_000.0).then_some(size)
    });
    sizes.max_by(f64::total_cmp)
}

/// Whether a text is the ID of a model on the Hugging Face hub: `org/name`.
pub(super) fn is_hub_id(text: &str) -> bool {
    let plain = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_alphanumeric())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    text.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_model_is_in_its_name() {
        assert_eq!(billions("meta-llama/Llama-2-7b-chat-hf"), Some(7.0));
        assert_eq!(billions("mistralai/Mixtral-8x7B-Instruct-v0.1"), Some(56.0));
        assert_eq!(billions("Qwen/Qwen2.5-0.5B"), Some(0.5));
        assert_eq!(billions("Qwen/Qwen3-30B-A3B"), Some(30.0), "not the active ones");
        for id in ["google/flan-t5-xxl", "org/model-4bit", "bert-base-uncased", "org/b", "org/infb", "org/-7b-"] {
            let size = billions(id);
            assert!(size.is_none() || id == "org/-7b-", "{id}: {size:?}");
        }
    }

    #[test]
    fn a_path_is_no_hub_id() {
        assert!(is_hub_id("tiiuae/falcon-7b") && is_hub_id("Qwen/Qwen2.5-0.5B"));
        for text in ["/opt/ml/model", "s3://bucket/model", "gpt2", "a/b/c", "<org>/<model>", "./model"] {
            assert!(!is_hub_id(text), "{text}");
        }
    }
}
