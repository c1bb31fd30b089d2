//! Templates in, values out: one test per construct.

use std::sync::Arc;

use super::{is_template, read};
use crate::{
    finding::Confidence,
    graph::{
        Graph, Part, ResourceId,
        attr::Subject,
        guard::{Assignment, Formula, Tri, World},
        value::{Data, Piece, Value},
    },
    source::{FileId, Source},
    syntax::{json, yaml},
};

fn source(text: &str) -> Source {
    Source::plain(FileId(0), "t.yaml".into(), text.into())
}

fn part(text: &str) -> Part {
    let tree = yaml::parse(text);
    assert_eq!(tree.faults, [], "{text}");
    read(&source(text), &tree)
}

/// A value in short: `?name` is unknown, `&Id.Attr` a reference, `-` absent, `…` what may be more.
fn show(value: &Value) -> String {
    let all = |values: Vec<String>, open: bool| {
        let more = if open { vec!["…".to_owned()] } else { Vec::new() };
        values.into_iter().chain(more).collect::<Vec<_>>().join(", ")
    };
    match &value.data {
        Data::Absent => "-".into(),
        Data::Unknown(unknown) => format!("?{}", unknown.name()),
        Data::Text(text) => format!("{:?}", &**text),
        Data::Bool(_) | Data::Number(_) => value.plain_text().unwrap().to_string(),
        Data::Template(pieces) => {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Hole(hole) => format!("<{}>", show(hole)),
            };
            format!("\"{}\"", pieces.iter().map(piece).collect::<String>())
        }
        Data::Reference(reference) => match &reference.attribute {
            Some(attribute) => format!("&{}.{attribute}", reference.id),
            None => format!("&{}", reference.id),
        },
        Data::Symbol(name) => format!("@{name}"),
        Data::List(list) => format!("[{}]", all(list.items.iter().map(show).collect(), list.open.is_some())),
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| format!("{}: {}", entry.name, show(&entry.value)));
            format!("{{{}}}", all(entries.collect(), object.open.is_some()))
        }
        Data::Guarded(guarded) => {
            format!("if {} then {} else {}", formula(&guarded.when), show(&guarded.then), show(&guarded.otherwise))
        }
    }
}

fn formula(of: &Formula) -> String {
    let all = |parts: &[Formula], word: &str| format!("({})", parts.iter().map(formula).collect::<Vec<_>>().join(word));
    match of {
        Formula::True => "always".into(),
        Formula::False => "never".into(),
        Formula::Atom(atom) => format!("[{}]", atom.display),
        Formula::Not(inner) => format!("not {}", formula(inner)),
        Formula::All(parts) => all(parts, " and "),
        Formula::Any(parts) => all(parts, " or "),
    }
}

/// What surrounds the values under test.
const HEAD: &str = "
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod]}
  Key: {Type: String, Default: ''}
  Size: {Type: Number, Default: '5'}
  Bucket: {Type: String, Default: my-bucket}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Groups: {Type: CommaDelimitedList, Default: 'sg-1, sg-2'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  HasKey: !Not [!Equals [!Ref Key, '']]
  Both: !And [!Condition IsProd, !Condition HasKey]
  Either: !Or [Condition: IsProd, !Equals [!Ref 'AWS::Region', us-east-1]]
  Cyclic: !Not [!Condition Cyclic]
Mappings:
  Images:
    us-east-1: {Account: '111111111111', Uri: 111.dkr.ecr.us-east-1.x.com, Same: x, Zones: [a, b]}
    eu-west-1: {Account: '222222222222', Uri: 222.dkr.ecr.eu-west-1.x.com, Same: x, Zones: [c]}
  Stages:
    dev: {Type: ml.t3.medium, Zones: [a, b], Volume: 5}
    prod: {Type: ml.t3.medium, Zones: [a, b], Volume: 9}
    old: {Type: ml.t2.medium, Zones: [c], Volume: 5}
Resources:
  Role: {Type: 'AWS::IAM::Role'}
";

/// The value of an expression in YAML, and what could not be evaluated.
fn eval(expression: &str) -> (Value, Vec<String>) {
    let indented = expression.replace('\n', "\n        ");
    let text = format!("{HEAD}  Subject:\n    Type: Custom::Subject\n    Properties:\n      P: {indented}\n");
    let part = part(&text);
    let subject = part.resources.last().unwrap();
    let value = subject.properties.entry("P").unwrap().value.clone();
    (value, part.not_evaluated.iter().map(|note| format!("{}: {}: {}", note.kind, note.what, note.why)).collect())
}

#[track_caller]
fn gives(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        let (value, notes) = eval(expression);
        assert_eq!(show(&value), *expected, "{expression}");
        assert!(notes.is_empty(), "{expression}: {notes:?}");
    }
}

