//! The page is the test: each `bad` block raises exactly its rule and prints what the page shows, each `good` block is
//! silent. `UPDATE=1 cargo test --test pages` rewrites outputs, the line under the title, and the index.

mod harness;

use std::fmt::Write;

use harness::page::{Block, Page, Promise};
use mllint::{
    finding::{Confidence, Safety},
    rules::{
        self, Category, Fixes, Rule,
        options::{Number, RuleOption},
    },
};

#[test]
fn examples_do_what_their_pages_say() {
    let mut faults = Vec::new();
    for rule in rules::ALL {
        let path = format!("rules/{}.md", rule.name);
        let current = harness::text(&path);
        match regenerated(rule, &current, &mut faults) {
            Ok(text) => faults.extend(harness::compare(&path, &text, "cargo test --test pages").err()),
            Err(fault) => faults.push(format!("{path}: {fault}")),
        }
    }
    harness::report(&faults);
}

#[test]
fn fixes_do_what_their_rules_declare() {
    let mut faults = Vec::new();
    for rule in rules::ALL {
        let page = Page::of(rule.page).unwrap_or_else(|fault| panic!("rules/{}.md: {fault}", rule.name));
        let mut found = Fixes::None;
        for block in page.blocks.iter().filter(|block| block.promise == Promise::Bad) {
            let at = format!("rules/{}.md, block at line {}", rule.name, block.line + 1);
            let unfixable = block.unfixable || rule.fixes == Fixes::None;
            let options = block.options(rule).unwrap_or_else(|fault| panic!("{at}: {fault}"));
            match harness::fixing::proven(rule, &block.file, &block.text, unfixable, &options) {
                Ok(None) => {}
                Ok(Some(Safety::Safe)) if found == Fixes::None => found = Fixes::Safe,
                Ok(Some(Safety::Safe)) => {}
                Ok(Some(Safety::Unsafe)) => found = Fixes::Unsafe,
                Err(fault) => faults.push(format!("{at}: {fault}")),
            }
        }
        if found != rule.fixes && faults.is_empty() {
            faults.push(format!("`{}` declares {:?} fixes, its examples have {found:?}", rule.name, rule.fixes));
        }
    }
    harness::report(&faults);
}

#[test]
fn the_index_lists_every_rule() {
    let index = harness::compare("rules/README.md", &index(), "cargo test --test pages");
    harness::report(&index.err().into_iter().collect::<Vec<_>>());
}

/// The page as it should be. What its examples do wrong is added to `faults`.
fn regenerated(rule: &'static Rule, text: &str, faults: &mut Vec<String>) -> Result<String, String> {
    let page = Page::of(text)?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // From the last block to the first, so that line numbers stay valid.
    for block in page.blocks.iter().rev() {
        match output(rule, block) {
            Err(fault) => faults.push(format!("rules/{}.md, block at line {}: {fault}", rule.name, block.line + 1)),
            Ok(None) => {}
            Ok(Some(output)) => {
                let mut shown = vec!["```text".to_owned()];
                shown.extend(output.lines().map(str::to_owned));
                shown.push("```".to_owned());
                match &block.output {
                    Some(range) => drop(lines.splice(range.clone(), shown)),
                    None => {
                        shown.insert(0, String::new());
                        drop(lines.splice(block.end + 1..block.end + 1, shown));
                    }
                }
            }
        }
    }
    put_options(rule, &mut lines);
    let head = head(rule);
    match page.head.as_ref().and_then(|known| lines.iter().position(|line| line == known)) {
        Some(at) => lines[at] = head,
        None => drop(lines.splice(1..1, [String::new(), head])),
    }
    Ok(lines.join("\n") + "\n")
}

/// What the block prints; nothing for a good one.
fn output(rule: &'static Rule, block: &Block) -> Result<Option<String>, String> {
    let mut run = harness::run_with(&[(&block.file, &block.text)], &[rule], &block.options(rule)?);
    let least = if block.low { Confidence::Low } else { Confidence::Medium };
    let unsure = run.findings.iter().filter(|finding| finding.confidence < least).count();
    match block.promise {
        Promise::Good => match run.findings.first() {
            None => Ok(None),
            Some(finding) => Err(format!("it is `good`, but raises \"{}\"", finding.message)),
        },
        Promise::Bad if run.findings.is_empty() => {
            let missed =
                run.outcome.graph.not_evaluated().iter().map(|missed| format!("; {}: {}", missed.what, missed.why));
            Err(format!(
                "it is `bad`, but raises nothing ({} resources were read{})",
                run.outcome.graph.resources().len(),
                missed.collect::<String>()
            ))
        }
        Promise::Bad if unsure == run.findings.len() => {
            Err("its findings are of low confidence: mark the block `low`, or make it certain".to_owned())
        }
        Promise::Bad => {
            run.findings.retain(|finding| finding.confidence >= least);
            Ok(Some(harness::pretty(&run)))
        }
    }
}

/// Writes the block of the options, which is the first one of their section.
fn put_options(rule: &Rule, lines: &mut Vec<String>) {
    let Some(section) = lines.iter().position(|line| line == "## Options") else { return };
    let rest = lines[section + 1..].iter().take_while(|line| !line.starts_with("## "));
    let fences: Vec<usize> = rest.enumerate().filter(|(_, line)| line.starts_with("```")).map(|(at, _)| at).collect();
    let block = options(rule);
    match fences[..] {
        [open, close, ..] => drop(lines.splice(section + 1 + open..=section + 1 + close, block)),
        _ => drop(lines.splice(section + 1..section + 1, [String::new()].into_iter().chain(block))),
    }
}

