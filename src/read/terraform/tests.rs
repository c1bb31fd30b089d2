//! Which directories are roots, which instances there are, and what stands in them: the parts that no plan of built-in
//! resources can show.

use super::*;
use crate::{
    graph::{fact::Fact, guard::Formula, value::Data, value::Piece},
    read::given::{Inputs, Variables},
    source::Discovery,
};

/// Reads files as if found below a folder.
pub(super) fn read_all(texts: &[(&str, &str)]) -> (Files, Reading) {
    let files = Files::memory(texts.iter().copied());
    let discovery = Discovery::in_memory(&files, false);
    let candidates: Vec<&Candidate> =
        discovery.candidates.iter().filter(|candidate| loader::is_configuration(&candidate.path)).collect();
    let reading = read(&files, &candidates, [], &Given::default(), false);
    (files, reading)
}

fn planned(texts: &[(&str, &str)]) -> Vec<Instance> {
    let files = Files::memory(texts.iter().copied());
    plan(&files, "", &Given::default()).expect("configuration").0
}

/// A value in short: `?name` unknown, `&address` a reference, `…` at the end of what is open.
fn show(value: &Value) -> String {
    let joined = |items: Vec<String>, open: bool| {
        let more = open.then(|| "…".to_owned());
        items.into_iter().chain(more).collect::<Vec<_>>().join(", ")
    };
    match &value.data {
        Data::Absent => "null".to_owned(),
        Data::Unknown(unknown) => format!("?{}", unknown.name()),
        Data::Text(text) => format!("'{text}'"),
        Data::Template(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Hole(hole) => format!("${{{}}}", show(hole)),
            });
            format!("'{}'", pieces.collect::<String>())
        }
        Data::Reference(reference) => match &reference.attribute {
            Some(attribute) => format!("&{}.{attribute}", reference.id),
            None => format!("&{}", reference.id),
        },
        Data::List(list) => format!("[{}]", joined(list.items.iter().map(show).collect(), list.open.is_some())),
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| format!("{}: {}", entry.name, show(&entry.value)));
            format!("{{{}}}", joined(entries.collect(), object.open.is_some()))
        }
        Data::Guarded(guarded) => {
            format!("({} ? {} : {})", condition(&guarded.when), show(&guarded.then), show(&guarded.otherwise))
        }
        _ => value.plain_text().unwrap_or_default().to_string(),
    }
}

pub(super) fn condition(formula: &Formula) -> String {
    match formula {
        Formula::True => String::new(),
        Formula::False => "never".to_owned(),
        Formula::Atom(atom) => atom.display.to_string(),
        Formula::Not(inner) => format!("not {}", condition(inner)),
        Formula::All(parts) => parts.iter().map(condition).collect::<Vec<_>>().join(" and "),
        Formula::Any(parts) => parts.iter().map(condition).collect::<Vec<_>>().join(" or "),
    }
}

/// Addresses with their conditions.
fn addresses(instances: &[Instance]) -> Vec<String> {
    let told = instances.iter().map(|instance| match condition(&instance.guard).as_str() {
        "" => instance.address.clone(),
        condition => format!("{} if {condition}", instance.address),
    });
    told.collect()
}

fn property(instances: &[Instance], address: &str, name: &str) -> String {
    let instance = instances.iter().find(|instance| instance.address == address).expect(address);
    instance.properties.entry(name).map_or_else(|| "-".to_owned(), |entry| show(&entry.value))
}

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {}\n";

fn units(reading: &Reading) -> Vec<&str> {
    reading.parts.iter().flat_map(|part| &part.units).map(|unit| &*unit.path).collect()
}

#[test]
fn what_is_called_is_no_root() {
    let (_, reading) = read_all(&[
        ("envs/prod/main.tf", "module \"net\" { source = \"../../modules/net\" }"),
        ("envs/dev/main.tf", BUCKET),
        ("modules/net/main.tf", "module \"inner\" { source = \"./inner\" }"),
        ("modules/net/inner/main.tf", BUCKET),
        ("modules/alone/main.tf", BUCKET),
    ]);
    assert_eq!(units(&reading), ["envs/dev", "envs/prod", "modules/alone"]);
    let (_, circle) = read_all(&[
        ("a/main.tf", "module \"b\" { source = \"../b\" }"),
        ("b/main.tf", "module \"a\" { source = \"../a\" }"),
    ]);
    assert_eq!(units(&circle), ["a"]);
}

