//! Each example of a page, said in the other languages that can say the same: what is bad stays bad, what is good stays
//! good. `docs/inputs.md` lists in which languages each rule is proven; `UPDATE=1 cargo test --test inputs` rewrites it.

mod harness;
#[path = "inputs/requests.rs"]
mod requests;
#[path = "inputs/template.rs"]
mod template;
#[path = "inputs/terraform.rs"]
mod terraform;

use std::{collections::BTreeSet, fmt::Write};

use harness::page::{Block, Page, Promise};
use mllint::rules::{self, Rule};

/// A language, as the table calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    Yaml,
    Json,
    Terraform,
    TerraformJson,
    Plan,
    Sdk,
    Boto3,
    Request,
    StateMachine,
    Pipeline,
}

impl Language {
    const ALL: [(Self, &str); 10] = [
        (Self::Yaml, "CloudFormation YAML"),
        (Self::Json, "CloudFormation JSON"),
        (Self::Terraform, "Terraform"),
        (Self::TerraformJson, "`.tf.json`"),
        (Self::Plan, "plan"),
        (Self::Sdk, "SDK"),
        (Self::Boto3, "boto3"),
        (Self::Request, "request"),
        (Self::StateMachine, "state machine"),
        (Self::Pipeline, "Pipeline"),
    ];

    /// What an example is written in; nothing for Python that calls neither the SDK nor boto3, and for plain JSON.
    fn of(block: &Block) -> Option<Self> {
        let text = &block.text;
        match block.language.as_str() {
            "yaml" if text.contains("Resources:") => Some(Self::Yaml),
            "hcl" => Some(Self::Terraform),
            "python" if text.contains("boto3") && !text.contains("import sagemaker\n") => Some(Self::Boto3),
            "python" if text.contains("sagemaker") => Some(Self::Sdk),
            "json" if text.contains("\"Resources\"") => Some(Self::Json),
            "json" if text.contains("\"StartAt\"") => Some(Self::StateMachine),
            "json" if text.contains("\"Steps\"") => Some(Self::Pipeline),
            "json" if text.contains("\"planned_values\"") => Some(Self::Plan),
            "json" => Some(Self::Request),
            _ => None,
        }
    }
}

/// The same in another language: which, the name of the file, the text.
pub(crate) type Said = (Language, &'static str, String);

/// An example in the other languages that can say it.
fn said_otherwise(block: &Block) -> Vec<Said> {
    match Language::of(block) {
        Some(Language::Yaml) => template::as_json(&block.text).into_iter().collect(),
        Some(Language::Terraform) => {
            {
                // A plan knows what the module alone does not.
                let plan = terraform::as_plan(&block.text).filter(|_| !block.unknown);
                terraform::as_json(&block.text).into_iter().chain(plan).collect()
            }
        }
        Some(Language::Request) => requests::others(&block.text),
        _ => Vec::new(),
    }
}

/// What a file looks like rather than what it says, is said in one language only.
fn is_about_text(rule: &Rule) -> bool {
    rule.name == "syntax-error" || rule.name.ends_with("-allowance")
}

/// Where a rule rightly finds less or nothing: the rule, the language, why.
const DIFFERENT: &[(&str, Language, &str)] = &[];

/// How many times a rule finds something in a text.
fn count(rule: &'static Rule, block: &Block, file: &str, text: &str) -> usize {
    let options = block.options(rule).expect("options of the rule");
    harness::run_with(&[(file, text)], &[rule], &options).findings.len()
}

#[test]
fn each_example_says_the_same_in_the_other_languages() {
    let (mut faults, mut tried) = (Vec::new(), 0);
    for rule in rules::ALL.iter().filter(|rule| !is_about_text(rule)) {
        for block in Page::of(rule.page).expect("a page").blocks {
            for (language, file, text) in said_otherwise(&block) {
                if DIFFERENT.iter().any(|(name, other, _)| *name == rule.name && *other == language) {
                    continue;
                }
                tried += 1;
                let found = count(rule, &block, file, &text);
                if (found > 0) != (block.promise == Promise::Bad) {
                    faults.push(format!(
                        "rules/{}.md, {:?} block at line {}, as {language:?}: {found} findings in\n{text}",
                        rule.name,
                        block.promise,
                        block.line + 1
                    ));
                }
            }
        }
    }
    harness::report(&faults);
    assert!(tried > 400, "only {tried} were tried");
}

#[test]
fn the_table_says_where_each_rule_is_proven() {
    let mut text = HEAD.to_owned();
    text.push_str("| rule |");
    Language::ALL.iter().for_each(|(_, name)| write!(text, " {name} |").expect("memory"));
    text.push_str("\n| --- |");
    Language::ALL.iter().for_each(|_| text.push_str(" --- |"));
    text.push('\n');
    for rule in rules::ALL.iter().filter(|rule| !is_about_text(rule)) {
        let mut proven = BTreeSet::new();
        let blocks = Page::of(rule.page).expect("a page").blocks;
        for block in blocks.iter().filter(|block| block.promise == Promise::Bad) {
            proven.extend(Language::of(block));
            let others = said_otherwise(block).into_iter();
            proven.extend(others.filter(|(_, file, text)| count(rule, block, file, text) > 0).map(|(other, ..)| other));
        }
        write!(text, "| [{0}](../rules/{0}.md) |", rule.name).expect("memory");
        for (language, _) in Language::ALL {
            text.push_str(if proven.contains(&language) { " yes |" } else { "  |" });
        }
        text.push('\n');
    }
    let table = harness::compare("docs/inputs.md", &text, "cargo test --test inputs");
    harness::report(&table.err().into_iter().collect::<Vec<_>>());
}

const HEAD: &str = "# Where each rule is proven

A rule sees resources, whatever they were written in. This table says in which languages the tests show it a fault: by an
example of its page, or by the same example said in another language. An empty cell means that the language cannot say the
fault (no template starts a training job), or that no example does. It is generated.

";
