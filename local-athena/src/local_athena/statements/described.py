"""DESCRIBE with EXTENDED and FORMATTED, in Hive's layout.

Lines as measured on AWS (#275): https://github.com/aoyagikouhei/athena-local/blob/main/src/operation/describe_detail.rs; what it
does not name is placed as in
https://github.com/apache/hive/blob/rel/release-2.3.9/ql/src/java/org/apache/hadoop/hive/ql/metadata/formatting/MetaDataFormatUtils.java.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

BLANK = "\t \t "
STATISTICS = (
    "col_name", "data_type", "min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "num_trues", "num_falses",
    "comment",
)  # fmt: skip
"""Columns of what is told of one column with FORMATTED."""
_OWNER = "hadoop"
"""Of the tables that Athena makes."""


_DESERIALIZED = {
    "org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe",
    "org.apache.hadoop.hive.serde2.JsonSerDe", "org.apache.hadoop.hive.serde2.OpenCSVSerde",
}  # fmt: skip
"""SerDes that tell a table's columns themselves, and no comments: https://docs.aws.amazon.com/athena/latest/ug/describe-table.html"""
_REGEX = "org.apache.hadoop.hive.serde2.RegexSerDe"


def data_columns(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Columns of a Hive table as DESCRIBE and SHOW CREATE TABLE have them: some SerDes answer for the catalog."""
    storage = found.get("StorageDescriptor") or {}
    library = (storage.get("SerdeInfo") or {}).get("SerializationLibrary")
    columns = storage.get("Columns") or []
    if library in _DESERIALIZED:
        return [{**item, "Comment": "from deserializer"} for item in columns]
    return [{**item, "Comment": item.get("Comment") or ""} for item in columns] if library == _REGEX else [*columns]


def pad(*cells: str) -> str:
    return "\t".join(f"{cell:<20}" for cell in cells)


def title(text: str) -> str:
    return f"{text}{BLANK}"


def column(item: Mapping[str, Any], comment: str | None = None) -> str:
    """A line of a column; Glue's comment ends at its first tab (#146)."""
    text = str(item.get("Comment") or "") if comment is None else comment
    kept, tab, _ = text.partition("\t")
    return f"{pad(str(item['Name']), str(item['Type']))}\t{kept if tab else pad(kept)}"


def heading() -> list[str]:
    return [f"# {pad('col_name', 'data_type', 'comment')}", BLANK]


def columns(data: Sequence[Mapping[str, Any]], keys: Sequence[Mapping[str, Any]]) -> list[str]:
    """All columns, and those of partitions once more."""
    return [*map(column, [*data, *keys]), *_partitioned(keys)]


def _partitioned(keys: Sequence[Mapping[str, Any]]) -> list[str]:
    return [BLANK, title("# Partition Information"), *heading(), *map(column, keys)] if keys else []


def fields(told: Sequence[tuple[str, str]], formatted: bool) -> list[str]:
    """Names and types of a column that was asked for, or of what is in it: its deserializer tells of it, and has no statistics."""
    if not formatted:
        return [pad(name, kind, "from deserializer") for name, kind in told]
    empty = [""] * (len(STATISTICS) - 3)
    blank = "\t".join(["", *[" "] * (len(STATISTICS) - 1)])
    return [f"# {pad(*STATISTICS)}", blank, *(pad(name, kind, *empty, "from deserializer") for name, kind in told)]


def extended(found: Mapping[str, Any], data: Sequence[Mapping[str, Any]]) -> list[str]:
    """The table as Hive's metastore holds it, in one line."""
    keys = found.get("PartitionKeys") or []
    view = {"viewOriginalText": found.get("ViewOriginalText"), "viewExpandedText": found.get("ViewExpandedText")}
    held = _struct(
        "Table",
        tableName=found["Name"], dbName=found["DatabaseName"], owner=found.get("Owner", _OWNER),
        createTime=_seconds(found), lastAccessTime=0, retention=0, sd=_storage(found, [*data, *keys]),
        partitionKeys=_fields(keys), parameters=_map(found.get("Parameters")), **view, tableType=found.get("TableType"),
    )  # fmt: skip
    return [BLANK, f"Detailed Table Information\t{held}\t"]


def extended_partition(
    found: Mapping[str, Any], data: Sequence[Mapping[str, Any]], partition: Mapping[str, Any]
) -> list[str]:
    held = _struct(
        "Partition",
        values=_list(partition["Values"]), dbName=found["DatabaseName"], tableName=found["Name"],
        createTime=_seconds(partition), lastAccessTime=0,
        sd=_storage(partition, [*({"Comment": "", **item} for item in data), *(found.get("PartitionKeys") or [])]),
        parameters=_map(partition.get("Parameters")),
    )  # fmt: skip
    return [BLANK, f"Detailed Partition Information\t{held}\t"]


def formatted(
    found: Mapping[str, Any], data: Sequence[Mapping[str, Any]], partition: Mapping[str, Any] | None = None
) -> list[str]:
    """Columns, then what the table or one partition is, then how its files are read."""
    about = _of_table(found) if partition is None else _of_partition(found, partition)
    lines = [*heading(), *map(column, data), *_partitioned(found.get("PartitionKeys") or [])]
    return [*lines, BLANK, *about, BLANK, *_of_storage((partition or found).get("StorageDescriptor") or {})]


def _of_table(found: Mapping[str, Any]) -> list[str]:
    storage = found.get("StorageDescriptor") or {}
    return [
        title("# Detailed Table Information"),
        _pair("Database:", found["DatabaseName"]),
        _pair("Owner:", found.get("Owner", _OWNER)),
        _pair("CreateTime:", _date(found)),
        _pair("LastAccessTime:", "UNKNOWN"),
        _pair("Protect Mode:", "None"),
        _pair("Retention:", 0),
        *([_pair("Location:", storage["Location"])] if storage.get("Location") else []),
        _pair("Table Type:", found.get("TableType", "")),
        *_parameters("Table Parameters:", found.get("Parameters")),
    ]


def _of_partition(found: Mapping[str, Any], partition: Mapping[str, Any]) -> list[str]:
    return [
        title("# Detailed Partition Information"),
        _pair("Partition Value:", _list(partition["Values"])),
        _pair("Database:", found["DatabaseName"]),
        _pair("Table:", found["Name"]),
        _pair("CreateTime:", _date(partition)),
        _pair("LastAccessTime:", "UNKNOWN"),
        _pair("Protect Mode:", "None"),
        _pair("Location:", (partition.get("StorageDescriptor") or {}).get("Location", "")),
        *_parameters("Partition Parameters:", partition.get("Parameters")),
    ]


def _of_storage(storage: Mapping[str, Any]) -> list[str]:
    serde = storage.get("SerdeInfo") or {}
    return [
        title("# Storage Information"),
        _pair("SerDe Library:", serde.get("SerializationLibrary", "")),
        _pair("InputFormat:", storage.get("InputFormat", "")),
        _pair("OutputFormat:", storage.get("OutputFormat", "")),
        _pair("Compressed:", "Yes" if storage.get("Compressed") else "No"),
        _pair("Num Buckets:", storage.get("NumberOfBuckets", -1)),
        _pair("Bucket Columns:", _list(storage.get("BucketColumns") or [])),
        _pair("Sort Columns:", "[]"),
        *_parameters("Storage Desc Params:", serde.get("Parameters")),
    ]


def _pair(label: str, value: object) -> str:
    return f"{pad(label, str(value))}\t "


def _parameters(label: str, given: Mapping[str, Any] | None) -> list[str]:
    return [title(label), *(f"\t{pad(key, str(value))}" for key, value in sorted(given.items()))] if given else []


def _seconds(item: Mapping[str, Any]) -> int:
    made = item.get("CreateTime") or item.get("CreationTime")
    return int(made.timestamp()) if isinstance(made, datetime) else 0


def _date(item: Mapping[str, Any]) -> str:
    """As Java's ``Date.toString`` has it."""
    made = datetime.fromtimestamp(_seconds(item), UTC)
    return made.strftime("%a %b %d %H:%M:%S UTC %Y")


def _storage(owner: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> str:
    storage = owner.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    return _struct(
        "StorageDescriptor",
        cols=_fields(fields), location=storage.get("Location"), inputFormat=storage.get("InputFormat"),
        outputFormat=storage.get("OutputFormat"), compressed=str(bool(storage.get("Compressed"))).lower(),
        numBuckets=storage.get("NumberOfBuckets", -1),
        serdeInfo=_struct(
            "SerDeInfo", name=serde.get("Name"), serializationLib=serde.get("SerializationLibrary"),
            parameters=_map(serde.get("Parameters")),
        ),
        bucketCols=_list(storage.get("BucketColumns") or []), sortCols="[]", parameters="{}",
        skewedInfo=_struct("SkewedInfo", skewedColNames="[]", skewedColValues="[]", skewedColValueLocationMaps="{}"),
        storedAsSubDirectories="false",
    )  # fmt: skip


def _fields(fields: Sequence[Mapping[str, Any]]) -> str:
    return _list(
        [_struct("FieldSchema", name=item["Name"], type=item["Type"], comment=item.get("Comment")) for item in fields]
    )


def _struct(kind: str, /, **members: object) -> str:
    return f"{kind}({', '.join(f'{key}:{_text(value)}' for key, value in members.items())})"


def _text(value: object) -> str:
    return "null" if value is None else str(value)


def _list(items: Sequence[str]) -> str:
    return f"[{', '.join(items)}]"


def _map(items: Mapping[str, Any] | None) -> str:
    return "{" + ", ".join(f"{key}={value}" for key, value in sorted((items or {}).items())) + "}"