/// The options of a rule as they stand in a configuration, with their defaults.
fn options(rule: &Rule) -> Vec<String> {
    let mut block = vec!["```toml".to_owned(), format!("[rules.{}]", rule.name)];
    for option in rule.options {
        let (value, within) = match option {
            RuleOption::Number(Number { default, within: (least, most), .. }) => {
                (default.to_string(), format!(" (from {least} to {most})"))
            }
            RuleOption::Texts(texts) => (format!("{:?}", texts.default), String::new()),
        };
        block.extend([format!("# {}{within}.", option.about()), format!("{} = {value}", option.name())]);
    }
    block.push("```".to_owned());
    block
}

/// The line under the title.
fn head(rule: &Rule) -> String {
    let severity = match rule.or_severity {
        Some((second, condition)) => format!("{}, or {second} if {condition}", rule.severity),
        None => rule.severity.to_string(),
    };
    let default = if rule.default { "" } else { " · off by default" };
    format!("*{} · {severity} · {}{default} · since {}*", rule.category.name(), fixes(rule), rule.since)
}

fn fixes(rule: &Rule) -> &'static str {
    match rule.fixes {
        Fixes::None => "no fix",
        Fixes::Safe => "safe fix",
        Fixes::Unsafe => "unsafe fix",
    }
}

/// `rules/README.md`: every rule with its summary, by category.
fn index() -> String {
    let mut text = "# Rules\n\n".to_owned();
    let _ = write!(
        text,
        "{} rules. Each page says what the rule finds, why it matters and what to write instead; its examples are run by\n\
         the tests. `mllint explain RULE` prints a page. This index is generated.\n",
        rules::ALL.len()
    );
    for category in Category::ALL {
        let listed: Vec<&&Rule> = rules::ALL.iter().filter(|rule| rule.category == category).collect();
        if listed.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "\n## {}\n\n{}\n\n| rule | severity | finds |\n| --- | --- | --- |\n",
            category.name(),
            meaning(category)
        );
        for rule in listed {
            let severity = match rule.or_severity {
                Some((second, _)) => format!("{} / {second}", rule.severity),
                None => rule.severity.to_string(),
            };
            let off = if rule.default { "" } else { " (off by default)" };
            let summary = rule.summary().replace('|', "\\|");
            let _ = writeln!(text, "| [{0}]({0}.md) | {severity}{off} | {summary} |", rule.name);
        }
    }
    text
}

fn meaning(category: Category) -> &'static str {
    match category {
        Category::Correctness => "What will not run, or will be refused.",
        Category::Security => "Access, exposure, encryption.",
        Category::Reliability => "What loses work or availability.",
        Category::Performance => "What is slower than it need be.",
        Category::Cost => "What costs more than it need.",
        Category::Operations => "What is hard to run and to understand.",
        Category::Architecture => "The shape of the whole.",
    }
}

#[test]
fn a_page_is_taken_apart() {
    let text = "\
# no-such-rule

*cost · warning*

## What it does

Finds a thing.

```text
## not a section
```

## Example

A bad one.

```yaml bad low
Resources: {}
```

```text
out
```

## Use instead

The value is an argument: it cannot
be known.

```python good file=nb.ipynb
a = 1
# %%
b = 2
```
";
    let page = Page::of(text).expect("a page");
    assert_eq!(page.title, "no-such-rule");
    assert_eq!(page.head.as_deref(), Some("*cost · warning*"));
    assert_eq!(page.sections, ["What it does", "Example", "Use instead"]);
    let [bad, good] = &page.blocks[..] else { panic!("{:?}", page.blocks) };
    assert_eq!(
        (bad.promise, &*bad.file, &*bad.text, bad.low),
        (Promise::Bad, "template.yaml", "Resources: {}\n", true)
    );
    assert_eq!((bad.shown.as_deref(), bad.output.clone()), (Some("out\n"), Some(20..23)));
    assert_eq!((good.promise, good.unknown, &*good.section), (Promise::Good, true, "Use instead"));
    assert!(good.text.contains("\"a = 1\"") && good.text.contains("\"b = 2\""), "{}", good.text);
}

#[test]
fn a_page_with_a_fault_says_which() {
    assert_eq!(Page::of("text").err().as_deref(), Some("its first line is no title"));
    assert_eq!(Page::of("# a\n```yaml bad\n").err().as_deref(), Some("the block at line 2 is not closed"));
    let odd = Page::of("# a\n```yaml bad fiel=x\n```\n").err();
    assert_eq!(odd.as_deref(), Some("the block at line 2 has an unknown word `fiel=x`"));
    assert_eq!(
        Page::of("# a\n```yaml bad set:tags=[\"a\"]\n```\n").expect("a page").blocks[0].set,
        [("tags".to_owned(), serde_json::json!(["a"]))]
    );
    let nameless = Page::of("# a\n```toml bad\n```\n").err();
    assert_eq!(nameless.as_deref(), Some("the block at line 2 needs a `file=`: `toml` has no name of its own"));
}
