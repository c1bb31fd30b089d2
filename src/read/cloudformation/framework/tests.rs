//! Tests of services of the Serverless Framework.

use crate::{
    finding::Confidence,
    graph::value::Data,
    read::{
        cloudformation::stack_tests::{addresses, one, outcome, text},
        testing,
    },
};

const HEAD: &str = "service: ml
provider:
  name: aws
  runtime: python3.12
  region: eu-west-1
  stage: ${opt:stage, 'dev'}
  environment: {ENDPOINT: one, LEVEL: info}
  iam:
    role:
      statements:
        - {Effect: Allow, Action: 'sagemaker:*', Resource: '*'}
custom:
  size: ml.m5.large
  sizes: {dev: ml.t3.medium, prod: ml.p3.2xlarge}
  network: {SubnetId: subnet-1}
  role: {Fn::GetAtt: [IamRoleLambdaExecution, Arn]}
  again: ${self:custom.size}
functions:
  my-fn:
    handler: src/app.handler
    timeout: 30
    environment: {ENDPOINT: two}
    events:
      - schedule: rate(1 hour)
  other:
    handler: app.other
    role: arn:aws:iam::111122223333:role/x
    memorySize: ${self:custom.memory, 512}
";

/// The instance type of a notebook that a service makes, as it is written there.
fn size_of(written: &str) -> (String, Option<Confidence>) {
    let service = format!(
        "{HEAD}resources:\n  Resources:\n    Book:\n      Type: AWS::SageMaker::NotebookInstance\n      Properties:\n        InstanceType: {written}\n        RoleArn: ${{self:custom.role}}\n"
    );
    let read = outcome(&[("serverless.yml", &service), ("sizes.yml", "small: ml.t2.medium\n")]);
    let book = one(&read.graph, "Book");
    assert_eq!(text(book, "RoleArn").as_deref(), Some("&IamRoleLambdaExecution.Arn"), "{written}");
    let value = &book.properties.entry("InstanceType").expect("it is written").value;
    let confidence = (!value.is_unknown()).then(|| value.origin.confidence());
    (text(book, "InstanceType").unwrap_or_default(), confidence)
}

#[test]
fn variables_of_a_service_are_filled_in_where_they_can_be_known() {
    let (high, medium) = (Some(Confidence::High), Some(Confidence::Medium));
    let cases = [
        ("ml.t3.large", "ml.t3.large", high),
        ("${self:custom.size}", "ml.m5.large", high),
        ("${self:custom.again}", "ml.m5.large", high),
        ("${self:custom.none, self:custom.size}", "ml.m5.large", high),
        ("${self:custom.none, 'ml.c5.large'}", "ml.c5.large", high),
        ("${opt:size, self:custom.size}", "ml.m5.large", medium),
        ("${env:SIZE, 'ml.c5.large'}", "ml.c5.large", medium),
        ("${self:custom.sizes.${opt:stage, 'prod'}}", "ml.p3.2xlarge", medium),
        ("${self:custom.sizes.${sls:stage}}", "ml.t3.medium", medium),
        ("ml.m5.${opt:size, 'xlarge'}", "ml.m5.xlarge", medium),
        ("${file(sizes.yml):small}", "ml.t2.medium", high),
        ("${opt:size}", "?${opt:size}", None),
        ("${env:SIZE}", "?${env:SIZE}", None),
        ("${ssm:/size}", "?${ssm:/size}", None),
        ("${file(none.yml):small}", "?${file(none.yml):small}", None),
        ("${self:custom.none}", "?${self:custom.none}", None),
        ("!Sub 'ml.${self:service}.${AWS::Region}'", "ml.ml.…", high),
    ];
    for (written, expected, confidence) in cases {
        assert_eq!(size_of(written), (expected.to_owned(), confidence), "{written}");
    }
}

