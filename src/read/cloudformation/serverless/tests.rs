//! Tests of what the serverless types become, and of what is made beside them.

use crate::{
    graph::value::Data,
    read::cloudformation::stack_tests::{addresses, one, outcome, text},
};

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
    assert_eq!(text(role, "ManagedPolicyArns.1").as_deref(), Some("arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"));
    let reads = text(role, "ManagedPolicyArns.2");
    assert_eq!(reads.as_deref(), Some("arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"));
    let statement = |path: &str| text(role, &format!("Policies.0.PolicyDocument.Statement.0.{path}"));
    assert_eq!(statement("Action.0").as_deref(), Some("s3:GetObject"));
    assert_eq!(statement("Resource.1").as_deref(), Some("arn:…:s3:::raw/*"));
    assert_eq!(text(role, "Policies.1.PolicyDocument.Statement.0.Action").as_deref(), Some("s3:*"));
    assert_eq!(
        text(role, "AssumeRolePolicyDocument.Statement.0.Principal.Service.0").as_deref(),
        Some("lambda.amazonaws.com")
    );
    let mapping = one(graph, "ResizeJobs");
    assert_eq!(&*mapping.kind, "AWS::Lambda::EventSourceMapping");
    assert_eq!(text(mapping, "EventSourceArn").as_deref(), Some("&Queue.Arn"));
    assert_eq!(text(mapping, "FunctionName").as_deref(), Some("&Resize.Ref"));
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
            "RunOnQueue AWS::SQS::Queue, RunOnQueuePolicy AWS::SQS::QueuePolicy, RunOnEventSourceMapping AWS::Lambda::EventSourceMapping, RunOn AWS::SNS::Subscription",
        ),
        (
            "{Type: CloudWatchLogs, Properties: {LogGroupName: g}}",
            "RunOnPermission AWS::Lambda::Permission, RunOn AWS::Logs::SubscriptionFilter",
        ),
        ("{Type: IoTRule, Properties: {Sql: s}}", "RunOn AWS::IoT::TopicRule, RunOnPermission AWS::Lambda::Permission"),
        ("{Type: AlexaSkill}", "RunOnPermission AWS::Lambda::Permission"),
        (
            "{Type: Cognito, Properties: {UserPool: p, Trigger: PreSignUp}}",
            "RunCognitoPermission AWS::Lambda::Permission",
        ),
        (
            "{Type: Api, Properties: {Path: /, Method: get, RestApiId: a}}",
            "RunOnPermissionAllStages AWS::Lambda::Permission, FlowOnRole AWS::IAM::Role",
        ),
        (
            "{Type: Api, Properties: {Path: /, Method: get}}",
            "RunOnPermissionProd AWS::Lambda::Permission, FlowOnRole AWS::IAM::Role, ServerlessRestApi AWS::ApiGateway::RestApi, ServerlessRestApiDeployment AWS::ApiGateway::Deployment, ServerlessRestApiProdStage AWS::ApiGateway::Stage",
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

/// A template of serverless types, from the lines below `Resources:`.
fn serverless(resources: &str) -> crate::read::Outcome {
    outcome(&[("template.yaml", &format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}"))])
}

/// Addresses and kinds of all resources, in order.
fn all(outcome: &crate::read::Outcome) -> Vec<String> {
    let resources = outcome.graph.resources().iter();
    resources.map(|one| format!("{} {}", one.key.address(), one.kind.trim_start_matches("AWS::"))).collect()
}

const PUBLISHED: &str = "Transform: AWS::Serverless-2016-10-31
Parameters:
  Alias: {Type: String, Default: live-1}
Globals:
  Function: {Runtime: python3.12, Tracing: Active, AutoPublishAlias: !Ref Alias, Tags: {team: a}}
Resources:
  Score:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      CodeUri: s3://code/score.zip
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 5}
      DeploymentPreference: {Type: Canary10Percent5Minutes, Alarms: [!Ref Failing]}
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Failed.Arn}
      VpcConfig: !If [InVpc, {SubnetIds: [subnet-1]}, !Ref AWS::NoValue]
      FunctionUrlConfig: {AuthType: NONE}
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        DestinationConfig: {OnSuccess: {Type: SQS}, OnFailure: {Type: SNS}}
      Events:
        Jobs: {Type: SQS, Properties: {Queue: !GetAtt Failed.Arn}}
  Plain:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [AutoPublishAlias, Tags]
    Properties:
      Handler: app.handler
      InlineCode: x = 1
      Tracing: Disabled
      Environment:
        Variables:
          Alias: !Ref Score.Alias
          Version: !GetAtt Score.Version.Version
          Named: !Ref ScoreAliasliveD1
          Role: !Sub '${ScoreRole.Arn}'
          Queue: !Ref Score.DestinationQueue
  Failed: {Type: AWS::SQS::Queue}
  Failing: {Type: AWS::CloudWatch::Alarm}
Conditions:
  InVpc: !Equals [!Ref AWS::Region, eu-west-1]
";

#[test]
fn a_function_that_is_published_has_a_version_and_an_alias() {
    let outcome = outcome(&[("template.yaml", PUBLISHED)]);
    let expected = [
        "Score Lambda::Function",
        "ScoreRole IAM::Role",
        "ScoreEventInvokeConfigOnSuccessQueue SQS::Queue",
        "ScoreEventInvokeConfigOnFailureTopic SNS::Topic",
        "ScoreEventInvokeConfig Lambda::EventInvokeConfig",
        "ScoreVersion Lambda::Version",
        "ScoreAliasliveD1 Lambda::Alias",
        "ScoreDeploymentGroup CodeDeploy::DeploymentGroup",
        "ScoreUrl Lambda::Url",
        "ScoreUrlPublicPermissions Lambda::Permission",
        "ScoreURLInvokeAllowPublicAccess Lambda::Permission",
        "ScoreJobs Lambda::EventSourceMapping",
        "Plain Lambda::Function",
        "PlainRole IAM::Role",
        "Failed SQS::Queue",
        "Failing CloudWatch::Alarm",
        "ServerlessDeploymentApplication CodeDeploy::Application",
        "CodeDeployServiceRole IAM::Role",
    ];
    assert_eq!(all(&outcome), expected);
    let cases = [
        ("Score", "Code.S3Bucket", "code"),
        ("Score", "Code.S3Key", "score.zip"),
        ("Score", "TracingConfig.Mode", "Active"),
        ("Score", "DeadLetterConfig.TargetArn", "&Failed.Arn"),
        ("Score", "Tags.0.Key", "lambda:createdBy"),
        ("Score", "Tags.1.Value", "a"),
        ("ScoreRole", "ManagedPolicyArns.1", "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"),
        ("ScoreRole", "ManagedPolicyArns.2", "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"),
        ("ScoreRole", "Policies.0.PolicyName", "DeadLetterQueuePolicy"),
        ("ScoreRole", "Policies.0.PolicyDocument.Statement.0.Resource", "&Failed.Arn"),
        ("ScoreRole", "Policies.1.PolicyName", "ScoreEventInvokeConfigOnSuccessSQSPolicy"),
        ("ScoreRole", "Policies.1.PolicyDocument.Statement.0.Action", "sqs:SendMessage"),
        ("ScoreRole", "Policies.2.PolicyDocument.Statement.0.Action", "sns:publish"),
        ("ScoreAliasliveD1", "FunctionVersion", "&ScoreVersion.Version"),
        ("ScoreAliasliveD1", "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions", "5"),
        ("ScoreEventInvokeConfig", "Qualifier", "live-1"),
        (
            "ScoreEventInvokeConfig",
            "DestinationConfig.OnSuccess.Destination",
            "&ScoreEventInvokeConfigOnSuccessQueue.Arn",
        ),
        ("ScoreDeploymentGroup", "DeploymentConfigName", "CodeDeployDefault.LambdaCanary10Percent5Minutes"),
        ("ScoreDeploymentGroup", "AlarmConfiguration.Alarms.0.Name", "&Failing.Ref"),
        ("ScoreJobs", "FunctionName", "&ScoreAliasliveD1.Ref"),
        ("ScoreUrl", "TargetFunctionArn", "&ScoreAliasliveD1.Ref"),
        ("Plain", "Code.ZipFile", "x = 1"),
        ("Plain", "Environment.Variables.Alias", "&ScoreAliasliveD1.Ref"),
        ("Plain", "Environment.Variables.Version", "&ScoreVersion.Version"),
        ("Plain", "Environment.Variables.Named", "&ScoreAliasliveD1.Ref"),
        ("Plain", "Environment.Variables.Role", "&ScoreRole.Arn"),
        ("Plain", "Environment.Variables.Queue", "&ScoreEventInvokeConfigOnSuccessQueue.Ref"),
        ("PlainRole", "ManagedPolicyArns.0", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
    ];
    for (id, path, expected) in cases {
        assert_eq!(text(one(&outcome.graph, id), path).as_deref(), Some(expected), "{id} {path}");
    }
    for (id, path) in [("Plain", "TracingConfig"), ("Plain", "Tags.1.Key"), ("PlainRole", "ManagedPolicyArns.1")] {
        assert_eq!(text(one(&outcome.graph, id), path), None, "{id} {path}");
    }
    assert_eq!(outcome.graph.not_evaluated(), []);
}

#[test]
fn an_api_has_a_deployment_a_stage_and_what_its_users_need() {
    let outcome = serverless(
        "  Own:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      TracingEnabled: true
      EndpointConfiguration: {Type: PRIVATE, VPCEndpointIds: [vpce-1]}
      Auth:
        Authorizers: {Token: {FunctionArn: !GetAtt Guard.Arn}}
        UsagePlan: {CreateUsagePlan: PER_API, Quota: {Limit: 10}}
      Domain: {DomainName: api.example.com, CertificateArn: arn, BasePath: [v1], Route53: {HostedZoneId: Z1}}
  Named: {Type: AWS::Serverless::Api, Properties: {StageName: !Ref AWS::StackName}}
  Web: {Type: AWS::Serverless::HttpApi, Properties: {StageVariables: {a: b}}}
  Guard:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Role: r
      Events:
        Get: {Type: Api, Properties: {Path: '/jobs/{id}', Method: get, RestApiId: !Ref Own}}
        Any: {Type: HttpApi}
Outputs:
  Stage: {Value: !Ref Own.Stage}
",
    );
    let expected = [
        "Own ApiGateway::RestApi",
        "OwnDeployment ApiGateway::Deployment",
        "OwnprodStage ApiGateway::Stage",
        "OwnTokenAuthorizerPermission Lambda::Permission",
        "OwnUsagePlan ApiGateway::UsagePlan",
        "OwnApiKey ApiGateway::ApiKey",
        "OwnUsagePlanKey ApiGateway::UsagePlanKey",
        "Ownv1BasePathMapping ApiGateway::BasePathMapping",
        "Named ApiGateway::RestApi",
        "NamedDeployment ApiGateway::Deployment",
        "NamedStage ApiGateway::Stage",
        "Web ApiGatewayV2::Api",
        "WebApiGatewayDefaultStage ApiGatewayV2::Stage",
        "Guard Lambda::Function",
        "GuardGetPermissionprod Lambda::Permission",
        "GuardAnyPermission Lambda::Permission",
        "ApiGatewayDomainName1bc412bb08 ApiGateway::DomainName",
        "RecordSetGroup0cf6d58763 Route53::RecordSetGroup",
        "ServerlessHttpApi ApiGatewayV2::Api",
        "ServerlessHttpApiApiGatewayDefaultStage ApiGatewayV2::Stage",
    ];
    assert_eq!(all(&outcome), expected);
    let cases = [
        ("Own", "EndpointConfiguration.Types.0", "PRIVATE"),
        ("Own", "EndpointConfiguration.VpcEndpointIds.0", "vpce-1"),
        ("Own", "Body", "?the paths that SAM describes"),
        ("OwnprodStage", "StageName", "prod"),
        ("OwnprodStage", "TracingEnabled", "true"),
        ("OwnprodStage", "DeploymentId", "&OwnDeployment.Ref"),
        ("OwnTokenAuthorizerPermission", "FunctionName", "&Guard.Arn"),
        ("OwnUsagePlan", "Quota.Limit", "10"),
        ("OwnUsagePlan", "ApiStages.0.Stage", "&OwnprodStage.Ref"),
        ("ApiGatewayDomainName1bc412bb08", "RegionalCertificateArn", "arn"),
        ("Ownv1BasePathMapping", "DomainName", "&ApiGatewayDomainName1bc412bb08.Ref"),
        ("WebApiGatewayDefaultStage", "StageName", "$default"),
        ("WebApiGatewayDefaultStage", "StageVariables.a", "b"),
        ("GuardGetPermissionprod", "SourceArn", "arn:…:execute-api:…:…:…/*/GET/jobs/*"),
    ];
    for (id, path, expected) in cases {
        assert_eq!(text(one(&outcome.graph, id), path).as_deref(), Some(expected), "{id} {path}");
    }
}

#[test]
fn the_other_types_become_what_they_are() {
    let outcome = serverless(
        "  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: flow
      Type: EXPRESS
      DefinitionUri: s3://code/flow.json
      Tracing: {Enabled: true}
      AutoPublishAlias: live
      UseAliasAsEventTarget: true
      Events: {Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false, DeadLetterConfig: {Type: SQS}}}}
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/, RetentionPolicy: Delete}}
  Table: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: day, Type: Number}, Tags: {a: b}}}
  Bought: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: app, SemanticVersion: 1.0.0}}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref FlowNightly}}
