//! A rule's page as the tests see it: title, generated line, sections, and fenced blocks with what they promise.

use mllint::rules::{
    Rule,
    options::{Options, RuleOption, Setting},
};

/// A page of `rules/`.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) title: String,
    /// The line under the title, generated from the rule's table entry.
    pub(crate) head: Option<String>,
    /// Names of the `##` sections, in order.
    pub(crate) sections: Vec<String>,
    pub(crate) blocks: Vec<Block>,
}

/// What a block promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// It raises the page's rule.
    Bad,
    /// It raises nothing.
    Good,
}

/// A fenced block that is tagged `bad` or `good`.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) promise: Promise,
    pub(crate) language: String,
    /// The name that the text is checked under.
    pub(crate) file: String,
    /// Whether it shows a value that cannot be known.
    pub(crate) unknown: bool,
    /// Whether its finding is of low confidence.
    pub(crate) low: bool,
    /// Whether its rule has fixes, but none for this.
    pub(crate) unfixable: bool,
    /// Options of the rule that are set for it: name and value, as JSON.
    pub(crate) set: Vec<(String, serde_json::Value)>,
    pub(crate) text: String,
    /// Line of the opening fence, from 0.
    pub(crate) line: usize,
    /// Line of the closing fence, from 0.
    pub(crate) end: usize,
    /// Lines of the `text` block that follows, fences included.
    pub(crate) output: Option<std::ops::Range<usize>>,
    /// The text of that block.
    pub(crate) shown: Option<String>,
    /// The section that holds it.
    pub(crate) section: String,
}

/// A fenced block of any kind.
struct Fence<'a> {
    words: Vec<&'a str>,
    text: String,
    line: usize,
    end: usize,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(crate) fn of(text: &str) -> Result<Self, String> {
        let lines: Vec<&str> = text.lines().collect();
        let fences = fences(&lines)?;
        let fenced = |at: usize| fences.iter().any(|fence| (fence.line..=fence.end).contains(&at));
        let title = lines.first().and_then(|line| line.strip_prefix("# ")).ok_or("its first line is no title")?;
        let head = lines.iter().skip(1).find(|line| !line.trim().is_empty()).filter(|line| line.starts_with('*'));
        let heads = || lines.iter().enumerate().filter(|(at, line)| line.starts_with("## ") && !fenced(*at));
        let mut blocks = Vec::new();
        for (at, fence) in fences.iter().enumerate() {
            let Some(mut block) = block(fence)? else { continue };
            let before = lines[..fence.line].iter().rev().skip_while(|line| line.trim().is_empty());
            let paragraph: Vec<&str> = before.take_while(|line| !line.trim().is_empty()).copied().collect();
            block.unknown |= paragraph.iter().rev().copied().collect::<Vec<_>>().join(" ").contains("cannot be known");
            let section = heads().rev().find(|(at, _)| *at < fence.line);
            block.section = section.map(|(_, line)| line[3..].trim().to_owned()).unwrap_or_default();
            if let Some(next) = fences.get(at + 1)
                && next.words.first() == Some(&"text")
                && lines[fence.end + 1..next.line].iter().all(|line| line.trim().is_empty())
            {
                block.output = Some(next.line..next.end + 1);
                block.shown = Some(next.text.clone());
            }
            blocks.push(block);
        }
        Ok(Self {
            title: title.trim().to_owned(),
            head: head.map(|line| (*line).to_owned()),
            sections: heads().map(|(_, line)| line[3..].trim().to_owned()).collect(),
            blocks,
        })
    }
}

impl Block {
    /// The options that it is checked with.
    ///
    /// # Errors
    /// When its rule has no such option.
    pub(crate) fn options(&self, rule: &Rule) -> Result<Options, String> {
        let mut options = Options::default();
        for (name, value) in &self.set {
            let option = rule.options.iter().find(|option| option.name() == name);
            let option = option.ok_or_else(|| format!("`{}` has no option `{name}`", rule.name))?;
            let setting = match option {
                RuleOption::Number(_) => {
                    value.as_u64().and_then(|number| u32::try_from(number).ok()).map(Setting::Number)
                }
                RuleOption::Texts(_) => serde_json::from_value(value.clone()).ok().map(Setting::Texts),
            };
            let setting = setting.ok_or_else(|| format!("`{name}` cannot be `{value}`"))?;
            options.set(rule.name, option.name(), setting);
        }
        Ok(options)
    }
}

