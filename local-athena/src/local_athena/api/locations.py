"""Locations of results: the workgroup's setting against the client's."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError

from local_athena.api.errors import InvalidRequestException
from local_athena.api.store import Store, WorkGroup

MANAGED = "ManagedQueryResultsConfiguration"
_ALGORITHMS = {"SSE_S3": "AES256", "SSE_KMS": "aws:kms"}
_OPTIONS = [*_ALGORITHMS]
"""Options of encryption, the weaker first."""
_LOCATION = re.compile(r"s3://[a-z0-9][a-z0-9._-]{1,61}[a-z0-9](/.*)?", re.S)


def check_location(location: str | None) -> None:
    """Raise ``InvalidRequestException`` if *location* is given and is not ``s3://bucket/path``."""
    if location is not None and not _LOCATION.fullmatch(location):
        raise InvalidRequestException("outputLocation is not a valid S3 path.", "INVALID_INPUT")


def result_configuration(workgroup: WorkGroup, given: dict[str, Any] | None) -> dict[str, Any]:
    """The ResultConfiguration that holds: the workgroup's if it enforces it, else the client's before the workgroup's.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
    """
    own = workgroup.configuration.get("ResultConfiguration") or {}
    chosen = own if enforced(workgroup) else {**own, **(given or {})}
    check_encryption(chosen)
    if workgroup.configuration.get("EnableMinimumEncryptionConfiguration"):
        chosen = {**chosen, "EncryptionConfiguration": _at_least(own, chosen)}
    location = chosen.get("OutputLocation")
    if not location:
        raise InvalidRequestException(
            "No output location provided. An output location is required either through the Workgroup result "
            "configuration setting or as an API input.",
            "INVALID_INPUT",
        )
    check_location(location)
    return dict(chosen)


def check_encryption(results: dict[str, Any]) -> None:
    """Raise ``InvalidRequestException`` for an encryption of results that is not there, or has no key.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_EncryptionConfiguration.html
    """
    encryption = results.get("EncryptionConfiguration") or {}
    option = encryption.get("EncryptionOption")
    if option == "CSE_KMS":
        raise InvalidRequestException("EncryptionOption CSE_KMS is not supported by local Athena", "INVALID_INPUT")
    if option == "SSE_KMS" and not encryption.get("KmsKey"):
        raise InvalidRequestException(f"A KmsKey is required for EncryptionOption {option}", "INVALID_INPUT")


def _at_least(own: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any]:
    """The encryption of results in a workgroup with a minimum, which is its own: keys of S3's where it has none."""
    least = own.get("EncryptionConfiguration") or {"EncryptionOption": _OPTIONS[0]}
    asked: dict[str, Any] = chosen.get("EncryptionConfiguration") or least
    if _OPTIONS.index(asked["EncryptionOption"]) < _OPTIONS.index(least["EncryptionOption"]):
        raise InvalidRequestException(
            f"EncryptionOption {asked['EncryptionOption']} is below the minimum of the workgroup", "INVALID_INPUT"
        )
    return asked


def s3_settings(results: dict[str, Any]) -> dict[str, str]:
    """Arguments by which S3 writes an object as the ResultConfiguration *results* wants it."""
    settings: dict[str, str] = {}
    if encryption := results.get("EncryptionConfiguration"):
        settings["ServerSideEncryption"] = _ALGORITHMS[encryption["EncryptionOption"]]
        if encryption["EncryptionOption"] != _OPTIONS[0]:
            settings["SSEKMSKeyId"] = encryption["KmsKey"]
    if results.get("AclConfiguration"):
        settings["ACL"] = "bucket-owner-full-control"
    if owner := results.get("ExpectedBucketOwner"):
        settings["ExpectedBucketOwner"] = owner
    return settings


def managed(workgroup: WorkGroup) -> bool:
    """Whether the workgroup keeps results itself: https://docs.aws.amazon.com/athena/latest/ug/managed-results.html."""
    return bool((workgroup.configuration.get(MANAGED) or {}).get("Enabled"))


def managed_location(store: Store, given: dict[str, Any] | None) -> str:
    """Location of managed results: a bucket of local Athena's own. AWS shows none at all.

    :raises InvalidRequestException: for a client that says where it wants its results.
    """
    if (given or {}).get("OutputLocation"):
        raise InvalidRequestException(
            "ResultConfiguration.OutputLocation cannot be set in a workgroup with managed query results",
            "INVALID_INPUT",
        )
    identity = store.identity
    bucket = f"athena-managed-results-{identity.account_id}-{identity.region}"
    if bucket not in store.buckets:
        place = {"LocationConstraint": identity.region}
        elsewhere = {} if identity.region == "us-east-1" else {"CreateBucketConfiguration": place}
        try:
            store.aws.s3.create_bucket(Bucket=bucket, **elsewhere)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
        store.buckets.add(bucket)
    return f"s3://{bucket}/"


def managed_encryption(workgroup: WorkGroup) -> dict[str, Any]:
    """The EncryptionConfiguration member of managed results; nothing without a key of the workgroup's."""
    encryption = workgroup.configuration[MANAGED].get("EncryptionConfiguration")
    return (
        {"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": encryption["KmsKey"]}}
        if encryption
        else {}
    )


def enforced(workgroup: WorkGroup) -> bool:
    """Whether the workgroup's output location holds whatever the client says."""
    own = workgroup.configuration.get("ResultConfiguration") or {}
    return bool(workgroup.configuration.get("EnforceWorkGroupConfiguration")) and bool(own.get("OutputLocation"))


def check_bucket(store: Store, location: str) -> None:
    """Raise ``InvalidRequestException`` if *location* is in no bucket. A bucket seen once is believed in."""
    bucket = location.removeprefix("s3://").partition("/")[0]
    if bucket in store.buckets:
        return
    try:
        store.aws.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        raise InvalidRequestException(f"Unable to verify/create output bucket {bucket}", "INVALID_INPUT") from error
    store.buckets.add(bucket)
