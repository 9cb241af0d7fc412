"""Which format a Hive table has, told by its serde, and how Glue spells each format.

https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local_athena.errors import AthenaError, NotSupported

_HIVE = "org.apache.hadoop.hive"
LAZY_SIMPLE = f"{_HIVE}.serde2.lazy.LazySimpleSerDe"


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
OPENX_OUTPUT = f"{_HIVE}.ql.io.IgnoreKeyTextOutputFormat"
"""The output format that Athena's DDL gives a table of OpenX's SerDe without STORED AS."""
HCATALOG = Classes("org.apache.hive.hcatalog.data.JsonSerDe", _TEXT_INPUT, _TEXT_OUTPUT)
"""JSON as a CTAS writes it."""
type Verdict = Literal["honoured", "harmless", "refused"]
_KINDS = {
    "parquethiveserde": "parquet",
    "orcserde": "orc",
    "avroserde": "avro",
    "lazysimpleserde": "text",
    "multidelimitserde": "text",
    "opencsvserde": "opencsv",
    "jsonserde": "json",
    "cloudtrailserde": "json",
    "regexserde": "regex",
    "grokserde": "grok",
}
"""The last part of a serde's class name, lower case, to how its files are read."""
_READ = "its files are read"
SERDES: Mapping[str, tuple[Verdict, str]] = {
    **dict.fromkeys(
        (
            f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe",
            "parquet.hive.serde.ParquetHiveSerDe",
            f"{_HIVE}.ql.io.orc.OrcSerde",
            f"{_HIVE}.serde2.avro.AvroSerDe",
            f"{_HIVE}.serde2.lazy.LazySimpleSerDe",
            f"{_HIVE}.serde2.MultiDelimitSerDe",
            f"{_HIVE}.contrib.serde2.MultiDelimitSerDe",
            f"{_HIVE}.serde2.OpenCSVSerde",
            f"{_HIVE}.serde2.JsonSerDe",
            "org.apache.hive.hcatalog.data.JsonSerDe",
            "org.openx.data.jsonserde.JsonSerDe",
            f"{_HIVE}.serde2.RegexSerDe",
            f"{_HIVE}.contrib.serde2.RegexSerDe",
            "com.amazonaws.glue.serde.GrokSerDe",
            "com.amazon.emr.hive.serde.CloudTrailSerde",
        ),
        ("honoured", _READ),
    ),
    "com.amazon.ionhiveserde.IonHiveSerDe": ("refused", "Amazon Ion"),
    "com.amazon.emr.hive.serde.S3AccessLogSerde": ("refused", "use RegexSerDe, as AWS's page of S3 access logs does"),
    f"{_HIVE}.serde2.columnar.ColumnarSerDe": ("refused", "RCFile"),
    f"{_HIVE}.serde2.columnar.LazyBinaryColumnarSerDe": ("refused", "RCFile"),
    f"{_HIVE}.serde2.lazybinary.LazyBinarySerDe": ("refused", "Hive's binary rows"),
    f"{_HIVE}.serde2.thrift.ThriftDeserializer": ("refused", "Thrift"),
    "com.twitter.elephantbird.hive.serde.ProtobufDeserializer": ("refused", "Protobuf"),
    f"{_HIVE}.serde2.esri.EsriJsonSerDe": ("refused", "Esri's JSON"),
    "com.esri.hadoop.hive.serde.EsriJsonSerDe": ("refused", "Esri's JSON"),
    "com.esri.hadoop.hive.serde.JsonSerde": ("refused", "Esri's JSON"),
    "com.bizo.hive.serde.csv.CSVSerde": ("refused", "use OpenCSVSerde"),
}
"""Every SerDe that AWS, Trino or Hive names."""
SYMLINK = f"{_HIVE}.ql.io.SymlinkTextInputFormat"
CLOUDTRAIL = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
INPUTS: Mapping[str, tuple[Verdict, str]] = {
    _TEXT_INPUT: ("honoured", "lines"),
    SYMLINK: ("honoured", "its files are lists of the files that are read"),
    CLOUDTRAIL: ("honoured", "a row for each of Records"),
    **{classes.input: ("honoured", _READ) for classes in CLASSES.values() if classes.input != _TEXT_INPUT},
    "parquet.hive.DeprecatedParquetInputFormat": ("honoured", _READ),
    "org.apache.hadoop.mapred.FileInputFormat": ("harmless", "the SerDe, or the table type, tells how files are read"),
    "org.apache.hadoop.mapred.SequenceFileInputFormat": ("refused", "SEQUENCEFILE"),
    f"{_HIVE}.ql.io.RCFileInputFormat": ("refused", "RCFile"),
    "com.amazon.ionhiveserde.formats.IonInputFormat": ("refused", "Amazon Ion"),
    f"{_HIVE}.ql.io.HiveInputFormat": ("refused", "a wrapper of Hive's"),
    "org.apache.hudi.hadoop.HoodieParquetInputFormat": ("refused", "Hudi"),
    "org.apache.hudi.hadoop.realtime.HoodieParquetRealtimeInputFormat": ("refused", "Hudi"),
    "com.uber.hoodie.hadoop.HoodieInputFormat": ("refused", "Hudi"),
    "io.delta.hive.DeltaInputFormat": ("refused", "set table_type to DELTA"),
    "org.apache.iceberg.mr.hive.HiveIcebergInputFormat": ("refused", "set table_type to ICEBERG"),
    "com.amazon.emr.hive.serde.S3InputFormat": ("refused", "EMR's own"),
    f"{_HIVE}.ql.io.OneNullRowInputFormat": ("refused", "Hive's own"),
    "org.apache.hadoop.mapred.lib.CombineTextInputFormat": ("refused", "use TextInputFormat"),
    "org.apache.hadoop.mapred.KeyValueTextInputFormat": ("refused", "use TextInputFormat"),
    "com.hadoop.mapred.DeprecatedLzoTextInputFormat": ("refused", "LZO"),
}
"""Every input format likewise. An output format is for writers: INSERT goes by the SerDe."""


