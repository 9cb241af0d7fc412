"""Others' data that the lake reads, in the policies of bootstrap: the boundary must let the runner read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TABLES = (
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
)


@dataclass(frozen=True)
class Sources:
    """Glue ``databases`` of others, the ``locations`` of their files (``s3://BUCKET/PREFIX/``), and DynamoDB's ``tables``."""

    databases: Sequence[str] = ()
    locations: Sequence[str] = ()
    tables: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.databases or self.locations or self.tables)

    def statements(self, policy: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        """Statements that they add to the *policy* of that name: reading to the boundary, a look at the boundary to ``read``."""
        if policy == "boundary":
            return [*self._tables(values), *self._files(values["partition"]), *self._items(values)]
        if policy == "read" and self:
            return [_statement("ReadBoundary", ["iam:GetPolicy", "iam:GetPolicyVersion"], [values["boundary_arn"]])]
        return []

    def _tables(self, values: Mapping[str, str]) -> list[dict[str, Any]]:
        glue = f"arn:{values['partition']}:glue:{values['region']}:{values['account']}"
        named = [
            f"{glue}:{what}" for name in sorted(set(self.databases)) for what in (f"database/{name}", f"table/{name}/*")
        ]
        return [_statement("SourceTables", _TABLES, [f"{glue}:catalog", *named])] if named else []

    def _items(self, values: Mapping[str, str]) -> list[dict[str, Any]]:
        """Tables that batch ingestion reads, if some is scheduled."""
        table = f"arn:{values['partition']}:dynamodb:{values['region']}:{values['account']}:table"
        named = [f"{table}/{name}" for name in sorted(set(self.tables))]
        return [_statement("SourceItems", ["dynamodb:Scan"], named)] if named else []

    def _files(self, partition: str) -> list[dict[str, Any]]:
        places = [location.removeprefix("s3://").partition("/") for location in sorted(set(self.locations))]
        if not places:
            return []
        buckets = sorted({f"arn:{partition}:s3:::{bucket}" for bucket, _, _ in places})
        files = [f"arn:{partition}:s3:::{bucket}/{prefix}*" for bucket, _, prefix in places]
        # Which folders may be listed is the role's own policy's to say.
        return [
            _statement("SourceBuckets", ["s3:GetBucketLocation", "s3:ListBucket"], buckets),
            _statement("SourceFiles", ["s3:GetObject"], files),
        ]


def _statement(sid: str, actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
