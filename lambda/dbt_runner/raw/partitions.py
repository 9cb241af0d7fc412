"""The partitions of a raw table as Athena's partition projection describes them, from the folders in the bucket.

Athena lists every partition that a projection computes, empty ones too, and each listing is paid for: a projection begins with
the first folder that there is.
https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dbt_runner.errors import TerminalError

# Tomorrow, too: there are places where it has begun.
_LAST_DAY = "NOW+1DAYS"
# Glue keeps at most about 1 MB of a table, compressed.
_MOST_VALUES = 20_000


def projection(s3: Any, bucket: str, folder: str, keys: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    """The table properties for *keys* (name, Glue's type); None if no file lies in the table's *folder*.

    Raises:
        TerminalError: a folder that is not named after its key, or too many values of one.
        ClientError, BotoCoreError: the bucket cannot be listed.
    """
    if not keys:
        return {} if _first(s3, bucket, f"{folder}/") else None
    if len(keys) == 1 and keys[0][1] == "date":
        # Names of days sort as days do.
        first = _first(s3, bucket, f"{folder}/{keys[0][0]}=")
        values = {keys[0][0]: [_value(first, folder, 0, keys[0][0])]} if first else {}
    else:
        values = _all_values(s3, bucket, folder, [name for name, _ in keys])
    if not values:
        return None
    properties = {"projection.enabled": "true"}
    for name, kind in keys:
        for key, value in _of(folder, name, kind, values[name]).items():
            properties[f"projection.{name}.{key}"] = value
    return properties


def _of(folder: str, name: str, kind: str, values: Sequence[str]) -> dict[str, str]:
    if kind == "date":
        return {"type": "date", "format": "yyyy-MM-dd", "range": f"{min(values)},{_LAST_DAY}"}
    if kind == "string" or kind.startswith("varchar"):
        if len(values) > _MOST_VALUES:
            raise TerminalError(
                f"{folder}/: the partition column {name} has {len(values)} values, and Athena is told at most {_MOST_VALUES}. "
                "Partition by something coarser, or by dates."
            )
        return {"type": "enum", "values": ",".join(values)}
    try:
        numbers = sorted(int(value) for value in values)
    except ValueError:
        raise TerminalError(f"{folder}/: a folder of the partition column {name} is named by no number.") from None
    widths = {len(value.lstrip("-")) for value in values}
    padded = any(value.lstrip("-").startswith("0") and len(value.lstrip("-")) > 1 for value in values)
    if padded and len(widths) > 1:
        raise TerminalError(
            f"{folder}/: folders of the partition column {name} are padded with zeros to different lengths. Name them alike, or "
            "declare the column as varchar."
        )
    digits = {"digits": str(widths.pop())} if padded else {}
    return {"type": "integer", "range": f"{numbers[0]},{numbers[-1]}", **digits}


def _first(s3: Any, bucket: str, prefix: str) -> str | None:
    """The first key under *prefix* that Athena would read."""
    for key in _keys(s3, bucket, prefix):
        return key
    return None


def _all_values(s3: Any, bucket: str, folder: str, names: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for key in _keys(s3, bucket, f"{folder}/"):
        for depth, name in enumerate(names):
            found.setdefault(name, set()).add(_value(key, folder, depth, name))
    return {name: sorted(values) for name, values in found.items()}


def _value(key: str, folder: str, depth: int, name: str) -> str:
    parts = key.removeprefix(f"{folder}/").split("/")[:-1]
    found, equals, value = parts[depth].partition("=") if depth < len(parts) else ("", "", "")
    if not equals or found.lower() != name or not value or "," in value:
        raise TerminalError(
            f"{key}: Athena does not find it, for it does not lie in a folder {name}=VALUE, with a value without a comma. Take it "
            "out of the raw bucket, or move it."
        )
    return value


def _keys(s3: Any, bucket: str, prefix: str) -> Iterable[str]:
    """The keys under *prefix* in order, without those that Athena passes over."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", ()):
            below = entry["Key"].removeprefix(prefix).split("/")
            if below[-1] and entry["Size"] and not any(part.startswith((".", "_")) for part in below):
                yield entry["Key"]
