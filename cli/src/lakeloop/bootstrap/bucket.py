"""The bucket of Terraform's state: versioned, encrypted, private, TLS only."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from lakeloop.aws.place import Place
from lakeloop.aws.terraform.backend import resources
from lakeloop.bootstrap.names import Names
from lakeloop.bootstrap.same import holds, same_policy
from lakeloop.bootstrap.steps import Need, Step, found
from lakeloop.errors import UserError

# S3's error codes for a setting that is not there.
_ABSENT = (
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
)
# us-east-1 alone is no LocationConstraint: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
_NO_CONSTRAINT = "us-east-1"

# (what it is, its calls get_bucket_X / put_bucket_X, the argument, its value, the IAM action of the put)
SETTINGS: tuple[tuple[str, str, str, dict[str, Any], str], ...] = (
    (
        "private",
        "public_access_block",
        "PublicAccessBlockConfiguration",
        {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
        "s3:PutBucketPublicAccessBlock",
    ),
    (
        "owned",
        "bucket_ownership_controls",
        "OwnershipControls",
        {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "s3:PutBucketOwnershipControls",
    ),
    ("versioned", "bucket_versioning", "VersioningConfiguration", {"Status": "Enabled"}, "s3:PutBucketVersioning"),
    (
        "encrypted",
        "bucket_encryption",
        "ServerSideEncryptionConfiguration",
        {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]},
        "s3:PutEncryptionConfiguration",
    ),
)


def steps(place: Place, names: Names) -> list[Step]:
    """The bucket and each of its settings."""
    s3 = place.client("s3", region_name=names.region)
    of = {"Bucket": names.backend.bucket, "ExpectedBucketOwner": names.account}
    return [
        _bucket(place, s3, names),
        *(_setting(s3, of, names, *setting) for setting in SETTINGS),
        _tls(s3, of, names),
    ]


def own(s3: Any) -> set[str]:
    """The names of the account's buckets."""
    return {bucket["Name"] for page in s3.get_paginator("list_buckets").paginate() for bucket in page["Buckets"]}


def taken(place: Place, names: Names) -> list[str]:
    """Those of the names of the environment's buckets that belong to somebody else: names are unique in all of AWS."""
    s3 = place.client("s3", region_name=names.region)
    mine = own(s3)
    return [name for name in (names.backend.bucket, *names.lake_buckets) if name not in mine and _is_there(s3, name)]


def _is_there(s3: Any, name: str) -> bool:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        # 301 (another region) and 403 (another account) are answers about a bucket that is there.
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] != 404)
    return True


def _bucket(place: Place, s3: Any, names: Names) -> Step:
    name = names.backend.bucket

    def create() -> None:
        where = {"CreateBucketConfiguration": {"LocationConstraint": names.region}}
        try:
            s3.create_bucket(Bucket=name, **({} if names.region == _NO_CONSTRAINT else where))
        except s3.exceptions.BucketAlreadyExists as error:
            raise UserError(taken_message([name], names.environment)) from error

    def remove() -> None:
        if name not in own(s3):
            return
        if held := resources(place, names.backend):
            raise UserError(
                f"Terraform's state in {name} still holds {len(held)} resources, such as {held[0]}. "
                f"`just destroy env={names.environment}` first."
            )
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
        s3.delete_bucket(Bucket=name)

    return Step(
        f"bucket {name}",
        lambda: name in own(s3),
        create,
        remove,
        (
            Need("*", ("s3:ListAllMyBuckets",)),
            Need(names.bucket_arns[0], ("s3:CreateBucket", "s3:DeleteBucket", "s3:ListBucketVersions")),
            Need(names.bucket_arns[1], ("s3:DeleteObjectVersion",)),
        ),
    )


def taken_message(buckets: list[str], environment: str) -> str:
    """Advice for names that another account has taken."""
    return (
        f"Bucket names that another account has taken: {', '.join(buckets)}. Say another bucket_prefix in "
        f"terraform/envs/{environment}.tfvars (without one, it is the project's name)."
    )


def _setting(
    s3: Any, of: dict[str, str], names: Names, what: str, call: str, argument: str, value: dict[str, Any], need: str
) -> Step:
    def exists() -> bool:
        answer = found(getattr(s3, f"get_{call}"), _ABSENT, **of)
        return answer is not None and holds(answer.get(argument, answer), value)

    return Step(
        f"bucket {of['Bucket']}: {what}",
        exists,
        lambda: getattr(s3, f"put_{call}")(**of, **{argument: value}),
        lambda: None,  # it goes with the bucket
        (Need(names.bucket_arns[0], (need,)),),
    )


def _tls(s3: Any, of: dict[str, str], names: Names) -> Step:
    wanted = names.document("state-bucket")

    def exists() -> bool:
        answer = found(s3.get_bucket_policy, _ABSENT, **of)
        return answer is not None and same_policy(json.loads(answer["Policy"]), wanted)

    return Step(
        f"bucket {of['Bucket']}: TLS only",
        exists,
        lambda: s3.put_bucket_policy(**of, Policy=json.dumps(wanted)),
        lambda: None,  # it goes with the bucket
        (Need(names.bucket_arns[0], ("s3:PutBucketPolicy",)),),
    )
