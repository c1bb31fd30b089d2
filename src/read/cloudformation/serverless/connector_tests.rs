//! Tests of connectors, WebSocket APIs, capacity providers and the tags that are spread.

use crate::read::{
    Outcome,
    cloudformation::stack_tests::{addresses, one, outcome, text},
};

/// What a template with the transform makes of some resources.
fn serverless(resources: &str) -> Outcome {
    outcome(&[("template.yaml", &format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}"))])
}

fn holds(outcome: &Outcome, cases: &[(&str, &str, &str)]) {
    for (id, path, expected) in cases {
        assert_eq!(text(one(&outcome.graph, id), path).as_deref(), Some(*expected), "{id} {path}");
    }
}

/// What is not evaluated, and why.
fn whys(outcome: &Outcome) -> Vec<String> {
    let missed = outcome.graph.not_evaluated().iter().filter(|missed| missed.why != "its definition lies in S3");
    missed.map(|missed| format!("{}: {}", missed.what, missed.why)).collect()
}

const ENDS: &str = "  Train: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.13}}
  Data: {Type: AWS::S3::Bucket}
  Jobs: {Type: AWS::SQS::Queue}
  Done: {Type: AWS::SNS::Topic}
  Nightly:
    Type: AWS::Events::Rule
    Properties: {Targets: [{Arn: !Ref Flow, Id: a, RoleArn: !GetAtt Start.Arn}]}
  Start: {Type: AWS::IAM::Role}
  Flow: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: s3://b/k, Role: !GetAtt Start.Arn}}
  Api: {Type: AWS::Serverless::HttpApi}
";

#[test]
fn a_connector_becomes_what_its_two_ends_need() {
    let made = serverless(&format!(
        "{ENDS}  Reads:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Train}}, Destination: {{Id: Data}}, Permissions: [Read]}}
  Fills:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Done}}, Destination: [{{Id: Jobs}}, {{Id: Train}}], Permissions: [Write]}}
  Tells:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Nightly}}, Destination: {{Id: Done}}, Permissions: [Write]}}
  Starts:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Nightly}}, Destination: {{Id: Flow}}, Permissions: [Write]}}
  Calls:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Api, Qualifier: prod/GET/jobs}}, Destination: {{Id: Train}}, Permissions: [Write]}}
"
    ));
    let ids = addresses(&made.graph);
    let new: Vec<&str> = ids.iter().map(String::as_str).skip_while(|id| *id != "ReadsPolicy").collect();
    let expected = [
        "ReadsPolicy",
        "FillsQueuePolicyDestination0",
        "FillsWriteLambdaPermissionDestination1",
        "TellsTopicPolicy",
        "StartsPolicy",
        "CallsWriteLambdaPermission",
    ];
    assert_eq!(new, expected);
    let statement = "PolicyDocument.Statement.0";
    holds(
        &made,
        &[
            ("ReadsPolicy", "Roles.0", "&TrainRole.Ref"),
            ("ReadsPolicy", &format!("{statement}.Action.0"), "s3:GetObject"),
            ("ReadsPolicy", &format!("{statement}.Resource.0"), "&Data.Arn"),
            ("FillsQueuePolicyDestination0", "Queues.0", "&Jobs.Ref"),
            ("FillsQueuePolicyDestination0", &format!("{statement}.Principal.Service"), "sns.amazonaws.com"),
            ("FillsQueuePolicyDestination0", &format!("{statement}.Condition.ArnEquals.aws:SourceArn"), "&Done.Ref"),
            ("FillsWriteLambdaPermissionDestination1", "FunctionName", "&Train.Arn"),
            ("TellsTopicPolicy", "Topics.0", "&Done.Ref"),
            ("StartsPolicy", "Roles.0", "&Start.Ref"),
            ("CallsWriteLambdaPermission", "SourceArn", "arn:…:execute-api:…:…:…/prod/GET/jobs"),
        ],
    );
    assert_eq!(whys(&made), [""; 0]);
}

