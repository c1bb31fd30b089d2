//! A variant that is deployed and billed, and that no request reaches.

use crate::{
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{Runs, Variant, variants},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "variant-without-traffic",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/variant-without-traffic.md"),
    check: Check::Each(kind::ENDPOINT_CONFIG, check),
};

/// The weight of a variant that does not say one.
const DEFAULT: f64 = 1.0;

fn check(_: &Context<'_>, config: Subject<'_>, out: &Findings) {
    let (variants, open) = variants(config);
    let weight = |path: &str, at: usize| {
        let attr = variants.get(at)?.get(path);
        if attr.is_absent() { Some(DEFAULT) } else { attr.number() }
    };
    let weights: Vec<Option<f64>> = (0..variants.len()).map(|at| weight("InitialVariantWeight", at)).collect();
    let known: f64 = weights.iter().flatten().sum();
    // Without all weights there are no shares.
    if open || weights.iter().any(Option::is_none) {
        return;
    }
    if known == 0.0 {
        let Some(first) = variants.first().filter(|first| first.runs() != Runs::Unknown) else { return };
        let weight = first.get("InitialVariantWeight");
        let title = if variants.len() == 1 {
            format!("the weight of {}, the only one, is 0", first.title())
        } else {
            format!("no variant gets traffic: all {} weights are 0", variants.len())
        };
        let label = "a variant's share is its weight divided by the sum of all, and that is 0";
        out.add(Finding::on(&weight, title).label(label).help(help(config)));
        return;
    }
    let share = |(variant, weight): (&Variant<'_>, &Option<f64>)| {
        format!("{} {}", variant.title().trim_start_matches("variant "), percent(weight.unwrap_or(0.0) / known))
    };
    let shares: Vec<String> = variants.iter().zip(&weights).map(share).collect();
    for (variant, weight) in variants.iter().zip(&weights) {
        if *weight == Some(0.0) && matches!(variant.runs(), Runs::Model | Runs::Serverless) {
            out.add(
                Finding::on(&variant.get("InitialVariantWeight"), format!("{} gets no traffic", variant.title()))
                    .label(format!("traffic: {}", shares.join(", ")))
                    .help(help(config)),
            );
        }
    }
}

/// A share in words: `66.7 %`.
fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

fn help(config: Subject<'_>) -> String {
    let name =
        if config.resource().input == Input::Terraform { "initial_variant_weight" } else { "InitialVariantWeight" };
    format!(
        "give it a `{name}` above 0, or remove the variant: its instances are billed all the same\nfor one that only callers who name it with `TargetVariant` shall reach, allow this rule with that reason"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RULE, percent};
    use crate::{graph::kind, rules::testing::Built};

    fn found(weights: &[Value]) -> Vec<(String, String)> {
        let variant = |(at, weight): (usize, &Value)| json!({"ModelName": "m", "VariantName": format!("v{at}"), "InitialVariantWeight": weight});
        let variants: Vec<Value> = weights.iter().enumerate().map(variant).collect();
        let mut built = Built::default();
        built.resource(kind::ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": variants, "Tags": []}));
        built.check(&RULE).into_iter().map(|finding| (finding.message, finding.label)).collect()
    }

    #[test]
    fn the_shares_are_printed() {
        let found = found(&[json!(2), json!(0), json!(null)]);
        let label = "traffic: `v0` 66.7 %, `v1` 0 %, `v2` 33.3 %";
        assert_eq!(found, [("variant `v1` gets no traffic".to_owned(), label.to_owned())]);
        assert_eq!(percent(0.5), "50 %");
    }

    #[test]
    fn all_zero_is_said() {
        assert_eq!(found(&[json!(0), json!(0)])[0].0, "no variant gets traffic: all 2 weights are 0");
        assert_eq!(found(&[json!(0)])[0].0, "the weight of variant `v0`, the only one, is 0");
    }

    #[test]
    fn weights_that_are_not_known_are_fine() {
        assert_eq!(found(&[json!({"?": "Weight"}), json!(1)]), []);
        assert_eq!(found(&[json!(null), json!(null)]), [], "without a weight it is 1");
        assert_eq!(found(&[json!({"?": "Weight"}), json!(0)]), [], "there are no shares to print");
    }
}
