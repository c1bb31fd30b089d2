//! Sums of what cannot all exist at once.

use mllint::cost::Total;

use super::priced;

const HEAD: &str = "from sagemaker.estimator import Estimator\n\ndef job(kind):\n    Estimator('i', 'r', 1, kind, max_run=3600).fit()\n\ndef host(kind, e):\n    e.deploy(1, kind)\n\n";

/// From the least to the most of a run of all, in US dollars.
fn run(script: &str) -> [String; 2] {
    let total = priced("train.py", &format!("{HEAD}{script}"), "", None).total();
    let run = total.run.expect("there are jobs");
    [run.low.to_string(), run.high.to_string()]
}

#[test]
fn jobs_of_two_sides_of_a_condition_are_never_both_in_a_sum() {
    // ml.m5.xlarge 0.23, ml.g5.xlarge 1.408 by the hour
    let (small, large) = ("job('ml.m5.xlarge')", "job('ml.g5.xlarge')");
    let other_small = "Estimator('i', 'r', 1, 'ml.m5.xlarge', max_run=3600).fit()";
    let either = format!("if asked():\n    {large}\nelse:\n    {small}\n");
    assert_eq!(run(&either), ["0.23", "1.408"]);
    assert_eq!(run(&format!("{either}{small}")), ["0.46", "1.638"]);
    assert_eq!(run(&format!("if asked():\n    {large}\n{small}")), ["0.23", "1.638"]);
    assert_eq!(run(&format!("if asked():\n    {large}\nif other():\n    {small}")), ["0.00", "1.638"], "both may hold");
    assert_eq!(
        run(&format!(
            "mode = asked()\nif mode == 'a':\n    {large}\nelif mode == 'b':\n    {small}\nelse:\n    {small}\n    {other_small}"
        )),
        ["0.23", "1.408"]
    );
    assert_eq!(
        run(&format!("mode = asked()\nif mode == 'a':\n    {large}\nif mode == 'b':\n    {small}")),
        ["0.00", "1.408"],
        "one value is one text"
    );
    assert_eq!(
        run(&format!(
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--kind')\nargs = p.parse_args()\n\
             if args.kind == 'gpu':\n    {large}\nelse:\n    {small}"
        )),
        ["0.23", "1.408"]
    );
    // Two conditions that share a question, and one that shares none.
    assert_eq!(
        run(&format!(
            "a = asked()\nif a:\n    {large}\nelse:\n    {small}\nif not a:\n    {other_small}\nif other():\n    {small}"
        )),
        ["0.46", "1.638"]
    );
}

#[test]
fn what_is_asked_in_each_round_or_call_may_have_several_answers() {
    let choice = "if asked(k):\n        job('ml.g5.xlarge')\n    else:\n        job('ml.m5.xlarge')\n";
    assert_eq!(run(&format!("for k in asked():\n    {choice}")), ["0.00", "1.638"]);
    assert_eq!(run(&format!("def go(k):\n    {choice}go('a')\ngo('b')\n")), ["0.00", "3.276"]);
    assert_eq!(run("[job('ml.g5.xlarge') if k == 'a' else job('ml.m5.xlarge') for k in asked()]"), ["0.00", "1.638"]);
}

#[test]
fn many_conditions_are_bounded_and_hide_nothing() {
    let conditions: String =
        (0..40).map(|at| format!("if asked{at}() and first():\n    job('ml.m5.xlarge')\n")).collect();
    assert_eq!(run(&conditions), ["0.00", "9.20"]);
    let apart: String = (0..30)
        .map(|at| format!("if asked{at}():\n    job('ml.m5.xlarge')\nelse:\n    job('ml.g5.xlarge')\n"))
        .collect();
    assert_eq!(run(&apart), ["6.90", "42.24"]);
}

#[test]
fn of_two_blocks_with_opposite_counts_one_is_in_the_sum() {
    let block = |name: &str, count: &str, kind: &str| {
        format!(
            "resource \"aws_sagemaker_notebook_instance\" \"{name}\" {{\n  count = {count}\n  name = \"{name}\"\n  role_arn = \"r\"\n  instance_type = \"{kind}\"\n}}\n"
        )
    };
    // ml.t3.medium 0.05, ml.m5.xlarge 0.23 by the hour, and a volume of 5 GB each
    for (asked, first, second) in [
        ("variable \"x\" { type = bool }", "var.x ? 1 : 0", "var.x ? 0 : 1"),
        ("variable \"x\" {}", "var.x == \"a\" ? 1 : 0", "var.x != \"a\" ? 1 : 0"),
        ("variable \"x\" {}", "var.x == \"a\" ? 1 : 0", "var.x == \"b\" ? 1 : 0"),
    ] {
        let text = format!("{asked}\n{}{}", block("a", first, "ml.t3.medium"), block("b", second, "ml.m5.xlarge"));
        let estimate = priced("main.tf", &text, "", None);
        let [a, b] = &estimate.bills[..] else { panic!("two: {}", estimate.bills.len()) };
        let most = [a, b].map(|bill| bill.month().expect("a figure").high);
        let month = estimate.total().month.expect("a figure");
        assert_eq!(month.high, most[1], "{first}, {second}");
        let none = second.contains("== \"b\"");
        assert_eq!(month.low, if none { "0".parse().expect("none") } else { most[0] }, "{first}, {second}");
        assert_eq!(Total::of([a].into_iter()).month.map(|one| one.high), Some(most[0]), "alone it is what it is");
    }
}
