//! Tests of APIs that no resource is written for, of what several APIs share, and of what events tell them.

use crate::{
    graph::{guard::Formula, value::Data},
    read::{
        Outcome,
        cloudformation::stack_tests::{addresses, one, outcome, text},
    },
};

/// A template of serverless types, from the lines below `Resources:`; other sections may follow them.
fn serverless(resources: &str) -> Outcome {
    outcome(&[("template.yaml", &format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}"))])
}

/// The addresses of the resources of a kind.
fn of_kind(outcome: &Outcome, kind: &str) -> Vec<String> {
    let graph = &outcome.graph;
    let ids = graph.of_kind(&format!("AWS::{kind}")).iter();
    ids.map(|&id| graph.resource(id).key.address().to_string()).collect()
}

#[test]
fn an_api_for_events_takes_the_place_of_a_resource_of_its_name() {
    let run = "  Run: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Role: r, Events: {On: @}}}\n  \
               ServerlessRestApi: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n  \
               Named: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref ServerlessRestApi}}\n";
    // It comes through the API that SAM makes, even where it names it.
    for event in [
        "{Type: Api, Properties: {Path: /, Method: get}}",
        "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref ServerlessRestApi}}",
    ] {
        let outcome = serverless(&run.replace('@', event));
        let expected = [
            "Run",
            "RunOnPermissionProd",
            "Named",
            "ServerlessRestApi",
            "ServerlessRestApiDeployment",
            "ServerlessRestApiProdStage",
        ];
        assert_eq!(addresses(&outcome.graph), expected, "{event}");
        assert_eq!(text(one(&outcome.graph, "ServerlessRestApiProdStage"), "StageName").as_deref(), Some("Prod"));
        assert_eq!(text(one(&outcome.graph, "Named"), "QueueName").as_deref(), Some("&ServerlessRestApi.Ref"));
    }
    // No event comes through it: it is what the template says.
    let outcome = serverless(&run.replace('@', "{Type: SNS, Properties: {Topic: t}}"));
    assert_eq!(of_kind(&outcome, "ApiGateway::Stage"), ["ServerlessRestApiv1Stage"]);
}

#[test]
fn an_api_for_events_is_made_for_those_that_name_it() {
    for (event, made) in [
        ("{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref ServerlessRestApi}}", "ServerlessRestApi"),
        ("{Type: Api, Properties: {Path: /, Method: get, RestApiId: {Ref: ServerlessRestApi}}}", "ServerlessRestApi"),
        ("{Type: HttpApi, Properties: {ApiId: !Ref ServerlessHttpApi}}", "ServerlessHttpApi"),
    ] {
        let outcome = serverless(&format!(
            "  Run: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b, Role: r, Events: {{On: {event}}}}}}}\n"
        ));
        assert!(addresses(&outcome.graph).contains(&made.to_owned()), "{event}: {:?}", addresses(&outcome.graph));
        assert_eq!(outcome.graph.not_evaluated(), [], "{event}");
    }
}

#[test]
fn what_apis_share_is_made_once_with_the_api_for_events() {
    let outcome = serverless(
        "  Own: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}
  Run:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Role: r, Events: {On: {Type: Api, Properties: {Path: /, Method: get}}}}
Globals:
  Api:
    Auth: {UsagePlan: {CreateUsagePlan: SHARED}}
    Domain: {DomainName: api.example.com, CertificateArn: arn, Route53: {HostedZoneId: Z1}}
",
    );
    assert_eq!(of_kind(&outcome, "ApiGateway::UsagePlan"), ["ServerlessUsagePlan"]);
    assert_eq!(of_kind(&outcome, "ApiGateway::DomainName"), ["ApiGatewayDomainName1bc412bb08"]);
    assert_eq!(of_kind(&outcome, "Route53::RecordSetGroup"), ["RecordSetGroup0cf6d58763"]);
    let plan = one(&outcome.graph, "ServerlessUsagePlan");
    assert_eq!(text(plan, "ApiStages.0.Stage").as_deref(), Some("&Ownv1Stage.Ref"));
    assert_eq!(text(plan, "ApiStages.1.Stage").as_deref(), Some("&ServerlessRestApiProdStage.Ref"));
}

/// SAM takes a digest of what is written where a value is not known: what is written alike is the same name or zone.
#[test]
fn a_name_that_is_not_known_is_shared_by_those_that_write_it_alike() {
    let domain = "Domain: {DomainName: @, CertificateArn: a, Route53: {HostedZoneId: !Ref Zone}}";
    let api = |id: &str, name: &str| {
        let domain = domain.replace('@', name);
        format!("  {id}: {{Type: AWS::Serverless::Api, Properties: {{StageName: v1, {domain}}}}}\n")
    };
    let apis = [api("A", "!Ref Name"), api("B", "{Ref: Name}"), api("C", "!Sub 'c.${Name}'")].concat();
    let outcome = serverless(&format!("{apis}Parameters: {{Name: {{Type: String}}, Zone: {{Type: String}}}}\n"));
    let names = ["ApiGatewayDomainName7cfa2c377e", "ApiGatewayDomainName9c4b2af660"];
    assert_eq!(of_kind(&outcome, "ApiGateway::DomainName"), names);
    assert_eq!(of_kind(&outcome, "Route53::RecordSetGroup"), ["RecordSetGroup563e605946"]);
    let group = one(&outcome.graph, "RecordSetGroup563e605946");
    let target = |at: usize| text(group, &format!("RecordSets.{at}.AliasTarget.DNSName"));
    assert_eq!(target(1).as_deref(), Some("&ApiGatewayDomainName7cfa2c377e.RegionalDomainName"));
    assert_eq!(target(2).as_deref(), Some("&ApiGatewayDomainName9c4b2af660.RegionalDomainName"));
}

/// As in the translator's own test of such names.
#[test]
fn a_stage_whose_name_is_no_word_is_called_by_its_digest() {
    let outcome = serverless(
        "  Api: {Type: AWS::Serverless::Api, Properties: {StageName: hoge-fuga}}
  Run:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, Role: r, Events: {On: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get}}}}