_LINES = frozenset({"text", "opencsv", "json", "regex", "grok"})


def class_name(name: str) -> str:
    """A class's name as it is compared: whatever its case."""
    return name.strip().lower()


def known_class(name: str, table: Mapping[str, tuple[Verdict, str]]) -> tuple[Verdict, str] | None:
    """The entry of *table* (``SERDES`` or ``INPUTS``) for a class; None for one that nobody knows."""
    return next((entry for known, entry in table.items() if class_name(known) == class_name(name)), None)


_LINE_INPUTS = frozenset(
    map(class_name, (_TEXT_INPUT, SYMLINK, CLOUDTRAIL, "org.apache.hadoop.mapred.FileInputFormat"))
)
"""Input formats that a SerDe of lines goes with; those of columnar files read any, as in Trino."""


@dataclass(frozen=True)
class Format:
    """How to read a table's files. ``kind`` is parquet, orc, avro, text, opencsv, json, regex or grok.

    ``serde`` is the last part of its class name and ``input`` the whole of the input format's, both lower case.
    """

    kind: str
    properties: Mapping[str, str] = field(default_factory=dict)
    serde: str = ""
    input: str = ""
    openx: bool = False

    def get(self, *keys: str) -> str | None:
        """The first of *keys* that the table sets."""
        return next((self.properties[key] for key in keys if key in self.properties), None)

    def on(self, *keys: str, default: bool = False) -> bool:
        """A flag."""
        value = self.get(*keys)
        return default if value is None else value.lower() == "true"

    @property
    def header_lines(self) -> int:
        return int(self.get("skip.header.line.count") or 0)

    @property
    def footer_lines(self) -> int:
        return int(self.get("skip.footer.line.count") or 0)

    @property
    def symlinks(self) -> bool:
        """Whether the files at the location are lists of the files to read."""
        return self.input == class_name(SYMLINK)

    @property
    def records(self) -> bool:
        """Whether a file is one JSON object with its rows under ``Records``."""
        return self.input == class_name(CLOUDTRAIL)

    @property
    def positional(self) -> bool:
        """Whether columns of Parquet and ORC are found by their place: https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html"""
        if self.kind == "orc":
            return self.on("orc.column.index.access", default=True)
        return self.kind == "parquet" and self.on("parquet.column.index.access")

    @property
    def by_name(self) -> bool:
        """Whether a partition's columns are the table's by name; by place otherwise, as in Trino's connector."""
        return self.kind in ("avro", "json") or (self.kind in ("parquet", "orc") and not self.positional)

    def check(self) -> None:
        """:raises AthenaError: for properties that do not go together, or are missing."""
        if self.kind == "regex":
            if not self.get("input.regex"):
                raise AthenaError("HIVE_INVALID_METADATA", 'This table does not have serde property "input.regex"!')
        elif self.kind == "grok":
            pattern = self.get("input.format")
            if pattern is None:
                raise AthenaError("HIVE_INVALID_METADATA", "Schema does not have required 'input.format' property")
            if not pattern.strip():
                raise AthenaError("HIVE_INVALID_METADATA", "Grok compilation failure: {pattern} should not be empty")
        elif self.kind == "opencsv":
            separator, quote, escape = csv_marks(self)
            if separator in (quote, escape, "\0") or (quote == escape != "\0"):
                raise AthenaError(
                    "HIVE_INVALID_METADATA",
                    f"The separator, quote, and escape characters must be different: {separator!r}, {quote!r}, {escape!r}",
                )
        if self.kind in _LINES and self.input and self.input not in _LINE_INPUTS:
            raise AthenaError(
                "HIVE_UNSUPPORTED_FORMAT", f"Unsupported input format: serde={self.serde}, format={self.input}"
            )
        if self.records and self.kind != "json":
            raise AthenaError("HIVE_UNSUPPORTED_FORMAT", "CloudTrailInputFormat gives JSON: it needs a JSON SerDe")


