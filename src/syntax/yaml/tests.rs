//! Tests of the YAML parser.

use proptest::prelude::*;

use super::{super::tree::Kind, *};
use crate::syntax::tree::Node;

/// The only document of a text that has no fault.
fn clean(text: &str) -> Tree {
    let tree = parse(text);
    assert_eq!(tree.faults, [], "in {text:?}");
    tree
}

fn at<'t>(tree: &'t Tree, path: &[&str]) -> Node<'t> {
    path.iter().fold(tree.root().unwrap(), |node, key| match key.parse::<usize>() {
        Ok(item) => node.items().nth(item).unwrap(),
        Err(_) => node.get(key).unwrap_or_else(|| panic!("no {key}")),
    })
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}

/// What stands in the text for the value at a path.
fn written<'t>(text: &'t str, path: &[&str]) -> &'t str {
    slice(text, at(&clean(text), path).span())
}

/// The only fault: what it says, and the text that it points at.
fn fault(text: &str) -> (String, &str, bool) {
    let tree = parse(text);
    assert_eq!(tree.faults.len(), 1, "{:?}", tree.faults);
    let fault = &tree.faults[0];
    (fault.message.clone(), slice(text, fault.span), fault.fatal)
}

const TEMPLATE: &str = "\
Resources:
  Größe:
    Type: AWS::SageMaker::Model   # the model
    Properties:
      'Name': \"a\\tb\"
      Tags: [{Key: k, Value: v}, x]
      Role: !GetAtt R.Arn
";

#[test]
fn keys_and_values_have_their_bytes() {
    for text in [TEMPLATE.to_owned(), TEMPLATE.replace('\n', "\r\n"), format!("\u{feff}{TEMPLATE}")] {
        let tree = clean(&text);
        let model = at(&tree, &["Resources"]).entry("Größe").unwrap();
        assert_eq!(slice(&text, model.key_span), "Größe");
        let properties = at(&tree, &["Resources", "Größe", "Properties"]);
        let name = properties.entry("Name").unwrap();
        assert_eq!((slice(&text, name.key_span), slice(&text, name.value.span())), ("'Name'", "\"a\\tb\""));
        assert_eq!(name.value.kind(), Kind::Text("a\tb"));
        assert_eq!(slice(&text, properties.get("Tags").unwrap().span()), "[{Key: k, Value: v}, x]");
        assert_eq!(
            slice(&text, at(&tree, &["Resources", "Größe", "Properties", "Tags", "0"]).span()),
            "{Key: k, Value: v}"
        );
        let role = properties.get("Role").unwrap();
        assert_eq!((role.tag(), slice(&text, role.span())), (Some("GetAtt"), "R.Arn"));
        assert_eq!(tree.comments.iter().map(|&comment| slice(&text, comment)).collect::<Vec<_>>(), ["# the model"]);
    }
}

#[test]
fn a_block_collection_ends_behind_its_last_item() {
    let text = "a:\n  b: 1\n  c:\n    - x\n    - y: z\n\n# end\nd: 2\n";
    assert_eq!(written(text, &["a"]), "b: 1\n  c:\n    - x\n    - y: z");
    assert_eq!(written(text, &["a", "c"]), "- x\n    - y: z");
    assert_eq!(written(text, &[]), text.trim_end());
}

#[test]
fn a_block_scalar_reaches_from_its_head_to_its_last_line() {
    let text = "a: !Sub |-  # x | # y\n\n  one\n   two\n\n\n# c | d\nb: >\nc: |2\n   z";
    let tree = clean(text);
    let value = |key: &str| (at(&tree, &[key]).kind(), slice(text, at(&tree, &[key]).span()));
    assert_eq!(value("a"), (Kind::Text("\none\n two"), "|-  # x | # y\n\n  one\n   two"));
    assert_eq!(value("b"), (Kind::Text(""), ">"));
    assert_eq!(value("c"), (Kind::Text(" z"), "|2\n   z"), "no line break at the end of the file is none of the text");
    assert_eq!(at(&tree, &["a"]).tag(), Some("Sub"));
}

#[test]
fn nothing_is_null_and_stands_behind_its_colon() {
    let text = "a:\nb:   # note\nc: !Ref\nd: {e, f: }\ng:\n  -\n  - x\n'h':\n\"\": ''\n";
    let tree = clean(text);
    for (path, before) in [
        (&["a"][..], "a:"),
        (&["b"], "a:\nb:"),
        (&["c"], "a:\nb:   # note\nc: !Ref"),
        (&["d", "e"], "a:\nb:   # note\nc: !Ref\nd: {e"),
    ] {
        let node = at(&tree, path);
        assert_eq!((node.kind(), &text[..node.span().start as usize]), (Kind::Null, before));
        assert!(node.span().is_empty());
    }
    assert_eq!(at(&tree, &["g", "0"]).scalar(), Some(""));
    assert_eq!(at(&tree, &["h"]).kind(), Kind::Null);
    assert_eq!(at(&tree, &[""]).kind(), Kind::Text(""));
    assert_eq!(at(&clean("- ~"), &["0"]).scalar(), Some("~"), "a tilde that is written stays one");
}