fn fences<'a>(lines: &[&'a str]) -> Result<Vec<Fence<'a>>, String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let ticks = lines[at].len() - lines[at].trim_start_matches('`').len();
        if ticks < 3 {
            at += 1;
            continue;
        }
        let fence = &lines[at][..ticks];
        let end = lines[at + 1..].iter().position(|line| line.trim_end() == fence).map(|length| at + 1 + length);
        let end = end.ok_or_else(|| format!("the block at line {} is not closed", at + 1))?;
        let text = lines[at + 1..end].iter().flat_map(|line| [line, "\n"]).collect();
        found.push(Fence { words: lines[at][ticks..].split_whitespace().collect(), text, line: at, end });
        at = end + 1;
    }
    Ok(found)
}

fn block(fence: &Fence<'_>) -> Result<Option<Block>, String> {
    let promise = match fence.words.get(1) {
        Some(&"bad") => Promise::Bad,
        Some(&"good") => Promise::Good,
        _ => return Ok(None),
    };
    let language = fence.words[0];
    let mut file = default_name(language, &fence.text);
    let (mut unknown, mut low, mut unfixable, mut set) = (false, false, false, Vec::new());
    for word in &fence.words[2..] {
        match *word {
            "unknown" => unknown = true,
            "low" => low = true,
            "unfixable" => unfixable = true,
            word if word.starts_with("file=") => file = Some(word["file=".len()..].to_owned()),
            word => {
                let option = word.strip_prefix("set:").and_then(|word| word.split_once('='));
                let option =
                    option.and_then(|(name, value)| Some((name.to_owned(), serde_json::from_str(value).ok()?)));
                let unknown = || format!("the block at line {} has an unknown word `{word}`", fence.line + 1);
                set.push(option.ok_or_else(unknown)?);
            }
        }
    }
    let missing =
        || format!("the block at line {} needs a `file=`: `{language}` has no name of its own", fence.line + 1);
    let file = file.ok_or_else(missing)?;
    let text =
        if file.ends_with(".ipynb") && language == "python" { notebook(&fence.text) } else { fence.text.clone() };
    Ok(Some(Block {
        promise,
        language: language.to_owned(),
        file,
        unknown,
        low,
        unfixable,
        set,
        text,
        line: fence.line,
        end: fence.end,
        output: None,
        shown: None,
        section: String::new(),
    }))
}

fn default_name(language: &str, text: &str) -> Option<String> {
    let name = match language {
        "yaml" => "template.yaml",
        "json" if text.contains("\"Resources\"") => "template.json",
        "json" => "request.json",
        "python" => "train.py",
        "hcl" => "main.tf",
        _ => return None,
    };
    Some(name.to_owned())
}

/// Code as a notebook: one code cell for each part between lines `# %%`.
pub(crate) fn notebook(code: &str) -> String {
    let mut cells: Vec<Vec<String>> = vec![Vec::new()];
    for line in code.lines() {
        match cells.last_mut() {
            _ if line.trim_end() == "# %%" => cells.push(Vec::new()),
            Some(cell) => cell.push(format!("{line}\n")),
            None => {}
        }
    }
    cells.retain(|cell| !cell.is_empty());
    for cell in &mut cells {
        if let Some(last) = cell.last_mut() {
            last.truncate(last.len() - 1);
        }
    }
    let cells: Vec<serde_json::Value> = cells
        .into_iter()
        .map(|source| {
            serde_json::json!({
                "cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": source
            })
        })
        .collect();
    let notebook = serde_json::json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 });
    serde_json::to_string_pretty(&notebook).unwrap_or_default() + "\n"
}
