"""The definition of a raw table in Glue, as Athena's CREATE EXTERNAL TABLE would write it.

https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html, https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt_runner.event import Shape

_HIVE = "org.apache.hadoop.hive"
_TEXT = ("org.apache.hadoop.mapred.TextInputFormat", f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat")
_PARQUET = f"{_HIVE}.ql.io.parquet"
# SerDe, input format, output format
_CLASSES = {
    "parquet": (
        f"{_PARQUET}.serde.ParquetHiveSerDe",
        f"{_PARQUET}.MapredParquetInputFormat",
        f"{_PARQUET}.MapredParquetOutputFormat",
    ),
    "csv": (f"{_HIVE}.serde2.OpenCSVSerde", *_TEXT),
    "json": ("org.openx.data.jsonserde.JsonSerDe", *_TEXT),
}
_PROPERTIES = {"csv": {"skip.header.line.count": "1"}}
# Of a table that is there: members whose change makes it another table. Glue adds others, such as times.
_OWN = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")


def table_input(name: str, shape: Shape, location: str, projection: Mapping[str, str]) -> dict[str, Any]:
    """The definition of the table *name* over the files in *location* (``s3://bucket/folder/``)."""
    serde, input_format, output_format = _CLASSES[shape.format]
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": shape.format,
            **_PROPERTIES.get(shape.format, {}),
            **projection,
        },
        "PartitionKeys": _columns(shape.partitions),
        "StorageDescriptor": {
            "Columns": _columns(shape.columns),
            "Location": location,
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"serialization.format": "1"}},
            "BucketColumns": [],
            "SortColumns": [],
            "StoredAsSubDirectories": False,
        },
    }


def is_same(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the table that Glue has is the *wanted* one, whatever else Glue knows of it."""
    return all(_holds(there.get(member), wanted[member]) for member in _OWN)


def shape_of(table: Mapping[str, Any]) -> Shape | None:
    """The shape of a table of ours that is in Glue; None if it is of another kind."""
    storage = table.get("StorageDescriptor") or {}
    serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary")
    form = next((form for form, classes in _CLASSES.items() if classes[0] == serde), None)
    if form is None:
        return None
    return Shape(form, _pairs(storage.get("Columns")), _pairs(table.get("PartitionKeys")))


def _columns(columns: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind in columns]


def _pairs(columns: Sequence[Mapping[str, str]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((column["Name"], column["Type"]) for column in columns or ())


def _holds(there: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(there, Mapping) and all(_holds(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        there = there or []
        return len(there) == len(wanted) and all(map(_holds, there, wanted))
    return bool(there == wanted)