",
    );
    let expected = [
        "Flow StepFunctions::StateMachine",
        "FlowRole IAM::Role",
        "FlowVersion StepFunctions::StateMachineVersion",
        "FlowAliaslive StepFunctions::StateMachineAlias",
        "FlowNightlyQueue SQS::Queue",
        "FlowNightlyQueuePolicy SQS::QueuePolicy",
        "FlowNightlyRole IAM::Role",
        "FlowNightly Events::Rule",
        "Shared Lambda::LayerVersion",
        "Table DynamoDB::Table",
        "Bought CloudFormation::Stack",
        "Queue SQS::Queue",
    ];
    assert_eq!(all(&outcome), expected);
    let cases = [
        ("Flow", "StateMachineName", "flow"),
        ("Flow", "StateMachineType", "EXPRESS"),
        ("Flow", "RoleArn", "&FlowRole.Arn"),
        ("Flow", "DefinitionS3Location.Key", "flow.json"),
        ("Flow", "Tags.0.Key", "stateMachine:createdBy"),
        ("FlowRole", "ManagedPolicyArns.0", "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"),
        ("FlowAliaslive", "DeploymentPreference.Type", "ALL_AT_ONCE"),
        ("FlowNightly", "State", "DISABLED"),
        ("FlowNightly", "Targets.0.Arn", "&FlowAliaslive.Ref"),
        ("FlowNightly", "Targets.0.DeadLetterConfig.Arn", "&FlowNightlyQueue.Arn"),
        ("Shared", "Content", "layer/"),
        ("Shared", "LayerName", "Shared"),
        ("Table", "AttributeDefinitions.0.AttributeType", "N"),
        ("Table", "Tags.0.Key", "a"),
        ("Table", "BillingMode", "PAY_PER_REQUEST"),
        ("Bought", "TemplateURL", "?a template of the Serverless Application Repository"),
        ("Bought", "Tags.1.Key", "serverlessrepo:applicationId"),
        ("FlowNightlyQueuePolicy", "Queues.0", "&FlowNightlyQueue.Ref"),
        ("Queue", "QueueName", "&FlowNightly.Ref"),
    ];
    for (id, path, expected) in cases {
        assert_eq!(text(one(&outcome.graph, id), path).as_deref(), Some(expected), "{id} {path}");
    }
}