#[test]
fn modules_outside_of_the_view_are_read_through_their_callers() {
    let files = Files::memory([
        ("envs/prod/main.tf", "module \"net\" { source = \"../../modules/net\" }"),
        ("modules/net/main.tf", BUCKET),
        ("modules/other/main.tf", BUCKET),
    ]);
    let candidate = Candidate { path: "envs/prod/main.tf".into(), named: false };
    let reading = read(&files, &[&candidate], [], &Given::default(), false);
    let read: Vec<&str> = reading.files.keys().map(|path| &**path).collect();
    assert_eq!(read, ["envs/prod/main.tf", "modules/net/main.tf"]);
}

#[test]
fn modules_that_are_not_here_are_named_once() {
    let text = "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n  count = 3\n}\n\
                module \"up\" { source = \"../../x\" }\n\
                module \"none\" {\n  source = \"example/none\"\n  count = 0\n}\n\
                resource \"aws_subnet\" \"s\" { vpc_id = module.vpc[0].vpc_id }\n";
    let (_, reading) = read_all(&[("infra/main.tf", text)]);
    let missed: Vec<String> = reading
        .parts
        .iter()
        .flat_map(|part| &part.not_evaluated)
        .map(|one| format!("{}: {}", one.what, one.why))
        .collect();
    assert_eq!(
        missed,
        [
            "`vpc`: its source `terraform-aws-modules/vpc/aws` is not here: `terraform init` fetches it",
            "`up`: its source `../../x` lies outside the root"
        ]
    );
    let unread: Vec<&str> = reading.parts[0].units[0].unread.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(unread, ["module `vpc`", "module `up`"]);
}

#[test]
fn fetched_modules_are_found_by_the_manifest() {
    let manifest = r#"{"Modules": [{"Key": "", "Source": "", "Dir": "."},
        {"Key": "vpc", "Source": "registry.terraform.io/x/vpc/aws", "Dir": ".terraform/modules/vpc"},
        {"Key": "vpc.inner", "Source": "x/inner/aws", "Dir": ".terraform/modules/vpc.inner"}]}"#;
    let instances = planned(&[
        ("main.tf", "module \"vpc\" { source = \"x/vpc/aws\" }"),
        (".terraform/modules/modules.json", manifest),
        (".terraform/modules/vpc/main.tf", "module \"inner\" { source = \"x/inner/aws\" }"),
        (".terraform/modules/vpc.inner/main.tf", BUCKET),
    ]);
    assert_eq!(addresses(&instances), ["module.vpc.module.inner.aws_s3_bucket.b"]);
    assert_eq!(instances[0].callers.len(), 2);
}

#[test]
fn instances_rest_on_what_is_not_known() {
    let instances = planned(&[(
        "main.tf",
        "variable \"on\" {}\nvariable \"names\" {}\nvariable \"number\" {}\n\
         resource \"aws_s3_bucket\" \"maybe\" { count = var.on ? 1 : 0 }\n\
         resource \"aws_s3_bucket\" \"two\" { count = var.on ? 2 : 1 }\n\
         resource \"aws_s3_bucket\" \"some\" { for_each = var.names }\n\
         resource \"aws_s3_bucket\" \"merged\" { for_each = merge(var.names, { a = 1 }) }\n\
         resource \"aws_s3_bucket\" \"counted\" { count = var.number }\n\
         resource \"aws_s3_bucket\" \"many\" { count = 65 }\n\
         resource \"aws_s3_bucket\" \"none\" { count = 0 }\n",
    )]);
    assert_eq!(
        addresses(&instances),
        [
            "aws_s3_bucket.maybe[0] if var.on",
            "aws_s3_bucket.two[0]",
            "aws_s3_bucket.two[1] if var.on",
            "aws_s3_bucket.some[*] if var.names has an item",
            "aws_s3_bucket.merged[\"a\"]",
            "aws_s3_bucket.merged[*] if var.names has an item",
            "aws_s3_bucket.counted[*] if var.number has an item",
            "aws_s3_bucket.many[*]",
        ]
    );
    assert_eq!(instances[7].multiplicity, Some(65));
}

