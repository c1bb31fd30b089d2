//! Tests of the notebook reader.

use proptest::prelude::*;

use super::*;

/// A notebook of format 4 with these cells.
fn notebook(cells: &str) -> String {
    format!("{{\"cells\": [{cells}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}")
}

fn code(source: &str) -> String {
    format!("{{\"cell_type\": \"code\", \"outputs\": [{{\"text\": [\"print\"]}}], \"source\": {source}}}")
}

/// The bytes of the JSON for the first occurrence of a part of the code.
fn raw_of<'r>(raw: &'r str, notebook: &Notebook, part: &str) -> &'r str {
    let start = notebook.text.find(part).unwrap_or_else(|| panic!("no {part:?} in {:?}", notebook.text));
    &raw[notebook.cells.raw_span(Span::new(start, start + part.len())).range()]
}

#[test]
fn code_cells_follow_one_another_and_others_are_counted() {
    let raw = notebook(
        &[
            "{\"cell_type\": \"markdown\", \"source\": [\"# Title\"]}",
            &code("[\"import boto3\\n\", \"x = 1\"]"),
            "{\"cell_type\": \"raw\", \"source\": \"no code\"}",
            &code("[]"),
            &code("\"y = 2\\n\""),
        ]
        .join(", "),
    );
    let read = read(&raw).unwrap();
    assert_eq!(read.text, "import boto3\nx = 1\ny = 2\n");
    assert_eq!(read.language, "python");
    let cells: Vec<_> = read.cells.cells.iter().map(|cell| (cell.index, &read.text[cell.span.range()])).collect();
    assert_eq!(cells, [(2, "import boto3\nx = 1\n"), (5, "y = 2\n")]);
    assert_eq!(read.skipped, []);
    let at = read.cells.position(&read.text, 17).unwrap();
    assert_eq!((at.index, at.line, at.column), (2, 2, 5));
}

