//! Tests of what templates make beside what is written: loops, nested stacks, imports, serverless types.

use crate::{
    finding::Confidence,
    graph::{
        Graph, Resource, kind,
        value::{Data, Piece},
    },
    read::{Outcome, testing},
};

fn outcome(texts: &[(&str, &str)]) -> Outcome {
    testing::outcome(texts).1
}

fn addresses(graph: &Graph) -> Vec<String> {
    graph.resources().iter().map(|resource| resource.key.address().to_string()).collect()
}

fn one<'g>(graph: &'g Graph, address: &str) -> &'g Resource {
    let found = graph.resources().iter().find(|resource| *resource.key.address() == *address);
    found.unwrap_or_else(|| panic!("no `{address}` among {:?}", addresses(graph)))
}

fn text(resource: &Resource, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(&resource.properties, |value, name| match &value.data {
        Data::List(list) => list.items.get(name.parse::<usize>().ok()?),
        _ => value.entry(name).map(|entry| &entry.value),
    })?;
    match &value.data {
        Data::Reference(reference) => {
            Some(format!("&{}.{}", reference.id, reference.attribute.as_deref().unwrap_or("Ref")))
        }
        Data::Unknown(unknown) => Some(format!("?{}", unknown.name)),
        Data::Template(pieces) => Some(pieces.iter().map(shown).collect()),
        _ => value.plain_text().map(|text| text.to_string()),
    }
}

fn shown(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.to_string(),
        Piece::Hole(_) => "…".to_owned(),
    }
}

const LOOPS: &str = "Transform: AWS::LanguageExtensions
Parameters:
  Teams: {Type: CommaDelimitedList, Default: 'ada, grace-h'}
Resources:
  Fn::ForEach::Books:
    - Team
    - !Ref Teams
    - Notebook&{Team}:
        Type: AWS::SageMaker::NotebookInstance
        Properties:
          NotebookInstanceName: !Sub nb-${Team}
          RoleArn: !GetAtt Role.Arn
          LifecycleConfigName: !Ref Team
          Fn::ForEach::Sizes:
            - Size
            - [VolumeSizeInGB]
            - ${Size}: 20
  Role: {Type: AWS::IAM::Role}
";

#[test]
fn a_loop_makes_a_resource_for_each_item() {
    let outcome = outcome(&[("t.yaml", LOOPS)]);
    let graph = &outcome.graph;
    assert_eq!(addresses(graph), ["Notebookada", "Notebookgraceh", "Role"]);
    let book = one(graph, "Notebookgraceh");
    assert_eq!(text(book, "NotebookInstanceName").as_deref(), Some("nb-grace-h"));
    assert_eq!(text(book, "LifecycleConfigName").as_deref(), Some("grace-h"));
    assert_eq!(text(book, "RoleArn").as_deref(), Some("&Role.Arn"));
    assert_eq!(text(book, "VolumeSizeInGB").as_deref(), Some("20"));
    assert_eq!(graph.units()[0].unread, []);
    assert_eq!(graph.not_evaluated(), []);
}

#[test]
fn a_loop_over_what_is_not_known_is_named() {
    let text = LOOPS.replace(", Default: 'ada, grace-h'", "");
    let outcome = outcome(&[("t.yaml", &text)]);
    assert_eq!(addresses(&outcome.graph), ["Role"]);
    assert_eq!(outcome.graph.units()[0].unread.len(), 1, "there may be more than was read");
    assert_eq!(outcome.graph.not_evaluated()[0].why, "what it runs over is not known");
}

#[test]
fn loops_within_loops_end() {
    let list = (0..200).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
    let inner =
        format!("{{'Fn::ForEach::C': [Z, [{list}], {{'A${{X}}B${{Y}}C${{Z}}': {{Type: 'AWS::S3::Bucket'}}}}]}}");
    let middle = format!("{{'Fn::ForEach::B': [Y, [{list}], {inner}]}}");
    let text =
        format!("Transform: AWS::LanguageExtensions\nResources: {{'Fn::ForEach::A': [X, [{list}], {middle}]}}\n");
    let outcome = outcome(&[("t.yaml", &text)]);
    assert!(outcome.graph.resources().len() < 2_000_000);
    assert!(outcome.graph.not_evaluated().iter().any(|missed| missed.why == "it has more turns than are followed"));
}

const CHILD: &str = "Parameters:
  Type: {Type: String, Default: ml.t3.medium}
  Subnets: {Type: CommaDelimitedList}
  Kms: {Type: String, Default: ''}
Conditions:
  HasKey: !Not [!Equals [!Ref Kms, '']]