#[test]
fn a_connector_may_stand_in_its_source_and_name_what_lies_elsewhere() {
    let made = serverless(
        "  Train:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Runtime: python3.13}
    Connectors:
      Model:
        Properties:
          Destination: {Type: AWS::S3::Bucket, Arn: 'arn:aws:s3:::models'}
          Permissions: [Write]
  Data:
    Type: AWS::S3::Bucket
    Connectors:
      Starts:
        Condition: Live
        Properties: {Destination: {Id: Train}, Permissions: [Write]}
  Other:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {Type: AWS::Serverless::Function, RoleName: trainer, Arn: 'arn:aws:lambda:eu-west-1:1:function:f'}
      Destination: {Type: AWS::Serverless::SimpleTable, Arn: 'arn:aws:dynamodb:eu-west-1:1:table/t'}
      Permissions: [Read, Write]
Conditions: {Live: !Equals [!Ref AWS::Region, eu-west-1]}
",
    );
    holds(
        &made,
        &[
            ("TrainModelPolicy", "PolicyDocument.Statement.0.Resource.1", "arn:aws:s3:::models/*"),
            ("DataStartsWriteLambdaPermission", "SourceArn", "&Data.Arn"),
            ("DataStartsWriteLambdaPermission", "SourceAccount", "?AWS::AccountId"),
            ("OtherPolicy", "Roles.0", "trainer"),
            ("OtherPolicy", "PolicyDocument.Statement.1.Action.0", "dynamodb:PutItem"),
        ],
    );
    let guard = &one(&made.graph, "DataStartsWriteLambdaPermission").guard;
    assert!(matches!(guard, crate::graph::guard::Formula::Atom(_)), "{guard:?}");
    assert_eq!(whys(&made), [""; 0]);
}

#[test]
fn a_connector_that_sam_refuses_is_named() {
    let made = serverless(&format!(
        "{ENDS}  A:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Data}}, Destination: {{Id: Jobs}}, Permissions: [Write]}}
  B:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Train}}, Destination: {{Id: Done}}, Permissions: [Read]}}
  C:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Gone}}, Destination: {{Id: Done}}, Permissions: [Write]}}
  D:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Type: AWS::S3::Bucket}}, Destination: {{Id: Train}}, Permissions: [Write]}}
  E:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Id: Train}}, Destination: {{Id: Done}}, Permissions: !Ref AWS::StackName}}
  F:
    Type: AWS::Serverless::Connector
    Properties: {{Source: {{Type: AWS::Lambda::Function}}, Destination: {{Id: Done}}, Permissions: [Write]}}
"
    ));
    let expected = [
        "what SAM makes of `A`: SAM has no connector from `AWS::S3::Bucket` to `AWS::SQS::Queue`",
        "what SAM makes of `B`: SAM does not allow `Read` from `AWS::Lambda::Function` to `AWS::SNS::Topic`",
        "what SAM makes of `C`: there is no resource `Gone`",
        "what SAM makes of `D`: it does not say `Source.Arn`",
        "what SAM makes of `E`: its `Permissions` are not known",
        "what SAM makes of `F`: the name of the role is not known",
    ];
    assert_eq!(whys(&made), expected);
    assert!(!addresses(&made.graph).iter().any(|id| id.ends_with("Policy")));
}

#[test]
fn a_websocket_api_has_routes_that_call() {
    let made = serverless(
        "  Chat:
    Type: AWS::Serverless::WebSocketApi
    Properties:
      RouteSelectionExpression: $request.body.action
      StageName: prod
      Auth: {AuthType: CUSTOM, AuthArn: !GetAtt Who.Arn, IdentitySource: [route.request.header.Auth]}
      Routes:
        $connect: {FunctionArn: !GetAtt Ask.Arn}
        ask: {FunctionArn: !GetAtt Ask.Arn, IntegrationTimeout: 29000}
  Ask: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Role: r, Environment: {Variables: {At: !Ref Chat.Stage}}}}
  Who: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Role: r}}
",
    );
    let expected = [
        "Chat",
        "ChatConnectRoute",
        "ChatConnectIntegration",
        "ChatConnectPermission",
        "ChatAskRoute",
        "ChatAskIntegration",
        "ChatAskPermission",
        "ChatprodStage",
        "ChatConnectAuthorizer",
        "ChatAuthorizerPermission",
        "Ask",
        "Who",
    ];
    assert_eq!(addresses(&made.graph), expected);
    holds(
        &made,
        &[
            ("Chat", "ProtocolType", "WEBSOCKET"),
            ("Chat", "Name", "Chat"),
            ("Chat", "Tags.websocketapi:createdBy", "SAM"),
            ("ChatConnectRoute", "AuthorizerId", "&ChatConnectAuthorizer.Ref"),
            ("ChatAskRoute", "RouteKey", "ask"),
            ("ChatAskRoute", "Target", "integrations/…"),
            ("ChatAskIntegration", "TimeoutInMillis", "29000"),
            ("ChatAskPermission", "FunctionName", "&Ask.Arn"),
            ("ChatAskPermission", "SourceArn", "arn:…:execute-api:…:…:…/prod/ask"),
            ("ChatConnectAuthorizer", "AuthorizerType", "REQUEST"),
            ("ChatAuthorizerPermission", "FunctionName", "&Who.Arn"),
            ("Ask", "Environment.Variables.At", "&ChatprodStage.Ref"),
        ],
    );
    assert_eq!(text(one(&made.graph, "ChatAskRoute"), "AuthorizerId"), None, "only who connects is asked");
    assert_eq!(whys(&made), [""; 0]);
}

