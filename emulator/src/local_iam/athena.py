"""Permissions that Athena needs of its caller beyond the calls local Athena makes. Data, each with AWS's page for it.

On AWS a query's calls of S3 and Glue are made with the permissions of whoever started it (forward access sessions:
https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena-calledvia.html). Local Athena makes calls of its own
choice: it writes a small file in one request where Athena may write in parts, it asks for a table and not for its
database. So each of its calls stands for the calls that AWS documents for the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local_iam.permissions import Permission

S3 = "https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html"
RESULTS = "https://docs.aws.amazon.com/athena/latest/ug/querying.html"
GLUE = "https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html"
MULTIPART = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions"


@dataclass(frozen=True)
class Implied:
    """Actions that come with one; on the ``object`` itself, its ``bucket``, or the ``database`` of a table."""

    actions: tuple[str, ...]
    on: str
    source: str


IMPLIED: dict[str, tuple[Implied, ...]] = {
    "s3:GetObject": (Implied(("s3:ListBucket", "s3:GetBucketLocation"), "bucket", S3),),
    "s3:ListBucket": (Implied(("s3:GetBucketLocation",), "bucket", S3),),
    "s3:PutObject": (
        Implied(("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"), "object", MULTIPART),
        Implied(("s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"), "bucket", S3),
    ),
    **dict.fromkeys(
        ("glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable"),
        (Implied(("glue:GetDatabase",), "database", GLUE), Implied(("glue:GetDatabase",), "default", GLUE)),
    ),
}


def implied(needed: Iterable[Permission]) -> Iterator[tuple[Permission, str]]:
    """Permissions that Athena needs besides *needed*, each with AWS's page for it."""
    for permission in needed:
        for further in IMPLIED.get(permission.action, ()):
            for resource in _resources(permission.resource, further.on):
                yield from ((Permission(action, resource), further.source) for action in further.actions)


def _resources(arn: str, on: str) -> Iterator[str]:
    if on == "object":
        yield arn
    elif on == "bucket":
        yield arn.partition("/")[0]
    else:
        # Of a call of Glue's that is about catalog, database and table, the table stands for all three.
        catalog, table, names = arn.partition(":table/")
        if table:
            yield f"{catalog}:catalog"
            yield f"{catalog}:database/{names.partition('/')[0] if on == 'database' else 'default'}"