Resources:
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: !Ref Type
      SubnetId: !Select [0, !Ref Subnets]
      KmsKeyId: !If [HasKey, !Ref Kms, !Ref AWS::NoValue]
      RoleArn: !GetAtt Role.Arn
  Role: {Type: AWS::IAM::Role}
Outputs:
  RoleArn: {Value: !GetAtt Role.Arn}
  Kind: {Value: !Ref Type}
";

const PARENT: &str = "Parameters:
  Prefix: {Type: String}
Resources:
  Subnet: {Type: AWS::EC2::Subnet}
  Books:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./stacks/books.yaml
      Parameters:
        Type: ml.p2.xlarge
        Subnets: !Join [',', [!Ref Subnet, subnet-1]]
        Kms: !Sub ${Prefix}-key
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: !GetAtt Books.Outputs.RoleArn
      ModelName: !GetAtt Books.Outputs.Kind
";

#[test]
fn a_nested_stack_is_read_with_what_is_passed_to_it() {
    let outcome = outcome(&[("infra/main.yaml", PARENT), ("infra/stacks/books.yaml", CHILD)]);
    let graph = &outcome.graph;
    assert_eq!(addresses(graph), ["Subnet", "Books", "Books.Book", "Books.Role", "Model"]);
    let units: Vec<&str> = graph.units().iter().map(|unit| &*unit.path).collect();
    assert_eq!(units, ["infra/main.yaml"], "the nested template is no unit of its own");
    let book = one(graph, "Books.Book");
    assert_eq!(text(book, "InstanceType").as_deref(), Some("ml.p2.xlarge"));
    let kind = &book.properties.entry("InstanceType").expect("it is written").value;
    assert_eq!(kind.origin.confidence(), Confidence::High);
    assert_eq!(text(book, "RoleArn").as_deref(), Some("&Books.Role.Arn"));
    assert_eq!(book.callers.len(), 1);
    let model = one(graph, "Model");
    assert_eq!(text(model, "ExecutionRoleArn").as_deref(), Some("&Books.Role.Arn"));
    assert_eq!(text(model, "ModelName").as_deref(), Some("ml.p2.xlarge"));
    let Some(Data::Reference(reference)) = model.properties.entry("ExecutionRoleArn").map(|entry| &entry.value.data)
    else {
        panic!("it is a reference")
    };
    let targets = graph.resolve(&model.key.unit, reference);
    assert_eq!(targets.len(), 1);
    assert_eq!(&*graph.resource(targets[0]).kind, kind::ROLE);
    let file = outcome.files.iter().find(|file| file.path.ends_with("books.yaml")).expect("it is listed");
    assert_eq!(file.importer.as_deref(), Some("infra/main.yaml"));
    assert_eq!(graph.units()[0].unread, [], "nothing is left unread");
}

#[test]
fn a_nested_stack_that_is_elsewhere_is_unread() {
    let text = PARENT.replace("./stacks/books.yaml", "https://bucket.s3.amazonaws.com/books.yaml");
    let outcome = outcome(&[("infra/main.yaml", &text), ("infra/stacks/books.yaml", CHILD)]);
    let graph = &outcome.graph;
    assert_eq!(addresses(graph), ["Subnet", "Books", "Model", "Book", "Role"]);
    assert_eq!(graph.units()[0].unread.len(), 1);
    assert_eq!(self::text(one(graph, "Book"), "InstanceType").as_deref(), Some("ml.t3.medium"));
    assert_eq!(self::text(one(graph, "Model"), "ModelName").as_deref(), Some("&Books.Outputs.Kind"));
}

#[test]
fn stacks_that_nest_each_other_end() {
    let text = |other: &str| {
        format!(
            "Resources:\n  Bucket: {{Type: AWS::S3::Bucket}}\n  Other:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {other}\n      Parameters: {{A: !GetAtt Other.Outputs.A}}\n"
        )
    };
    let outcome = outcome(&[("a.yaml", &text("b.yaml")), ("b.yaml", &text("a.yaml"))]);
    let why = "stacks are nested in each other without end, or too deeply";
    assert!(outcome.graph.not_evaluated().iter().any(|missed| missed.why == why));
    let selves = self::outcome(&[("a.yaml", &text("a.yaml"))]);
    assert_eq!(addresses(&selves.graph), ["Bucket", "Other"]);
}

#[test]
fn two_stacks_of_one_template_are_decided_apart() {
    let parent = "Resources:
  A:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Subnets: s, Kms: key}}
  B:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Subnets: s}}
