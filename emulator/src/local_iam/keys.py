"""Permissions on a customer's key of KMS: a service that encrypts or decrypts for a call does so with its caller's permissions.

Data, each with AWS's page for it. A key that AWS manages needs none: its own policy lets in who comes by its service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from local_iam.permissions import Call, Permission

OBJECTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
PARTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions"
FUNCTIONS = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"
TOPICS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
STREAMS = "https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html"
PARAMETERS = "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html"
_READ, _WRITE, _BOTH = ("kms:Decrypt",), ("kms:GenerateDataKey",), ("kms:GenerateDataKey", "kms:Decrypt")


@dataclass(frozen=True)
class Use:
    """*actions* on the key of what is written, and *reading* on that of what is read."""

    source: str
    actions: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()


USES = {
    "s3:GetObject": Use(OBJECTS, reading=_READ),
    "s3:PutObject": Use(OBJECTS, _WRITE),
    "s3:CopyObject": Use(OBJECTS, _WRITE, _READ),
    # An upload in parts is put together of what is encrypted already.
    **{
        f"s3:{operation}": Use(PARTS, _BOTH, _READ)
        for operation in ("CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload")
    },
    "lambda:CreateFunction": Use(FUNCTIONS, ("kms:CreateGrant", "kms:Encrypt"), _READ),
    "lambda:UpdateFunctionConfiguration": Use(FUNCTIONS, ("kms:CreateGrant", "kms:Encrypt")),
    # Of the zip, which lies in S3.
    "lambda:UpdateFunctionCode": Use(OBJECTS, reading=_READ),
    "lambda:PublishLayerVersion": Use(OBJECTS, reading=_READ),
    "sns:Publish": Use(TOPICS, _BOTH),
    "sns:PublishBatch": Use(TOPICS, _BOTH),
    "kinesis:PutRecord": Use(STREAMS, _WRITE),
    "kinesis:PutRecords": Use(STREAMS, _WRITE),
    "kinesis:GetRecords": Use(STREAMS, reading=_READ),
    "ssm:PutParameter": Use(PARAMETERS, ("kms:Encrypt",)),
    "ssm:GetParameter": Use(PARAMETERS, reading=_READ),
}
"""Operations that use a key, by IAM's prefix and botocore's name."""


def of_keys(call: Call) -> Iterator[tuple[Permission, str]]:
    """Permissions on the keys of *call*, each with AWS's page for it."""
    use = USES.get(str(call))
    if use is None:
        return
    context: dict[str, str | list[str]] = {
        "kms:ViaService": f"{call.prefix}.{call.region}.amazonaws.com",
        "kms:CallerAccount": call.account,
    }
    for actions, key in ((use.actions, call.key), (use.reading, call.key_of_source)):
        if key:
            for action in actions:
                granted = {"kms:GrantIsForAWSResource": "true"} if action == "kms:CreateGrant" else {}
                yield Permission(action, key, {**context, **granted}), use.source