#[test]
fn a_capacity_provider_has_a_role_and_the_names_of_lambda() {
    let made = serverless(
        "  Own:
    Type: AWS::Serverless::CapacityProvider
    Properties:
      VpcConfig: {SubnetIds: [subnet-1]}
      InstanceRequirements: {AllowedTypes: [c7g.xlarge]}
      ScalingConfig: {MaxVCpuCount: 64, AverageCPUUtilization: 70}
      Tags: {team: ml}
      PropagateTags: true
  Given:
    Type: AWS::Serverless::CapacityProvider
    Properties: {VpcConfig: {SubnetIds: [subnet-1]}, OperatorRole: role, ScalingConfig: {MaxVCpuCount: 8}}
  Score:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Role: r, CapacityProviderConfig: {Arn: !GetAtt Own.Arn}}
",
    );
    assert_eq!(addresses(&made.graph), ["Own", "OwnOperatorRole", "Given", "Score"]);
    let within = "CapacityProviderConfig.LambdaManagedInstancesCapacityProviderConfig.CapacityProviderArn";
    holds(
        &made,
        &[
            ("Own", "PermissionsConfig.CapacityProviderOperatorRoleArn", "&OwnOperatorRole.Arn"),
            ("Own", "InstanceRequirements.AllowedInstanceTypes.0", "c7g.xlarge"),
            ("Own", "CapacityProviderScalingConfig.ScalingMode", "Manual"),
            ("Own", "CapacityProviderScalingConfig.ScalingPolicies.0.TargetValue", "70"),
            ("Own", "Tags.1.Value", "SAM"),
            ("OwnOperatorRole", "Tags.1.Value", "ml"),
            ("Given", "PermissionsConfig.CapacityProviderOperatorRoleArn", "role"),
            ("Given", "CapacityProviderScalingConfig.ScalingMode", "Auto"),
            ("Score", within, "&Own.Arn"),
        ],
    );
    assert_eq!(whys(&made), [""; 0]);
}

#[test]
fn tags_that_are_spread_are_on_all_that_is_made() {
    let made = serverless(
        "  Score:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      PropagateTags: true
      Tags: {team: ml}
      Events: {Get: {Type: Api, Properties: {Path: /, Method: get}}}
  Quiet: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Tags: {team: ml}, PropagateTags: false}}
  Web:
    Type: AWS::Serverless::HttpApi
    Properties: {PropagateTags: true, Tags: {team: ml}, StageName: prod, Domain: {DomainName: a.example.com, CertificateArn: arn}}
",
    );
    let cases = [
        ("Score", "Tags.0.Key", "team"),
        ("ScoreRole", "Tags.0.Value", "ml"),
        ("ServerlessRestApi", "Tags.0.Value", "ml"),
        ("ServerlessRestApiProdStage", "Tags.0.Value", "ml"),
        ("QuietRole", "Tags.0.Key", "lambda:createdBy"),
    ];
    holds(&made, &cases);
    assert_eq!(text(one(&made.graph, "ScoreRole"), "Tags.1.Key"), None, "in place of what SAM would say");
    for kind in ["AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::Stage"] {
        let one = made.graph.resources().iter().find(|one| &*one.kind == kind).expect("it is made");
        assert_eq!(text(one, "Tags.team").as_deref(), Some("ml"), "{kind}");
        assert_eq!(text(one, "Tags.httpapi:createdBy").as_deref(), Some("SAM"), "{kind}");
    }
}

#[test]
fn a_role_may_read_what_its_events_come_from() {
    let made = serverless(
        "  Read:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        Broker:
          Type: MQ
          Properties:
            Broker: !GetAtt Mq.Arn
            Queues: [q]
            SecretsManagerKmsKeyId: 1-2
            SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: !Ref Secret}]
        Log:
          Type: SelfManagedKafka
          Properties:
            Topics: [t]
            ConsumerGroupId: group
            KafkaBootstrapServers: [s]
            SourceAccessConfigurations: [{Type: VPC_SUBNET, URI: subnet}, {Type: VPC_SECURITY_GROUP, URI: sg}]
        Items:
          Type: Kinesis
          Properties: {Stream: !GetAtt Items.Arn, DestinationConfig: {OnFailure: {Type: S3, Destination: 'arn:aws:s3:::b'}}}
  Mq: {Type: AWS::AmazonMQ::Broker}
  Secret: {Type: AWS::SecretsManager::Secret}
  Items: {Type: AWS::Kinesis::Stream}
