"""Calls written down with who made them, and refused as AWS refuses them, by an emulator with IAM_ENFORCEMENT=1."""

from __future__ import annotations

import io
import json
import urllib.request
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.asking import client, run_sql
from tests.plugin.conftest import free_port

from lakeloop_emulator import host, owner
from lakeloop_emulator.settings import Settings

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

ACCOUNT = "000000000000"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
GLUE = f"arn:aws:glue:us-east-1:{ACCOUNT}"
QUERIES = {"Action": "athena:*", "Resource": f"arn:aws:athena:us-east-1:{ACCOUNT}:workgroup/primary"}
RESULTS = {"Action": "s3:*", "Resource": ["arn:aws:s3:::results", "arn:aws:s3:::results/*"]}
Role = Callable[..., "Session"]


class Session:
    """A role with the statements that it was given, and clients with its credentials."""

    def __init__(self, url: str, *statements: dict[str, Any]) -> None:
        self.url, self.role = url, f"r{uuid.uuid4().hex[:12]}"
        self.iam = client("iam", url)
        role = self.iam.create_role(RoleName=self.role, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        self.may(*statements)
        taken = client("sts", url).assume_role(RoleArn=role["Arn"], RoleSessionName="me")
        self.credentials, self.arn = taken["Credentials"], taken["AssumedRoleUser"]["Arn"]

    def may(self, *statements: dict[str, Any]) -> None:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}
        self.iam.put_role_policy(RoleName=self.role, PolicyName="own", PolicyDocument=json.dumps(policy))

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
        )