#[test]
fn keys_with_holes_make_instances_of_their_own() {
    let instances = planned(&[(
        "main.tf",
        "variable \"region\" {}\n\
         resource \"aws_vpc_endpoint\" \"e\" {\n  for_each = toset([\"${var.region}.s3\", \"${var.region}.sts\"])\n\
         service_name = each.value\n}\n",
    )]);
    let names: Vec<String> =
        instances.iter().map(|one| show(&one.properties.entry("service_name").expect("a name").value)).collect();
    assert_eq!(names, ["'${?var.region}.s3'", "'${?var.region}.sts'"]);
    assert!(instances.iter().all(|one| one.address == "aws_vpc_endpoint.e[*]"));
}

#[test]
fn references_name_instances() {
    let instances = planned(&[
        (
            "main.tf",
            "variable \"unknown\" {}\n\
             resource \"aws_vpc\" \"v\" { for_each = toset([\"a\", \"b\"]) }\n\
             resource \"aws_subnet\" \"s\" {\n  for_each = aws_vpc.v\n  vpc_id = each.value.id\n}\n\
             resource \"aws_subnet\" \"t\" {\n  count = 2\n  vpc_id = aws_vpc.v[\"b\"].id\n}\n\
             resource \"aws_vpc\" \"u\" { for_each = var.unknown }\n\
             resource \"aws_subnet\" \"u\" {\n  for_each = var.unknown\n  vpc_id = aws_vpc.u[each.key].id\n}\n\
             module \"m\" {\n  source = \"./m\"\n  subnets = aws_subnet.t[*].id\n  vpc_id = aws_subnet.t[0].vpc_id\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"subnets\" {}\nvariable \"vpc_id\" {}\n\
             resource \"aws_sagemaker_model\" \"x\" {\n  vpc_config {\n    subnets = var.subnets\n  }\n\
             tags = { vpc = var.vpc_id }\n}\n",
        ),
    ]);
    assert_eq!(property(&instances, "aws_subnet.s[\"a\"]", "vpc_id"), "&aws_vpc.v[\"a\"].id");
    assert_eq!(property(&instances, "aws_subnet.t[1]", "vpc_id"), "&aws_vpc.v[\"b\"].id");
    assert_eq!(property(&instances, "aws_subnet.u[*]", "vpc_id"), "&aws_vpc.u[*].id");
    let model = "module.m.aws_sagemaker_model.x";
    assert_eq!(property(&instances, model, "vpc_config"), "[{subnets: [&aws_subnet.t[0].id, &aws_subnet.t[1].id]}]");
    assert_eq!(property(&instances, model, "tags"), "{vpc: &aws_vpc.v[\"b\"].id}", "what another resource is set to");
}