#[test]
fn scalars_are_what_cloudformation_takes_them_for() {
    gives(&[
        ("3", "3"),
        ("'3'", "\"3\""),
        ("true", "true"),
        ("'true'", "\"true\""),
        ("012345678901", "\"012345678901\""),
        ("123456789012", "123456789012"),
        ("12:30", "\"12:30\""),
        ("{A: [1, x]}", "{A: [1, \"x\"]}"),
    ]);
    let (value, notes) = eval("{A: null}");
    assert_eq!(show(&value), "{A: ?a null value}");
    assert_eq!(notes, ["expression: a null value: CloudFormation refuses null values"]);
}

#[test]
fn ref_gives_parameters_resources_and_pseudo_parameters() {
    gives(&[
        ("!Ref Env", "?parameter Env"),
        ("!Ref Size", "5"),
        ("!Ref Bucket", "\"my-bucket\""),
        ("!Ref Groups", "[\"sg-1\", \"sg-2\"]"),
        ("!Ref Subnets", "?parameter Subnets"),
        ("!Ref Stored", "?parameter Stored"),
        ("!Ref AWS::Region", "?AWS::Region"),
        ("!Ref AWS::NoValue", "-"),
        ("{Ref: Role}", "&Role"),
        ("!GetAtt Role.Arn", "&Role.Arn"),
        ("{'Fn::GetAtt': [Role, Arn.Deep]}", "&Role.Arn.Deep"),
    ]);
    let (value, notes) = eval("!Ref Nobody");
    assert_eq!(show(&value), "?`Nobody`");
    assert_eq!(notes, ["reference: `Nobody`: no parameter and no resource has this name"]);
}

#[test]
fn sub_keeps_references_in_its_holes() {
    gives(&[
        ("!Sub 'arn:${AWS::Partition}:s3:::${Bucket}/*'", "\"arn:<?AWS::Partition>:s3:::my-bucket/*\""),
        ("!Sub '${Role.Arn}/x'", "\"<&Role.Arn>/x\""),
        ("!Sub '${Role}'", "&Role"),
        ("!Sub 'a ${!Kept} b'", "\"a ${Kept} b\""),
        ("!Sub ['${A}-${Size}', {A: !Ref Env}]", "\"<?parameter Env>-5\""),
        ("\n  Fn::Sub: |\n    x ${Bucket}", "\"x my-bucket\\n\""),
        ("!Sub 'x{{resolve:ssm:/${Env}/key:1}}y'", "\"x<?resolve:ssm:/…/key:1>y\""),
        ("'{{resolve:secretsmanager:db}}'", "?resolve:secretsmanager:db"),
    ]);
}

