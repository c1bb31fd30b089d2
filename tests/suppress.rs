//! What silences a finding: each is silenced where a user would first try it, and nothing is left behind.

mod harness;

use harness::{
    Run,
    page::{Page, Promise},
};
use mllint::rules::{self, Rule};
use proptest::prelude::*;

fn on() -> Vec<&'static Rule> {
    rules::ALL.iter().copied().filter(|rule| rule.default).collect()
}

fn run(texts: &[(&str, &str)]) -> Run {
    harness::run(texts, &on())
}

/// Rules and fingerprints of what is found, in order.
fn found(run: &Run) -> Vec<(&'static str, String)> {
    run.findings.iter().map(|finding| (finding.rule, finding.fingerprint.clone())).collect()
}

fn rules_of(run: &Run) -> Vec<&'static str> {
    run.findings.iter().map(|finding| finding.rule).collect()
}

fn silenced(texts: &[(&str, &str)]) -> Vec<&'static str> {
    run(texts).silenced.iter().map(|silent| silent.finding.rule).collect()
}

/// An example of a page with findings: its name, file and text.
fn examples() -> Vec<(String, String, String)> {
    let mut examples = Vec::new();
    for rule in rules::ALL.iter().filter(|rule| !rule.name.ends_with("-allowance") && rule.name != "syntax-error") {
        let page = Page::of(rule.page).expect("a page");
        for block in page.blocks.into_iter().filter(|block| block.promise == Promise::Bad) {
            // JSON has no comments, not even within a text of YAML or Terraform.
            let has_comments = !block.file.ends_with(".json") && !block.text.contains("\"StartAt\"");
            if has_comments && !block.file.ends_with(".ipynb") {
                examples.push((format!("rules/{}.md:{}", rule.name, block.line + 1), block.file, block.text));
            }
        }
    }
    examples
}

