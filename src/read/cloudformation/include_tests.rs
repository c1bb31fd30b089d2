//! Tests of snippets in files beside a template.

use super::stack_tests::{addresses, one, outcome, text};
use crate::read::Outcome;

/// What is not evaluated, each with the file and the reason.
fn missed(outcome: &Outcome) -> Vec<String> {
    let show = |missed: &crate::graph::NotEvaluated| format!("{}: {}: {}", missed.path, missed.what, missed.why);
    outcome.graph.not_evaluated().iter().map(show).collect()
}

fn include(location: &str) -> String {
    format!("Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {location}}}}}")
}

/// A notebook with what an inclusion brings beside its type.
fn book(location: &str) -> String {
    format!(
        "Resources:\n  Book:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      InstanceType: ml.t3.medium\n      {}\n",
        include(location)
    )
}

#[test]
fn a_snippet_is_merged_where_it_is_named() {
    let template = format!(
        "Conditions: {{Big: !Equals [!Ref AWS::Region, eu-west-1]}}
Mappings: {{Sizes: {{small: {{Gb: 50}}}}}}
Resources:
  Key: {{Type: AWS::KMS::Key}}
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      {}
      InstanceType: ml.t3.medium
      Tags: {{{}}}
",
        include("./parts/book.yaml"),
        include("parts/tags.json"),
    );
    let snippet = "InstanceType: ml.p4d.24xlarge\nKmsKeyId: {Ref: Key}\nRootAccess: {'Fn::If': [Big, Disabled, Enabled]}\n\
                   VolumeSizeInGB: !FindInMap [Sizes, small, Gb]\n";
    let outcome = outcome(&[
        ("ml/t.yaml", &template),
        ("ml/parts/book.yaml", snippet),
        ("ml/parts/tags.json", r#"[{"Key": "team", "Value": {"Ref": "AWS::StackName"}}, {"Key": "a", "Value": "b"}]"#),
    ]);
    let book = one(&outcome.graph, "Book");
    assert_eq!(text(book, "InstanceType").as_deref(), Some("ml.t3.medium"), "what is written stays");
    assert_eq!(text(book, "KmsKeyId").as_deref(), Some("&Key.Ref"));
    assert_eq!(text(book, "VolumeSizeInGB").as_deref(), Some("50"));
    assert_eq!(text(book, "Tags.1.Value").as_deref(), Some("b"));
    assert_eq!(missed(&outcome), [""; 0]);
    let property = |name: &str| book.properties.entry(name).expect("the property is known");
    let (own, brought) = (property("InstanceType").place.file, property("KmsKeyId").place.file);
    assert_ne!(own, brought, "a finding points at the snippet");
    assert_eq!(property("KmsKeyId").place.span.start, 30);
    let size = property("VolumeSizeInGB");
    assert_eq!((size.place.file, size.value.origin.place.file), (brought, own), "the map stands in the template");
    let access = property("RootAccess");
    let crate::graph::value::Data::Guarded(guarded) = &access.value.data else { panic!("it is guarded") };
    assert!(format!("{:?}", guarded.when).contains("eu-west-1"), "the condition is the template's");
}

#[test]
fn a_snippet_brings_sections_and_what_is_in_them() {
    let template = format!(
        "Transform:
  - AWS::LanguageExtensions
  - {{Name: AWS::Include, Parameters: {{Location: all.yaml}}}}
Mappings:
  {}
Resources:
  {}
  Book: {{Type: AWS::SageMaker::NotebookInstance, Properties: {{InstanceType: !FindInMap [Types, dev, Type], RoleArn: !GetAtt Role.Arn}}}}
",
        include("maps.yaml"),
        include("resources.yaml"),
    );
    let outcome = outcome(&[
        ("t.yaml", &template),
        ("maps.yaml", "Types: {dev: {Type: ml.t3.medium}}"),
        ("resources.yaml", "Role: {Type: AWS::IAM::Role, Condition: Never}\nTopic: {Type: AWS::SNS::Topic}"),
        (
            "all.yaml",
            "Conditions: {Never: {'Fn::Equals': [a, b]}}\nResources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Q: {Value: !Ref Queue}}",
        ),
    ]);
    assert_eq!(addresses(&outcome.graph), ["Book", "Queue", "Role", "Topic"], "each once, of one unit");
    let book = one(&outcome.graph, "Book");
    assert_eq!(text(book, "InstanceType").as_deref(), Some("ml.t3.medium"));
    assert_eq!(text(book, "RoleArn").as_deref(), Some("&Role.Arn"));
    assert_eq!(one(&outcome.graph, "Role").guard, crate::graph::guard::Formula::False);
    assert_ne!(book.place.file, one(&outcome.graph, "Topic").place.file);
    assert_eq!(outcome.graph.units().len(), 1);
    assert_eq!(outcome.graph.units()[0].unread, []);
    assert_eq!(missed(&outcome), [""; 0]);
}

#[test]
fn what_cannot_be_included_is_named() {
    let cases = [
        ("s3://bucket/more.yaml", "what it brings is not known"),
        ("!Sub '${AWS::Region}.yaml'", "what it brings is not known"),
        ("gone.yaml", "there is no file `gone.yaml`"),
        ("../../../etc/more.yaml", "`../../../etc/more.yaml` lies outside the root"),
        ("/etc/passwd", "`/etc/passwd` lies outside the root"),
        ("broken.yaml", "`broken.yaml` cannot be read"),
        ("empty.yaml", "`empty.yaml` is empty"),
    ];
    for (location, why) in cases {
        let template = book(location);
        let outcome = outcome(&[("t.yaml", &template), ("broken.yaml", "{a: [}"), ("empty.yaml", "")]);
        assert_eq!(missed(&outcome), [format!("t.yaml: transform `AWS::Include`: {why}")]);
        let crate::graph::value::Data::Object(object) = &one(&outcome.graph, "Book").properties.data else { panic!() };
        assert!(object.open.is_some(), "what it does not write may be there");
    }
}

#[test]
fn snippets_that_include_each_other_end() {
    let (one_way, other) = (include("b.yaml"), include("a.yaml"));
    let template = book("a.yaml");
    let outcome = outcome(&[
        ("t.yaml", &template),
        ("a.yaml", &format!("RoleArn: role\n{one_way}")),
        ("b.yaml", &format!("SubnetId: subnet\n{other}")),
    ]);
    let book = one(&outcome.graph, "Book");
    assert_eq!(text(book, "RoleArn").as_deref(), Some("role"));
    assert_eq!(text(book, "SubnetId").as_deref(), Some("subnet"));
    let why = "snippets include each other without end, or too deeply";
    assert_eq!(missed(&outcome), [format!("b.yaml: transform `AWS::Include`: {why}")]);
}

#[test]
fn the_body_of_an_api_may_be_a_snippet() {
    let template = format!(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod, DefinitionBody: {{{}}}}}}}
  Run: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b, Role: r}}}}
