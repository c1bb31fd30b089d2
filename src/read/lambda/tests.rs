//! Facts about handlers: which operations, on which paths, and whose results go where.
#![cfg(test)]

use crate::{
    graph::fact::{Fact, Handler, Rounds},
    read::read,
    source::{Discovery, Files},
};

/// All handlers of some files.
fn handlers(texts: &[(&str, &str)]) -> Vec<Handler> {
    let files = Files::memory(texts.iter().copied());
    let outcome = read(&files, &Discovery::in_memory(&files, false));
    let handlers = outcome.graph.facts().iter().filter_map(|fact| match fact {
        Fact::Handler(handler) => Some((**handler).clone()),
        _ => None,
    });
    handlers.collect()
}

const CLIENTS: &str = "import boto3, json, time\ntranslate = boto3.client('translate')\npolly = boto3.client('polly')\ncomprehend = boto3.client(service_name='comprehend')\n";

/// What the only handler of a module does, in short: each operation with the numbers of those before it, and after `<`
/// those whose results it uses.
fn facts(body: &str) -> String {
    let found = handlers(&[("app.py", &format!("{CLIENTS}{body}"))]);
    let [handler] = &found[..] else { panic!("{} handlers", found.len()) };
    let list =
        |set: crate::graph::fact::Operations| set.numbers().map(|at| at.to_string()).collect::<Vec<_>>().join("");
    let one = |operation: &crate::graph::fact::Operation| {
        format!("{} {}<{}", operation.name, list(operation.before), list(operation.uses))
    };
    handler.operations.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn handler(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    facts(&format!("def handler(event, context):\n{lines}"))
}

#[test]
fn results_flow_through_names_texts_and_collections() {
    for way in [
        "polly.synthesize_speech(Text=a['TranslatedText'])",
        "b = a['TranslatedText']\npolly.synthesize_speech(Text=f'<{b}>')",
        "c = {'Text': a['TranslatedText']}\npolly.synthesize_speech(**c)",
        "c = []\nfor x in a['Items']:\n    c.append(x)\npolly.synthesize_speech(Text=' '.join(c))",
        "c = [x['Text'].upper() for x in a.get('Items')]\npolly.synthesize_speech(Text='%s' % c)",
        "text, _ = (a['TranslatedText'], 1)\npolly.synthesize_speech(Text=text)",
        "t = ''\nt += json.dumps(a)\npolly.synthesize_speech(Text=t)",
        "event['text'] = a\npolly.synthesize_speech(Text=event['text'])",
        "polly.synthesize_speech(Text=a['T'] if event.get('x') else 'none')",
    ] {
        let found = handler(&format!("a = translate.translate_text(Text=event['text'])\n{way}"));
        assert_eq!(found, "translate_text <, synthesize_speech 0<0", "{way}");
    }
    let apart =
        "a = {}\na['x'] = translate.translate_text(Text='t')\na['y'] = 'x'\npolly.synthesize_speech(Text=a['y'])";
    assert_eq!(handler(apart), "translate_text <, synthesize_speech 0<");
    let compared =
        "a = translate.translate_text(Text='t')\nif a['Code'] == 'de':\n    polly.synthesize_speech(Text='x')";
    assert_eq!(handler(compared), "translate_text <, synthesize_speech 0<");
}

#[test]
fn results_flow_through_functions_methods_and_callbacks() {
    let polly = "synthesize_speech 0<0";
    for code in [
        "def tr(text):\n    return translate.translate_text(Text=text)['T']\ndef handler(event, context):\n    say(tr(event['t']))\ndef say(text):\n    polly.synthesize_speech(Text=text)\n",
        "class Talk:\n    def __init__(self, event):\n        self.event = event\n        self.out = translate.translate_text(Text=event['t'])\n    def say(self):\n        return polly.synthesize_speech(Text=self.out)\ndef handler(event, context):\n    Talk(event).say()\n",
        "class Base:\n    def client(self, name):\n        return boto3.client(name)\nclass Talk(Base):\n    def run(self):\n        t = self.client('translate').translate_text(Text='x')\n        super().client('polly').synthesize_speech(Text=t)\ndef handler(event, context):\n    Talk().run()\n",
        "def fill(out):\n    out['x'] = translate.translate_text(Text='t')\ndef handler(event, context):\n    out = {}\n    fill(out)\n    polly.synthesize_speech(Text=out['x'])\n",
        "import threading\ndef fill(out, n):\n    out.append(translate.translate_text(Text=n))\ndef handler(event, context):\n    out = []\n    threading.Thread(target=fill, args=(out, 1)).start()\n    polly.synthesize_speech(Text=out[0])\n",
        "def one(x):\n    return translate.translate_text(Text=x)\ndef handler(event, context):\n    polly.synthesize_speech(Text=list(map(one, event['all'])))\n",
        "def each(all):\n    for x in all:\n        yield translate.translate_text(Text=x)\ndef handler(event, context):\n    for y in each(event['all']):\n        polly.synthesize_speech(Text=y)\n",
        "def call(client, method, **more):\n    return getattr(client, method)(**more)\ndef handler(event, context):\n    t = call(translate, 'translate_text', Text='x')\n    call(polly, 'synthesize_speech', Text=t)\n",
    ] {
        assert_eq!(facts(code), format!("translate_text <, {polly}"), "{code}");
    }
}

#[test]
fn branches_are_on_no_path_together() {
    for lines in [
        "if event['x']:\n    translate.translate_text()\nelse:\n    polly.synthesize_speech()",
        "if event['x']:\n    return translate.translate_text()\npolly.synthesize_speech()",
        "if event['x']:\n    translate.translate_text()\n    raise ValueError\npolly.synthesize_speech()",
        "try:\n    translate.translate_text()\nexcept Exception:\n    polly.synthesize_speech()",
        "match event['x']:\n    case 'a':\n        translate.translate_text()\n    case _:\n        polly.synthesize_speech()",
        "translate.translate_text() if event else polly.synthesize_speech()",
        "for x in event:\n    if x:\n        translate.translate_text()\n        continue\n    polly.synthesize_speech()",
        "mode = event['mode']\nif mode == 'a':\n    translate.translate_text()\nif mode == 'b':\n    polly.synthesize_speech()",
        "say = event.get('say')\nif not say:\n    translate.translate_text()\nif say and event:\n    polly.synthesize_speech()",
        "def a(x):\n    translate.translate_text()\ndef b(x):\n    polly.synthesize_speech()\n{'a': a, 'b': b}[event['mode']](event)",
        "kind = event['kind']\nif kind in ('a', 'b'):\n    translate.translate_text()\nif kind in ['c']:\n    polly.synthesize_speech()",
        "kind = event['kind']\nif kind == 'a':\n    translate.translate_text()\nif kind not in {'a', 'b'}:\n    polly.synthesize_speech()",
    ] {
        assert_eq!(handler(lines), "translate_text <, synthesize_speech <", "{lines}");
    }
    for lines in [
        "if event['x']:\n    translate.translate_text()\npolly.synthesize_speech()",
        "for x in event:\n    translate.translate_text()\npolly.synthesize_speech()",
        "try:\n    translate.translate_text()\nexcept Exception:\n    pass\npolly.synthesize_speech()",
        "try:\n    translate.translate_text()\nfinally:\n    polly.synthesize_speech()",
        "while True:\n    translate.translate_text()\n    if event:\n        break\npolly.synthesize_speech()",
        "if event['a'] == 'x':\n    translate.translate_text()\nif event['b'] == 'y':\n    polly.synthesize_speech()",
        "if event['a'] != 'x':\n    translate.translate_text()\nif event['a'] != 'y':\n    polly.synthesize_speech()",
        "kind = event['kind']\nif kind in ('a', 'b'):\n    translate.translate_text()\nif kind in ('b', 'c'):\n    polly.synthesize_speech()",
        "mode = event['mode']\nif mode == 'a':\n    translate.translate_text()\nif mode:\n    polly.synthesize_speech()",
        "text = event.get('text')\nif not text:\n    text = translate.translate_text()['x'] == 1\nif text:\n    polly.synthesize_speech()",
    ] {
        assert_eq!(handler(lines), "translate_text <, synthesize_speech 0<", "{lines}");
    }
}

#[test]
fn clients_are_found_wherever_they_are_made() {
    for code in [
        "class Helper:\n    def getClient(self, name, region=None):\n        if region:\n            return boto3.client(name, region_name=region)\n        return boto3.client(name)\ndef handler(event, context):\n    Helper().getClient('textract').detect_document_text()\n",
        "client = None\ndef get():\n    global client\n    if client is None:\n        client = boto3.client('textract')\n    return client\ndef handler(event, context):\n    get().detect_document_text()\n",
        "from boto3 import Session\ndef handler(event, context):\n    Session().client('textract').detect_document_text()\n",
        "import boto3 as b\ndef handler(event, context):\n    b.session.Session().client('textract').detect_document_text()\n",
        "class A:\n    client = boto3.client('textract')\n    @classmethod\n    def run(cls):\n        cls.client.detect_document_text()\ndef handler(event, context):\n    A.run()\n",
        "from functools import lru_cache\nclass A:\n    @property\n    def client(self):\n        return boto3.client('textract')\ndef handler(event, context):\n    A().client.detect_document_text()\n",
        "clients = {n: boto3.client(n) for n in ('textract',)}\ndef handler(event, context):\n    boto3.client('textract').get_paginator('detect_document_text').paginate()\n",
        "def handler(event, context, textract=None):\n    pass\ndef run(textract):\n    textract.detect_document_text()\ndef lambda_handler(event, context):\n    run(textract=boto3.client('textract'))\n",
    ] {
        assert_eq!(facts(code), "detect_document_text <", "{code}");
    }
    let unused = "def handler(event, context):\n    textract = boto3.client('textract')\n    boto3.client('comprehend').detect_sentiment(Text='x')\n    # textract.detect_document_text()\n";
    assert_eq!(facts(unused), "detect_sentiment <", "a client that is not called is no call");
    let url = "def handler(event, context):\n    boto3.client('s3').generate_presigned_url('get_object')\n    boto3.resource('s3').Bucket('b').put_object()\n";
    assert_eq!(facts(url), "put_object <");
}

#[test]
fn waits_and_polls_are_known() {
    let code = format!(
        "{CLIENTS}WAIT = 5\ndef wait(job):\n    for _ in range(60):\n        time.sleep(WAIT)\n        if comprehend.describe_entities_detection_job(JobId=job)['x'] == 'DONE':\n            return\ndef handler(event, context):\n    job = comprehend.start_entities_detection_job()\n    wait(job['JobId'])\n"
    );
    let found = handlers(&[("app.py", &code)]);
    let [poll] = &found[0].loops[..] else { panic!("{:?}", found[0].loops) };
    assert_eq!((poll.rounds, &poll.pauses[..]), (Rounds::Most(60.0), &[0][..]));
    assert_eq!(poll.operations.numbers().collect::<Vec<_>>(), [1]);
    assert_eq!(found[0].pauses[0].seconds, Some(5.0));
    assert!(found[0].pauses[0].before.has(0));
    let code = format!(
        "{CLIENTS}def handler(event, context):\n    boto3.client('sagemaker').get_waiter('endpoint_in_service').wait(EndpointName='x')\n    time.sleep(event['s'])\n"
    );
    let found = handlers(&[("app.py", &code)]);
    let waiter = found[0].pauses[0].waiter.as_ref().map(|(service, name)| (&**service, &**name));
    assert_eq!(waiter, Some(("sagemaker", "endpoint_in_service")));
    assert_eq!((found[0].pauses[1].seconds, found[0].loops.len()), (None, 0));
}

const CODE: &str = "import boto3\nfrom lib import names\ndef lambda_handler(event, context):\n    names.run()\n";
const LIB: &str = "import boto3\ndef run():\n    boto3.client('polly').synthesize_speech()\n";

/// File, handler and functions of each handler.
fn linked(texts: &[(&str, &str)]) -> Vec<String> {
    let found = handlers(texts);
    let line = |handler: &Handler| {
        let functions: Vec<String> = handler.functions.iter().map(|key| key.address().to_string()).collect();
        let services: Vec<&str> = handler.operations.iter().map(|operation| &*operation.service).collect();
        format!("{}:{} {} {}", handler.path, handler.name, functions.join("+"), services.join("+"))
    };
    found.iter().map(line).collect()
}

#[test]
fn templates_name_their_handlers() {
    let template = "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Runtime: python3.12\n    CodeUri: src/\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.lambda_handler}\n  B:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: app.lambda_handler}\n";
    let expected = ["sam/src/app.py:lambda_handler A+B polly"];
    assert_eq!(linked(&[("sam/t.yaml", template), ("sam/src/app.py", CODE), ("sam/src/lib/names.py", LIB)]), expected);
    let code = CODE.replace("(event, context)", "(e, c)");
    assert_eq!(linked(&[("sam/t.yaml", template), ("sam/src/app.py", &code), ("sam/src/lib/names.py", LIB)]), expected);
    assert_eq!(linked(&[("app.py", &code), ("lib/names.py", LIB)]), [""; 0], "nothing says that it is a handler");
    let layer =
        format!("{template}  L:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {{ContentUri: layer}}\n");
    let texts = [("sam/t.yaml", &*layer), ("sam/src/app.py", CODE), ("sam/layer/python/lib/names.py", LIB)];
    assert_eq!(linked(&texts), expected);
    let synthesised = "{\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\", \"Properties\": {\"Handler\": \"app.lambda_handler\", \"Code\": {\"S3Key\": \"abc.zip\"}}}}}";
    let texts = [("out/t.json", synthesised), ("out/asset.abc/app.py", CODE), ("out/asset.abc/lib/names.py", LIB)];
    assert_eq!(linked(&texts), ["out/asset.abc/app.py:lambda_handler F polly"]);
}

#[test]
fn code_in_a_template_has_its_places() {
    let code = "        import boto3\n\n        def handler(event, context):\n            boto3.client('polly').synthesize_speech()\n";
    let template = |head: &str| {
        format!(
            "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: index.handler\n      Runtime: python3.12\n      Code:\n        ZipFile: {head}\n{}",
            code.replace("        ", "          ")
        )
    };
    for head in ["|", "!Sub |", "|-"] {
        let text = template(head);
        let found = handlers(&[("t.yaml", &text)]);
        let [handler] = &found[..] else { panic!("{head}: {} handlers", found.len()) };
        assert_eq!(&text[handler.place.span.range()], "handler");
        assert_eq!(&text[handler.operations[0].place.span.range()], "boto3.client('polly').synthesize_speech");
    }
    let joined = "{\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\", \"Properties\": {\"Handler\": \"index.handler\", \"Code\": {\"ZipFile\": {\"Fn::Join\": [\"\\n\", [\"import boto3\", \"def handler(event, context):\", \"    boto3.client('polly').synthesize_speech()\"]]}}}}}}";
    assert_eq!(linked(&[("t.json", joined)]), ["t.json:handler F polly"]);
}

#[test]
fn terraform_names_its_handlers() {
    let main = |filename: &str, archive: &str| {
        format!(
            "resource \"aws_lambda_function\" \"f\" {{\n  function_name = \"f\"\n  runtime = \"python3.12\"\n  handler = \"app.lambda_handler\"\n  filename = {filename}\n}}\n{archive}"
        )
    };
    let archive = |source: &str| {
        format!(
            "data \"archive_file\" \"code\" {{\n  type = \"zip\"\n  {source}\n  output_path = \"${{path.module}}/build/f.zip\"\n}}\n"
        )
    };
    let folder = archive("source_dir = \"${path.module}/code\"");
    let file = archive("source_file = \"code/app.py\"");
    for text in [
        main("data.archive_file.code.output_path", &folder),
        main("data.archive_file.code.output_path", &file),
        main("\"${path.module}/build/f.zip\"", &folder),
        main("\"code.zip\"", ""),
    ] {
        let texts = [("tf/main.tf", &*text), ("tf/code/app.py", CODE), ("tf/code/lib/names.py", LIB)];
        assert_eq!(linked(&texts), ["tf/code/app.py:lambda_handler aws_lambda_function.f polly"], "{text}");
    }
}

#[test]
fn handlers_in_other_languages_are_named() {
    for (runtime, why) in [
        ("nodejs20.x", "it is JavaScript, and only Python handlers are read"),
        ("java21", "it is Java, and only Python handlers are read"),
        ("provided.al2023", "it brings a runtime of its own, and only Python handlers are read"),
    ] {
        let template = format!(
            "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {{Handler: index.handler, Runtime: {runtime}, Code: src}}\n"
        );
        let files = Files::memory([("t.yaml", &*template)]);
        let outcome = read(&files, &Discovery::in_memory(&files, false));
        let [missed] = outcome.graph.not_evaluated() else { panic!("{:?}", outcome.graph.not_evaluated()) };
        assert_eq!((missed.kind, &*missed.what, &*missed.why), ("handler", "the code of `F`", why));
    }
}

#[test]
fn an_image_tells_its_handler() {
    let template = |more: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    \
             Properties: {{PackageType: Image{more}}}\n    Metadata: {{DockerContext: ./src}}\n"
        )
    };
    let files = |template: &str, dockerfile: &str| {
        linked(&[("t.yaml", template), ("src/app.py", CODE), ("src/lib/names.py", LIB), ("src/Dockerfile", dockerfile)])
    };
    let expected = ["src/app.py:lambda_handler F polly"];
    let own = template(", ImageConfig: {Command: [app.lambda_handler]}");
    assert_eq!(files(&own, "CMD [\"other.handler\"]\n"), expected);
    for dockerfile in [
        "FROM x\nCMD [\"app.lambda_handler\"]\n",
        "CMD old.handler\nCMD app.lambda_handler\n",
        "CMD [ 'app.lambda_handler', 'x' ]",
    ] {
        assert_eq!(files(&template(""), dockerfile), expected, "{dockerfile}");
    }
    let unlinked = ["src/app.py:lambda_handler  polly"];
    assert_eq!(files(&template(""), "FROM x\n"), unlinked, "no command that is known");
    assert_eq!(files(&template(""), "CMD [\"python\", \"main.py\"]\n"), unlinked);
}