";
    let outcome = outcome(&[("main.yaml", parent), ("child.yaml", CHILD)]);
    assert_eq!(text(one(&outcome.graph, "A.Book"), "KmsKeyId").as_deref(), Some("key"));
    assert_eq!(text(one(&outcome.graph, "B.Book"), "KmsKeyId"), None);
}

#[test]
fn the_stacks_of_cdk_are_found_by_their_assets() {
    let parent = r#"{"Resources": {"Books": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::URLSuffix}/x.json"}, "Parameters": {"Subnets": "s"}}, "Metadata": {"aws:cdk:path": "App/Books", "aws:asset:path": "books.nested.template.json"}}}}"#;
    let child = r#"{"Parameters": {"Subnets": {"Type": "String"}}, "Resources": {"Raw": {"Type": "AWS::S3::Bucket"}}}"#;
    let outcome = outcome(&[("cdk.out/app.template.json", parent), ("cdk.out/books.nested.template.json", child)]);
    assert_eq!(addresses(&outcome.graph), ["Books", "Books.Raw"]);
    assert_eq!(outcome.graph.name(&one(&outcome.graph, "Books").key), Some("App/Books"));
}

const NETWORK: &str = "Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc}}
Outputs:
  Subnet: {Value: !Ref Subnet, Export: {Name: ml-subnet}}
  Type: {Value: ml.p2.xlarge, Export: {Name: ml-type}}
  Own: {Value: !Ref Vpc, Export: {Name: !Sub '${AWS::StackName}-vpc'}}
";

const USER: &str = "Resources:
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: !ImportValue ml-type
      SubnetId: !ImportValue ml-subnet
      RoleArn: !ImportValue other-role
      Tags: [{Key: a, Value: !Sub ['x-${T}', {T: !ImportValue ml-type}]}]
";

#[test]
fn an_import_is_what_another_template_exports() {
    let outcome = outcome(&[("network.yaml", NETWORK), ("user.yaml", USER)]);
    let graph = &outcome.graph;
    let book = one(graph, "Book");
    assert_eq!(text(book, "InstanceType").as_deref(), Some("ml.p2.xlarge"));
    assert_eq!(text(book, "Tags.0.Value").as_deref(), Some("x-ml.p2.xlarge"));
    assert_eq!(text(book, "RoleArn").as_deref(), Some("?import other-role"));
    let Some(Data::Reference(reference)) = book.properties.entry("SubnetId").map(|entry| &entry.value.data) else {
        panic!("it is a reference")
    };
    assert_eq!(&*reference.id, "network.yaml#Subnet");
    let targets = graph.resolve(&book.key.unit, reference);
    assert_eq!(&*graph.resource(targets[0]).kind, kind::SUBNET);
}

#[test]
fn an_import_whose_name_has_holes_is_the_one_export_that_fits() {
    let user = "Parameters:
  NetworkStack: {Type: String}
  Known: {Type: String, Default: shared-net}
Resources:
  Open: {Type: AWS::EC2::Subnet, Properties: {VpcId: {'Fn::ImportValue': !Sub '${NetworkStack}-vpc'}}}
  Given: {Type: AWS::EC2::Subnet, Properties: {VpcId: {'Fn::ImportValue': !Sub '${Known}-vpc'}}}
  Other: {Type: AWS::EC2::Subnet, Properties: {VpcId: {'Fn::ImportValue': !Sub '${NetworkStack}-other'}}}
  Any: {Type: AWS::EC2::Subnet, Properties: {VpcId: {'Fn::ImportValue': !Ref NetworkStack}}}
";
    let outcome = outcome(&[("network.yaml", NETWORK), ("user.yaml", user)]);
    for id in ["Open", "Given"] {
        let vpc = one(&outcome.graph, id).properties.entry("VpcId").expect("it is written");
        assert_eq!(text(one(&outcome.graph, id), "VpcId").as_deref(), Some("&network.yaml#Vpc.Ref"));
        assert_eq!(vpc.value.origin.confidence(), Confidence::Medium, "it may be another stack's");
    }
    assert_eq!(text(one(&outcome.graph, "Any"), "VpcId").as_deref(), Some("?import ${parameter NetworkStack}"));
    let missed = outcome.graph.not_evaluated().iter().map(|missed| (&*missed.what, &*missed.why));
    let why = "no template that was read exports it";
    assert_eq!(
        missed.collect::<Vec<_>>(),
        [("import `${parameter NetworkStack}-other`", why), ("import `${parameter NetworkStack}`", why)]
    );
    let texts = [("a.yaml", NETWORK), ("b.yaml", NETWORK), ("user.yaml", user)];
    let outcome = self::outcome(&texts);
    assert!(text(one(&outcome.graph, "Open"), "VpcId").is_some_and(|text| text.starts_with('?')));
    let why = "more than one export fits it: `a.yaml`, `b.yaml`";
    assert!(outcome.graph.not_evaluated().iter().any(|missed| missed.why == why));
}