/// A text with a comment at a line (from 0): on a line of its own above it, or at its end.
fn commented(text: &str, line: usize, comment: &str, above: bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if above {
        let indent: String = lines[line].chars().take_while(|letter| letter.is_whitespace()).collect();
        lines.insert(line, format!("{indent}{comment}"));
    } else {
        lines[line].push_str(&format!("  {comment}"));
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Each finding of the pages, silenced on its line or above it, is gone, and nothing else has changed.
    #[test]
    fn an_allowance_takes_one_finding_and_leaves_nothing_behind(pick in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(), above in any::<bool>()) {
        let all = examples();
        let (name, file, text) = &all[pick.index(all.len())];
        let before = run(&[(file, text)]);
        prop_assume!(!before.findings.is_empty());
        let target = &before.findings[which.index(before.findings.len())];
        let line = before.files.get(target.place.file).lines().line(target.place.span.start);
        let comment = format!("# mllint: allow {} -- for a test", target.rule);
        let silent = run(&[(file, &commented(text, line, &comment, above))]);
        let gone: Vec<_> = silent.silenced.iter().map(|silent| silent.finding.fingerprint.clone()).collect();
        prop_assert!(gone.contains(&target.fingerprint), "{name}: `{}` is not silenced", target.rule);
        let mut rest = found(&silent);
        rest.extend(silent.silenced.iter().map(|silent| (silent.finding.rule, silent.finding.fingerprint.clone())));
        let (mut rest, mut all) = (rest, found(&before));
        rest.sort();
        all.sort();
        prop_assert_eq!(rest, all, "{}: something else has changed", name);
        prop_assert!(silent.silenced.iter().all(|silent| silent.finding.rule == target.rule), "{}", name);
        prop_assert_eq!(found(&run(&[(file, text)])), found(&before), "{}: it is as it was", name);
    }
}

/// A state machine whose definition is JSON within a text: JSON has no comments, so the allowance stands around it.
#[test]
fn what_is_found_in_json_within_a_text_is_silenced_at_its_entry_or_resource() {
    let template = |head: &str, entry: &str| {
        let task = r#""Train": {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "End": true,
              "Parameters": {"TrainingJobName": "churn", "EnableManagedSpotTraining": true,
                "AlgorithmSpecification": {"TrainingImage": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"},
                "ResourceConfig": {"InstanceType": "ml.m5.xlarge"}}}"#;
        format!(
            "Resources:\n{head}  Training:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n{entry}      DefinitionString: !Sub |\n        {{\n          \"StartAt\": \"Train\", \"States\": {{\n            {task}\n          }}\n        }}\n"
        )
    };
    let rule = "spot-without-checkpoint";
    let comment = format!("# mllint: allow {rule} -- it is short\n");
    assert!(rules_of(&run(&[("t.yaml", &template("", ""))])).contains(&rule));
    assert_eq!(silenced(&[("t.yaml", &template("", &format!("      {comment}")))]), [rule], "above the entry");
    assert_eq!(silenced(&[("t.yaml", &template(&format!("  {comment}"), ""))]), [rule], "above the resource");
}

#[test]
fn where_nothing_is_deployed_an_allowance_waits() {
    let block = "  name = \"w\"\n  role_arn = \"arn:aws:iam::111122223333:role/w\"\n  instance_type = \"ml.t3.medium\"\n  root_access = \"Enabled\" # mllint: allow notebook-root-access -- drivers\n";
    let text = format!("resource \"aws_sagemaker_notebook_instance\" \"w\" {{\n  count = 0\n{block}}}\n");
    assert_eq!(rules_of(&run(&[("main.tf", &text)])), [""; 0]);
}

const MODULE: &str = "variable \"name\" {}\nresource \"aws_sagemaker_model\" \"this\" {\n  name = var.name\n  execution_role_arn = \"arn:aws:iam::111122223333:role/m\"\n  primary_container {\n    image = \"111122223333.dkr.ecr.eu-west-1.amazonaws.com/m:1\"\n  }\n}\n";

#[test]
fn at_a_module_call_one_instance_is_silenced() {
    let call = |name: &str, comment: &str| {
        format!("{comment}module \"{name}\" {{\n  source = \"./m\"\n  name = \"{name}\"\n}}\n")
    };
    let allow = "# mllint: allow model-outside-vpc -- behind a gateway\n";
    let models = |text: &str| {
        let run = run(&[("main.tf", text), ("m/main.tf", MODULE)]);
        let of = |finding: &mllint::finding::Finding| {
            finding.subjects().map(|key| key.address().to_string()).collect::<Vec<_>>()
        };
        let left: Vec<String> =
            run.findings.iter().filter(|finding| finding.rule == "model-outside-vpc").flat_map(of).collect();
        (left, run.silenced.len(), rules_of(&run))
    };
    let (left, count, _) = models(&(call("a", "") + &call("b", "")));
    assert_eq!((left.len(), count), (2, 0));
    let (left, count, rules) = models(&(call("a", allow) + &call("b", "")));
    assert_eq!((left, count), (vec!["module.b.aws_sagemaker_model.this".to_owned()], 0));
    assert!(!rules.contains(&"unused-allowance"));
    let (left, count, _) = models(&(call("a", allow) + &call("b", allow)));
    assert_eq!((left.len(), count), (0, 1));
}

#[test]
fn a_call_of_several_lines_is_silenced_on_any_of_them() {
    let lines = [
        "from sagemaker.estimator import Estimator",
        "estimator = Estimator(",
        "    image_uri=\"111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3\",",
        "    role=\"arn:aws:iam::111122223333:role/train\",",
        "    instance_count=1,",
        "    instance_type=\"ml.m5.xlarge\",",
        "    use_spot_instances=True,",
        "    max_run=3600,",
        "    max_wait=7200,",
        ")",
        "estimator.fit(\"s3://data/churn\")",
    ];
    let text = lines.join("\n") + "\n";
    let rule = "spot-without-checkpoint";
    assert!(rules_of(&run(&[("train.py", &text)])).contains(&rule));
    let comment = format!("# mllint: allow {rule} -- it is short");
    for line in 1..10 {
        assert_eq!(silenced(&[("train.py", &commented(&text, line, &comment, false))]), [rule], "on line {line}");
    }
    assert_eq!(silenced(&[("train.py", &commented(&text, 1, &comment, true))]), [rule], "above");
    assert_eq!(silenced(&[("train.py", &commented(&text, 0, &comment, false))]), [""; 0], "at another statement");
    let cells = format!("import sagemaker\n# %%\n{}", commented(&text, 1, &comment, true));
    assert_eq!(silenced(&[("train.ipynb", &harness::page::notebook(&cells))]), [rule], "in a cell");
}

#[test]
fn one_entry_of_a_dict_does_not_speak_for_another() {
    let config = |first: &str, second: &str| {
        format!(
            "JOBS = {{\n    \"a\": {{\n        \"use_spot_instances\": True,{first}\n    }},\n    \"b\": {{\n        \"use_spot_instances\": True,{second}\n    }},\n}}\n"
        )
    };
    let code = "from sagemaker.estimator import Estimator\n".to_owned();
    let use_of = |name: &str| {
        format!(
            "{name} = Estimator(image_uri=\"i\", role=\"r\", instance_count=1, instance_type=\"ml.m5.large\", max_run=3600, max_wait=7200, **JOBS[\"{name}\"])\n{name}.fit(\"s3://d/{name}\")\n"
        )
    };
    let text = |first: &str, second: &str| code.clone() + &config(first, second) + &use_of("a") + &use_of("b");
    let spots = |text: &str| {
        rules_of(&run(&[("train.py", text)])).iter().filter(|rule| **rule == "spot-without-checkpoint").count()
    };
    let allow = "  # mllint: allow spot-without-checkpoint -- short";
    let all = spots(&text("", ""));
    assert!(all >= 1, "{all}");
    assert!(spots(&text(allow, allow)) <= all);
}

#[test]
fn a_resource_is_silenced_at_its_head() {
    let template = |head: &str, within: &str, kind: &str| {
        format!(
            "Resources:\n{head}  Book:\n{within}    Type: AWS::SageMaker::NotebookInstance{kind}\n    Properties:\n      SubnetId: subnet-0a\n      SecurityGroupIds: [sg-0a]\n      InstanceType: ml.t3.medium\n      RoleArn: arn:aws:iam::111122223333:role/n\n      RootAccess: Enabled\n"
        )
    };
    let comment = "# mllint: allow notebook-root-access -- drivers";
    let rule = ["notebook-root-access"];
    assert_eq!(silenced(&[("t.yaml", &template("", "", ""))]), [""; 0]);
    assert_eq!(silenced(&[("t.yaml", &template(&format!("  {comment}\n"), "", ""))]), rule, "above it");
    assert_eq!(silenced(&[("t.yaml", &template("", &format!("    {comment}\n"), ""))]), rule, "first thing in it");
    assert_eq!(silenced(&[("t.yaml", &template("", "", &format!("  {comment}")))]), rule, "at its type");
    let metadata = "    Metadata: {mllint: {allow: [{rule: notebook-root-access, reason: drivers}]}}\n";
    assert_eq!(silenced(&[("t.yaml", &template("", metadata, ""))]), rule, "in its metadata");
    let whole = format!(
        "Metadata: {{mllint: {{allow: [{{rule: notebook-root-access, reason: drivers}}]}}}}\n{}",
        template("", "", "")
    );
    assert_eq!(silenced(&[("t.yaml", &whole)]), rule, "in the template's metadata");
    assert_eq!(silenced(&[("t.yaml", &template(&format!("  {comment}\n\n"), "", ""))]), [""; 0], "a blank line parts");
}

#[test]
fn what_looks_like_a_comment_in_a_text_is_none() {
    let template = "Resources:\n  Book:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      SubnetId: subnet-0a\n      SecurityGroupIds: [sg-0a]\n      InstanceType: ml.t3.medium\n      RoleArn: |\n        # mllint: allow notebook-root-access -- drivers\n      RootAccess: Enabled\n";
    assert_eq!(silenced(&[("t.yaml", template)]), [""; 0]);
}

#[test]
fn a_workload_is_taken_out_of_a_finding_about_several() {
    let model = |name: &str, comment: &str| {
        format!(
            "{comment}  {name}:\n    Type: AWS::SageMaker::Model\n    Properties:\n      ExecutionRoleArn: arn:aws:iam::111122223333:role/m\n      PrimaryContainer: {{Image: i}}\n      VpcConfig: {{Subnets: [!Ref Net], SecurityGroupIds: [sg-0a]}}\n"
        )
    };
    let template = |models: &str| {
        format!(
            "Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n    Properties: {{CidrBlock: 10.0.0.0/16}}\n  Net:\n    Type: AWS::EC2::Subnet\n    Properties: {{VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}\n{models}"
        )
    };
    let allow = "  # mllint: allow vpc-without-s3-endpoint -- it reads nothing\n";
    let told = |text: &str| {
        let run = run(&[("t.yaml", text)]);
        let of_vpc = run.findings.iter().find(|finding| finding.rule == "vpc-without-s3-endpoint");
        let shown = of_vpc.map(|finding| finding.related.iter().map(|label| label.message.clone()).collect::<Vec<_>>());
        (shown, run.silenced.len())
    };
    let both = |first: &str, second: &str| template(&(model("One", first) + &model("Two", second)));
    assert_eq!(told(&both("", "")).0.expect("found"), ["`One` runs in it", "`Two` runs in it"]);
    assert_eq!(told(&both(allow, "")), (Some(vec!["`Two` runs in it".to_owned()]), 0));
    assert_eq!(told(&both(allow, allow)), (None, 1));
}

#[test]
fn what_is_said_of_an_allowance_can_be_allowed_but_not_by_itself() {
    let template = |comment: &str| {
        format!(
            "Resources:\n  Book:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      SubnetId: subnet-0a\n      SecurityGroupIds: [sg-0a]\n      InstanceType: ml.t3.medium\n      RoleArn: arn:aws:iam::111122223333:role/n\n      RootAccess: Disabled # mllint: allow {comment}\n"
        )
    };
    let rules = |comment: &str| {
        let mut rules = rules_of(&run(&[("t.yaml", &template(comment))]));
        rules.retain(|rule| rule.ends_with("-allowance"));
        rules
    };
    assert_eq!(rules("notebook-root-access"), ["unused-allowance"]);
    assert_eq!(rules("notebook-root-access, unused-allowance"), [""; 0]);
    assert_eq!(rules("unused-allowance"), ["unused-allowance"]);
}
