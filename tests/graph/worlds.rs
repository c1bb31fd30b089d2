//! Conditions that stay open: what holds in all worlds, in some, and in none.

use crate::{harness, view::findings};

/// What is found in a template with open conditions `A` to `F` and one notebook; of its properties, `RootAccess` and
/// `SubnetId` are as given.
#[track_caller]
fn notebook(head: &str, access: &str, subnet: &str) -> Vec<String> {
    let parameters: String = ('A'..='F').map(|name| format!("  Is{name}: {{Type: String}}\n")).collect();
    let conditions: String = ('A'..='F').map(|name| format!("  {name}: !Equals [!Ref Is{name}, 'yes']\n")).collect();
    let text = format!(
        "Parameters:
  Stage: {{Type: String, AllowedValues: [dev, prod]}}
  Zone: {{Type: String}}
  Access: {{Type: String, Default: Enabled}}
{parameters}Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Equals [!Ref Stage, prod]
  InOne: !Equals [!Ref Zone, one]
  InTwo: !Equals [!Ref Zone, two]
{conditions}  OddAtTwo: !Or [!And [!Condition A, !Not [!Condition B]], !And [!Not [!Condition A], !Condition B]]
  OddAtThree: !Or [!And [!Condition OddAtTwo, !Not [!Condition C]], !And [!Not [!Condition OddAtTwo], !Condition C]]
  OddAtFour: !Or [!And [!Condition OddAtThree, !Not [!Condition D]], !And [!Not [!Condition OddAtThree], !Condition D]]
  OddAtFive: !Or [!And [!Condition OddAtFour, !Not [!Condition E]], !And [!Not [!Condition OddAtFour], !Condition E]]
Resources:
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
{head}    Properties:
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::111122223333:role/notebook
      RootAccess: {access}
      SubnetId: {subnet}
"
    );
    let run = harness::run(&[("template.yaml", &text)], &harness::first());
    assert_eq!(run.outcome.graph.resources().len(), 1, "{text}");
    // All of it stands in one resource: the rule and how sure it is are enough.
    let line = |text: &str| {
        text.split(' ')
            .enumerate()
            .filter(|(at, _)| *at != 1 && *at != 2)
            .map(|(_, word)| word.to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    findings(&run).iter().map(|finding| line(finding)).collect()
}

fn access(value: &str) -> Vec<String> {
    notebook("", value, "subnet-1")
}

fn subnet(value: &str) -> Vec<String> {
    notebook("", "Disabled", value)
}

#[test]
fn what_holds_in_some_worlds_is_of_low_confidence_and_names_them() {
    assert_eq!(subnet("!If [A, subnet-1, !Ref AWS::NoValue]"), ["notebook-outside-vpc low when `IsA = yes` is false"]);
    assert_eq!(access("!If [A, Enabled, Disabled]"), ["notebook-root-access low when `IsA = yes` is true"]);
    assert_eq!(
        subnet("!If [A, subnet-1, !If [B, !Ref AWS::NoValue, subnet-2]]"),
        ["notebook-outside-vpc low when `IsA = yes` is false and `IsB = yes` is true"]
    );
}

#[test]
fn what_holds_in_all_worlds_keeps_its_confidence() {
    let nothing = "!Ref AWS::NoValue";
    assert_eq!(subnet(&format!("!If [A, {nothing}, !If [B, {nothing}, {nothing}]]")), ["notebook-outside-vpc high"]);
    // Two places to change, each in its world, and a fault in both.
    assert_eq!(
        access("!If [A, Enabled, !Sub Enabled]"),
        ["notebook-root-access high when `IsA = yes` is true", "notebook-root-access high when `IsA = yes` is false"]
    );
    assert_eq!(
        access("!If [A, Enabled, !Ref Access]"),
        ["notebook-root-access medium when `IsA = yes` is false", "notebook-root-access high when `IsA = yes` is true"]
    );
    assert_eq!(
        access("!If [A, Enabled, !If [B, Enabled, Disabled]]"),
        [
            "notebook-root-access low when `IsA = yes` is true",
            "notebook-root-access low when `IsA = yes` is false and `IsB = yes` is true"
        ]
    );
}

#[test]
fn worlds_without_the_subject_do_not_count() {
    let only = "    Condition: A\n";
    assert_eq!(notebook(only, "Disabled", "!If [A, !Ref AWS::NoValue, subnet-1]"), ["notebook-outside-vpc high"]);
    assert_eq!(notebook(only, "Disabled", "!If [A, subnet-1, !Ref AWS::NoValue]"), [""; 0]);
    assert_eq!(
        notebook(only, "Disabled", "!If [B, subnet-1, !Ref AWS::NoValue]"),
        ["notebook-outside-vpc low when `IsA = yes` is true and `IsB = yes` is false"]
    );
}

#[test]
fn worlds_that_exclude_each_other_are_no_worlds() {
    let chosen =
        |one: &str, two: &str| subnet(&format!("!If [{one}, subnet-1, !If [{two}, subnet-2, !Ref AWS::NoValue]]"));
    assert_eq!(chosen("IsDev", "IsProd"), [""; 0], "there is no third stage");
    assert_eq!(
        chosen("InOne", "InTwo"),
        ["notebook-outside-vpc low when `Zone = one` is false and `Zone = two` is false"]
    );
    assert_eq!(subnet("!If [InOne, !If [InTwo, !Ref AWS::NoValue, subnet-1], subnet-2]"), [""; 0], "not both at once");
}

#[test]
fn an_unknown_value_is_no_fault_in_its_world() {
    assert_eq!(subnet("!If [A, !ImportValue subnet, subnet-1]"), [""; 0]);
    assert_eq!(access("!If [A, !ImportValue access, Enabled]"), ["notebook-root-access low when `IsA = yes` is false"]);
}

#[test]
fn beyond_sixteen_worlds_what_depends_on_them_is_unknown() {
    let odd = |count: &str| subnet(&format!("!If [OddAt{count}, subnet-1, !Ref AWS::NoValue]"));
    assert_eq!(odd("Four").len(), 1, "sixteen worlds");
    assert_eq!(odd("Five"), [""; 0], "thirty-two");
}

#[test]
fn a_serverless_use_that_may_exist_is_a_use() {
    let text = "Parameters:
  Deploy: {Type: String}
Conditions:
  Deployed: !Equals [!Ref Deploy, 'yes']
Resources:
  Model:
    Type: AWS::SageMaker::Model
    Properties: {PrimaryContainer: {Image: 'mine:1'}}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Condition: Deployed
    Properties: {ProductionVariants: [{ModelName: !GetAtt Model.ModelName, ServerlessConfig: {MaxConcurrency: 1}}]}
";
    assert_eq!(findings(&harness::run(&[("t.yaml", text)], &harness::first())), [""; 0]);
    let provisioned = text.replace("ServerlessConfig: {MaxConcurrency: 1}", "InstanceType: ml.g5.xlarge");
    assert_eq!(
        findings(&harness::run(&[("t.yaml", &provisioned)], &harness::first())),
        ["model-outside-vpc Model 6 high"]
    );
    let never = text.replace("!Ref Deploy", "'no'");
    assert_eq!(findings(&harness::run(&[("t.yaml", &never)], &harness::first())), ["model-outside-vpc Model 6 high"]);
}
