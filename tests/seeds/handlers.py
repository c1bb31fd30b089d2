import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial, wraps

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from chalice import Chalice

app = Chalice(app_name="reviews")
api = APIGatewayRestResolver()
CLIENTS = {name: boto3.client(name) for name in ("translate", "comprehend")}
TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def logged(function):
    @wraps(function)
    def inner(*args, **kwargs):
        print(json.dumps(kwargs))
        return function(*args, **kwargs)

    return inner


@lru_cache
def client(name):
    return boto3.client(name, region_name=os.environ.get("AWS_REGION", "eu-west-1"))


class Service:
    """One service, one step."""

    name = None

    def __init__(self, **options):
        self.client = client(self.name)
        self.options = options

    def __call__(self, text):
        raise NotImplementedError


class Translated(Service):
    name = "translate"

    def __call__(self, text):
        return self.client.translate_text(Text=text, SourceLanguageCode="auto", **self.options)["TranslatedText"]


@app.route("/translations", methods=["POST"])
def translations():
    text = app.current_request.json_body["text"]
    return {"text": Translated(TargetLanguageCode="en")(text)}


@app.on_s3_event(bucket="reviews", events=["s3:ObjectCreated:*"])
def uploaded(event):
    job = client("textract").start_document_text_detection(
        DocumentLocation={"S3Object": {"Bucket": event.bucket, "Name": event.key}},
        NotificationChannel={"SNSTopicArn": os.environ["TOPIC"], "RoleArn": os.environ["ROLE"]},
    )
    TABLE.put_item(Item={"id": event.key, "job": job["JobId"]})


@api.post("/moods")
@logged
def mood():
    detect = partial(CLIENTS["comprehend"].detect_sentiment, LanguageCode="en")
    with ThreadPoolExecutor(max_workers=4) as pool:
        moods = list(pool.map(lambda text: detect(Text=text), api.current_event.json_body["texts"]))
    return [one["Sentiment"] for one in moods]


def routed(event, kind="text", retries=3):
    match kind:
        case "text":
            return Translated(TargetLanguageCode="de")(event["text"])
        case "picture" | "video" if event.get("labels"):
            for attempt in range(retries):
                try:
                    return client("rekognition").detect_labels(Image=event["picture"])
                except client("rekognition").exceptions.ThrottlingException as error:
                    time.sleep(2**attempt)
        case _:
            raise ValueError(kind)


def lambda_handler(event, context):
    kind = event.get("kind")
    if kind in ("text", "mail"):
        return routed(event, "text")
    elif kind not in {"picture", "video"}:
        return {"statusCode": 400, "body": f"what is a {kind}?"}
    worker = threading.Thread(target=routed, args=(event,), kwargs={"kind": kind})
    worker.start()
    while worker.is_alive():
        worker.join(timeout=1)
    return api.resolve(event, context)