#[test]
fn what_a_variable_chooses_is_one_of_its_values() {
    let name = |expression: &str| {
        let text = format!(
            "variable \"on\" {{\n  type = bool\n}}\nvariable \"env\" {{}}\n\
             resource \"aws_sagemaker_model\" \"m\" {{\n  name = {expression}\n}}\n"
        );
        property(&planned(&[("main.tf", text.as_str())]), "aws_sagemaker_model.m", "name")
    };
    assert_eq!(name(r#""a-${var.on ? "b" : "c"}-d""#), "(var.on ? 'a-b-d' : 'a-c-d')");
    assert_eq!(name(r#"{ true = "a", false = "b" }[var.on]"#), "(not var.on ? 'b' : 'a')");
    assert_eq!(name(r#"{ dev = "a", prod = "b" }[var.env]"#), "(var.env == \"dev\" ? 'a' : 'b')");
    assert_eq!(name(r#"{ (var.env) = "a", prod = "b" }[var.env]"#), "?…[var.env]", "the table is not known");
    assert_eq!(name(r#"join(",", [for n in ["a", "b"] : n if var.on || n == "b"])"#), "(var.on ? 'a,b' : 'b')");
    assert_eq!(
        name(r#"join(",", keys({ for n in ["a", "b"] : n => 1 if n == "b" || var.env == n }))"#),
        "(var.env == \"a\" ? 'a,b' : 'b')"
    );
}

#[test]
fn dynamic_blocks_claim_no_absence_where_they_are_not_known() {
    let block = |for_each: &str| {
        let text = format!(
            "variable \"on\" {{}}\nvariable \"unknown\" {{}}\nresource \"aws_security_group\" \"g\" {{\n\
             dynamic \"ingress\" {{\n    for_each = {for_each}\n    iterator = rule\n\
             content {{\n      from_port = rule.value\n      to_port = rule.key\n    }}\n  }}\n}}\n"
        );
        property(&planned(&[("main.tf", text.as_str())]), "aws_security_group.g", "ingress")
    };
    assert_eq!(block("[22, 80]"), "[{from_port: 22, to_port: 0}, {from_port: 80, to_port: 1}]");
    assert_eq!(block("{ a = 22 }"), "[{from_port: 22, to_port: 'a'}]");
    assert_eq!(block("[]"), "-");
    assert_eq!(block("var.on ? [22] : []"), "[(var.on ? {from_port: 22, to_port: 0} : null)]");
    assert_eq!(
        block("var.unknown"),
        "[(var.unknown has an item ? {from_port: ?rule.value, to_port: ?rule.key} : ?var.unknown), …]"
    );
}

fn planned_in(region: Option<&str>, text: &str) -> Vec<Instance> {
    let files = Files::memory([("main.tf", text)]);
    let inputs = given_to_all(region, &[]);
    let given = Given { inputs: vec![inputs] };
    let loader = Loader::new(&files, [], &given);
    Run::new(&loader, loader.load("").expect("configuration")).evaluate().instances
}

fn given_to_all(region: Option<&str>, variables: &[(&str, &str)]) -> Inputs {
    let one = |(name, text): &(&str, &str)| Variables::One { name: (*name).into(), text: (*text).into() };
    Inputs { region: region.map(Into::into), variables: variables.iter().map(one).collect(), ..Inputs::default() }
}

#[test]
fn the_region_is_the_resource_s_the_provider_s_or_the_given_one() {
    let text = "data \"aws_region\" \"here\" {}\n\
         data \"aws_region\" \"asked\" { name = \"us-west-2\" }\n\
         resource \"aws_vpc_endpoint\" \"s3\" {\n  service_name = \"com.amazonaws.${data.aws_region.here.name}.s3\"\n}\n\
         resource \"aws_sqs_queue\" \"own\" {\n  region = \"eu-west-2\"\n  name = data.aws_region.asked.name\n}\n";
    let shown = |region: Option<&str>, provider: &str| {
        let instances = planned_in(region, &format!("{provider}{text}"));
        let region = |address: &str| {
            let one = instances.iter().find(|one| one.address == address).expect("an instance");
            one.region.as_deref().unwrap_or("?").to_owned()
        };
        let (endpoint, queue) = ("aws_vpc_endpoint.s3", "aws_sqs_queue.own");
        format!(
            "{} {} {} {}",
            property(&instances, endpoint, "service_name"),
            region(endpoint),
            property(&instances, queue, "name"),
            region(queue)
        )
    };
    let fixed = "provider \"aws\" { region = \"eu-west-1\" }\n";
    let open = "variable \"region\" {}\nprovider \"aws\" { region = var.region }\n";
    assert_eq!(shown(None, fixed), "'com.amazonaws.eu-west-1.s3' eu-west-1 'us-west-2' eu-west-2");
    assert_eq!(shown(Some("eu-central-1"), fixed), "'com.amazonaws.eu-west-1.s3' eu-west-1 'us-west-2' eu-west-2");
    assert_eq!(shown(Some("eu-central-1"), ""), "'com.amazonaws.eu-central-1.s3' eu-central-1 'us-west-2' eu-west-2");
    assert_eq!(shown(Some("eu-central-1"), open), "'com.amazonaws.eu-central-1.s3' eu-central-1 'us-west-2' eu-west-2");
    let unknown = shown(None, open);
    assert!(unknown.contains(".s3' ? 'us-west-2' eu-west-2"), "{unknown}");
}

#[test]
fn variables_on_the_command_line_have_the_types_that_are_declared() {
    let text = "variable \"text\" { type = string }\nvariable \"number\" { type = number }\nvariable \"bare\" {}\n\
         variable \"any\" { type = any }\nvariable \"map\" { type = map(number) }\n\
         resource \"terraform_data\" \"t\" { input = [var.text, var.number, var.bare, var.any, var.map] }\n";
    let files = Files::memory([("main.tf", text), ("terraform.tfvars", "text = \"file\"\nbare = \"file\"\n")]);
    let all = [("text", "[1]"), ("number", "3"), ("bare", "true"), ("any", "[1]"), ("map", "{a = \"1\"}")];
    let given = Given { inputs: vec![given_to_all(None, &all)] };
    let loader = Loader::new(&files, [], &given);
    let root = loader.load("").expect("configuration");
    let instances = Run::new(&loader, root.clone()).evaluate().instances;
    assert_eq!(property(&instances, "terraform_data.t", "input"), "['[1]', 3, 'true', [1], {a: 1}]");
    assert_eq!(given::mistakes(&loader, &[root]), []);
}

#[test]
fn variables_that_do_not_fit_are_told() {
    let files =
        Files::memory([("a/main.tf", "variable \"n\" { type = number }\n"), ("b/main.tf", "variable \"m\" {}\n")]);
    let mistakes = |unit: Option<&str>, variables: &[(&str, &str)]| {
        let inputs = Inputs { unit: unit.map(Into::into), ..given_to_all(None, variables) };
        let given = Given { inputs: vec![inputs] };
        let loader = Loader::new(&files, [], &given);
        let roots: Vec<_> = ["a", "b"].iter().filter_map(|folder| loader.load(folder)).collect();
        given::mistakes(&loader, &roots).into_iter().map(|mistake| mistake.message).collect::<Vec<_>>()
    };
    assert_eq!(mistakes(None, &[("n", "1"), ("m", "x")]), [""; 0]);
    assert_eq!(mistakes(Some("b"), &[("n", "1")]), ["no root module declares a variable `n`"]);
    assert_eq!(mistakes(Some("c"), &[("n", "1")]), [""; 0], "what is not read this time is not judged");
    assert_eq!(mistakes(None, &[("n", "one")]), ["`--var n=one`: its value is of another type than the variable"]);
}

#[test]
fn json_says_the_same() {
    let instances = planned(&[(
        "main.tf.json",
        r#"{"variable": {"on": {}},
            "provider": {"aws": [{"region": "eu-west-1", "default_tags": {"tags": {"Team": "ml"}}}]},
            "data": {"aws_iam_policy_document": {"d": {"statement": {"actions": ["s3:*"], "resources": ["*"],
                "principals": {"type": "AWS", "identifiers": ["*"]}}}}},
            "resource": {"aws_security_group": {"g": {
                "name": "${data.aws_iam_policy_document.d.minified_json}",
                "dynamic": {"ingress": {"for_each": "${var.on ? [22] : []}", "content": {"from_port": "${ingress.value}"}}}}}}}"#,
    )]);
    let group = "aws_security_group.g";
    assert_eq!(property(&instances, group, "ingress"), "[(var.on ? {from_port: 22} : null)]");
    assert_eq!(property(&instances, group, "tags_all"), "{Team: 'ml'}");
    assert_eq!(
        property(&instances, group, "name"),
        r#"'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"*"}}]}'"#
    );
}

#[test]
fn providers_give_region_and_tags() {
    let instances = planned(&[
        (
            "main.tf",
            "variable \"region\" { default = \"eu-west-1\" }\n\
             provider \"aws\" {\n  region = var.region\n  default_tags {\n    tags = { Team = \"ml\", Stage = \"dev\" }\n  }\n}\n\
             provider \"aws\" {\n  alias = \"us\"\n  region = \"us-east-1\"\n}\n\
             resource \"aws_s3_bucket\" \"here\" { tags = { Stage = \"prod\" } }\n\
             resource \"aws_s3_bucket\" \"there\" { provider = aws.us }\n\
             module \"inherits\" { source = \"./m\" }\n\
             module \"passed\" {\n  source = \"./m\"\n  providers = { aws = aws.us }\n}\n",
        ),
        ("m/main.tf", BUCKET),
    ]);
    let regions: Vec<String> =
        instances.iter().map(|one| format!("{} {}", one.address, one.region.as_deref().unwrap_or("?"))).collect();
    assert_eq!(
        regions,
        [
            "aws_s3_bucket.here eu-west-1",
            "aws_s3_bucket.there us-east-1",
            "module.inherits.aws_s3_bucket.b eu-west-1",
            "module.passed.aws_s3_bucket.b us-east-1",
        ]
    );
    assert_eq!(property(&instances, "aws_s3_bucket.here", "tags_all"), "{Stage: 'prod', Team: 'ml'}");
    assert_eq!(property(&instances, "aws_s3_bucket.there", "tags_all"), "-");
}

#[test]
fn a_broken_file_is_a_fault_and_the_rest_is_read() {
    let (_, reading) = read_all(&[("a/main.tf", BUCKET), ("a/broken.tf", "resource \"aws_s3_bucket\" {{{\n")]);
    let faults: Vec<&str> = reading
        .parts
        .iter()
        .flat_map(|part| &part.facts)
        .filter_map(|fact| if let Fact::Fault(fault) = fact { Some(&*fault.path) } else { None })
        .collect();
    assert_eq!(faults, ["a/broken.tf"]);
    assert_eq!(reading.parts[0].units[0].unread[0].0, "file `broken.tf`");
    assert_eq!(reading.parts[0].resources.len(), 1);
}

#[test]
fn names_that_lead_in_circles_end() {
    let instances = planned(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = local.a\n}\n\
         resource \"aws_s3_bucket\" \"b\" {\n  bucket = local.a\n  tags = aws_s3_bucket.b.tags\n}\n\
         module \"m\" {\n  source = \"./\"\n}\n",
    )]);
    assert!(property(&instances, "aws_s3_bucket.b", "bucket").starts_with('?'));
}

/// The policy that a data source renders.
fn policy(arguments: &str) -> String {
    let text = format!(
        "variable \"unknown\" {{}}\n\
         data \"aws_iam_policy_document\" \"base\" {{\n  statement {{\n    sid = \"One\"\n    actions = [\"s3:GetObject\"]\n\
         resources = [\"*\"]\n  }}\n}}\n\
         data \"aws_iam_policy_document\" \"d\" {{\n{arguments}\n}}\n\
         resource \"aws_iam_policy\" \"p\" {{ policy = data.aws_iam_policy_document.d.minified_json }}\n"
    );
    property(&planned(&[("main.tf", text.as_str())]), "aws_iam_policy.p", "policy")
}

#[test]
fn policy_documents_come_out_as_the_provider_renders_them() {
    assert_eq!(
        policy(
            "statement {\n sid = \"Read\"\n actions = [\"s3:GetObject\", \"s3:ListBucket\"]\n resources = [\"arn:aws:s3:::a/&{aws:username}\"]\n \
             principals {\n type = \"AWS\"\n identifiers = [\"*\"]\n }\n \
             condition {\n test = \"Bool\"\n variable = \"aws:SecureTransport\"\n values = [false]\n }\n }\n\
             statement {\n effect = \"Deny\"\n not_actions = [\"*\"]\n not_resources = []\n principals {\n type = \"*\"\n identifiers = [\"*\"]\n }\n }"
        ),
        concat!(
            r#"'{"Version":"2012-10-17","Statement":["#,
            r#"{"Sid":"Read","Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":"arn:aws:s3:::a/${aws:username}","#,
            r#""Principal":{"AWS":"*"},"Condition":{"Bool":{"aws:SecureTransport":"false"}}},"#,
            r#"{"Effect":"Deny","NotAction":"*","Principal":"*"}]}'"#
        )
    );
}

#[test]
fn policy_documents_are_laid_over_each_other() {
    assert_eq!(
        policy(
            "source_policy_documents = [data.aws_iam_policy_document.base.json]\n\
             override_policy_documents = [jsonencode({ Statement = [{ Sid = \"Two\", Effect = \"Deny\", Action = \"*\", Resource = \"*\" }] })]\n\
             statement {\n sid = \"Two\"\n actions = [\"sns:Publish\"]\n resources = [\"*\"]\n }"
        ),
        concat!(
            r#"'{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},"#,
            r#"{"Sid":"Two","Effect":"Deny","Action":"*","Resource":"*"}]}'"#
        )
    );
}

#[test]
fn policy_documents_keep_what_is_known_of_them() {
    assert_eq!(
        policy("statement {\n actions = var.unknown\n resources = [\"arn:aws:s3:::${var.unknown}/*\", \"b\"]\n }"),
        concat!(
            r#"'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":${?var.unknown},"#,
            r#""Resource":["arn:aws:s3:::${?var.unknown}/*","b"]}]}'"#
        )
    );
    let unknown =
        policy("source_policy_documents = [var.unknown]\nstatement {\n actions = [\"a:b\"]\n resources = [\"*\"]\n }");
    assert!(unknown.starts_with(r#"'{"Version":"2012-10-17","Statement":${["#), "{unknown}");
    assert!(unknown.contains("Action: 'a:b'") && unknown.ends_with(", …]}}'"), "{unknown}");
}

#[test]
fn findings_in_modules_name_the_calls_and_those_in_fetched_ones_are_at_the_call() {
    let notebook = "variable \"root\" {}\nresource \"aws_sagemaker_notebook_instance\" \"n\" {\n  name = \"n\"\n  \
                    role_arn = \"arn\"\n  instance_type = \"ml.t3.medium\"\n  root_access = var.root\n}\n";
    let files = Files::memory([
        (
            "main.tf",
            "module \"own\" {\n  source = \"./own\"\n}\nmodule \"far\" {\n  source = \"x/far/aws\"\n  root = \"Enabled\"\n}\n",
        ),
        ("own/main.tf", "module \"inner\" {\n  source = \"../inner\"\n  root = \"Enabled\"\n}\n"),
        ("inner/main.tf", notebook),
        (".terraform/modules/modules.json", r#"{"Modules": [{"Key": "far", "Dir": ".terraform/modules/far"}]}"#),
        (".terraform/modules/far/main.tf", notebook),
    ]);
    let graph = crate::read::read(&files, &Discovery::in_memory(&files, false)).graph;
    let rule = crate::rules::by_name("notebook-root-access").expect("the rule");
    let found = crate::check::check(&graph, &files, &[rule]);
    let at = |place: crate::source::Place| {
        let source = files.get(place.file);
        format!("{}:{}", source.path, source.position(place.span.start).line)
    };
    let told: Vec<String> = found
        .iter()
        .map(|finding| {
            let related = finding.related.iter().map(|label| format!("{} {}", label.message, at(label.place)));
            format!("{}: {}", at(finding.place), related.collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "inner/main.tf:6: passed here `root` own/main.tf:3, called here own/main.tf:1, called here main.tf:1",
            "main.tf:4: passed here `root` main.tf:6, in the module that is called .terraform/modules/far/main.tf:6",
        ]
    );
}

#[test]
fn what_opentofu_and_terragrunt_add_is_not_known() {
    let root = "variable \"name\" { default = \"raw\" }\nresource \"aws_s3_bucket\" \"b\" { bucket = var.name }\n";
    let bucket = |beside: (&str, &str)| property(&planned(&[("main.tf", root), beside]), "aws_s3_bucket.b", "bucket");
    assert_eq!(bucket(("README.md", "")), "'raw'");
    assert_eq!(bucket(("terragrunt.hcl", "inputs = { name = \"other\" }\n")), "?var.name");
    let (_, reading) = read_all(&[("main.tf", root), ("more.tofu", "resource \"aws_s3_bucket\" \"c\" {}\n")]);
    let unread: Vec<&str> = reading
        .parts
        .iter()
        .flat_map(|part| &part.units)
        .flat_map(|unit| &unit.unread)
        .map(|(what, _)| &**what)
        .collect();
    assert_eq!(unread, ["file `more.tofu`"]);
}