#[test]
fn functions_that_others_hand_on_are_called() {
    let polly = "synthesize_speech 0<0";
    for code in [
        "from concurrent.futures import ThreadPoolExecutor\ndef handler(event, context):\n    with ThreadPoolExecutor() as pool:\n        t = pool.submit(translate.translate_text, Text='x')\n    polly.synthesize_speech(Text=t.result())\n",
        "def one(record):\n    t = translate.translate_text(Text=record.body)\n    polly.synthesize_speech(Text=t)\ndef handler(event, context):\n    return process_partial_response(event=event, record_handler=one, context=context)\n",
        "from other import batch\ndef one(record):\n    t = translate.translate_text(Text=record.body)\n    polly.synthesize_speech(Text=t)\n@batch(record_handler=one)\ndef handler(event, context):\n    return {}\n",
        "import threading\nout = {}\ndef one(text):\n    out['t'] = translate.translate_text(Text=text)\ndef handler(event, context):\n    threading.Thread(target=one, kwargs={'text': 'x'}).start()\n    polly.synthesize_speech(Text=out['t'])\n",
        "def made(client):\n    def run(text):\n        return client.translate_text(Text=text)\n    return run\nrun = made(translate)\ndef handler(event, context):\n    polly.synthesize_speech(Text=run('x'))\n",
        "class Translate:\n    def __call__(self, text):\n        return translate.translate_text(Text=text)\nrun = Translate()\ndef handler(event, context):\n    polly.synthesize_speech(Text=run('x'))\n",
        "def one(x):\n    return translate.translate_text(Text=x)\ndef two(x):\n    return polly.synthesize_speech(Text=x)\ndef handler(event, context):\n    value = event['text']\n    for step in (one, two):\n        value = step(value)\n",
        "clients = {name: boto3.client(name) for name in ('translate', 'polly')}\ndef handler(event, context):\n    t = clients['translate'].translate_text(Text='x')\n    clients['polly'].synthesize_speech(Text=t)\n",
        "import botocore.session\nsession = botocore.session.get_session()\ndef handler(event, context):\n    t = session.create_client('translate').translate_text(Text='x')\n    polly.synthesize_speech(Text=t)\n",
    ] {
        assert_eq!(facts(code), format!("translate_text <, {polly}"), "{code}");
    }
}

