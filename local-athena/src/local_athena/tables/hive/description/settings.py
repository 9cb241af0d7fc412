"""One table of what Hive, Trino's connector and AWS's pages know of a table's settings, and what each is here.

A setting is honoured, harmless (its reason says why nothing depends on it) or refused by name: when a statement sets it, and when a
query meets it, for Glue's API sets it too.

* https://docs.aws.amazon.com/athena/latest/ug/serde-reference.html and the page of each SerDe
* https://trino.io/docs/current/connector/hive.html#table-properties
* https://github.com/apache/hive/blob/master/serde/src/gen/thrift/gen-javabean/org/apache/hadoop/hive/serde/serdeConstants.java
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Literal

from local_athena.errors import AthenaError, NotSupported
from local_athena.tables.hive.description.checks import (
    Complaint,
    flag,
    lines,
    newline,
    no,
    not_the_clients,
    schema_literal,
    utf8,
)
from local_athena.tables.hive.description.formats import INPUTS, SERDES, Verdict, format_of, known_class
from local_athena.tables.hive.description.patterns import check_timestamp_formats

type Value = Callable[[str], Complaint | None]
TEXTS = frozenset({"text", "opencsv", "json", "regex", "grok"})
LINES = TEXTS
DELIMITED = frozenset({"text"})


def _any(_value: str) -> Complaint | None:
    return None


@dataclass(frozen=True)
class Setting:
    """``name`` may end in ``*``. ``kinds`` are the formats that read it: it is harmless for all others, as on AWS."""

    name: str
    verdict: Verdict
    why: str
    kinds: frozenset[str] | None = None
    value: Value = _any


def _honoured(names: str, why: str, kinds: frozenset[str] | None = None, value: Value = _any) -> list[Setting]:
    return [Setting(name, "honoured", why, kinds, value) for name in names.split()]


def _harmless(names: str, why: str) -> list[Setting]:
    return [Setting(name, "harmless", why) for name in names.split()]


def _refused(names: str, why: str, kinds: frozenset[str] | None = None) -> list[Setting]:
    return [Setting(name, "refused", why, kinds) for name in names.split()]


JSON, OPENCSV, REGEX, GROK, AVRO = (frozenset({kind}) for kind in ("json", "opencsv", "regex", "grok", "avro"))
URL = Complaint("Athena does not read a schema from a URL; use avro.schema.literal")
SETTINGS: tuple[Setting, ...] = (
    # Text
    *_honoured("skip.header.line.count skip.footer.line.count", "lines left out of each file", LINES, lines),
    *_honoured("field.delim serialization.format", "between fields", DELIMITED),
    *_honoured("collection.delim colelction.delim mapkey.delim", "inside nested values", DELIMITED),
    *_honoured("escape.delim serialization.null.format", "how a field is read", DELIMITED),
    *_honoured("serialization.last.column.takes.rest", "the last column keeps further delimiters", DELIMITED, flag),
    *_honoured("hive.serialization.extend.nesting.levels hive.serialization.extend.additional.nesting.levels",
               "delimiters of more levels", DELIMITED, flag),
    *_honoured("line.delim", "LF is the only one that Athena has", DELIMITED, newline),
    *_honoured("serialization.encoding", "UTF-8 only", LINES, utf8),
    *_honoured("timestamp.formats", "read before the default formats", frozenset({"text", "json"}), check_timestamp_formats),
    *_honoured("separatorChar quoteChar escapeChar", "one character each", OPENCSV),
    *_honoured("use.null.for.invalid.data", "NULL instead of HIVE_BAD_DATA", JSON | OPENCSV, flag),
    *_honoured("ignore.malformed.json", "a row of NULLs instead of an error", JSON, flag),
    *_honoured("case.insensitive", "whether a key may differ from its column by case", JSON, flag),
    *_honoured("dots.in.keys ConvertDotsInJsonKeysToUnderscores", "a.b is column a_b", JSON, flag),
    *_honoured("mapping.*", "the key of a column", JSON),
    *_harmless("mapping", "Athena's console writes it; mapping.column counts"),
    *_honoured("input.regex", "a group a column", REGEX),
    *_honoured("input.regex.case.insensitive", "of the pattern", REGEX, flag),
    *_honoured("input.format input.grokCustomPatterns", "named patterns", GROK),
    *_harmless("output.format.string explicit.null", "for writers; a table of it is not written, or reads the same"),
    *_refused("serialization.escape.crlf hive.lazysimple.extended_boolean_literal", "changes how fields are read", DELIMITED),
    *_refused("textinputformat.record.delimiter", "lines end with LF", LINES),
    # Columnar files
    *_honoured("orc.column.index.access", "false reads by name; Athena's default is by position", frozenset({"orc"}), flag),
    *_honoured("parquet.column.index.access", "true reads by position", frozenset({"parquet"}), flag),
    *_honoured("avro.schema.literal", "files are read by it; the columns are the table's", AVRO, schema_literal),
    *_honoured("avro.schema.url", "Athena does not read it, for security reasons", AVRO, lambda _: URL),
    *_honoured("parquet.compression orc.compress avro.compression avro.output.codec write.compression compression "
               "parquet.compress", "what INSERT writes"),
    *_harmless("compressionType compression_level compression.level",
               "a reader sees the compression in the file; a level changes sizes only"),
    *_harmless("orc.bloom.filter.* orc.stripe.size orc.row.index.stride orc.create.index orc.row.batch.size orc.block.* "
               "orc.compress.size parquet.bloom.filter.* parquet.block.size parquet.page.size parquet.dictionary.* "
               "parquet.enable.dictionary parquet.writer.* parquet.validation avro.schema.name avro.schema.namespace "
               "avro.output.* avro.deflate.level orc.encoding.strategy orc.default.fs.stripe orc.write.variable.length.blocks "
               "orc.memory.pool orc.rows.between.memory.checks parquet.memory.pool.ratio parquet.mr.int96.*",
               "the layout of new files, not their rows"),
    *_harmless("orc.schema.resolution orc.force.positional.evolution parquet.ignore.statistics", "Athena's readers do not know it"),
    # Table types
    *_honoured("table_type spark.sql.sources.provider", "which kind of table it is: ICEBERG and DELTA are read"),
    *_honoured("metadata_location previous_metadata_location", "where an Iceberg table's metadata lie"),
    *_harmless("EXTERNAL external.table.purge auto.purge", "Athena drops no files of a Hive table"),
    Setting("transactional", "honoured", "Hive's ACID tables are refused, as on AWS", None, no),
    *_refused("transactional_properties", "Hive's ACID tables"),
    *_refused("hoodie.*", "Hudi tables"),
    *_refused("storage_handler", "its rows are not in files"),
    *_harmless("delta.* spark.sql.* lakeformation.*", "a note of the engine that made the table"),
    # Partitions and buckets
    *_honoured("projection.enabled projection.*.type projection.*.values projection.*.range projection.*.interval "
               "projection.*.interval.unit projection.*.format projection.*.digits", "partitions are computed"),
    *_honoured("storage.location.template", "where projected partitions lie"),
    *_harmless("bucketing_format bucketing_version", "buckets are read whole, and no statement adds to a bucketed table"),
    *_harmless("partition_filtering.enabled partition_index.* exclusions", "which rows there are does not depend on it, as on AWS"),
    *_honoured("read_restored_glacier_objects", "objects in Glacier are left out, or refused if asked for", None, flag),
    # Notes
    *_harmless("classification has_encrypted_data kms_key comment", "a note; S3 decrypts by itself"),
    *_honoured("encryption_option", "S3 decrypts what it has encrypted; what the client has is refused", None, not_the_clients),
    *_harmless("areColumnsQuoted averageRecordSize columnsOrdered compressionType crawlerRunId CrawlerSchemaDeserializerVersion "
               "CrawlerSchemaSerializerVersion UPDATED_BY_CRAWLER objectCount recordCount sizeKey typeOfData delimiter "
               "connectionName catalog sourceTable partition_*",
               "a crawler's note"),
    *_harmless("numFiles numRows rawDataSize totalSize numPartitions transient_lastDdlTime COLUMN_STATS_ACCURATE "
               "STATS_GENERATED_* STATS_GENERATED numFilesErasureCoded last_modified_* discover.partitions",
               "statistics of other engines"),
    *_harmless("presto_version presto_query_id trino_version trino_created_by trino_query_id presto_view "
               "table_level_vacuum_* local_athena.unfinished", "the maker's note"),
    *_harmless("serialization.lib serialization.class serialization.ddl columns columns.* column.name.delimiter name path paths "
               "schema.* file.* location", "Hive's own copy of what the table says elsewhere"),
)  # fmt: skip
_READERS = (
    "skip.", "serialization.", "field.", "collection.", "mapkey.", "escape.", "line.", "input.", "output.", "mapping.",
    "timestamp.", "csv.",
    "orc.", "parquet.", "avro.", "json.", "hive.", "storage.", "textinputformat.", "mapreduce.", "mapred.", "ion.",
    "projection.", "hcatalog.",
)  # fmt: skip
"""Beginnings of a reader's names; any other unknown table parameter is a note of the user's own."""


@lru_cache(maxsize=4096)
def setting(name: str) -> Setting | None:
    """The first of ``SETTINGS`` with this name."""
    return next((known for known in SETTINGS if known.name == name or fnmatchcase(name, known.name)), None)


def check(table: Mapping[str, Any], at: Literal["statement", "query"] = "query") -> None:
    """Refuse a Glue table (or a partition in a table's clothes) of which a setting would be ignored.

    :raises AthenaError: it names the setting, and says whether AWS does not know it or local Athena does not have it.
    """
    storage = table.get("StorageDescriptor") or {}
    info = storage.get("SerdeInfo") or {}
    parameters: Mapping[str, Any] = table.get("Parameters") or {}
    _check_type(table, parameters)
    _check_class("input format", storage.get("InputFormat"), INPUTS, at)
    _check_class("SerDe", info.get("SerializationLibrary"), SERDES, at)
    form = format_of(table)
    for name, value in (info.get("Parameters") or {}).items():
        strict = form.kind in TEXTS or name.startswith(_READERS)  # Spark leaves its reader's options at columnar tables
        _check(name, str(value), form.kind, "SerDe property", strict)
    for name, value in parameters.items():
        _check(name, str(value), form.kind, "table property", strict=name.startswith(_READERS))
    form.check()


def _check_type(table: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    kind = str(table.get("TableType") or "").upper()
    if kind in ("MATERIALIZED_VIEW", "GOVERNED"):  # any other word is a table: Terraform's users write EXTERNAL
        raise NotSupported(f"A table of type {kind}")
    if (table.get("StorageDescriptor") or {}).get("SchemaReference"):
        raise NotSupported("A table whose columns are those of a schema registry (SchemaReference)")
    form = str(parameters.get("table_type") or parameters.get("spark.sql.sources.provider") or "").upper()
    if form in ("HUDI", "LAKEFORMATION"):
        raise NotSupported(f"A {form} table")
    if "table_type" in parameters and form not in ("ICEBERG", "DELTA", "HIVE", ""):
        raise AthenaError(
            "INVALID_TABLE_PROPERTY", f"Unsupported table type: table_type = '{parameters['table_type']}'"
        )


def _check_class(what: str, name: object, known: Mapping[str, tuple[Verdict, str]], at: str) -> None:
    if not name:
        return
    verdict, why = known_class(str(name), known) or (None, "")
    if verdict is None:
        if at == "query":
            raise AthenaError("HIVE_UNSUPPORTED_FORMAT", f"Athena has no {what} {name}")
        words = f"Cannot validate serde: {name}" if what == "SerDe" else f"Athena has no {what} {name}"
        raise AthenaError("FAILED", f"SemanticException {words}")
    if verdict == "refused":
        raise NotSupported(f"{what[0].upper()}{what[1:]} {name} ({why})")


def _check(name: str, value: str, kind: str, what: str, strict: bool) -> None:
    known = setting(name)
    if known is None:
        if strict:
            near = _near(name)
            raise AthenaError("INVALID_TABLE_PROPERTY", f"Athena knows no {what} '{name}'{near}")
        return
    if known.kinds is not None and kind not in known.kinds:
        return
    if known.verdict == "refused" and value.lower() != "false":
        raise NotSupported(f"{what[0].upper()}{what[1:]} '{name}' = '{value}' ({known.why})")
    complaint = known.value(value)
    if complaint is not None:
        if complaint.local:
            raise NotSupported(f"{what[0].upper()}{what[1:]} '{name}' = '{value}' ({complaint.text})")
        raise AthenaError("INVALID_TABLE_PROPERTY", f"Invalid {what} '{name}' = '{value}': {complaint.text}")


def _near(name: str) -> str:
    """A hint, for the names of Hive's properties are compared by case."""
    found = next((known.name for known in SETTINGS if known.name.lower() == name.lower()), None)
    return f"; it is spelled '{found}'" if found else ""


def names(verdict: Verdict) -> Iterable[str]:
    """The names with that verdict, for the documentation and the tests."""
    return (known.name for known in SETTINGS if known.verdict == verdict)