#[test]
fn tags_of_ours_are_kept_and_those_of_yaml_applied() {
    let text = "[!Ref a, !Fn::Sub [x], !If {y: z}, !!str 5, !!int '5', ! 7, !<!GetAtt> b, !<tag:yaml.org,2002:str> 6, !!seq []]";
    let tree = clean(text);
    let items: Vec<_> = tree.root().unwrap().items().map(|item| (item.tag(), item.kind())).collect();
    assert_eq!(
        items,
        [
            (Some("Ref"), Kind::Text("a")),
            (Some("Fn::Sub"), Kind::Sequence),
            (Some("If"), Kind::Mapping),
            (None, Kind::Text("5")),
            (None, Kind::Number(5.0, "5")),
            (None, Kind::Text("7")),
            (Some("GetAtt"), Kind::Text("b")),
            (None, Kind::Text("6")),
            (None, Kind::Sequence),
        ]
    );
}

#[test]
fn documents_are_read_one_by_one_even_behind_an_error() {
    let text = "a: 1\n---\n# nothing\n---\nb: [1, 2\nc: 2\n---\n- ok\n";
    let tree = parse(text);
    let roots: Vec<_> = tree.documents().map(|root| slice(text, root.span())).collect();
    assert_eq!(roots, ["a: 1", "", "b: [1", "- ok"]);
    assert_eq!(tree.faults.len(), 1);
    assert!(tree.faults[0].fatal);
    assert_eq!(tree.documents().nth(2).unwrap().get("b").unwrap().items().len(), 1, "what stands before the error");
    assert_eq!(parse("# only a note\n").documents().count(), 0);
}

#[test]
fn aliases_lead_to_the_node_they_repeat() {
    let text = "base: &b {x: 1}\nuse: *b\nmerged:\n  <<: *b\n  y: 2\n&k key: 3\nlist: [*k]\n";
    let tree = clean(text);
    let alias = at(&tree, &["use"]);
    assert!(alias.is_alias());
    assert_eq!((alias.id(), slice(text, alias.span())), (at(&tree, &["base"]).id(), "*b"));
    assert_eq!(slice(text, at(&tree, &["merged", "x"]).span()), "1");
    assert_eq!(at(&tree, &["list", "0"]).text(), Some("key"));
}

#[test]
fn an_alias_that_cannot_be_followed_is_a_fault() {
    assert_eq!(
        fault("a: *nowhere\nb: 1"),
        ("no anchor of this name comes before this alias".to_owned(), "*nowhere", true)
    );
    assert_eq!(fault("a: &a [1, *a]"), ("this alias stands within what it repeats".to_owned(), "*a", true));
    assert_eq!(parse("a: *nowhere\nb: 1").root().unwrap().get("b").unwrap().scalar(), Some("1"));
}

#[test]
fn an_alias_bomb_is_refused_before_anyone_follows_it() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let tree = parse(&text);
    assert!(tree.faults.iter().all(|fault| fault.fatal && fault.message.contains("repeat more than")));
    assert_eq!(at(&tree, &["a19"]).items().len(), 10);
    fn count(node: Node<'_>) -> usize {
        1 + node.items().map(count).sum::<usize>()
            + node.entries().iter().map(|entry| count(entry.value)).sum::<usize>()
    }
    assert!(count(tree.root().unwrap()) <= MAX_VALUES);
}

#[test]
fn aliases_cannot_build_a_tree_deeper_than_one_can_be_written() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..600 {
        text.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    let tree = parse(&text);
    fn depth(node: Node<'_>) -> usize {
        1 + node.items().map(depth).max().unwrap_or_default()
    }
    let deepest = tree.root().unwrap().own_entries().map(|entry| depth(entry.value)).max().unwrap();
    assert!((200..=MAX_DEPTH).contains(&deepest), "{deepest}");
    assert!(!tree.faults.is_empty());
}

#[test]
fn merging_the_same_mapping_over_and_over_ends() {
    let mut text = "m0: &m0 {k: v}\n".to_owned();
    for level in 1..60 {
        let name = format!("*m{}", level - 1);
        text.push_str(&format!("m{level}: &m{level} {{<<: [{name}, {name}]}}\n"));
    }
    let tree = parse(&text);
    assert_eq!(at(&tree, &["m15", "k"]).text(), Some("v"));
    // Refused or not, each of them comes to an end.
    let sizes = tree.root().unwrap().own_entries().map(|entry| entry.value.entries().len());
    assert!(sizes.max().unwrap() <= 2);
}

