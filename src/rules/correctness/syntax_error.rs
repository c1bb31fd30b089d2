//! A file that should be readable and is not: nothing in it is checked, which must not pass for a clean run.

use crate::{
    finding::{Finding, Severity},
    graph::fact::{Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
    source::Place,
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "syntax-error",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((Severity::Warning, "the text can be read all the same")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/syntax-error.md"),
    check: Check::Code(FactKind::Fault, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Fault(fault) = fact else { return };
    let language = fault.language;
    // Terraform takes nothing of a file with a fault, whatever can be read of it.
    let is_refused = fault.readable && language == "Terraform";
    let label = match (fault.readable && !is_refused, &fault.related) {
        (true, Some(_)) => "of those written only the last counts".to_owned(),
        _ => format!("this is not valid {language}"),
    };
    let mut finding = Finding::at(fault.place, &*fault.message).label(label);
    let consequence = match (fault.readable, &fault.related) {
        (false, _) => "what cannot be read is not checked",
        (true, _) if is_refused => "mllint reads the file all the same; Terraform refuses it",
        (true, Some(_)) => "mllint takes the last of them; other tools refuse the file or take the first",
        (true, None) => "mllint reads the file all the same; other tools refuse it",
    };
    finding = finding.help(format!("correct the {language} at this place\n{consequence}"));
    if fault.readable && !is_refused {
        finding = finding.severity(Severity::Warning);
    }
    // Each broken file is a story of its own: none may vanish in a count.
    finding.group = format!("syntax-error:{}", fault.path);
    if let Some((what, span)) = &fault.related {
        finding = finding.related(Place::new(fault.place.file, *span), what);
    }
    out.add(finding);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::{
        finding::Severity,
        graph::{
            Part,
            fact::{Fact, Fault},
        },
        rules::testing::Built,
        source::{Place, Span},
    };

    #[test]
    fn a_fault_becomes_a_finding_with_its_second_place() {
        let mut built = Built::default();
        let (first, second) = (built.place(), built.place());
        built.part(Part {
            facts: vec![Fact::Fault(Fault {
                path: "template.yaml".into(),
                language: "YAML",
                message: "the key `Type` is written twice".into(),
                place: second,
                related: Some(("first written here".into(), first.span)),
                readable: true,
            })],
            ..Part::default()
        });
        let found = built.check(&RULE);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "the key `Type` is written twice");
        assert_eq!(found[0].severity, Some(Severity::Warning), "it is read all the same");
        assert_eq!(found[0].place, second);
        assert_eq!(found[0].related[0].place, Place::new(first.file, Span { ..first.span }));
    }

    #[test]
    fn a_graph_without_faults_has_no_findings() {
        assert!(Built::default().check(&RULE).is_empty());
    }
}
