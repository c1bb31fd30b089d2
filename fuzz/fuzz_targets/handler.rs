//! Code of Lambda functions: a module with a handler, as a file and within a template.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod run;

fuzz_target!(|text: &str| {
    let code = format!(
        "import boto3, time\nfrom chalice import Chalice\napp = Chalice()\ntranslate = boto3.client('translate')\npolly = boto3.client('polly')\n{text}\n"
    );
    run::run("app.py", format!("{code}\ndef lambda_handler(event, context):\n    return run(event)\n"));
    let indented = code.replace('\n', "\n          ");
    run::run(
        "t.yaml",
        format!(
            "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n      Handler: index.run\n      Code:\n        ZipFile: |\n          {indented}\n"
        ),
    );
});