#[test]
fn a_key_written_twice_is_a_fault_that_loses_nothing() {
    let text = "a:\n  x: 1\n  \"x\": 2\n  y: 3\nb: {<<: {}, <<: {}, x: 1}\n";
    let tree = parse(text);
    assert_eq!(tree.faults.len(), 1, "merge keys may be repeated: {:?}", tree.faults);
    let fault = &tree.faults[0];
    assert!(!fault.fatal);
    assert_eq!(slice(text, fault.span), "\"x\"");
    let (what, first) = fault.related.clone().unwrap();
    assert_eq!((what.as_str(), first.start), ("first written here", 5));
    assert_eq!(at(&tree, &["a", "x"]).scalar(), Some("2"), "the last one counts");
    assert_eq!(at(&tree, &["a"]).own_entries().count(), 3);
}

#[test]
fn quoted_texts_may_be_indented_less_than_their_mapping() {
    let text = "P:\n  Doc: !Sub '{\n    \"a\": 1\n\n  }'\n  B: 1\n";
    let tree = clean(text);
    assert_eq!(at(&tree, &["P", "Doc"]).text(), Some("{ \"a\": 1\n}"));
    assert_eq!(written(text, &["P", "B"]), "1");
}

#[test]
fn errors_point_at_their_place() {
    assert_eq!(fault("a: \"x"), ("this quote is never closed".to_owned(), "\"", true));
    assert_eq!(fault("a: [1, 2}"), ("this `[` is closed by a `}`".to_owned(), "[", true));
    assert_eq!(fault("a:\n\tb: 1"), ("a tab cannot indent; use spaces".to_owned(), "\t", true));
    assert_eq!(fault("a: b: c").0, "a `:` makes this a mapping, which cannot begin here; quote the text if it is one");
    assert_eq!(fault("a: \"\\q\"").0, "unknown escape in a text with double quotes; write `\\\\` for a backslash");
    assert_eq!(fault("a: @x").0, "`@` cannot stand here; quote the text if it is one");
    assert!(parse("x: {{ cookiecutter.name }}-{{ y }}").faults.iter().any(|fault| fault.fatal));
}

#[test]
fn tabs_that_do_not_indent_are_blanks() {
    let text = "a:\t1\nb: [\t2,\t3 ]\t# note\n";
    assert_eq!(written(text, &["a"]), "1");
    assert_eq!(written(text, &["b", "1"]), "3");
}

#[test]
fn hostile_texts_end_in_a_fault() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
        "a: \0".to_owned(),
        "a: \"\\ud800\"".to_owned(),
        "? ".repeat(50_000),
        format!("a: {}", "!".repeat(50_000)),
    ] {
        let tree = parse(&text);
        assert!(tree.faults.iter().any(|fault| fault.fatal), "{}…", &text[..4]);
    }
}

#[test]
fn many_comments_in_a_row_are_no_error() {
    let text = format!("a:\n{}  b: 1\n", "  # line\n".repeat(500));
    assert_eq!(clean(&text).comments.len(), 500);
}

/// Every span lies within the text and cuts no character.
fn check_spans(text: &str, tree: &Tree) {
    fn walk(node: Node<'_>, outer: Span, budget: &mut usize) -> Vec<Span> {
        if *budget == 0 {
            return Vec::new();
        }
        *budget -= 1;
        let mut spans = vec![node.span()];
        if !node.is_alias() {
            assert!(outer.contains(node.span()), "{:?} in {outer:?}", node.span());
            for item in node.items() {
                spans.extend(walk(item, node.span(), budget));
            }
            for entry in node.own_entries() {
                spans.push(entry.key_span);
                spans.extend(walk(entry.value, node.span(), budget));
            }
        }
        spans
    }
    let all = Span::new(0, text.len());
    let mut spans = tree.comments.clone();
    for fault in &tree.faults {
        spans.push(fault.span);
        spans.extend(fault.related.iter().map(|related| related.1));
    }
    spans.extend(tree.documents().flat_map(|root| walk(root, all, &mut 10_000)));
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_gives_spans_within_it(text in any::<String>()) {
        check_spans(&text, &parse(&text));
    }

    #[test]
    fn anything_like_yaml_gives_spans_within_it(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "ü: ", "\n", "\r\n", "  ", "- ", ": ", "? ", "[", "]", "{", "}", ", ", "|", ">-", "'", "\"", "&a ",
                "*a", "!Ref ", "!!str ", " # c", "---\n", "\t", "\u{feff}", "<<", "\\u00fc", "~", "...\n", "%TAG ! x\n",
            ]),
            0..40,
        )
    ) {
        let text = parts.concat();
        check_spans(&text, &parse(&text));
    }
}
