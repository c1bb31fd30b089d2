//! Tests of what templates make beside what is written: loops, nested stacks, imports.

use crate::{
    finding::Confidence,
    graph::{
        Graph, Resource, kind,
        value::{Data, Piece},
    },
    read::{Outcome, testing},
};

pub(super) fn outcome(texts: &[(&str, &str)]) -> Outcome {
    testing::outcome(texts).1
}

pub(super) fn addresses(graph: &Graph) -> Vec<String> {
    graph.resources().iter().map(|resource| resource.key.address().to_string()).collect()
}

pub(super) fn one<'g>(graph: &'g Graph, address: &str) -> &'g Resource {
    let found = graph.resources().iter().find(|resource| *resource.key.address() == *address);
    found.unwrap_or_else(|| panic!("no `{address}` among {:?}", addresses(graph)))
}

pub(super) fn text(resource: &Resource, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(&resource.properties, |value, name| match &value.data {
        Data::List(list) => list.items.get(name.parse::<usize>().ok()?),
        _ => value.entry(name).map(|entry| &entry.value),
    })?;
    match &value.data {
        Data::Reference(reference) => {
            Some(format!("&{}.{}", reference.id, reference.attribute.as_deref().unwrap_or("Ref")))
        }
        Data::Unknown(unknown) => Some(format!("?{}", unknown.name())),
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
fn a_resource_whose_type_is_no_text_may_be_anything() {
    for kind in ["!Rain::Module modules/net.yaml", "{'Rain::Module': modules/net.yaml}", "!Ref AWS::Region"] {
        let text = format!("Resources:\n  Net: {{Type: {kind}}}\n  Role: {{Type: AWS::IAM::Role}}\n");
        let outcome = outcome(&[("t.yaml", &text)]);
        assert_eq!(addresses(&outcome.graph), ["Role"], "{kind}");
        assert_eq!(outcome.graph.not_evaluated()[0].why, "its `Type` is not a text", "{kind}");
        assert_eq!(outcome.graph.units()[0].unread.len(), 1, "{kind}: it may be more than one");
    }
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

#[test]
fn a_template_is_known_by_what_is_in_it() {
    let json = r#"{"Resources": {"Book": {"Type": "AWS::SageMaker::NotebookInstance", "Properties": {"InstanceType": "ml.t3.medium"}}}}"#;
    let yaml = "Resources:\n  Book:\n    Type:\tAWS::SageMaker::NotebookInstance\t# a tab on either side\n    Properties: {InstanceType:\tml.t3.medium}\n";
    for (path, text_of) in [(" prepare data/  stack.template", json), ("stack.template", yaml), ("  a/ b.json", json)] {
        let outcome = outcome(&[(path, text_of)]);
        assert_eq!(text(one(&outcome.graph, "Book"), "InstanceType").as_deref(), Some("ml.t3.medium"), "{path}");
    }
}

/// What is not evaluated of a template is named, each with the reason.
#[test]
fn what_a_template_leaves_open_is_named() {
    let outcome = outcome(&[(
        "t.yaml",
        "Transform: [Macro, AWS::LanguageExtensions]
Rain: {}
Parameters: {Zones: {Type: 'List<AWS::EC2::AvailabilityZone::Name>'}}
Resources:
  Gone: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone.yaml}}
  Far: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://s3.amazonaws.com/b/t.yaml'}}
  Hole: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub '${AWS::Region}.yaml'}}
  Mod: {Type: My::Own::Thing::MODULE}
  Typeless: {Properties: {}}
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      RoleArn: !GetStackOutput [network, Role]
      InstanceType: !Select [3, [a]]
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}
      SubnetId: {'Fn::Frobnicate': x}
      KmsKeyId: !ImportValue key
  Fn::ForEach::Each: [Zone, !Ref Zones, {'Net${Zone}': {Type: AWS::EC2::Subnet}}]
",
    )]);
    let missed = outcome.graph.not_evaluated().iter();
    let mut missed: Vec<String> = missed.map(|missed| format!("{}: {}", missed.what, missed.why)).collect();
    missed.sort();
    let expected = [
        "`Fn::ForEach::Each`: what it runs over is not known",
        "`Fn::Frobnicate`: it is not evaluated",
        "`Fn::GetStackOutput`: the other stack is not read",
        "`Fn::Select`: the list has no item 3",
        "import `key`: no template that was read exports it",
        "module `Mod`: what is registered under its type is not known",
        "nested stack `Far`: its template lies at `https://s3.amazonaws.com/b/t.yaml`",
        "nested stack `Gone`: there is no file `gone.yaml`",
        "nested stack `Hole`: where its template lies is not known",
        "resource `Typeless`: it has no `Type`",
        "section `Rain`: what it brings from other files is not read",
        "transform `AWS::Include`: there is no file `more.yaml`",
        "transform `Macro`: what it makes of the template is not known",
    ];
    assert_eq!(missed, expected);
}