#[test]
fn join_keeps_holes_and_leaves_out_what_does_not_exist() {
    gives(&[
        ("!Join ['', [a, 1, true]]", "\"a1true\""),
        ("!Join ['-', [a, !Ref Env, !GetAtt Role.Arn]]", "\"a-<?parameter Env>-<&Role.Arn>\""),
        ("!Join [',', !Ref Groups]", "\"sg-1,sg-2\""),
        ("!Join [',', !Ref Subnets]", "?parameter Subnets joined by `,`"),
        ("!Join [',', [a, !Ref 'AWS::NoValue', b]]", "\"a,b\""),
        ("!Join [',', [a, !If [IsProd, b, !Ref 'AWS::NoValue']]]", "if [Env = prod] then \"a,b\" else \"a\""),
        ("!Join ['', [a, !If [IsProd, b, c], !If [IsProd, d, e]]]", "if [Env = prod] then \"abd\" else \"ace\""),
        ("!Join ['/', [a, !Sub '${Env}-${Bucket}']]", "\"a/<?parameter Env>-my-bucket\""),
    ]);
}

#[test]
fn select_split_and_length() {
    gives(&[
        ("!Select [1, [a, b]]", "\"b\""),
        ("!Select ['1', !Ref Groups]", "\"sg-2\""),
        ("!Select [0, !Ref Subnets]", "?item 0 of parameter Subnets"),
        ("!Select [0, !GetAZs '']", "?item 0 of availability zones of "),
        ("!Select [0, !If [IsProd, [a], [b]]]", "if [Env = prod] then \"a\" else \"b\""),
        ("!Split [',', 'a,b']", "[\"a\", \"b\"]"),
        ("!Split [',', !Ref Env]", "[…]"),
        ("!Select\n  - 0\n  - !GetAZs", "?item 0 of availability zones of "),
        ("!Select [2, !Split ['/', !Ref 'AWS::StackId']]", "?item 2 of parts of AWS::StackId"),
        ("!Select [1, !Split ['-', !Ref Bucket]]", "\"bucket\""),
        ("!Length [a, b, c]", "3"),
        ("{'Fn::Length': !Ref Groups}", "2"),
    ]);
    assert_eq!(eval("!Select [2, [a, b]]").1, ["expression: `Fn::Select`: the list has no item 2"]);
}

#[test]
fn find_in_map_knows_what_all_regions_share() {
    gives(&[
        ("!FindInMap [Images, us-east-1, Account]", "\"111111111111\""),
        ("!FindInMap [Images, !Ref 'AWS::Region', Same]", "\"x\""),
        ("!FindInMap [Images, !Ref 'AWS::Region', Uri]", "\"<?map Images under a key that is not known>st-1.x.com\""),
        ("!FindInMap [Images, !Ref 'AWS::Region', Zones]", "?map Images under a key that is not known"),
        (
            "!FindInMap [Images, !If [IsProd, us-east-1, eu-west-1], Zones]",
            "if [Env = prod] then [\"a\", \"b\"] else [\"c\"]",
        ),
        ("!FindInMap [Images, nowhere, Account, {DefaultValue: '0'}]", "\"0\""),
        // `Env` is one of two of its keys.
        ("!FindInMap [Stages, !Ref Env, Type]", "\"ml.t3.medium\""),
        ("!FindInMap [Stages, !Ref Env, Zones]", "[\"a\", \"b\"]"),
        ("!FindInMap [Stages, !Ref Env, Volume]", "?map Stages under a key that is not known"),
        ("!FindInMap [Stages, !Sub '${Env}', Zones]", "?map Stages under a key that is not known"),
    ]);
    let notes = eval("!FindInMap [Images, nowhere, Account]").1;
    assert_eq!(notes, ["expression: map `Images`: it has no entry under these keys"]);
}

