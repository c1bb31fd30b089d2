//! Tests of the reader as a whole.

use crate::{
    graph::{guard::Formula, kind, value::Data},
    read::testing::{ids, outcome},
};

const TRAIN: &str = r#"{"StartAt": "Train", "States": {"Train": {"Type": "Task",
  "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
  "Parameters": {"TrainingJobName.$": "$.name", "EnableManagedSpotTraining": ${Spot}, "RoleArn": "${Role}"},
  "TimeoutSeconds": ${Limit}, "End": true}}}"#;

#[test]
fn a_file_of_its_own_ending_is_read_in_either_language() {
    let yaml = "Comment: trains\nStartAt: Train\nStates:\n  Train: {Type: Pass, End: true}\n";
    for (name, text) in [("train.asl", TRAIN), ("train.ASL", yaml)] {
        let (_, outcome) = outcome(&[(name, text)]);
        assert_eq!(
            ids(&outcome.graph)[..2],
            [("train".to_owned(), kind::STATE_MACHINE), ("train.Train".to_owned(), kind::STATE)]
        );
    }
}

#[test]
fn a_definition_with_bare_names_is_read_at_its_places() {
    let (files, outcome) = outcome(&[("train.asl.json", TRAIN)]);
    let expected = [
        ("train".to_owned(), kind::STATE_MACHINE),
        ("train.Train".to_owned(), kind::STATE),
        ("train.Train".to_owned(), kind::TRAINING_JOB),
    ];
    assert_eq!(ids(&outcome.graph), expected);
    let job = &outcome.graph.resources()[2];
    for name in ["TrainingJobName", "EnableManagedSpotTraining", "RoleArn"] {
        assert!(job.properties.entry(name).is_some_and(|entry| entry.value.is_unknown()), "{name}");
    }
    let spot = &job.properties.entry("EnableManagedSpotTraining").expect("it is written").value;
    assert_eq!(files.get(job.place.file).slice(spot.origin.place.span), "${Spot}");
}

#[test]
fn a_definition_that_a_template_refers_to_is_read_with_its_values() {
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Pipeline:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: states/train.asl.json\n      DefinitionSubstitutions:\n        Spot: true\n        Limit: 60\n        Role: !GetAtt Role.Arn\n  Role:\n    Type: AWS::IAM::Role\n";
    let (files, outcome) = outcome(&[("app/template.yaml", template), ("app/states/train.asl.json", TRAIN)]);
    let graph = &outcome.graph;
    let units: Vec<&str> = graph.units().iter().map(|unit| &*unit.path).collect();
    assert_eq!(units, ["app/template.yaml"], "the definition is no unit of its own");
    let job = graph.resource(graph.of_kind(kind::TRAINING_JOB)[0]);
    assert_eq!(&*job.key.address(), "Pipeline.Train");
    assert_eq!(&*files.get(job.place.file).path, "app/states/train.asl.json");
    let data = |name: &str| job.properties.entry(name).map(|entry| entry.value.data.clone());
    assert!(matches!(data("EnableManagedSpotTraining"), Some(Data::Bool(true))));
    assert!(matches!(data("RoleArn"), Some(Data::Reference(reference)) if &*reference.id == "Role"));
    let file = outcome.files.iter().find(|file| file.path.ends_with("json")).expect("it is listed");
    assert_eq!(file.importer.as_deref(), Some("app/template.yaml"));
}

#[test]
fn a_definition_of_terraform_is_read_in_each_of_its_forms() {
    let resource = |definition: &str| {
        format!(
            "resource \"aws_sfn_state_machine\" \"train\" {{\n  name = \"train\"\n  definition = {definition}\n}}\n"
        )
    };
    let states = "{\"StartAt\": \"Make\", \"States\": {\"Make\": {\"Type\": \"Task\", \"Resource\": \"arn:aws:states:::sagemaker:createModel\", \"Parameters\": {\"ModelName\": \"${name}\"}, \"End\": true}}}";
    let plain = states.replace("${name}", "churn");
    let heredoc = format!("<<EOF\n{plain}\nEOF");
    let encoded = "jsonencode({ StartAt = \"Make\", States = { Make = { Type = \"Task\", Resource = \"arn:aws:states:::sagemaker:createModel\", Parameters = { ModelName = \"churn\" }, End = true } } })";
    let forms = [
        (heredoc.as_str(), "main.tf", "\"Make\""),
        (encoded, "main.tf", "Make"),
        ("templatefile(\"${path.module}/make.asl.json\", { name = \"churn\" })", "make.asl.json", "\"Make\""),
        ("templatefile(\"${path.module}/make.asl.json\", { name = var.name })", "make.asl.json", "\"Make\""),
        ("replace(file(\"make.asl.json\"), \"$${name}\", var.name)", "make.asl.json", "\"Make\""),
        ("file(\"${path.module}/plain.asl.json\")", "plain.asl.json", "\"Make\""),
        ("file(\"${path.module}/${var.file}.asl.json\")", "plain.asl.json", "\"Make\""),
    ];
    let variables = "variable \"name\" { default = \"churn\" }\nvariable \"file\" { default = \"plain\" }\n";
    for (definition, path, head) in forms {
        let (files, outcome) = outcome(&[
            ("main.tf", &resource(definition)),
            ("make.asl.json", states),
            ("plain.asl.json", &plain),
            ("variables.tf", variables),
        ]);
        let graph = &outcome.graph;
        let read_twice = graph.of_kind(kind::MODEL).iter().filter(|&&id| *graph.resource(id).key.unit == *path).count();
        assert_eq!(read_twice, 0, "{definition}");
        let made = graph.of_kind(kind::MODEL).iter().map(|&id| graph.resource(id));
        let model = made.into_iter().find(|model| &*model.key.unit == ".").expect("a model");
        assert_eq!(&*model.key.address(), "aws_sfn_state_machine.train.Make", "{definition}");
        let name = &model.properties.entry("ModelName").expect("a name").value;
        assert!(matches!(&name.data, Data::Text(name) if &**name == "churn"), "{definition}");
        let source = files.get(model.place.file);
        assert_eq!((&*source.path, source.slice(model.place.span)), (path, head), "{definition}");
    }
}

