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
FULL = "https://docs.aws.amazon.com/athena/latest/ug/managed-policies.html"


@dataclass(frozen=True)
class Implied:
    """Actions that come with one; on the ``same`` resource (an object, a key), its ``bucket``, the ``table`` and what is above
    it, the ``database`` of a table or itself, the ``default`` one, or ``all`` tables of a database."""

    actions: tuple[str, ...]
    on: str
    source: str


_SHOWN = 100
_DATABASES = (Implied(("glue:GetDatabase",), "database", GLUE), Implied(("glue:GetDatabase",), "default", GLUE))

IMPLIED: dict[str, tuple[Implied, ...]] = {
    "s3:GetObject": (Implied(("s3:ListBucket", "s3:GetBucketLocation"), "bucket", S3),),
    "s3:ListBucket": (Implied(("s3:GetBucketLocation",), "bucket", S3),),
    "s3:PutObject": (
        Implied(("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"), "same", MULTIPART),
        Implied(("s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"), "bucket", S3),
    ),
    **dict.fromkeys(("glue:GetTable", "glue:GetTables", "glue:DeleteTable"), _DATABASES),
    **dict.fromkeys(
        ("glue:CreateTable", "glue:UpdateTable"), (*_DATABASES, Implied(("glue:GetTable",), "table", GLUE))
    ),
    **dict.fromkeys(("glue:CreateDatabase", "glue:UpdateDatabase"), _DATABASES),
    # The parts of a file that is encrypted with a key.
    "kms:GenerateDataKey": (Implied(("kms:Decrypt",), "same", MULTIPART),),
    "glue:GetDatabases": _DATABASES[1:],
    "glue:DeleteDatabase": (
        *_DATABASES,
        Implied(("glue:GetTables", "glue:GetTable", "glue:DeleteTable"), "all", GLUE),
    ),
}
_OF_PARTITIONS: dict[str, tuple[Implied, ...]] = {
    # Local Athena asks for all partitions at once; Athena asks for their names, and then for those that a query reads.
    "glue:GetPartitions": (Implied(("glue:BatchGetPartition", "glue:GetPartition"), "table", FULL),),
    # Athena looks whether a partition that it writes is there.
    "glue:BatchCreatePartition": (Implied(("glue:GetPartition",), "table", FULL),),
}
_READING = ("select", "with", "values", "(", "table", "unload", "create table", "insert", "update", "delete", "merge")
OF_STATEMENTS: dict[str, dict[str, tuple[Implied, ...]]] = {
    **dict.fromkeys(_READING, _OF_PARTITIONS),
    # Local Athena asks for the partitions of a table that has some; Hive takes them away one by one.
    "drop table": {"glue:GetPartitions": (Implied(("glue:GetPartition", "glue:DeletePartition"), "table", GLUE),)},
}
"""As ``IMPLIED``, for statements that begin so."""


def implied(needed: Iterable[Permission], sql: str = "") -> Iterator[tuple[Permission, str]]:
    """Permissions that Athena needs besides *needed* for the statement *sql*, each with AWS's page for it."""
    words = " ".join(sql[:_SHOWN].lower().split())
    tables = [IMPLIED, *(table for begin, table in OF_STATEMENTS.items() if words.startswith(begin))]
    for permission in needed:
        for further in (further for table in tables for further in table.get(permission.action, ())):
            for resource in _resources(permission.resource, further.on):
                yield from ((Permission(action, resource), further.source) for action in further.actions)


def _resources(arn: str, on: str) -> Iterator[str]:
    if on == "same":
        yield arn
    elif on == "bucket":
        yield arn.partition("/")[0]
    else:
        yield from _of_glue(arn, on)


def _of_glue(arn: str, on: str) -> Iterator[str]:
    """Of a call that is about catalog, database and table, the last of them stands for all."""
    start, kind, names = next(
        (parts for parts in (arn.partition(":table/"), arn.partition(":database/")) if parts[1]), arn.rpartition(":")
    )
    if kind == ":" and (names != "catalog" or on != "default"):
        return
    database = names.partition("/")[0]
    yield f"{start}:catalog"
    if on == "default":
        yield f"{start}:database/default"
        return
    yield f"{start}:database/{database}"
    if on == "table":
        yield arn
    elif on == "all":
        yield f"{start}:table/{database}/*"
