//! State machines: a definition in a template, read, checked and printed.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod run;

fuzz_target!(|text: &str| {
    let indented = text.replace('\n', "\n        ");
    run::run(
        "t.yaml",
        format!(
            "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {{\"StartAt\": \"a\", \"States\": {{{indented}}}}}\n"
        ),
    );
    run::run("m.asl.json", format!("{{\"StartAt\": \"a\", \"States\": {{{text}}}}}"));
});