#[test]
fn parameters_that_are_literals_decide_what_tests_them() {
    let helper = "def run(text, speak=False, mode=None):\n    t = translate.translate_text(Text=text)\n    if speak:\n        polly.synthesize_speech(Text=t)\n    if mode == 'judge':\n        comprehend.detect_sentiment(Text=t)\n";
    let call = |call: &str| facts(&format!("{helper}def handler(event, context):\n    {call}\n"));
    assert_eq!(call("run('x')"), "translate_text <");
    assert_eq!(call("run('x', False, 'judge')"), "translate_text <, detect_sentiment 0<0");
    assert_eq!(call("run('x', speak=True)"), "translate_text <, synthesize_speech 0<0");
    assert_eq!(
        call("run('x', event['speak'], event['mode'])"),
        "translate_text <, synthesize_speech 0<0, detect_sentiment 01<0"
    );
    let bound = "def run(token=None):\n    for _ in range(3):\n        if token:\n            polly.synthesize_speech()\n        token = translate.translate_text()['x']\ndef handler(event, context):\n    run()\n";
    assert_eq!(facts(bound), "synthesize_speech <, translate_text 0<", "the parameter is bound again");
}

/// File, name and functions of each handler in the code of an application.
fn routes(code: &str) -> Vec<String> {
    linked(&[("app.py", &format!("{CLIENTS}{code}"))])
}