#[test]
fn a_name_that_two_templates_export_is_not_known() {
    let outcome = outcome(&[("dev.yaml", NETWORK), ("prod.yaml", NETWORK), ("user.yaml", USER)]);
    assert_eq!(text(one(&outcome.graph, "Book"), "InstanceType").as_deref(), Some("?import ml-type"));
}

const SAM: &str = "Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12}}
Resources:
  Resize:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Policies:
        - AmazonSageMakerFullAccess
        - S3ReadPolicy: {BucketName: raw}
        - Version: '2012-10-17'
          Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]
      Events:
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 5}}
        Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  Given:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Role: !GetAtt ResizeRole.Arn}
  Queue: {Type: AWS::SQS::Queue}
  Names: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: id, Type: String}}}
";

#[test]
fn what_serverless_types_make_is_there() {
    let outcome = outcome(&[("template.yaml", SAM)]);
    let graph = &outcome.graph;
    let expected =
        ["Resize", "ResizeRole", "ResizeJobs", "ResizeNightly", "ResizeNightlyPermission", "Given", "Queue", "Names"];
    assert_eq!(addresses(graph), expected);
    let role = one(graph, "ResizeRole");
    assert_eq!(text(role, "ManagedPolicyArns.2").as_deref(), Some("arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"));
    let reads = text(role, "ManagedPolicyArns.1");
    assert_eq!(reads.as_deref(), Some("arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"));
    let statement = |path: &str| text(role, &format!("Policies.0.PolicyDocument.Statement.0.{path}"));
    assert_eq!(statement("Action.0").as_deref(), Some("s3:GetObject"));
    assert_eq!(statement("Resource.1").as_deref(), Some("arn:…:s3:::raw/*"));
    assert_eq!(text(role, "Policies.1.PolicyDocument.Statement.0.Action").as_deref(), Some("s3:*"));
    assert_eq!(
        text(role, "AssumeRolePolicyDocument.Statement.0.Principal.Service").as_deref(),
        Some("lambda.amazonaws.com")
    );
    let mapping = one(graph, "ResizeJobs");
    assert_eq!(&*mapping.kind, "AWS::Lambda::EventSourceMapping");
    assert_eq!(text(mapping, "EventSourceArn").as_deref(), Some("&Queue.Arn"));
    assert_eq!(text(mapping, "FunctionName").as_deref(), Some("&Resize.Arn"));
    assert_eq!(text(one(graph, "ResizeNightly"), "ScheduleExpression").as_deref(), Some("rate(1 day)"));
    assert_eq!(text(one(graph, "Given"), "Role").as_deref(), Some("&ResizeRole.Arn"));
    let table = one(graph, "Names");
    assert_eq!(
        (&*table.kind, text(table, "KeySchema.0.AttributeName").as_deref()),
        ("AWS::DynamoDB::Table", Some("id"))
    );
}