#[test]
fn what_lies_elsewhere_or_is_broken_is_named() {
    let machine = |property: &str| {
        format!("Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      {property}\n")
    };
    let why = |property: &str| {
        let (_, outcome) = outcome(&[("t.yaml", &machine(property))]);
        outcome.graph.not_evaluated().first().map(|missed| missed.why.clone()).unwrap_or_default()
    };
    assert_eq!(why("DefinitionUri: s3://bucket/key"), "its definition lies in S3");
    assert_eq!(why("DefinitionUri: there.json"), "there is no file `there.json`");
    assert_eq!(why("DefinitionUri: t.yaml"), "`t.yaml` has no `StartAt` and `States`", "beside, at the root");
    assert_eq!(why("DefinitionUri: ../../there.json"), "there is no file `../../there.json`");
    assert_eq!(why("DefinitionString: '{\"StartAt\": '"), "its definition is not valid JSON");
    assert_eq!(why("DefinitionString: '{}'"), "its definition has no `StartAt` and `States`");
    assert_eq!(why("DefinitionString: !ImportValue Other"), "its definition is not known");
}

#[test]
fn states_within_states_have_their_callers() {
    let text = "StartAt: Each\nStates:\n  Each:\n    Type: Map\n    End: true\n    ItemProcessor:\n      StartAt: Both\n      States:\n        Both:\n          Type: Parallel\n          End: true\n          Branches:\n            - StartAt: One\n              States:\n                One: {Type: Task, Resource: 'arn:aws:states:::aws-sdk:sagemaker:createTransformJob', Arguments: '{% $input %}', End: true}\n";
    let (_, outcome) = outcome(&[("each.asl.yaml", text)]);
    let expected = [
        ("each".to_owned(), kind::STATE_MACHINE),
        ("each.Each".to_owned(), kind::STATE),
        ("each.Each.Both".to_owned(), kind::STATE),
        ("each.Each.Both.One".to_owned(), kind::STATE),
        ("each.Each.Both.One".to_owned(), kind::TRANSFORM_JOB),
    ];
    assert_eq!(ids(&outcome.graph), expected);
    let Data::Object(job) = &outcome.graph.resources()[4].properties.data else { panic!("no object") };
    assert!(job.open.is_some() && job.entries.is_empty(), "nothing of the request is known");
}

#[test]
fn a_condition_decides_between_two_definitions() {
    let state = |name: &str, action: &str| {
        format!(
            r#"{{"StartAt": "{name}", "States": {{"{name}": {{"Type": "Task", "Resource": "arn:aws:states:::{action}", "End": true}}}}}}"#
        )
    };
    let template = |property: &str, then: &str, otherwise: &str| {
        format!(
            "Parameters:\n  Stage:\n    Type: String\nConditions:\n  Live: !Equals [!Ref Stage, live]\nResources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      {property}: !If\n        - Live\n        - {then}\n        - {otherwise}\n"
        )
    };
    let (train, tune) = (state("Train", "sagemaker:createTrainingJob"), state("Tune", "sagemaker:createTransformJob"));
    let quoted = |text: &str| format!("'{text}'");
    let written = template("DefinitionString", &quoted(&train), &quoted(&tune));
    let objects = template("Definition", &train, &tune);
    let files = template("DefinitionUri", "a.asl.json", "b.asl.json");
    let beside = [("a.asl.json", &*train), ("b.asl.json", &*tune)];
    for (text, beside) in [(&written, &[][..]), (&objects, &[]), (&files, &beside)] {
        let (_, outcome) = outcome(&[&[("t.yaml", &**text)], beside].concat());
        let graph = &outcome.graph;
        let states: Vec<(String, Formula)> = graph
            .resources()
            .iter()
            .filter(|resource| &*resource.kind == kind::STATE)
            .map(|state| (state.key.address().to_string(), state.guard.clone()))
            .collect();
        let [(train, live), (tune, other)] = &states[..] else { panic!("{text}: {states:?}") };
        assert_eq!((&**train, &**tune), ("M.Train", "M.Tune"), "{text}");
        assert!(*live == other.negated() && *live != Formula::True, "{text}");
        assert_eq!((graph.of_kind(kind::TRAINING_JOB).len(), graph.of_kind(kind::TRANSFORM_JOB).len()), (1, 1));
        assert_eq!(graph.not_evaluated(), [], "{text}");
    }
    let (_, half) =
        outcome(&[("t.yaml", &template("DefinitionUri", "a.asl.json", "none.json")), ("a.asl.json", &train)]);
    assert_eq!(half.graph.of_kind(kind::TRAINING_JOB).len(), 1, "what is known is read");
    assert_eq!(half.graph.not_evaluated()[0].why, "there is no file `none.json`");
}