#[test]
fn each_route_of_an_application_is_a_handler() {
    let chalice = "from chalice import Chalice\napp = Chalice(app_name='x')\n@app.route('/a')\ndef a():\n    translate.translate_text()\n@app.on_s3_event(bucket='b')\ndef b(event):\n    polly.synthesize_speech()\n@app.middleware('all')\ndef c(event, get_response):\n    comprehend.detect_sentiment()\ndef d():\n    comprehend.detect_sentiment()\n";
    let expected = ["app.py:a  translate", "app.py:b  polly"];
    assert_eq!(routes(chalice), expected);
    assert_eq!(
        routes(&chalice.replace("from chalice import Chalice", "import chalice").replace("= C", "= chalice.C")),
        expected
    );
    assert_eq!(routes(&chalice.replace("from chalice", "from other")), [""; 0], "no framework that is known");
    let powertools = "from aws_lambda_powertools.event_handler.api_gateway import Router\nrouter = Router()\n@router.get('/a')\ndef a():\n    translate.translate_text()\n@router.post('/a')\ndef a():\n    polly.synthesize_speech()\n";
    assert_eq!(routes(powertools), ["app.py:a  translate", "app.py:a  polly"], "of one name, but two");
    let web = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\nasync def a():\n    translate.translate_text()\n";
    assert_eq!(routes(web), [""; 0], "it may run in a container");
    assert_eq!(routes(&format!("from mangum import Mangum\n{web}handler = Mangum(app)\n")), ["app.py:a  translate"]);
}