def csv_marks(form: Format) -> tuple[str, str, str]:
    """Separator, quote and escape of OpenCSVSerde, which reads the first character of each; a quote to escape by is a backslash."""
    marks = (("separatorChar", ","), ("quoteChar", '"'), ("escapeChar", "\\"))
    separator, quote, escape = ((form.get(key) or default)[0] for key, default in marks)
    return separator, quote, "\\" if escape == '"' else escape


def format_of(table: Mapping[str, Any]) -> Format:
    """The format of a Glue table. Table parameters count before those of the SerDe, as in Hive.

    :raises AthenaError: for a serde that is not read here; it is named.
    """
    storage = table.get("StorageDescriptor") or {}
    info = storage.get("SerdeInfo") or {}
    library = class_name(str(info.get("SerializationLibrary") or ""))
    source = class_name(str(storage.get("InputFormat") or ""))
    serde = library.rsplit(".", 1)[-1]
    refused = (known_class(library, SERDES) or ("honoured", ""))[0] == "refused"
    kind = None if refused else _KINDS.get(serde)
    if kind is None and not library:
        kind = {
            classes.input.lower(): name.lower() for name, classes in CLASSES.items() if classes.input != _TEXT_INPUT
        }.get(source)
        if kind is None:
            raise AthenaError(
                "HIVE_UNSUPPORTED_FORMAT", f"Unable to create input format {storage.get('InputFormat') or ''}"
            )
    if kind is None:
        raise NotSupported(f"SerDe {info.get('SerializationLibrary')}")
    properties = {**(info.get("Parameters") or {}), **(table.get("Parameters") or {})}
    openx = kind == "json" and library.startswith("org.openx.")
    return Format(kind, {key: str(value) for key, value in properties.items()}, serde, source, openx)
