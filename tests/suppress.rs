//! What silences a finding: each is silenced where a user would first try it, and nothing is left behind.

mod harness;

use harness::{
    Run,
    page::{Page, Promise},
};
use mllint::{
    rules::{self, Rule, options::Options},
    source::{Discovery, Files},
};
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
            if has_comments && block.set.is_empty() && !block.file.ends_with(".ipynb") {
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

/// Where its rule did not run, nobody can say whether an expired allowance is of use.
#[test]
fn what_an_expired_allowance_would_cover_is_told_only_where_it_is_known() {
    let template = |access: &str| {
        format!(
            "Resources:\n  Book:\n    Type: AWS::SageMaker::NotebookInstance\n    Metadata: {{mllint: {{allow: [{{rule: notebook-root-access, reason: r, expires: 2026-01-31}}]}}}}\n    Properties:\n      InstanceType: ml.t3.medium\n      RoleArn: r\n      RootAccess: {access}\n"
        )
    };
    let label = |access: &str, rules: &[&'static Rule]| {
        let files = Files::memory([("t.yaml", template(access))]);
        let looked = harness::look_on(&files, &Discovery::in_memory(&files, true), rules, &Options::default());
        let [finding] = &looked.findings[..] else { panic!("{:?}", looked.findings) };
        finding.label.clone()
    };
    let (expired, access) = (rules::by_name("expired-allowance"), rules::by_name("notebook-root-access"));
    let (expired, access) = (expired.expect("a rule"), access.expect("a rule"));
    let unknown = "whether it would still silence anything is not known: its rule did not see all of what it is for";
    assert_eq!(label("Disabled", &[expired, access]), "it would silence nothing any more");
    assert_eq!(label("Disabled", &[expired]), unknown, "its rule did not run");
    assert_eq!(label("!Ref AccessOfWhoever", &[expired, access]), unknown, "its rule could not decide");
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
    let text = |first: &str, second: &str| {
        let entry = |name: &str, comment: &str| {
            format!("    \"{name}\": {{\n        \"instance_type\": \"ml.m5.larg\",{comment}\n    }},\n")
        };
        let job = |name: &str| {
            format!(
                "{name} = Estimator(image_uri=\"i\", role=\"r\", instance_count=1, **JOBS[\"{name}\"])\n{name}.fit(\"s3://d/{name}\")\n"
            )
        };
        let entries = entry("a", first) + &entry("b", second);
        format!("from sagemaker.estimator import Estimator\nJOBS = {{\n{entries}}}\n{}{}", job("a"), job("b"))
    };
    let lines = |text: &str| {
        let run = run(&[("train.py", text)]);
        let of_rule = run.findings.iter().filter(|finding| finding.rule == "instance-type-misspelled");
        let lines = of_rule.map(|finding| run.files.get(finding.place.file).position(finding.place.span.start).line);
        lines.collect::<Vec<_>>()
    };
    let allow = "  # mllint: allow instance-type-misspelled -- a private type";
    assert_eq!(lines(&text("", "")), [4, 7]);
    assert_eq!(lines(&text(allow, "")), [7]);
    assert_eq!(lines(&text(allow, allow)), [0; 0]);
}

/// What a plan says is shown at the blocks of its configuration, and there it is silenced, whether these are read too or
/// only opened for their places.
#[test]
fn what_is_found_in_a_plan_is_silenced_at_its_block() {
    let file = |name: &str| harness::text(&format!("fixtures/terraform-plan/{name}"));
    let (plan, trust) = (file("plan.json"), file("trust.json"));
    let looked = |main: &str, module: &str, only_plan: bool| {
        let texts =
            [("main.tf", main), ("modules/serving/main.tf", module), ("plan.json", &plan), ("trust.json", &trust)];
        let files = Files::memory(texts);
        let mut given = Discovery::in_memory(&files, true);
        given.candidates.retain(|candidate| !only_plan || &*candidate.path == "plan.json");
        let looked = harness::look_at(&files, &given, &on(), &Options::default());
        let names = |rules: Vec<&'static str>| {
            rules.into_iter().filter(|rule| RULES.contains(rule) || rule.ends_with("-allowance")).collect::<Vec<_>>()
        };
        let found = names(looked.findings.iter().map(|finding| finding.rule).collect());
        (found, names(looked.silenced.iter().map(|silent| silent.finding.rule).collect()))
    };
    const RULES: [&str; 2] = ["model-outside-vpc", "notebook-root-access"];
    let (main, module) = (file("main.tf"), file("modules/serving/main.tf"));
    let allow = |rule: &str| format!("# mllint: allow {rule} -- for a test\n");
    let at_block = main.replace("  root_access   =", &format!("  {}  root_access   =", allow("notebook-root-access")));
    let at_head = main
        .replace("resource \"aws_sagemaker_n", &format!("{}resource \"aws_sagemaker_n", allow("notebook-root-access")));
    let at_call = main.replace("module \"serving", &format!("{}module \"serving", allow("model-outside-vpc")));
    let within = module.replace(
        "resource \"aws_sagemaker_model",
        &format!("{}resource \"aws_sagemaker_model", allow("model-outside-vpc")),
    );
    for only_plan in [false, true] {
        let of = |main: &str, module: &str| looked(main, module, only_plan);
        assert_eq!(of(&main, &module), (vec![RULES[1], RULES[0]], vec![]), "only the plan: {only_plan}");
        for text in [&at_block, &at_head] {
            assert_eq!(of(text, &module), (vec![RULES[0]], vec![RULES[1]]), "only the plan: {only_plan}");
        }
        assert_eq!(of(&at_call, &module), (vec![RULES[1]], vec![RULES[0]]), "only the plan: {only_plan}");
        assert_eq!(of(&main, &within), (vec![RULES[1]], vec![RULES[0]]), "only the plan: {only_plan}");
        let idle = main
            .replace("resource \"aws_iam_role", &format!("{}resource \"aws_iam_role", allow("notebook-root-access")));
        assert_eq!(of(&idle, &module).0, ["unused-allowance", RULES[1], RULES[0]], "only the plan: {only_plan}");
    }
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