#[test]
fn routes_belong_to_the_function_that_is_deployed_with_them() {
    let code = format!(
        "{CLIENTS}from aws_lambda_powertools.event_handler import APIGatewayRestResolver\napp = APIGatewayRestResolver()\n@app.post('/a')\ndef a():\n    translate.translate_text()\ndef run(event, ctx):\n    return app.resolve(event, ctx)\n"
    );
    let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13, Handler: app.run, CodeUri: .}\n";
    assert_eq!(linked(&[("t.yaml", template), ("app.py", &code)]), ["app.py:a F translate"]);
}

#[test]
fn handlers_are_known_by_their_signature() {
    let body = "    boto3.client('polly').synthesize_speech()\n";
    for head in ["run(event, context)", "run(event, ctx)", "run(event: dict, _)", "run(_event, _context)"] {
        let text = format!("import boto3\ndef {head}:\n{body}");
        assert_eq!(linked(&[("app.py", &text)]).len(), 1, "{head}");
    }
    for head in ["run(event)", "run(event, name)", "run(text, context)", "handler(a, b)"] {
        let text = format!("import boto3\ndef {head}:\n{body}");
        assert_eq!(linked(&[("app.py", &text)]), [""; 0], "{head}");
    }
    let object = "import boto3\nclass Run:\n    def __call__(self, event, context):\n        boto3.client('polly').synthesize_speech()\nrun = Run()\n";
    let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13, Handler: app.run, CodeUri: .}\n";
    assert_eq!(linked(&[("t.yaml", template), ("app.py", object)]), ["app.py:run F polly"]);
}
