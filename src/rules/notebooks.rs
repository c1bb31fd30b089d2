//! What several rules ask of a notebook instance: the scripts that it runs when it is made and started.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    graph::{
        attr::{Attr, Subject},
        kind,
        value::{Data, Piece, Value},
    },
    rules::Context,
};

/// What a script does that cannot be seen in it: it runs what it fetches, or what it leaves to a schedule.
const RUNS_MORE: &[&str] = &["http://", "https://", "s3://", "aws s3", "curl ", "wget ", "git clone", "cron"];

/// Commands that bring files, and run none of them.
const FETCHES: &[&str] = &["git clone ", "git pull", "aws s3 cp ", "aws s3 sync ", "wget "];
/// Commands that run no file.
const PLAIN: &[&str] = &["cd ", "echo ", "set -", "mkdir ", "chown ", "sudo chown ", "git config ", "git checkout "];

/// The scripts of a notebook instance.
pub(super) enum Scripts<'a> {
    /// It has none.
    None,
    /// It has some, and what they do cannot be known.
    Unknown,
    /// Those of this lifecycle configuration, in lower case and one after the other: all that they do is written here.
    Known(Subject<'a>, String),
}

/// The scripts of a notebook instance. Those that name one of `words` are never unknown, whatever else they do.
pub(super) fn scripts<'a>(cx: &Context<'a>, notebook: Subject<'a>, words: &[&str]) -> Scripts<'a> {
    let name = notebook.get("LifecycleConfigName");
    if name.is_absent() {
        return Scripts::None;
    }
    let Some(config) = configuration(cx, notebook, &name) else { return Scripts::Unknown };
    let (mut text, mut whole) = (String::new(), true);
    for hook in ["OnCreate", "OnStart"] {
        let (items, open) = config.get(hook).items();
        whole &= !open;
        for item in &items {
            let content = item.get("Content");
            let Some(pieces) = content.pieces() else {
                whole &= content.is_absent();
                continue;
            };
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(part) => text.push_str(&plain(part)),
                    Piece::Hole(hole) => whole &= is_name(hole),
                }
            }
            text.push('\n');
        }
    }
    text.make_ascii_lowercase();
    let names_one = words.iter().any(|word| text.contains(word));
    let runs_more = || !only_fetches(&text) && RUNS_MORE.iter().any(|sign| text.contains(sign));
    if names_one || (whole && !runs_more()) { Scripts::Known(config, text) } else { Scripts::Unknown }
}

/// Whether all that scripts in lower case do is to bring files, and to go about among them: none of them is run.
fn only_fetches(text: &str) -> bool {
    let is_one_command = |line: &str| !line.contains(['|', ';', '&', '`', '$', '>', '<', '\\', '(']);
    let stays = |line: &str| !["/etc/", "cron", "/."].iter().any(|place| line.contains(place));
    let is_known = |line: &str| FETCHES.iter().chain(PLAIN).any(|command| line.starts_with(command));
    text.lines()
        .map(str::trim)
        .all(|line| line.is_empty() || line.starts_with('#') || is_one_command(line) && stays(line) && is_known(line))
}

/// Whether what fills a hole is the name of something that the same deployment makes: that is no command.
fn is_name(hole: &Value) -> bool {
    const NAMES: &[&str] = &["Arn", "arn", "bucket", "id", "name"];
    match &hole.data {
        Data::Reference(reference) => reference.attribute.as_deref().is_none_or(|name| NAMES.contains(&name)),
        _ => false,
    }
}

/// The lifecycle configuration that a notebook names, where it was read.
fn configuration<'a>(cx: &Context<'a>, notebook: Subject<'a>, name: &Attr<'a>) -> Option<Subject<'a>> {
    if let [config] = notebook.targets(name)[..] {
        return (config.kind() == kind::NOTEBOOK_LIFECYCLE).then_some(config);
    }
    let name = name.text()?;
    let configs = cx.of_unit(&notebook.resource().key.unit, |kind| kind == kind::NOTEBOOK_LIFECYCLE);
    let mut named = configs.filter(|config| config.get("NotebookInstanceLifecycleConfigName").text() == Some(name));
    named.next().filter(|_| named.next().is_none())
}

/// The API wants scripts in base64. CloudFormation's function for that stays as its argument when it is read.
fn plain(text: &str) -> String {
    let decoded = STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.unwrap_or_else(|| text.to_owned())
}
