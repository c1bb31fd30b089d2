//! Tests of templates within Terraform and code.

use super::stack_tests::{one, outcome, text};
use crate::{
    finding::Confidence,
    graph::{Graph, kind},
    read::testing,
};

const STACK: &str = "Parameters:
  Kind: {Type: String, Default: ml.t3.medium}
Resources:
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: !Ref Kind
      RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/x
";

/// The addresses of the notebook instances, each with its instance type and what is written where it stands.
fn books(texts: &[(&str, &str)]) -> Vec<String> {
    let (files, outcome) = testing::outcome(texts);
    let books = outcome.graph.resources().iter().filter(|resource| &*resource.kind == kind::NOTEBOOK_INSTANCE);
    let shown = books.map(|book| {
        let source = files.get(book.place.file);
        let size = text(book, "InstanceType").unwrap_or_default();
        format!("{} {size} {}:{}", book.key.address(), source.path, source.slice(book.place.span))
    });
    shown.collect()
}

/// A stack of Terraform with a body.
fn terraform(body: &str) -> String {
    format!(
        "variable \"kind\" {{ default = \"ml.p3.2xlarge\" }}\nvariable \"open\" {{}}\nresource \"aws_cloudformation_stack\" \"ml\" {{\n  name = \"ml\"\n{body}\n}}\n"
    )
}

#[test]
fn a_template_in_terraform_is_read_where_it_is_written() {
    let indented: String = STACK.lines().map(|line| format!("    {}\n", line.replace("${", "$${"))).collect();
    let here = format!("  template_body = <<-STACK\n{indented}  STACK");
    let encoded = r#"  template_body = jsonencode({
    Resources = { Book = { Type = "AWS::SageMaker::NotebookInstance", Properties = { InstanceType = var.kind } } }
  })"#;
    let cases = [
        (here.clone(), "ml.t3.medium main.tf:Book"),
        (format!("{here}\n  parameters = {{ Kind = var.kind }}"), "ml.p3.2xlarge main.tf:Book"),
        (here.replace("!Ref Kind", "${var.kind}"), "ml.p3.2xlarge main.tf:Book"),
        (here.replace("!Ref Kind", "${var.open}"), "?var.open main.tf:Book"),
        (format!("{here}\n  parameters = {{ Kind = var.open }}"), "?var.open main.tf:Book"),
        (encoded.to_owned(), "ml.p3.2xlarge main.tf:Book"),
        (encoded.replace("var.kind", "var.open"), "?var.open main.tf:Book"),
        ("  template_body = file(\"${path.module}/stack.yaml\")".to_owned(), "ml.t3.medium stack.yaml:Book"),
        (
            "  template_body = templatefile(\"stack.tftpl\", { kind = \"ml.m5.large\" })".to_owned(),
            "ml.m5.large stack.tftpl:Book",
        ),
    ];
    let template = STACK.replace("!Ref Kind", "${kind}").replace("${AWS", "$${AWS");
    for (body, expected) in cases {
        let mut found = books(&[("main.tf", &terraform(&body)), ("stack.yaml", STACK), ("stack.tftpl", &template)]);
        let mut expected = vec![format!("aws_cloudformation_stack.ml.Book {expected}")];
        if !body.contains("stack.yaml") {
            expected.push("Book ml.t3.medium stack.yaml:Book".to_owned());
        }
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn a_template_in_code_is_read_where_it_is_written() {
    let head = "import boto3, json\ncfn = boto3.client('cloudformation')\n";
    let dict = "KIND = 'ml.m5.large'\nbody = {'Resources': {'Book': {'Type': 'AWS::SageMaker::NotebookInstance', 'Properties': {'InstanceType': KIND}}}}\n";
    let parameters = "Parameters=[{'ParameterKey': 'Kind', 'ParameterValue': 'ml.p3.2xlarge'}]";
    let cases = [
        ("TemplateBody=open('stack.yaml').read()".to_owned(), "ml.t3.medium stack.yaml:Book"),
        (format!("TemplateBody=open('stack.yaml').read(), {parameters}"), "ml.p3.2xlarge stack.yaml:Book"),
        ("TemplateBody=json.dumps(body)".to_owned(), "ml.m5.large run.py:'Book'"),
        (format!("TemplateBody='''\n{STACK}''', {parameters}"), "ml.p3.2xlarge run.py:Book"),
        (
            format!(
                "TemplateBody=f'''{}'''",
                STACK
                    .replace("${", "${{")
                    .replace("}:role", "}}:role")
                    .replace("!Ref Kind", "{KIND}")
                    .replace("{Type: String, Default: ml.t3.medium}", "{{Type: String, Default: x}}")
            ),
            "ml.m5.large run.py:Book",
        ),
    ];
    for (argument, expected) in cases {
        let script = format!("{head}{dict}cfn.create_stack(StackName='a', {argument})\n");
        let found = books(&[("run.py", &script), ("stack.yaml", STACK)]);
        let own = [format!("create_stack.Book {expected}")];
        let found: Vec<String> = found.into_iter().filter(|book| book.starts_with("create_stack")).collect();
        assert_eq!(found, own, "{script}");
    }
}

#[test]
fn what_a_stack_makes_belongs_to_its_unit_and_condition() {
    let script = "import boto3, sys\ncfn = boto3.client('cloudformation')\nif len(sys.argv) > 1:\n    cfn.create_stack(StackName='a', TemplateBody=open('stack.yaml').read())\n";
    let read = outcome(&[("run.py", script), ("stack.yaml", STACK)]);
    let book = one(&read.graph, "create_stack.Book");
    assert_eq!(&*book.key.unit, "run.py");
    assert_eq!(book.guard, one(&read.graph, "create_stack").guard);
    assert_ne!(book.guard, crate::graph::guard::Formula::True);
    assert_eq!(read.files[1].importer.as_deref(), Some("run.py"));
    let size = &book.properties.entry("InstanceType").expect("it is written").value;
    assert_eq!(size.origin.confidence(), Confidence::Medium, "it is the default of a parameter");
}

#[test]
fn a_template_that_is_not_known_is_named() {
    let cases = [
        ("template_body = var.open", "its template is not known"),
        ("template_url = \"https://example.com/a.yaml\"", "its template lies in S3"),
        ("template_body = \"a: b\"", "its template has no `Resources` of CloudFormation"),
        ("template_body = \"{\"", "its template is not valid JSON"),
    ];
    for (body, why) in cases {
        let read = outcome(&[("main.tf", &terraform(body))]);
        let noted: Vec<&str> = read.graph.not_evaluated().iter().map(|note| &*note.why).collect();
        assert_eq!(noted, [why], "{body}");
        assert!(may_hold_more(&read.graph), "{body}");
    }
}

fn may_hold_more(graph: &Graph) -> bool {
    graph.units().iter().any(|unit| !unit.unread.is_empty())
}
