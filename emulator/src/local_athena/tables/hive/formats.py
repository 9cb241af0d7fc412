"""Which format a Hive table has, told by its serde, and how Glue spells each format.

https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_athena.errors import AthenaError, NotSupported

_HIVE = "org.apache.hadoop.hive"
LAZY_SIMPLE = f"{_HIVE}.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = f"{_HIVE}.serde2.OpenCSVSerde"


@dataclass(frozen=True)
class Classes:
    """A format's Java classes, as they stand in a Glue storage descriptor."""

    serde: str
    input: str
    output: str


_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat"
CLASSES: Mapping[str, Classes] = {
    "PARQUET": Classes(
        f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe",
        f"{_HIVE}.ql.io.parquet.MapredParquetInputFormat",
        f"{_HIVE}.ql.io.parquet.MapredParquetOutputFormat",
    ),
    "ORC": Classes(
        f"{_HIVE}.ql.io.orc.OrcSerde", f"{_HIVE}.ql.io.orc.OrcInputFormat", f"{_HIVE}.ql.io.orc.OrcOutputFormat"
    ),
    "AVRO": Classes(
        f"{_HIVE}.serde2.avro.AvroSerDe",
        f"{_HIVE}.ql.io.avro.AvroContainerInputFormat",
        f"{_HIVE}.ql.io.avro.AvroContainerOutputFormat",
    ),
    "JSON": Classes("org.openx.data.jsonserde.JsonSerDe", _TEXT_INPUT, _TEXT_OUTPUT),
    "TEXTFILE": Classes(LAZY_SIMPLE, _TEXT_INPUT, _TEXT_OUTPUT),
}
_KINDS = {
    "parquethiveserde": "parquet",
    "orcserde": "orc",
    "avroserde": "avro",
    "lazysimpleserde": "text",
    "opencsvserde": "opencsv",
    "jsonserde": "json",
}
"""The last part of a serde's class name, lower case, to how its files are read."""


@dataclass(frozen=True)
class Format:
    """How to read a table's files. ``kind`` is parquet, orc, avro, text, opencsv or json."""

    kind: str
    properties: Mapping[str, str] = field(default_factory=dict)

    def get(self, *keys: str) -> str | None:
        """The first of *keys* that the table sets."""
        return next((self.properties[key] for key in keys if key in self.properties), None)

    @property
    def header_lines(self) -> int:
        return int(self.get("skip.header.line.count") or 0)


def format_of(table: Mapping[str, Any]) -> Format:
    """The format of a Glue table.

    :raises AthenaError: for a serde that is not read here; it is named.
    """
    storage = table.get("StorageDescriptor") or {}
    info = storage.get("SerdeInfo") or {}
    serde = str(info.get("SerializationLibrary") or "")
    kind = _KINDS.get(serde.rsplit(".", 1)[-1].lower())
    if kind is None and not serde:
        kind = {classes.input: name.lower() for name, classes in CLASSES.items() if classes.input != _TEXT_INPUT}.get(
            str(storage.get("InputFormat") or "")
        )
        if kind is None:
            raise AthenaError(
                "HIVE_UNSUPPORTED_FORMAT", f"Unable to create input format {storage.get('InputFormat') or ''}"
            )
    if kind is None:
        raise NotSupported(f"SerDe {serde}")
    properties = {**(table.get("Parameters") or {}), **(info.get("Parameters") or {})}
    return Format(kind, {key: str(value) for key, value in properties.items()})