#[test]
fn the_other_functions() {
    gives(&[
        ("!Base64 echo", "\"echo\""),
        ("{'Fn::Base64': !Sub 'echo ${Bucket}'}", "\"echo my-bucket\""),
        ("!Base64\n  Fn::Sub: echo ${Bucket}", "\"echo my-bucket\""),
        ("!ImportValue net-subnets", "?import net-subnets"),
        ("{'Fn::ImportValue': !Sub '${Env}-subnets'}", "?import ${parameter Env}-subnets"),
        ("!FindInMap [!Ref Env, a, b]", "?a map whose name is not known"),
        ("!Cidr [10.0.0.0/16, 2, 8]", "[\"10.0.0.0/24\", \"10.0.1.0/24\"]"),
        ("!Cidr [!ImportValue block, 2, 8]", "?address blocks"),
        ("!Cidr ['2001:db8::/56', 1, 64]", "[\"2001:db8::/64\"]"),
        ("!ToJsonString {A: [1, x], B: !Ref 'AWS::NoValue'}", "\"{\\\"A\\\":[1,\\\"x\\\"]}\""),
        ("!ToJsonString {A: !Ref Env}", r#""{"A":<?parameter Env>}""#),
        ("!Equals [!Ref Env, dev]", "if [Env = dev] then true else false"),
    ]);
    let (value, missed) = eval("{'Fn::Sub': {'Fn::Transform': {Name: Text}}}");
    assert_eq!(show(&value), "?transform Text");
    assert_eq!(missed, ["expression: transform `Text`: what it brings is not known"]);
    assert_eq!(eval("!Frobnicate x").1, ["expression: `Fn::Frobnicate`: it is not evaluated"]);
}

#[test]
fn a_network_that_is_written_here_is_cut_by_its_attribute() {
    let text = "Resources:\n  Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}\n  Sub:\n    Type: AWS::EC2::Subnet\n    Properties: {CidrBlock: !Select [1, !Cidr [!GetAtt Net.CidrBlock, 2, 8]]}\n";
    let subnet = &part(text).resources[1];
    assert_eq!(show(&subnet.properties), "{CidrBlock: \"10.1.1.0/24\"}");
}

#[test]
fn a_parameter_that_the_template_stores_is_what_it_is_given() {
    let text = "Resources:\n  Kept: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub 'ml.${Size}'}}\n  Round: {Type: AWS::SSM::Parameter, Properties: {Value: !GetAtt Round.Value}}\n  Book:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties: {InstanceType: !GetAtt Kept.Value, RoleArn: !GetAtt Kept.Arn}\nParameters: {Size: {Type: String, Default: t3.medium}}\n";
    let resources = part(text).resources;
    let book = resources.iter().find(|resource| &*resource.key.id == "Book").expect("it is read");
    assert_eq!(show(&book.properties), "{InstanceType: \"ml.t3.medium\", RoleArn: &Kept.Arn}");
}

#[test]
fn if_is_guarded_where_its_condition_is_open() {
    gives(&[
        ("!If [IsProd, a, b]", "if [Env = prod] then \"a\" else \"b\""),
        ("!If [HasKey, !Ref Key, !Ref 'AWS::NoValue']", "-"),
        ("!If [Both, a, b]", "\"b\""),
        ("!If [Either, a, b]", "if ([Env = prod] or [AWS::Region = us-east-1]) then \"a\" else \"b\""),
        ("[a, !If [IsProd, b, !Ref 'AWS::NoValue']]", "[\"a\", if [Env = prod] then \"b\" else -]"),
    ]);
    let (value, notes) = eval("!If [Cyclic, a, b]");
    assert_eq!(show(&value), "if not [Cyclic] then \"a\" else \"b\"");
    assert_eq!(notes, ["condition: condition `Cyclic`: it depends on itself"]);
    let (value, notes) = eval("!If [Nowhere, a, b]");
    assert_eq!(show(&value), "if [Nowhere] then \"a\" else \"b\"");
    assert_eq!(notes, ["condition: condition `Nowhere`: the template has none of this name"]);
}

#[test]
fn what_rests_on_a_default_says_so() {
    let confidence = |expression: &str| eval(expression).0.origin.confidence();
    assert_eq!(confidence("my-bucket"), Confidence::High);
    assert_eq!(confidence("!FindInMap [Images, us-east-1, Account]"), Confidence::High);
    for expression in [
        "!Ref Bucket",
        "!Sub 'x-${Bucket}'",
        "!Join ['', [x, !Ref Bucket]]",
        "!Join [',', !Ref Groups]",
        "!Select [0, !Ref Groups]",
        "!Split ['-', !Ref Bucket]",
        "!If [HasKey, a, b]",
        "!If [HasKey, a, !Ref 'AWS::NoValue']",
        "!FindInMap [Images, !Select [0, !Split ['.', !Sub 'us-east-1.${Bucket}']], Account]",
    ] {
        assert_eq!(confidence(expression), Confidence::Medium, "{expression}");
    }
}

#[test]
fn a_default_is_the_place_to_change() {
    let text = "
Parameters:
  Type: {Type: String, Default: ml.t3.medium}
Resources:
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties: {InstanceType: !Ref Type}
";
    let graph = Graph::of([part(text)]);
    let world = World::default();
    let attr = Subject::new(&graph, ResourceId(0), &world).get("InstanceType");
    let slice = |span| source(text).slice(span).to_owned();
    assert_eq!(slice(attr.place().span), "InstanceType");
    let (place, _, label) = attr.source().unwrap();
    assert_eq!((slice(place.span).as_str(), label.as_str()), ("ml.t3.medium", "default of this parameter `Type`"));
    let resource = &graph.resources()[0];
    assert_eq!(slice(resource.place.span), "Notebook");
    assert!(slice(resource.body.span).ends_with("{InstanceType: !Ref Type}"));
}

#[test]
fn a_value_chosen_by_a_default_points_at_where_it_is_written() {
    let (value, _) = eval("!If [HasKey, a, chosen]");
    let steps: Vec<_> = value.origin.steps().map(|step| step.kind.label()).collect();
    assert_eq!(steps, ["default of this parameter", "the value comes from this entry"]);
}

#[test]
fn resources_exist_under_their_conditions() {
    let text = format!(
        "{HEAD}  Prod: {{Type: 'A::B::C', Condition: IsProd}}\n  Keyed: {{Type: 'A::B::C', Condition: HasKey}}\n"
    );
    let graph = Graph::of([part(&text)]);
    let guards: Vec<_> =
        graph.resources().iter().map(|resource| (&*resource.key.id, formula(&resource.guard))).collect();
    assert_eq!(
        guards,
        [("Role", "always".to_owned()), ("Prod", "[Env = prod]".to_owned()), ("Keyed", "never".to_owned())]
    );
    let world = World::default();
    assert_eq!(Subject::new(&graph, ResourceId(1), &world).exists(), Tri::Unknown);
    let atom = world.missing().unwrap();
    assert_eq!(atom.domain.as_deref().map(<[Arc<str>]>::len), Some(2));
    let prod = World::of(Assignment::default().with(&atom, true));
    assert_eq!(Subject::new(&graph, ResourceId(1), &prod).exists(), Tri::Yes);
}

#[test]
fn conditions_about_one_parameter_exclude_each_other() {
    let (value, _) = eval("{A: !If [IsProd, 1, 2], B: !Equals [!Ref Env, dev]}");
    let Data::Object(object) = &value.data else { panic!("an object") };
    let guard = |name: &str| match &object.entry(name).unwrap().value.data {
        Data::Guarded(guarded) => guarded.when.clone(),
        other => panic!("{other:?}"),
    };
    let Formula::Atom(prod) = guard("A") else { panic!("an atom") };
    let world = World::of(Assignment::default().with(&prod, true));
    assert_eq!(world.holds(&guard("B")), Tri::No);
    let world = World::of(Assignment::default().with(&prod, false));
    assert_eq!(world.holds(&guard("B")), Tri::Yes, "the other of two allowed values");
}

#[test]
fn equal_mentions_are_the_same_unknown() {
    let (value, _) = eval("[!ImportValue x, !ImportValue x, !Ref Env, !Ref Env, !ImportValue y]");
    let Data::List(list) = &value.data else { panic!("a list") };
    let unknowns: Vec<_> = list
        .items
        .iter()
        .map(|item| match &item.data {
            Data::Unknown(unknown) => unknown,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(unknowns[0], unknowns[1]);
    assert_eq!(unknowns[2], unknowns[3]);
    assert_ne!(unknowns[0], unknowns[4]);
    assert_ne!(list.items[0].origin.place, list.items[1].origin.place);
}

#[test]
fn what_may_hold_more_resources_is_unread() {
    let part = part(
        "
Transform: [AWS::Serverless-2016-10-31, MyMacro]
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Child: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: child.yaml}}
  Fn::ForEach::Topics: [Name, !Ref Names, {'Topic${Name}': {Type: 'AWS::SNS::Topic'}}]
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref TopicA
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://x}}
",
    );
    let unread: Vec<_> = part.units[0].unread.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(unread, ["transform `MyMacro`", "loop `Fn::ForEach::Topics`", "nested stack `Child`"]);
    assert_eq!(part.resources.len(), 2);
    assert_eq!(
        show(&part.resources[1].properties),
        "{BucketName: ?`TopicA`, which a transform may make, …}",
        "a macro may make the name, so it is no mistake"
    );
    let notes: Vec<_> = part.not_evaluated.iter().map(|note| note.what.as_str()).collect();
    let expected = ["transform `MyMacro`", "`Fn::ForEach::Topics`", "nested stack `Child`", "transform `AWS::Include`"];
    assert_eq!(notes, expected);
}

#[test]
fn serverless_functions_have_the_globals() {
    let part = part(
        "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Timeout: 3, Runtime: python3.12, Layers: [a], Environment: {Variables: {A: 1}}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Timeout: 9, Layers: [b], Environment: {Variables: {B: 2}}}
",
    );
    assert_eq!(
        show(&part.resources[0].properties),
        "{Timeout: 9, Layers: [\"a\", \"b\"], Environment: {Variables: {B: 2, A: 1}}, Runtime: \"python3.12\", Role: &FRole.Arn, Tags: [{Key: \"lambda:createdBy\", Value: \"SAM\"}]}"
    );
    assert!(part.units[0].unread.is_empty());
}

#[test]
fn a_resource_without_a_type_is_left_out() {
    let part = part("AWSTemplateFormatVersion: 2010-09-09\nResources: {A: {Properties: {}}, B: 3}\n");
    assert!(part.resources.is_empty());
    let notes: Vec<_> = part.not_evaluated.iter().map(|note| (note.what.as_str(), note.why.as_str())).collect();
    assert_eq!(notes, [("resource `A`", "it has no `Type`"), ("resource `B`", "it is not a mapping")]);
}

#[test]
fn json_and_yaml_give_the_same() {
    let yaml = "
AWSTemplateFormatVersion: '2010-09-09'
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  Topic: {Type: 'AWS::SNS::Topic'}
  Model:
    Type: AWS::SageMaker::Model
    Condition: Prod
    Properties:
      Arn: !GetAtt Topic.Arn
      Name: !Join ['-', [!Sub 'a-${Topic}', !If [Prod, x, !Ref 'AWS::NoValue']]]
";
    let text = r#"{"AWSTemplateFormatVersion": "2010-09-09", "Parameters": {"Env": {"Type": "String"}},
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "Model": {"Type": "AWS::SageMaker::Model",
        "Condition": "Prod", "Properties": {"Arn": {"Fn::GetAtt": ["Topic", "Arn"]},
        "Name": {"Fn::Join": ["-", [{"Fn::Sub": "a-${Topic}"}, {"Fn::If": ["Prod", "x", {"Ref": "AWS::NoValue"}]}]]}}}}}"#;
    let in_json = read(&source(text), &json::parse(text));
    let in_short = |part: &Part| -> Vec<String> {
        let resource = |one: &crate::graph::Resource| {
            format!("{} {} {} {}", one.key.id, one.kind, formula(&one.guard), show(&one.properties))
        };
        part.resources.iter().map(resource).collect()
    };
    assert_eq!(in_short(&in_json), in_short(&part(yaml)));
    assert_eq!(
        in_short(&in_json)[1],
        "Model AWS::SageMaker::Model [Env = prod] {Arn: &Topic.Arn, \
         Name: if [Env = prod] then \"a-<&Topic>-x\" else \"a-<&Topic>\"}"
    );
}