#[test]
fn a_graphql_api_has_its_schema_sources_and_resolvers() {
    let outcome = serverless(
        "  Api:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: 'type Query { a: String }'
      Auth:
        Type: API_KEY
        Additional: [{Type: AWS_IAM}, {Type: AWS_LAMBDA, LambdaAuthorizer: {AuthorizerUri: 'arn:aws:lambda:eu-west-1:1:function:who'}}]
      ApiKeys: {Main: {ExpiresOn: 1}}
      DataSources:
        DynamoDb: {Jobs: {TableName: !Ref Table, TableArn: !GetAtt Table.Arn}}
      Functions:
        read: {DataSource: Jobs, Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, CodeUri: read.js}
        pass: {DataSource: NONE, InlineCode: x}
      Resolvers: {Query: {a: {Pipeline: [read, pass]}}}
  Table: {Type: AWS::DynamoDB::Table}
",
    );
    let expected = [
        "Api AppSync::GraphQLApi",
        "ApiSchema AppSync::GraphQLSchema",
        "ApiCloudWatchRole IAM::Role",
        "ApiMain AppSync::ApiKey",
        "ApiJobsDynamoDBDataSourceRole IAM::Role",
        "ApiJobsDynamoDBDataSource AppSync::DataSource",
        "Apiread AppSync::FunctionConfiguration",
        "ApiNoneDataSource AppSync::DataSource",
        "Apipass AppSync::FunctionConfiguration",
        "ApiQuerya AppSync::Resolver",
        "Table DynamoDB::Table",
        "ApiToLambdaAuthConnector1WriteLambdaPermission Lambda::Permission",
        "ApiJobsDynamoDBDataSourceToTableConnectorPolicy IAM::ManagedPolicy",
    ];
    assert_eq!(all(&outcome), expected);
    let cases = [
        ("Api", "AuthenticationType", "API_KEY"),
        ("Api", "AdditionalAuthenticationProviders.0.AuthenticationType", "AWS_IAM"),
        ("Api", "LogConfig.CloudWatchLogsRoleArn", "&ApiCloudWatchRole.Arn"),
        ("ApiMain", "ApiId", "&Api.ApiId"),
        ("ApiJobsDynamoDBDataSource", "DynamoDBConfig.TableName", "&Table.Ref"),
        ("ApiJobsDynamoDBDataSourceToTableConnectorPolicy", "PolicyDocument.Statement.0.Resource.1", "…/index/*"),
        ("ApiJobsDynamoDBDataSourceToTableConnectorPolicy", "Roles.0", "&ApiJobsDynamoDBDataSourceRole.Ref"),
        ("ApiToLambdaAuthConnector1WriteLambdaPermission", "SourceArn", "arn:…:appsync:…:…:apis/…"),
        ("Apiread", "DataSourceName", "&ApiJobsDynamoDBDataSource.Name"),
        ("Apiread", "CodeS3Location", "read.js"),
        ("Apiread", "Runtime.RuntimeVersion", "1.0.0"),
        ("ApiQuerya", "PipelineConfig.Functions.1", "&Apipass.FunctionId"),
        ("ApiQuerya", "Runtime.Name", "APPSYNC_JS"),
    ];
    for (id, path, expected) in cases {
        assert_eq!(text(one(&outcome.graph, id), path).as_deref(), Some(expected), "{id} {path}");
    }
}