",
    );
    let cases = [
        ("ReadRole", "Policies.0.PolicyName", "SamAutoGeneratedAMQPolicy"),
        ("ReadRole", "Policies.0.PolicyDocument.Statement.0.Resource", "&Secret.Ref"),
        ("ReadRole", "Policies.0.PolicyDocument.Statement.1.Resource", "&Mq.Arn"),
        ("ReadRole", "Policies.0.PolicyDocument.Statement.2.Resource", "arn:…:kms:…:…:key/1-2"),
        ("ReadRole", "Policies.1.PolicyName", "ReadItemsS3Policy"),
        ("ReadRole", "Policies.1.PolicyDocument.Statement.0.Resource", "arn:aws:s3:::b/*"),
        ("ReadRole", "Policies.2.PolicyDocument.Statement.0.Action.0", "ec2:CreateNetworkInterface"),
        ("ReadLog", "SelfManagedKafkaEventSourceConfig.ConsumerGroupId", "group"),
        ("ReadItems", "DestinationConfig.OnFailure.Destination", "arn:aws:s3:::b"),
    ];
    holds(&made, &cases);
    assert_eq!(text(one(&made.graph, "ReadItems"), "DestinationConfig.OnFailure.Type"), None);
}

#[test]
fn apis_share_a_name_and_a_zone() {
    let domain = "Domain: {DomainName: api.example.com, CertificateArn: arn, NormalizeBasePath: false, Route53: {HostedZoneId: Z1, IpV6: true}";
    let made = serverless(&format!(
        "  A: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod, {domain}, BasePath: [a-b]}}}}}}
  B: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod, {domain}, BasePath: [b]}}}}}}
  C:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Domain: {{DomainName: in.example.com, CertificateArn: arn, EndpointConfiguration: PRIVATE, AccessAssociation: {{VpcEndpointId: vpce-1}}}}
"
    ));
    let count = |kind: &str| made.graph.resources().iter().filter(|one| &*one.kind == kind).count();
    assert_eq!((count("AWS::ApiGateway::DomainName"), count("AWS::Route53::RecordSetGroup")), (1, 1));
    let group = made.graph.resources().iter().find(|one| &*one.kind == "AWS::Route53::RecordSetGroup").unwrap();
    assert_eq!(text(group, "RecordSets.3.Type").as_deref(), Some("AAAA"), "two records for each API");
    holds(
        &made,
        &[
            ("AabBasePathMapping", "BasePath", "a-b"),
            ("DomainNameAccessAssociation0838deec01", "AccessAssociationSource", "vpce-1"),
        ],
    );
    assert_eq!(count("AWS::ApiGateway::DomainNameV2"), 1);
}

#[test]
fn a_name_may_have_records_of_its_own() {
    let domain = |name: &str, more: &str| {
        format!("Domain: {{DomainName: {name}, CertificateArn: arn, Route53: {{HostedZoneId: abc123456{more}}}}}")
    };
    let made = serverless(&format!(
        "  A: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod, {}}}}}\n  B: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod, {}}}}}\n",
        domain("admin.one.amazon.com", ""),
        domain("admin.three.amazon.com", ", SeparateRecordSetGroup: true"),
    ));
    let groups: Vec<String> = made
        .graph
        .resources()
        .iter()
        .filter(|one| &*one.kind == "AWS::Route53::RecordSetGroup")
        .map(|one| format!("{} {}", one.key.id, text(one, "RecordSets.0.Name").unwrap_or_default()))
        .collect();
    assert_eq!(
        groups,
        ["RecordSetGroup370194ff6e admin.one.amazon.com", "RecordSetGroup81840409a4 admin.three.amazon.com"]
    );
}

#[test]
fn queues_keep_the_order_of_their_topic_and_what_is_the_same_is_said_once() {
    let made = serverless(
        "  Read:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        Ordered: {Type: SNS, Properties: {SqsSubscription: true, Topic: !Ref Ordered}}
        Other: {Type: SNS, Properties: {SqsSubscription: true, Topic: !Ref Other}}
        One: {Type: SelfManagedKafka, Properties: {Topics: [t], KafkaBootstrapServers: [s], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: secret}]}}
        Two: {Type: SelfManagedKafka, Properties: {Topics: [u], KafkaBootstrapServers: [s], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: secret}]}}
        ThisNameIsSoLongThatTheIdOfTheTargetOfItsRuleHasNoRoomForAll: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  Ordered: {Type: AWS::SNS::Topic, Properties: {FifoTopic: true}}
  Other: {Type: AWS::SNS::Topic}
",
    );
    assert_eq!(text(one(&made.graph, "ReadOrderedQueue"), "FifoQueue").as_deref(), Some("true"));
    assert_eq!(text(one(&made.graph, "ReadOtherQueue"), "FifoQueue"), None);
    assert_eq!(text(one(&made.graph, "ReadRole"), "Policies.1.PolicyName"), None, "one policy for both topics");
    let rule = one(&made.graph, "ReadThisNameIsSoLongThatTheIdOfTheTargetOfItsRuleHasNoRoomForAll");
    let id = text(rule, "Targets.0.Id").unwrap_or_default();
    assert_eq!((id.len(), id.ends_with("RuleHasLambdaTarget")), (64, true), "{id}");
}
