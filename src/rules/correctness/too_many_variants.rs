//! An endpoint configuration with more variants than the service accepts.

use crate::{
    catalog::hosting::{self, MAX_VARIANTS},
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "too-many-variants",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/too-many-variants.md"),
    check: Check::Each(kind::ENDPOINT_CONFIG, check),
};

fn check(_: &Context<'_>, config: Subject<'_>, out: &Findings) {
    let variants = config.get("ProductionVariants");
    let count = variants.items().0.iter().filter(|item| !item.is_unknown()).count();
    if count <= MAX_VARIANTS {
        return;
    }
    let title = format!("endpoint configuration has {count} production variants");
    out.add(
        Finding::on(&variants, title)
            .label(format!("SageMaker takes at most {MAX_VARIANTS}"))
            .fact(
                format!("an endpoint configuration has 1 to {MAX_VARIANTS} production variants"),
                hosting::fact("variants", "botocore 1.44.5, ProductionVariantList"),
            )
            .help("move variants to a second endpoint, or host the models as inference components or as one multi-model endpoint"),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn count(variants: Vec<Value>) -> usize {
        let mut built = Built::default();
        built.resource(kind::ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": variants, "Tags": []}));
        built.check(&RULE).len()
    }

    #[test]
    fn ten_are_accepted() {
        let variant = || json!({"ModelName": "m", "VariantName": "v"});
        assert_eq!(count((0..10).map(|_| variant()).collect()), 0);
        assert_eq!(count((0..11).map(|_| variant()).collect()), 1);
        let unknown = (0..10).map(|_| variant()).chain([json!({"?": "variant"})]).collect();
        assert_eq!(count(unknown), 0, "one may not exist");
    }
}