",
    );
    let expected = ["Api", "ApiDeployment", "ApiStage0c8ecc62cb", "Run", "RunOnPermission0c8ecc62cb"];
    assert_eq!(addresses(&outcome.graph), expected);
}

#[test]
fn the_names_that_a_loop_gives_are_others_in_each_turn() {
    let outcome = outcome(&[(
        "template.yaml",
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Resources:
  Fn::ForEach::Apis:
    - Team
    - [a, b]
    - ${Team}:
        Type: AWS::Serverless::Api
        Properties:
          StageName: v1
          Domain: {DomainName: !Sub '${Team}.example.com', CertificateArn: arn, Route53: {HostedZoneId: !Ref Team}}
",
    )]);
    assert_eq!(of_kind(&outcome, "ApiGateway::DomainName").len(), 2);
    assert_eq!(of_kind(&outcome, "Route53::RecordSetGroup").len(), 2);
}

#[test]
fn events_tell_the_stage_of_an_http_api_about_their_routes() {
    let outcome = serverless(
        "  Run:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Role: r
      Events:
        All: {Type: HttpApi, Properties: {ApiId: !Ref Web, RouteSettings: {ThrottlingBurstLimit: 300}}}
        One: {Type: HttpApi, Properties: {ApiId: !Ref Web, Path: /a, Method: get, RouteSettings: {ThrottlingRateLimit: 2}}}
        Own: {Type: HttpApi, Properties: {Path: /b, Method: post, RouteSettings: {ThrottlingRateLimit: 3}}}
  Web:
    Type: AWS::Serverless::HttpApi
    Properties: {StageName: v1, RouteSettings: {$default: {ThrottlingBurstLimit: 200, ThrottlingRateLimit: 1}}}
",
    );
    let cases = [
        ("Webv1Stage", "$default.ThrottlingBurstLimit", "300"),
        ("Webv1Stage", "$default.ThrottlingRateLimit", "1"),
        ("Webv1Stage", "GET /a.ThrottlingRateLimit", "2"),
        ("ServerlessHttpApiApiGatewayDefaultStage", "POST /b.ThrottlingRateLimit", "3"),
    ];
    for (id, path, expected) in cases {
        let known = text(one(&outcome.graph, id), &format!("RouteSettings.{path}"));
        assert_eq!(known.as_deref(), Some(expected), "{id} {path}");
    }
    // Which route it is about cannot be known.
    let outcome = serverless(
        "  Run:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Role: r
      Events: {One: {Type: HttpApi, Properties: {Path: !Ref Path, Method: get, RouteSettings: {ThrottlingRateLimit: 2}}}}
Parameters: {Path: {Type: String}}
",
    );
    let stage = one(&outcome.graph, "ServerlessHttpApiApiGatewayDefaultStage");
    let Some(Data::Object(settings)) = stage.properties.entry("RouteSettings").map(|entry| &entry.value.data) else {
        panic!("{stage:?}")
    };
    assert!(settings.open.is_some() && settings.entries.is_empty(), "{settings:?}");
}