def calls(enforcing: Settings, by: str) -> list[dict[str, Any]]:
    """The journal's entries of *by*."""
    headers = {owner.TOKEN: owner.token(enforcing.state)}
    with urllib.request.urlopen(
        urllib.request.Request(f"{enforcing.url}/_localstack/iam/calls", headers=headers)
    ) as answer:
        return [entry for line in answer if (entry := json.loads(line))["by"] == by]


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = Settings(port=free_port(), state=Path(tmp_path_factory.mktemp("enforcing")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IAM_ENFORCEMENT", "1")
        host.up(settings)
    s3 = client("s3", settings.url)
    for bucket in ("results", "lake"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="lake", Key="in/a.csv", Body=b"1\n")
    s3.put_object(Bucket="lake", Key="other", Body=b"1")
    client("glue", settings.url).create_database(DatabaseInput={"Name": "d"})
    made = run_sql(
        client("athena", settings.url),
        "create external table d.t (a int) row format delimited fields terminated by ',' location 's3://lake/in/'",
    )
    assert made["Status"]["State"] == "SUCCEEDED", made["Status"]
    yield settings
    host.down(settings)


@pytest.fixture
def url(enforcing: Settings) -> str:
    return enforcing.url


def refusal(call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    error = raised.value.response
    return {**error["Error"], "status": error["ResponseMetadata"]["HTTPStatusCode"]}


def test_s3_says_who_may_not_do_what(url: str) -> None:
    session = Session(url, {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/in/*"})
    s3 = session.client("s3")
    assert s3.get_object(Bucket="lake", Key="in/a.csv")["Body"].read() == b"1\n"
    refused = refusal(s3.get_object, Bucket="lake", Key="other")
    assert (refused["Code"], refused["status"]) == ("AccessDenied", 403)
    assert refused["Message"] == (
        f'User: {session.arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::lake/other" '
        "because no identity-based policy allows the s3:GetObject action"
    )
    by_delete = refusal(s3.delete_objects, Bucket="lake", Delete={"Objects": [{"Key": "other"}]})
    assert by_delete["Code"] == "AccessDenied"
    assert client("s3", url).head_object(Bucket="lake", Key="other")["ContentLength"] == 1, "nothing was deleted"


def test_a_missing_object_is_told_to_who_may_list_the_bucket(url: str) -> None:
    objects = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/*"}
    session = Session(url, objects)
    s3 = session.client("s3")
    assert refusal(s3.get_object, Bucket="lake", Key="none")["Code"] == "AccessDenied"
    assert refusal(s3.head_object, Bucket="lake", Key="none")["Code"] == "403"
    session.may(objects, {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::lake"})
    assert refusal(s3.get_object, Bucket="lake", Key="none")["Code"] == "NoSuchKey"
    assert refusal(s3.head_object, Bucket="lake", Key="none")["Code"] == "404"


def test_glue_says_who_may_not_do_what(url: str) -> None:
    session = Session(url, {"Action": "glue:GetTable", "Resource": [f"{GLUE}:catalog", f"{GLUE}:database/d"]})
    refused = refusal(session.client("glue").get_table, DatabaseName="d", Name="t")
    assert (refused["Code"], refused["status"]) == ("AccessDeniedException", 400)
    assert refused["Message"] == (
        f"User: {session.arn} is not authorized to perform: glue:GetTable on resource: {GLUE}:table/d/t "
        "because no identity-based policy allows the glue:GetTable action"
    )


def test_a_changed_policy_holds_at_once(url: str) -> None:
    session = Session(url, {"Action": "s3:ListAllMyBuckets", "Resource": "*"})
    assert session.client("s3").list_buckets()["Buckets"]
    session.may({"Action": "s3:GetObject", "Resource": "*"})
    assert refusal(session.client("s3").list_buckets)["Code"] == "AccessDenied"


def test_a_boundary_bounds(url: str) -> None:
    session = Session(url, {"Action": "s3:*", "Resource": "*"})
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/in/*"}],
    }
    name = f"b{uuid.uuid4().hex[:8]}"
    boundary = session.iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    session.iam.put_role_permissions_boundary(RoleName=session.role, PermissionsBoundary=boundary)
    s3 = session.client("s3")
    assert s3.get_object(Bucket="lake", Key="in/a.csv")["Body"].read() == b"1\n"
    message = refusal(s3.get_object, Bucket="lake", Key="other")["Message"]
    assert message.endswith("because no permissions boundary allows the s3:GetObject action")


def test_athena_itself_may_be_out_of_bounds(url: str) -> None:
    athena = Session(url, RESULTS).client("athena")
    refused = refusal(
        athena.start_query_execution, QueryString="select 1", ResultConfiguration={"OutputLocation": "s3://results/"}
    )
    assert refused["Code"] == "AccessDeniedException"
    assert "You are not authorized to perform: athena:StartQueryExecution on the resource." in refused["Message"]


def test_a_query_has_its_callers_permissions(enforcing: Settings, url: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena-calledvia.html"""
    ends = ("catalog", "database/d", "database/default", "table/d/*")
    catalog = {"Action": ["glue:GetTable", "glue:GetDatabase"], "Resource": [f"{GLUE}:{end}" for end in ends]}
    files = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/in/*"}
    bucket = {"Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": "arn:aws:s3:::lake"}
    session = Session(url, QUERIES, RESULTS)
    athena = session.client("athena")

    def reason() -> str:
        status = run_sql(athena, "select a from d.t")["Status"]
        return str(status.get("StateChangeReason", status["State"]))

    assert reason().startswith(f"PERMISSION_DENIED: User: {session.arn} is not authorized to perform: glue:GetTable on")
    session.may(QUERIES, RESULTS, catalog)
    assert "not authorized to perform: s3:ListBucket on resource" in reason()
    session.may(QUERIES, RESULTS, catalog, bucket)
    assert 's3:GetObject on resource: "arn:aws:s3:::lake/in/a.csv"' in reason()
    session.may(QUERIES, RESULTS, catalog, bucket, files)
    assert reason() == "SUCCEEDED"
    session.may(QUERIES, RESULTS, catalog, bucket)
    assert 's3:GetObject on resource: "arn:aws:s3:::lake/in/a.csv"' in reason(), "though the file is in the cache"

    read = next(
        entry for entry in calls(enforcing, session.arn) if entry.get("resource") == "arn:aws:s3:::lake/in/a.csv"
    )
    assert read["cause"]["sql"] == "select a from d.t"
    assert read["call"] == "s3:GetObject"
    location = next(entry for entry in calls(enforcing, session.arn) if entry.get("action") == "s3:GetBucketLocation")
    assert location["source"].startswith("https://docs.aws.amazon.com/athena/")


def test_the_account_itself_may_do_everything_and_is_written_down(enforcing: Settings, url: str) -> None:
    client("s3", url).put_bucket_tagging(Bucket="lake", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    entries = calls(enforcing, f"arn:aws:iam::{ACCOUNT}:root")
    assert {
        "by": f"arn:aws:iam::{ACCOUNT}:root",
        "call": "s3:PutBucketTagging",
        "action": "s3:PutBucketTagging",
        "resource": "arn:aws:s3:::lake",
    } in entries


def test_what_the_emulator_cannot_tell_is_denied_to_a_role(enforcing: Settings, url: str) -> None:
    session = Session(url, {"Action": "*", "Resource": "*"})
    refused = refusal(session.client("ec2").describe_vpcs)
    assert "local IAM cannot tell what this call needs: ec2:DescribeVpcs" in refused["Message"]
    assert [entry["unknown"] for entry in calls(enforcing, session.arn) if "unknown" in entry]


def test_a_role_that_is_gone_may_do_nothing(url: str) -> None:
    session = Session(url, {"Action": "s3:*", "Resource": "*"})
    s3 = session.client("s3")
    assert s3.list_buckets()["Buckets"]
    session.iam.delete_role_policy(RoleName=session.role, PolicyName="own")
    session.iam.delete_role(RoleName=session.role)
    assert refusal(s3.list_buckets)["Code"] == "AccessDenied"


def test_a_partitioned_table_is_dropped_by_who_may_delete_partitions(url: str) -> None:
    root = client("athena", url)
    sql = "create external table d.p (a int) partitioned by (day string) location 's3://lake/p/'"
    assert run_sql(root, sql)["Status"]["State"] == "SUCCEEDED"
    resources = [f"{GLUE}:{end}" for end in ("catalog", "database/d", "database/default", "table/d/*")]
    table = {"Action": ["glue:GetDatabase", "glue:GetTable", "glue:DeleteTable"], "Resource": resources}
    partitions = {
        "Action": ["glue:GetPartitions", "glue:GetPartition", "glue:DeletePartition"],
        "Resource": resources,
    }
    session = Session(url, QUERIES, RESULTS, table)
    athena = session.client("athena")
    refused = run_sql(athena, "drop table d.p")["Status"]
    assert "is not authorized to perform: glue:GetPartitions on" in refused["StateChangeReason"]
    session.may(QUERIES, RESULTS, table, {**partitions, "Action": "glue:GetPartitions"})
    assert "perform: glue:GetPartition on" in run_sql(athena, "drop table d.p")["Status"]["StateChangeReason"]
    session.may(QUERIES, RESULTS, table, partitions)
    assert run_sql(athena, "drop table d.p")["Status"]["State"] == "SUCCEEDED"


def test_a_functions_tags_are_told_to_who_may_list_them(url: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "")
    arn = client("lambda", url).create_function(
        FunctionName="tagged",
        Runtime="python3.12",
        Role=f"arn:aws:iam::{ACCOUNT}:role/any",
        Handler="f.handle",
        Code={"ZipFile": code.getvalue()},
        Tags={"Project": "lake"},
    )["FunctionArn"]
    reading = {"Action": "lambda:GetFunction", "Resource": arn}
    session = Session(url, reading)
    told = session.client("lambda").get_function(FunctionName="tagged")
    assert "Tags" not in told
    assert told["TagsError"]["ErrorCode"] == "AccessDeniedException"
    assert "is not authorized to perform: lambda:ListTags on resource" in told["TagsError"]["Message"]
    session.may(reading, {"Action": "lambda:ListTags", "Resource": arn})
    assert session.client("lambda").get_function(FunctionName="tagged")["Tags"] == {"Project": "lake"}


def test_objects_under_a_customers_key_are_read_and_written_by_who_may_use_the_key(
    enforcing: Settings, url: str
) -> None:
    s3, key = client("s3", url), client("kms", url).create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="under-key")
    s3.put_object(Bucket="under-key", Key="before", Body=b"1")
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket="under-key",
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]},
    )
    s3.put_object(Bucket="under-key", Key="after", Body=b"1")
    objects = {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::under-key/*"}
    via = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    session = Session(url, objects)
    own = session.client("s3")
    assert own.get_object(Bucket="under-key", Key="before")["Body"].read() == b"1", "it was written under no key"
    for refused in (
        refusal(own.get_object, Bucket="under-key", Key="after")["Message"],
        refusal(own.copy_object, Bucket="under-key", Key="copy", CopySource="under-key/after")["Message"],
    ):
        assert "is not authorized to perform: kms:" in refused and key in refused
    assert (
        "perform: kms:GenerateDataKey on" in refusal(own.put_object, Bucket="under-key", Key="x", Body=b"")["Message"]
    )
    session.may(objects, {"Action": "kms:GenerateDataKey", "Resource": key, "Condition": via})
    own.put_object(Bucket="under-key", Key="x", Body=b"1")
    begun = {"Bucket": "under-key", "Key": "parts"}
    assert "perform: kms:Decrypt on" in refusal(own.create_multipart_upload, **begun)["Message"]
    session.may(objects, {"Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": key, "Condition": via})
    upload = own.create_multipart_upload(**begun)["UploadId"]
    own.upload_part(**begun, UploadId=upload, PartNumber=1, Body=b"1")
    assert own.get_object(Bucket="under-key", Key="after")["Body"].read() == b"1"
    used = {entry["call"] for entry in calls(enforcing, session.arn) if entry.get("action") == "kms:GenerateDataKey"}
    assert {"s3:PutObject", "s3:CreateMultipartUpload", "s3:UploadPart"} <= used


def test_topics_streams_and_secrets_under_a_customers_key_are_for_who_may_use_it(url: str) -> None:
    key = client("kms", url).create_key()["KeyMetadata"]["KeyId"]
    client("kms", url).create_alias(AliasName="alias/ours", TargetKeyId=key)
    topic = client("sns", url).create_topic(Name="keyed", Attributes={"KmsMasterKeyId": "alias/ours"})["TopicArn"]
    kinesis, stream = client("kinesis", url), {"StreamName": "keyed"}
    kinesis.create_stream(**stream, ShardCount=1)
    secret = {"Name": "/keyed/secret", "Value": "s", "Type": "SecureString"}
    client("ssm", url).put_parameter(**secret, KeyId=key)
    client("ssm", url).put_parameter(**{**secret, "Name": "/keyed/aws"})
    writing = {"Action": ["sns:Publish", "kinesis:PutRecord", "ssm:GetParameter"], "Resource": "*"}
    session = Session(url, writing)
    ssm = session.client("ssm")
    assert "perform: kms:Decrypt on" in refusal(ssm.get_parameter, Name=secret["Name"], WithDecryption=True)["Message"]
    assert ssm.get_parameter(Name="/keyed/aws", WithDecryption=True)["Parameter"]["Value"] == "s"
    refused = refusal(session.client("sns").publish, TopicArn=topic, Message="m")["Message"]
    assert "perform: kms:GenerateDataKey on" in refused and f":key/{key}" in refused
    record = {**stream, "Data": b"1", "PartitionKey": "1"}
    session.client("kinesis").put_record(**record)
    kinesis.start_stream_encryption(**stream, EncryptionType="KMS", KeyId=key)
    assert "kms:GenerateDataKey on" in refusal(session.client("kinesis").put_record, **record)["Message"]
    session.may(writing, {"Action": "kms:*", "Resource": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}"})
    session.client("kinesis").put_record(**record)
    session.client("sns").publish(TopicArn=topic, Message="m")
    kinesis.start_stream_encryption(**stream, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    session.may(writing)
    session.client("kinesis").put_record(**record)