",
        include("./api.yaml"),
    );
    let api = "openapi: 3.0.1\ninfo: {title: Jobs}\npaths:\n  /jobs:\n    post:\n      x-amazon-apigateway-integration:\n        uri: {'Fn::Sub': '${Run.Arn}/invocations'}\n";
    let outcome = outcome(&[("t.yaml", &template), ("api.yaml", api)]);
    assert_eq!(text(one(&outcome.graph, "Api"), "Body.info.title").as_deref(), Some("Jobs"));
    assert_eq!(missed(&outcome), [""; 0]);
}

#[test]
fn globals_may_come_with_a_snippet() {
    let run = "Resources: {Run: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Role: r}}}";
    let beside = format!("Transform: AWS::Serverless-2016-10-31\n{}\n{run}\n", include("all.yaml"));
    let within = format!("Transform: AWS::Serverless-2016-10-31\nGlobals:\n  {}\n{run}\n", include("globals.yaml"));
    let globals = "Function: {Runtime: python3.13, AutoPublishAlias: live}";
    for (template, path, snippet) in
        [(beside, "all.yaml", format!("Globals: {{{globals}}}\n")), (within, "globals.yaml", format!("{globals}\n"))]
    {
        let outcome = outcome(&[("t.yaml", &template), (path, &snippet)]);
        assert_eq!(text(one(&outcome.graph, "Run"), "Runtime").as_deref(), Some("python3.13"), "{path}");
        assert_eq!(addresses(&outcome.graph), ["Run", "RunVersion", "RunAliaslive"], "{path}");
        assert_eq!(missed(&outcome), [""; 0], "{path}");
    }
    let unknown =
        format!("Transform: AWS::Serverless-2016-10-31\nGlobals:\n  {}\n{run}\n", include("s3://b/globals.yaml"));
    let outcome = outcome(&[("t.yaml", &unknown)]);
    assert_eq!(missed(&outcome), ["t.yaml: transform `AWS::Include`: what it brings is not known"]);
    let crate::graph::value::Data::Object(run) = &one(&outcome.graph, "Run").properties.data else { panic!() };
    assert!(run.open.is_some(), "what it lacks may be in what is not known");
}