#[test]
fn every_byte_leads_back_to_the_json() {
    let source = r#"["s = \"a\\n\" # \u00fc ü\n", "t = '\ud83d\ude00'\n", "\tu = 1 \/ 2"]"#;
    for raw in [notebook(&code(source)), format!("\u{feff}{}", notebook(&code(source)))] {
        let read = read(&raw).unwrap();
        assert_eq!(read.text, "s = \"a\\n\" # ü ü\nt = '😀'\n\tu = 1 / 2\n");
        assert_eq!(raw_of(&raw, &read, "s = "), "s = ");
        assert_eq!(raw_of(&raw, &read, "\"a\\n\""), r#"\"a\\n\""#);
        assert_eq!(raw_of(&raw, &read, "ü"), r"\u00fc");
        assert_eq!(raw_of(&raw, &read, "ü\n"), r"ü\n", "the second one");
        assert_eq!(raw_of(&raw, &read, "'😀'"), r"'\ud83d\ude00'");
        assert_eq!(raw_of(&raw, &read, "u = 1 / 2"), r"u = 1 \/ 2");
        assert_eq!(raw_of(&raw, &read, "'\n\tu"), "'\\n\", \"\\tu", "over a seam between two strings");
        assert_eq!(raw_of(&raw, &read, " 2\n"), " 2", "the last line break is not in the JSON");
    }
}

#[test]
fn segments_cover_the_text_without_a_gap() {
    let raw = notebook(&[code(r#"["a\n", "\u00e9\n"]"#), code("\"b\"")].join(","));
    let read = read(&raw).unwrap();
    let mut end = 0;
    for segment in &read.cells.segments {
        assert_eq!(segment.text, end);
        end += segment.text_len;
    }
    assert_eq!(end as usize, read.text.len());
}

#[test]
fn a_cell_in_another_language_is_left_out_and_named() {
    let cells = [
        code("\"%%bash\\npip list\""),
        code("[\"\\n\", \"%%time\\n\", \"x = 1\"]"),
        code("\"# make it\\n%%writefile Dockerfile\\nFROM x\""),
        code("\"%%capture out --no-stderr\\n%pip install x\\n!ls\""),
        code("\"%%R\""),
        code("\"y = 5 %% 2\\n%%sql\""),
    ];
    let read = read(&notebook(&cells.join(","))).unwrap();
    assert_eq!(read.text, "\n%%time\nx = 1\n%%capture out --no-stderr\n%pip install x\n!ls\ny = 5 %% 2\n%%sql\n");
    let skipped: Vec<_> = read.skipped.iter().map(|(index, why)| (*index, why.as_str())).collect();
    assert_eq!(
        skipped,
        [(1, "it begins with `%%bash`"), (3, "it begins with `%%writefile`"), (5, "it begins with `%%R`")]
    );
}

#[test]
fn cells_that_write_a_script_are_told() {
    let cells = [
        code("\"x = 1\""),
        code("\"%%writefile src/train.py\\nimport os\""),
        code("\"%%writefile -a 'src/train.py'\\nimport sys\""),
        code("\"%%writefile src/train.py\\nimport re\""),
        code("\"%%file other.py\""),
    ];
    let read = read(&notebook(&cells.join(","))).unwrap();
    let scripts: Vec<_> = read.scripts.iter().map(|script| (script.name.as_str(), &script.cells[..])).collect();
    assert_eq!(scripts, [("src/train.py", &[1, 2][..]), ("src/train.py", &[3]), ("other.py", &[4])]);
    assert_eq!((read.cells.cells.len(), read.skipped.len()), (5, 0));
}

#[test]
fn format_3_has_sheets_and_input() {
    let raw = r#"{"metadata": {"name": ""}, "nbformat": 3, "worksheets": [
        {"cells": [{"cell_type": "heading", "source": "T"}, {"cell_type": "code", "language": "python", "input": ["x = 1\n"]}]},
        {"cells": [{"cell_type": "code", "language": "Julia", "input": "y"}, {"cell_type": "code", "input": "z = 2"}]}]}"#;
    let read = read(raw).unwrap();
    assert_eq!(read.text, "x = 1\nz = 2\n");
    assert_eq!(read.cells.cells.iter().map(|cell| cell.index).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(read.skipped, [(3, "its language is `Julia`".to_owned())]);
}

#[test]
fn the_language_is_the_kernels() {
    let with = |metadata: &str| {
        let raw = format!("{{\"cells\": [{}], \"metadata\": {metadata}}}", code("\"x\""));
        let read = read(&raw).unwrap();
        (read.language, read.text)
    };
    let python = || ("python".to_owned(), "x\n".to_owned());
    assert_eq!(with("{}"), python());
    assert_eq!(with(r#"{"kernelspec": {"name": "conda_python3", "language": "Python"}}"#), python());
    assert_eq!(with(r#"{"kernelspec": {"language": ""}, "language_info": {"name": "pyspark"}}"#), python());
    assert_eq!(with(r#"{"language_info": {"name": "R"}}"#), ("r".to_owned(), String::new()));
}

#[test]
fn what_is_no_notebook_says_so() {
    let no = |raw: &str| read(raw).unwrap_err();
    for raw in ["[]", "{}", "{\"cells\": 1}", "\"cells\"", ""] {
        assert_eq!(no(raw).message, "this is no notebook: it has no `cells`", "{raw}");
    }
    let broken = no("{\"cells\": [");
    assert_eq!((broken.message.as_str(), broken.span), ("this `[` is never closed", Span::new(10, 11)));
    assert_eq!(no(&"[".repeat(100_000)).message, "this is nested too deeply to be read");
    assert_eq!(read("{\"cells\": [1, {}, {\"cell_type\": \"code\"}, null]}").unwrap().text, "");
}

#[test]
fn odd_outputs_do_not_lose_the_code() {
    let cell =
        r#"{"cell_type": "code", "outputs": [{"data": [NaN, -Infinity, "\ud83d"]}], "source": "a = '\udc00' + b"}"#;
    let raw = notebook(cell);
    let read = read(&raw).unwrap();
    assert_eq!(read.text, "a = '\u{fffd}' + b\n");
    assert_eq!(raw_of(&raw, &read, "' + b"), "' + b");
    assert_eq!(raw_of(&raw, &read, "\u{fffd}"), "\\udc00");
}

/// Cells and segments lie within text and file and cut no character.
fn check(raw: &str, read: &Notebook) {
    for cell in &read.cells.cells {
        assert!(read.text.get(cell.span.range()).is_some_and(|text| text.ends_with('\n')));
    }
    for segment in &read.cells.segments {
        assert!(raw.get(segment.raw as usize..(segment.raw + segment.raw_len) as usize).is_some());
        assert!(read.text.get(segment.text as usize..(segment.text + segment.text_len) as usize).is_some());
    }
    for (at, _) in read.text.char_indices() {
        let span = read.cells.raw_span(Span::new(at, at + 1));
        assert!(span.start <= span.end && span.end as usize <= raw.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_source_comes_back_as_it_was(sources in prop::collection::vec(any::<String>(), 0..4), lines in any::<bool>()) {
        // A cell that is indented as a whole does not.
        let sources: Vec<String> = sources.iter().map(|source| source.trim_start().to_owned()).collect();
        let cells: Vec<_> = sources.iter().map(|source| {
            let lines: Vec<_> = if lines { source.split_inclusive('\n').collect() } else { vec![source.as_str()] };
            code(&serde_json::to_string(&lines).unwrap())
        }).collect();
        let raw = notebook(&cells.join(","));
        let read = read(&raw).unwrap();
        check(&raw, &read);
        let expected = sources.iter().filter(|source| !source.is_empty() && foreign_magic(source).is_none());
        let expected: String = expected.map(|source| if source.ends_with('\n') { source.clone() } else { format!("{source}\n") }).collect();
        prop_assert_eq!(read.text, expected);
    }

    #[test]
    fn anything_like_a_source_stays_in_bounds(
        parts in prop::collection::vec(
            prop::sample::select(vec!["a", "ü", "\\n", "\\\"", "\\", "\\u00fc", "\\ud83d", "\\ude00", "\", \"", "\"", "]", "%%", "\n", "\0"]),
            0..20,
        )
    ) {
        let raw = notebook(&code(&format!("[\"{}\"]", parts.concat())));
        match read(&raw) {
            Ok(read) => check(&raw, &read),
            Err(fault) => prop_assert!(raw.get(fault.span.range()).is_some()),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(raw in any::<String>()) {
        if let Err(fault) = read(&raw) {
            prop_assert!(raw.get(fault.span.range()).is_some());
        }
    }
}

/// The parts as the parser sees them.
fn parsed(json: &str) -> Option<Parts> {
    Document::of(json).with_ast(&RELAXED, |ast| Parts::of(ast.ok()??.as_object()?))
}

/// A notebook with all that Jupyter writes.
const WHOLE: &str = r##"{
 "cells": [
  {"cell_type": "markdown", "id": "a1", "metadata": {"tags": []}, "source": ["# Title\n", "\"text\""]},
  {"cell_type": "code", "execution_count": null, "metadata": {"scrolled": true}, "outputs": [
    {"data": {"image/png": "iVBORw0=", "text/plain": ["<Figure \u00e9>"]}, "output_type": "display_data", "n": -1.5e-7}
  ], "source": ["import boto3\n", "x = \"a\\n\""]},
  {"cell_type": "code", "language": "bash", "source": "ls", "outputs": []},
  {"cell_type": "raw", "source": []}
 ],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python"}, "language_info": {"name": "python", "v": 3}},
 "nbformat": 4, "nbformat_minor": 5
}"##;

#[test]
fn what_jupyter_writes_needs_no_parser() {
    let skimmed = Parts::skimmed(WHOLE).unwrap();
    assert_eq!((skimmed.language.as_str(), skimmed.cells.len(), skimmed.lines.len()), ("python", 2, 3));
    assert_eq!(Some(skimmed), parsed(WHOLE));
    assert_eq!(Parts::skimmed(&WHOLE.replace("\"nbformat\"", "// format\n \"nbformat\"")), None);
    assert_eq!(Parts::skimmed(&WHOLE.replace("\\u00e9", "\\ud83d\\ude00")), None, "pairs are the parser's");
    assert_eq!(Parts::skimmed(&format!("{{\"a\": {}{}}}", "[".repeat(200), "]".repeat(200))), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_skimmed_is_what_the_parser_sees(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, prop::sample::select(vec![
            "", "\"", "\\", ",", ":", "{", "}", "[", "]", "0", "1", ".", "e", "-", "null", "true", " ", "\n", "//", "\\u00fc", "\\ud83d",
            "\"cells\": [],", "\"metadata\": {},", "\"source\": 1,", "\"cell_type\": \"code\",", "\"language\": null,", "NaN", "ü",
        ])), 0..3),
    ) {
        let mut json = WHOLE.to_owned();
        for (at, less, more) in edits {
            let at = at.index(json.len());
            let end = (at + less).min(json.len());
            if json.is_char_boundary(at) && json.is_char_boundary(end) {
                json.replace_range(at..end, more);
            }
        }
        if let Some(skimmed) = Parts::skimmed(&json) {
            prop_assert_eq!(Some(skimmed), parsed(&json), "{}", json);
        }
    }
}

/// The text of a notebook of one cell.
fn cell(source: &str) -> (String, Vec<(u32, String)>) {
    let json = serde_json::json!({"cells": [{"cell_type": "code", "source": source}], "metadata": {}, "nbformat": 4});
    let book = read(&json.to_string()).expect("a notebook");
    (book.text, book.skipped)
}

#[test]
fn a_cell_that_is_indented_as_a_whole_begins_at_its_margin() {
    for (source, expected) in [
        ("    ! pip install a\n    ! pip install b", "! pip install a\n! pip install b\n"),
        (" x = 1\n if x:\n     y = '\u{e9}'\n", "x = 1\nif x:\n    y = '\u{e9}'\n"),
        ("\n\tx = 1\n\ty = 2", "\nx = 1\ny = 2\n"),
        ("    x = 1\ny = 2", "x = 1\ny = 2\n"),
        ("x = 1\n    y = 2", "x = 1\n    y = 2\n"),
        ("%time x = f()\nif x:\n    %time  y = 1", "x = f()\nif x:\n    y = 1\n"),
        ("  %time x = 1\n  %timeit f()\n  %%time ", "x = 1\n%timeit f()\n%%time \n"),
    ] {
        assert_eq!(cell(source).0, expected, "{source:?}");
    }
    let json = r#"{"cells": [{"cell_type": "code", "source": ["\tx = 1\n", "\ty = \"z\""]}], "nbformat": 4}"#;
    let book = read(json).expect("a notebook");
    assert_eq!(book.text, "x = 1\ny = \"z\"\n");
    assert_eq!(raw_of(json, &book, "x = 1"), "x = 1");
    assert_eq!(raw_of(json, &book, "\"z\""), "\\\"z\\\"");
}

#[test]
fn a_magic_may_lack_its_sign_where_it_is_all_of_a_cell() {
    for (source, expected) in [
        ("pip install sagemaker --upgrade", "%pip install sagemaker --upgrade\n"),
        ("rm -rf sample_data*", "%rm -rf sample_data*\n"),
        ("pip = 1", "pip = 1\n"),
        ("env if env else x", "env if env else x\n"),
        ("pip install a\nx = 1", "pip install a\nx = 1\n"),
        ("pipe install a", "pipe install a\n"),
    ] {
        assert_eq!(cell(source).0, expected, "{source:?}");
    }
}

#[test]
fn a_magic_of_another_language_may_stand_below_one_that_times_it() {
    let (text, skipped) = cell("%%time\n%%bash\npython3 a.py \\\n  --b");
    assert_eq!((text.as_str(), skipped[0].1.as_str()), ("", "it begins with `%%bash`"));
    assert!(cell("%%time\nx = 1").1.is_empty());
}