#[test]
fn a_role_is_made_in_the_worlds_that_have_none() {
    let outcome = serverless(
        "  Run:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Role: !If [Own, !Ref AWS::NoValue, 'arn:aws:iam::1:role/r']}
Conditions:
  Own: !Equals [!Ref AWS::Region, eu-west-1]
",
    );
    let role = one(&outcome.graph, "RunRole");
    assert!(matches!(role.guard, crate::graph::guard::Formula::Atom(_)), "{:?}", role.guard);
    let role = &one(&outcome.graph, "Run").properties.entry("Role").unwrap().value;
    let Data::Guarded(guarded) = &role.data else { panic!("{role:?}") };
    assert!(matches!(guarded.then.data, Data::Reference(_)), "{guarded:?}");
}

#[test]
fn a_template_that_forgets_its_transform_is_read_as_one_that_has_it() {
    let outcome = outcome(&[(
        "template.yaml",
        "Resources:\n  Run: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.13}}\n",
    )]);
    assert_eq!(all(&outcome), ["Run Lambda::Function", "RunRole IAM::Role"]);
}

#[test]
fn globals_add_to_lists_and_maps_and_give_way_elsewhere() {
    let outcome = outcome(&[(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Layers: [a]
    Environment: {Variables: {A: shared, B: shared}}
    CodeUri: shared/
Resources:
  Run:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Role: r, Runtime: python3.13, Layers: [b], Environment: {Variables: {B: own}}, InlineCode: x}
  Bare: {Type: AWS::Serverless::Function, IgnoreGlobals: '*', Properties: {Handler: a.b, Role: r}}
",
    )]);
    let run = one(&outcome.graph, "Run");
    let cases = [
        ("Runtime", "python3.13"),
        ("Layers.0", "a"),
        ("Layers.1", "b"),
        ("Environment.Variables.A", "shared"),
        ("Environment.Variables.B", "own"),
        ("Code.ZipFile", "x"),
    ];
    for (path, expected) in cases {
        assert_eq!(text(run, path).as_deref(), Some(expected), "{path}");
    }
    assert_eq!(text(one(&outcome.graph, "Bare"), "Runtime"), None);
}