#[test]
fn the_resources_of_a_snippet_may_include_more() {
    let template = format!("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  {}\n", include("parts/one.yaml"));
    let snippet = format!("Key: {{Type: AWS::KMS::Key}}\n{}\n", include("two.yaml"));
    let book = "Book: {Type: AWS::SageMaker::NotebookInstance, Properties: {KmsKeyId: !Ref Key}}\n";
    let outcome = outcome(&[("t.yaml", &template), ("parts/one.yaml", &snippet), ("parts/two.yaml", book)]);
    assert_eq!(addresses(&outcome.graph), ["Key", "Book"]);
    assert_eq!(text(one(&outcome.graph, "Book"), "KmsKeyId").as_deref(), Some("&Key.Ref"));
    assert_eq!(missed(&outcome), [""; 0]);
    let around = format!("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  {}\n", include("a.yaml"));
    let snippet = format!("Key: {{Type: AWS::KMS::Key}}\n{}\n", include("a.yaml"));
    let outcome = self::outcome(&[("t.yaml", &around), ("a.yaml", &snippet)]);
    assert_eq!(addresses(&outcome.graph), ["Key"]);
    let why = "snippets include each other without end, or too deeply";
    assert_eq!(missed(&outcome), [format!("a.yaml: transform `AWS::Include`: {why}")]);
}

#[test]
fn a_snippet_may_be_named_by_a_parameter() {
    let parameters = "Parameters: {Part: {Type: String, Default: book}, At: {Type: String, Default: parts/book.yaml}, None: {Type: String}}\n";
    for location in ["!Ref At", "{Ref: At}", "!Sub 'parts/${Part}.yaml'", "{'Fn::Sub': './parts/${Part}.yaml'}"] {
        let template = format!("{parameters}{}", book(location));
        let outcome = outcome(&[("t.yaml", &template), ("parts/book.yaml", "SubnetId: subnet\n")]);
        assert_eq!(text(one(&outcome.graph, "Book"), "SubnetId").as_deref(), Some("subnet"), "{location}");
        assert_eq!(missed(&outcome), [""; 0], "{location}");
    }
    for location in ["!Ref None", "!Sub 's3://${Part}/book.yaml'", "!Sub '${AWS::Region}.yaml'"] {
        let template = format!("{parameters}{}", book(location));
        let outcome = outcome(&[("t.yaml", &template), ("parts/book.yaml", "SubnetId: subnet\n")]);
        assert_eq!(missed(&outcome), ["t.yaml: transform `AWS::Include`: what it brings is not known"], "{location}");
    }
}