/// A function or state machine with one event, and what its template makes for it.
fn made_for(event: &str) -> crate::read::Outcome {
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Run:\n    Type: AWS::Serverless::Function\n    Properties: {{Handler: a.b, Role: r, Events: {{On: {event}}}}}\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties: {{DefinitionUri: s3://b/k, Role: r, Events: {{On: {event}}}}}\n  Raw: {{Type: AWS::S3::Bucket, Properties: {{BucketName: raw}}}}\n"
    );
    outcome(&[("template.yaml", &text)])
}

#[test]
fn events_of_every_kind_make_what_starts_the_function() {
    let cases = [
        ("{Type: SQS, Properties: {Queue: q}}", "RunOn AWS::Lambda::EventSourceMapping"),
        ("{Type: MSK, Properties: {Stream: q}}", "RunOn AWS::Lambda::EventSourceMapping"),
        (
            "{Type: SelfManagedKafka, Properties: {Topics: [t], KafkaBootstrapServers: [s]}}",
            "RunOn AWS::Lambda::EventSourceMapping",
        ),
        (
            "{Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}",
            "RunOnRole AWS::IAM::Role, RunOn AWS::Scheduler::Schedule, FlowOnRole AWS::IAM::Role, FlowOn AWS::Scheduler::Schedule",
        ),
        (
            "{Type: EventBridgeRule, Properties: {Pattern: {source: [a]}}}",
            "RunOn AWS::Events::Rule, RunOnPermission AWS::Lambda::Permission, FlowOnRole AWS::IAM::Role, FlowOn AWS::Events::Rule",
        ),
        (
            "{Type: S3, Properties: {Bucket: !Ref Raw, Events: 's3:ObjectCreated:*'}}",
            "RunOnPermission AWS::Lambda::Permission",
        ),
        (
            "{Type: SNS, Properties: {Topic: t}}",
            "RunOnPermission AWS::Lambda::Permission, RunOn AWS::SNS::Subscription",
        ),
        (
            "{Type: SNS, Properties: {Topic: t, SqsSubscription: true}}",
            "RunOnQueue AWS::SQS::Queue, RunOnEventSourceMapping AWS::Lambda::EventSourceMapping, RunOn AWS::SNS::Subscription",
        ),
        (
            "{Type: CloudWatchLogs, Properties: {LogGroupName: g}}",
            "RunOnPermission AWS::Lambda::Permission, RunOn AWS::Logs::SubscriptionFilter",
        ),
        ("{Type: IoTRule, Properties: {Sql: s}}", "RunOn AWS::IoT::TopicRule, RunOnPermission AWS::Lambda::Permission"),
        ("{Type: AlexaSkill}", "RunOnPermission AWS::Lambda::Permission"),
        ("{Type: Cognito, Properties: {UserPool: p, Trigger: PreSignUp}}", "RunOnPermission AWS::Lambda::Permission"),
        (
            "{Type: Api, Properties: {Path: /, Method: get, RestApiId: a}}",
            "RunOnPermission AWS::Lambda::Permission, FlowOnRole AWS::IAM::Role",
        ),
        (
            "{Type: Api, Properties: {Path: /, Method: get}}",
            "RunOnPermissionProd AWS::Lambda::Permission, FlowOnRole AWS::IAM::Role, ServerlessRestApi AWS::ApiGateway::RestApi, ServerlessRestApiProdStage AWS::ApiGateway::Stage",
        ),
        (
            "{Type: HttpApi}",
            "RunOnPermission AWS::Lambda::Permission, FlowOnRole AWS::IAM::Role, ServerlessHttpApi AWS::ApiGatewayV2::Api, ServerlessHttpApiApiGatewayDefaultStage AWS::ApiGatewayV2::Stage",
        ),
    ];
    for (event, expected) in cases {
        let outcome = made_for(event);
        let resources = outcome.graph.resources().iter();
        let made = resources.filter(|one| !["Run", "Flow", "Raw"].contains(&&*one.key.id));
        let made: Vec<String> = made.map(|one| format!("{} {}", one.key.id, one.kind)).collect();
        assert_eq!(made.join(", "), expected, "{event}");
    }
}

#[test]
fn what_an_event_tells_is_where_a_rule_would_look() {
    let outcome = made_for("{Type: S3, Properties: {Bucket: !Ref Raw, Events: 's3:ObjectCreated:*'}}");
    let config = |name: &str| {
        text(one(&outcome.graph, "Raw"), &format!("NotificationConfiguration.LambdaConfigurations.0.{name}"))
    };
    assert_eq!(config("Function").as_deref(), Some("&Run.Arn"));
    assert_eq!(config("Event").as_deref(), Some("s3:ObjectCreated:*"));
    let outcome = made_for("{Type: Schedule, Properties: {Schedule: rate(1 day), Input: x}}");
    assert_eq!(text(one(&outcome.graph, "RunOn"), "Targets.0.Input").as_deref(), Some("x"));
    assert_eq!(text(one(&outcome.graph, "FlowOn"), "Targets.0.RoleArn").as_deref(), Some("&FlowOnRole.Arn"));
    let outcome = made_for("{Type: Sqs, Properties: {Queue: q}}");
    let whys: Vec<&str> = outcome.graph.not_evaluated().iter().map(|missed| &*missed.why).collect();
    assert!(whys.contains(&"SAM has no such event source"), "{whys:?}");
}

#[test]
fn a_policy_template_that_sam_does_not_have_is_named() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Run:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b, Policies: [{S3RedPolicy: {BucketName: raw}}]}\n";
    let outcome = outcome(&[("template.yaml", text)]);
    let [missed] = outcome.graph.not_evaluated() else { panic!("{:?}", outcome.graph.not_evaluated()) };
    assert_eq!((&*missed.what, &*missed.why), ("policy template `S3RedPolicy`", "SAM has none of this name"));
}