#[test]
fn hostile_nesting_and_repetition_end() {
    let deep = format!("{}x{}", "!Join ['', [".repeat(40), "]]".repeat(40));
    let (_, notes) = eval(&deep);
    assert_eq!(notes, ["expression: a value: it is nested too deeply"]);
    let mut text = String::from("AWSTemplateFormatVersion: 1\nResources:\n  A: {Type: 'A::B'}\nConditions:\n");
    for at in 0..200 {
        text.push_str(&format!("  C{at}: !Not [!Condition C{}]\n", at + 1));
    }
    text.push_str("  C200: !Equals [a, a]\n");
    let text = text.replace("A: {Type: 'A::B'}", "A: {Type: 'A::B', Condition: C0}");
    assert_eq!(part(&text).resources.len(), 1);
}

#[test]
fn what_doubles_at_each_level_ends() {
    let text = (0..25).fold("x".to_owned(), |inner, _| format!("!Sub ['${{A}}${{A}}', {{A: {inner}}}]"));
    let (value, notes) = eval(&text);
    assert!(matches!(value.data, Data::Template(_) | Data::Unknown(_)));
    assert_eq!(notes, ["expression: a text: it grows too large"]);
    let text = (0..25).fold("!If [IsProd, us-east-1, eu-west-1]".to_owned(), |inner, _| {
        format!("!FindInMap [Images, {inner}, !If [IsProd, Same, Account]]")
    });
    let noted = eval(&text).1;
    assert!(noted.iter().any(|note| note.contains("many conditions")), "{noted:?}");
    let mut conditions = String::from("  D0: !Equals [!Ref Env, dev]\n");
    for at in 1..100 {
        let before = at - 1;
        conditions.push_str(&format!(
            "  D{at}: !Or [!And [!Condition D{before}, !Condition IsProd], !Not [!Condition D{before}]]\n"
        ));
    }
    let text = HEAD.replace("Mappings:", &format!("{conditions}Mappings:")) + "  X: {Type: 'A::B', Condition: D99}\n";
    let part = part(&text);
    let world = World::default();
    assert_eq!(world.holds(&part.resources.last().unwrap().guard), Tri::Unknown);
    assert!(part.not_evaluated.iter().any(|note| note.kind == "condition" && note.why == "it grows too large"));
}

#[test]
fn templates_are_told_from_other_files() {
    let is = |text: &str| yaml::parse(text).root().is_some_and(is_template);
    assert!(is("AWSTemplateFormatVersion: 2010-09-09\n"));
    assert!(is("Resources: {A: {Type: 'AWS::S3::Bucket'}}\n"));
    assert!(is("Resources: {A: {Type: 'Custom::Thing'}}\n"));
    assert!(!is("Resources: {A: {Type: Thing}}\n"));
    assert!(!is("Resources: [{Type: 'AWS::S3::Bucket'}]\n"));
    assert!(!is("just text\n"));
}

#[test]
fn a_json_text_keeps_what_is_known_on_deployment_as_holes() {
    let text = "Transform: AWS::LanguageExtensions\nResources:\n  R: {Type: AWS::IAM::Role}\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Comment:\n        Fn::ToJsonString: {A: !GetAtt R.Arn, B: [1, true], C: !Sub 'x \"${R}\"', D: !Ref AWS::NoValue}\n";
    let part = part(text);
    let entry = part.resources[1].properties.entry("Comment").unwrap();
    assert_eq!(show(&entry.value), r#""{"A":<&R.Arn>,"B":[1,true],"C":"x \"<&R>\""}""#);
}