/// As templates and CDK write them; the whole of a resource, or of a name, may be filled in.
#[test]
fn a_definition_in_a_template_is_read_in_each_of_its_forms() {
    let text = |resource: &str, role: &str| {
        format!(
            r#"{{"StartAt": "Train", "States": {{"Train": {{"Type": "Task", "Resource": "{resource}", "Parameters": {{"TrainingJobName.$": "$.name", "RoleArn": "{role}"}}, "End": true}}}}}}"#
        )
    };
    let of = "arn:aws:states:::sagemaker:createTrainingJob.sync";
    let forms = [
        format!("DefinitionString: !Sub '{}'", text(of, "${Role.Arn}")),
        format!("DefinitionString: !Sub\n        - '{}'\n        - {{R: !GetAtt Role.Arn}}", text(of, "${R}")),
        format!(
            "DefinitionString: !Join ['', ['{}', !GetAtt Role.Arn, '{}']]",
            {
                let whole = text(of, "|");
                whole.split_once('|').map(|(before, _)| before.to_owned()).unwrap_or_default()
            },
            {
                let whole = text(of, "|");
                whole.split_once('|').map(|(_, after)| after.to_owned()).unwrap_or_default()
            }
        ),
        format!(
            "DefinitionString: '{}'\n      DefinitionSubstitutions: {{Role: !GetAtt Role.Arn}}",
            text(of, "${Role}")
        ),
        format!(
            "DefinitionString: '{}'\n      DefinitionSubstitutions: {{Task: {of}, Role: !GetAtt Role.Arn}}",
            text("${Task}", "${Role}")
        ),
        format!("Definition: {}", text(of, "|").replace("\"|\"", "!GetAtt Role.Arn")),
        format!("DefinitionString: !ToJsonString {}", text(of, "|").replace("\"|\"", "!GetAtt Role.Arn")),
    ];
    for form in forms {
        let template = format!(
            "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      {form}\n  Role: {{Type: AWS::IAM::Role}}\n"
        );
        let (_, outcome) = outcome(&[("t.yaml", &template)]);
        let graph = &outcome.graph;
        let [job] = graph.of_kind(kind::TRAINING_JOB) else { panic!("{template}: {:?}", graph.not_evaluated()) };
        let job = graph.resource(*job);
        let role = &job.properties.entry("RoleArn").expect("a role").value.data;
        assert!(matches!(role, Data::Reference(role) if &*role.id == "Role"), "{template}: {role:?}");
        assert!(job.properties.entry("TrainingJobName").is_some_and(|entry| entry.value.is_unknown()), "{template}");
    }
}

#[test]
fn functions_of_what_is_written_are_known_in_a_request() {
    let text = r#"{"StartAt": "Train", "States": {"Train": {"Type": "Task",
      "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "End": true, "Parameters": {
        "TrainingJobName.$": "States.Format('train-{}', $$.Execution.Name)",
        "HyperParameters.$": "States.StringToJson('{\"epochs\": \"3\"}')",
        "ResourceConfig": {"InstanceType.$": "States.Format('ml.{}.large', 'm5')", "InstanceCount.$": "$.count"}}}}}"#;
    let (_, outcome) = outcome(&[("train.asl.json", text)]);
    let job = &outcome.graph.resources()[2].properties;
    let at = |path: &str| path.split('.').fold(job.clone(), |value, name| value.entry(name).expect(name).value.clone());
    assert_eq!(at("ResourceConfig.InstanceType").plain_text().as_deref(), Some("ml.m5.large"));
    assert_eq!(at("HyperParameters.epochs").plain_text().as_deref(), Some("3"));
    assert!(matches!(at("TrainingJobName").data, Data::Template(_)));
    assert!(at("ResourceConfig.InstanceCount").is_unknown());
}
