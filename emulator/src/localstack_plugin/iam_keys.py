"""The customer's keys of KMS that LocalStack's resources are encrypted with, for the permissions of ``local_iam.keys``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local_iam.keys import USES
from local_iam.permissions import Call, objects_read

if TYPE_CHECKING:  # they are imported with the services, of which a start waits for none
    from localstack.services.s3.models import S3Bucket

_ANY_REGION = "us-east-1"  # LocalStack keeps an account's buckets once, whatever the region that is asked for
_UPLOADS = {"PutObject", "CopyObject", "CreateMultipartUpload"}


def with_keys(call: Call) -> Call:
    """*call* with the keys of what it writes and reads."""
    if str(call) not in USES:
        return call
    given = call.parameters
    key = source = ""
    if call.service == "s3" and call.operation != "GetObject":
        key = _of_upload(call)
    elif call.service == "lambda":
        key = str(given.get("KMSKeyArn") or "")
    elif call.service == "sns":
        key = _of_topic(call)
    elif call.service == "kinesis":
        key = source = _of_stream(call)
    elif call.service == "ssm":
        key = str(given.get("KeyId") or "") if given.get("Type") == "SecureString" else ""
        source = _of_parameter(call) if given.get("WithDecryption") else ""
    source = source or next((found for place in objects_read(call) if (found := _of_object(call, *place))), "")
    return replace(call, key=_customers(key, call), key_of_source=_customers(source, call)) if key or source else call


def _bucket(call: Call, name: str) -> S3Bucket | None:
    from localstack.services.s3.models import s3_stores

    owner = s3_stores[call.account][_ANY_REGION].global_bucket_map.get(name)
    return s3_stores[owner][_ANY_REGION].buckets.get(name) if owner else None


def _of_object(call: Call, bucket: str, key: str, version: str) -> str:
    from localstack.services.s3.models import KeyStore

    found = _bucket(call, bucket)
    if found is None:
        return ""
    store = found.objects
    kept = store.get(key) if isinstance(store, KeyStore) else store.get(key, version or None)
    return _unless_aws(getattr(kept, "kms_key_id", None), found)


def _of_upload(call: Call) -> str:
    """The key that the call names, or its bucket; or with which its upload in parts began."""
    given = call.parameters
    bucket = _bucket(call, str(given.get("Bucket")))
    if bucket is None:
        return ""
    if call.operation not in _UPLOADS:
        begun = bucket.multiparts.get(given.get("UploadId"))
        return _unless_aws(begun.object.kms_key_id if begun else None, bucket)
    rule: dict[str, Any] = (bucket.encryption_rule or {}).get("ApplyServerSideEncryptionByDefault", {})
    if (given.get("ServerSideEncryption") or rule.get("SSEAlgorithm")) != "aws:kms":
        return ""
    return str(given.get("SSEKMSKeyId") or rule.get("KMSMasterKeyID") or "")


def _unless_aws(key: str | None, bucket: S3Bucket) -> str:
    from localstack.services.s3.models import s3_stores

    aws = s3_stores[bucket.bucket_account_id][bucket.bucket_region].aws_managed_kms_key_id
    return key if key and key != aws else ""


def _of_topic(call: Call) -> str:
    from localstack.services.sns.models import sns_stores

    topics = sns_stores[call.account][call.region].topics
    topic = topics.get(str(call.parameters.get("TopicArn"))) or {}
    return str(topic.get("attributes", {}).get("KmsMasterKeyId") or "")


def _of_stream(call: Call) -> str:
    from moto.kinesis.models import kinesis_backends

    given = call.parameters
    name = given.get("StreamName") or str(given.get("StreamARN") or "").rpartition("/")[2]
    stream = kinesis_backends[call.account][call.region].streams.get(name)
    return str(stream.key_id or "") if stream and stream.encryption_type == "KMS" else ""


def _of_parameter(call: Call) -> str:
    from moto.ssm.models import ssm_backends

    versions = ssm_backends[call.account][call.region]._parameters.get(str(call.parameters.get("Name")))
    return str(versions[-1].keyid or "") if versions and versions[-1].parameter_type == "SecureString" else ""


def _customers(key: str, call: Call) -> str:
    """The ARN of *key*, which may be an id or an alias; empty for AWS's own."""
    from localstack.services.kms.models import kms_stores

    _, _, alias = key.rpartition("alias/")
    if "alias/" in key:
        known = kms_stores[call.account][call.region].aliases.get(f"alias/{alias}")
        key = str(known.metadata["TargetKeyId"]) if known and not alias.startswith("aws/") else ""
    return key if not key or key.startswith("arn:") else f"arn:aws:kms:{call.region}:{call.account}:key/{key}"