#[test]
fn functions_are_what_the_framework_makes_of_them() {
    let read = outcome(&[("app/serverless.yml", HEAD), ("app/src/app.py", "def handler(event, context):\n    pass\n")]);
    let graph = &read.graph;
    assert_eq!(
        addresses(graph),
        [
            "MyDashfnLambdaFunction",
            "MyDashfnLogGroup",
            "OtherLambdaFunction",
            "OtherLogGroup",
            "IamRoleLambdaExecution"
        ]
    );
    let told = |id: &str, path: &str| text(one(graph, id), path).unwrap_or_default();
    let mine = "MyDashfnLambdaFunction";
    assert_eq!(told(mine, "FunctionName"), "ml-dev-my-fn");
    assert_eq!(told("MyDashfnLogGroup", "LogGroupName"), "/aws/lambda/ml-dev-my-fn");
    assert_eq!((told(mine, "MemorySize"), told(mine, "Timeout")), ("1024".to_owned(), "30".to_owned()));
    assert_eq!(told(mine, "Runtime"), "python3.12");
    assert_eq!(told(mine, "Environment.Variables.ENDPOINT"), "two");
    assert_eq!(told(mine, "Environment.Variables.LEVEL"), "info");
    assert_eq!(told(mine, "Role"), "&IamRoleLambdaExecution.Arn");
    let other = "OtherLambdaFunction";
    assert_eq!((told(other, "MemorySize"), told(other, "Timeout")), ("512".to_owned(), "6".to_owned()));
    assert_eq!(told(other, "Role"), "arn:aws:iam::111122223333:role/x");
    let role = one(graph, "IamRoleLambdaExecution");
    assert_eq!(text(role, "Policies.0.PolicyDocument.Statement.0.Action").as_deref(), Some("sagemaker:*"));
    assert!(graph.resources().iter().all(|one| one.region.as_deref() == Some("eu-west-1")));
    let code = read.files.iter().find(|file| &*file.path == "app/src/app.py").expect("the code");
    assert_eq!(code.reader, Some("Python"), "it is the code of the function");
    let noted: Vec<&str> = graph.not_evaluated().iter().map(|note| &*note.what).collect();
    assert!(graph.units().iter().any(|unit| !unit.unread.is_empty()), "events make more");
    assert_eq!(noted, ["`events` of the function `my-fn`"]);
}

#[test]
fn files_of_resources_are_parts_of_the_service() {
    let service = HEAD.to_owned()
        + "resources:\n  - ${file(books.yml)}\n  - Resources:\n      Raw: {Type: AWS::S3::Bucket}\n  - ${file(none.yml)}\n";
    let books = "Resources:\n  Book:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      InstanceType: ${self:custom.size}\n      Tags: ${self:custom.network}\n      RoleArn: !Ref Raw\n";
    let (files, read) = testing::outcome(&[("serverless.yml", &service), ("books.yml", books)]);
    let book = one(&read.graph, "Book");
    assert_eq!(&*files.get(book.place.file).path, "books.yml");
    assert_eq!(&*book.key.unit, "serverless.yml");
    assert_eq!(text(book, "InstanceType").as_deref(), Some("ml.m5.large"));
    assert_eq!(text(book, "RoleArn").as_deref(), Some("&Raw.Ref"));
    assert_eq!(text(book, "Tags.SubnetId").as_deref(), Some("subnet-1"));
    let noted: Vec<&str> = read.graph.not_evaluated().iter().map(|note| &*note.why).collect();
    assert_eq!(noted, ["what it makes is not read", "there is no file `none.yml`"]);
}

#[test]
fn what_refers_to_itself_or_is_no_service_of_aws_comes_to_an_end() {
    let circle = "service: a\nprovider: {name: aws}\ncustom: {a: '${self:custom.b}', b: '${self:custom.a}', c: '${self:custom}'}\nresources:\n  Resources:\n    Raw: {Type: AWS::S3::Bucket, Properties: {BucketName: '${self:custom.a}', Tags: '${self:custom.c}'}}\n";
    let read = outcome(&[("serverless.yml", circle)]);
    let bucket = one(&read.graph, "Raw");
    assert!(matches!(bucket.properties.entry("BucketName").map(|entry| &entry.value.data), Some(Data::Unknown(_))));
    let other = HEAD.replace("name: aws", "name: google");
    assert!(outcome(&[("serverless.yml", &other)]).graph.resources().is_empty());
}