#[test]
fn a_stage_has_the_tag_of_sam_where_sam_can_write_it_into_the_description() {
    for (definition, is_tagged) in [
        ("", true),
        ("DefinitionBody: {openapi: 3.0.1, paths: {}}", true),
        ("DefinitionBody: {'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: 's3://b/k'}}}", true),
        ("DefinitionUri: s3://b/k", false),
        ("DefinitionBody: {openapi: 3.0.1}", false),
        ("DefinitionBody: {swagger: 2.0, paths: {}}", false),
    ] {
        let outcome = serverless(&format!(
            "  Web: {{Type: AWS::Serverless::HttpApi, Properties: {{StageName: v1, {definition}}}}}\n"
        ));
        let tag = text(one(&outcome.graph, "Webv1Stage"), "Tags.httpapi:createdBy");
        assert_eq!(tag.as_deref(), is_tagged.then_some("SAM"), "{definition}");
    }
}

/// SAM looks at the word that is written, not at what it stands for.
#[test]
fn a_url_is_opened_to_all_where_that_is_written_as_a_word() {
    for (auth, is_open) in [("NONE", true), ("!Ref Auth", false), ("AWS_IAM", false)] {
        let outcome = serverless(&format!(
            "  Run: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b, Role: r, FunctionUrlConfig: {{AuthType: {auth}}}}}}}\nParameters: {{Auth: {{Type: String, Default: NONE}}}}\n"
        ));
        let permissions = of_kind(&outcome, "Lambda::Permission");
        assert_eq!(permissions.len(), if is_open { 2 } else { 0 }, "{auth}");
    }
}

#[test]
fn a_bucket_tells_a_function_only_where_there_is_one() {
    let outcome = serverless(
        "  Run:
    Type: AWS::Serverless::Function
    Condition: Here
    Properties:
      Handler: a.b
      Role: r
      Events: {On: {Type: S3, Properties: {Bucket: !Ref Raw, Events: 's3:ObjectCreated:*'}}}
  Always:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Role: r
      Events: {On: {Type: S3, Properties: {Bucket: !Ref Raw, Events: 's3:ObjectRemoved:*'}}}
  Raw:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations: [{Event: 's3:ObjectRemoved:*', Function: !GetAtt Always.Arn}]
Conditions: {Here: !Equals [!Ref AWS::Region, eu-west-1]}
",
    );
    let raw = one(&outcome.graph, "Raw");
    let configuration = &raw.properties.entry("NotificationConfiguration").unwrap().value;
    let Data::List(list) = &configuration.entry("LambdaConfigurations").unwrap().value.data else { panic!("{raw:?}") };
    // What is written already is not told again.
    assert_eq!(list.items.len(), 2, "{list:?}");
    let Data::Guarded(guarded) = &list.items[1].data else { panic!("{list:?}") };
    assert!(matches!(guarded.when, Formula::Atom(_)) && matches!(guarded.otherwise.data, Data::Absent), "{guarded:?}");
}

#[test]
fn sam_may_write_anywhere_in_the_description_of_an_api() {
    let outcome = serverless(
        "  Web:
    Type: AWS::Serverless::Api
    Properties: {StageName: v1, DefinitionBody: {swagger: 2.0, paths: {/a: {get: {responses: {}}}}}}
",
    );
    let body = &one(&outcome.graph, "Web").properties.entry("Body").unwrap().value;
    let within = ["paths", "/a", "get"].iter().try_fold(body, |value, name| Some(&value.entry(name)?.value));
    let Some(Data::Object(get)) = within.map(|value| &value.data) else { panic!("{body:?}") };
    assert!(get.open.is_some(), "{get:?}");
}
