"""No setting of a table is ignored: each has an effect, a reason why it needs none, or a refusal that names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_athena.catalog.types import columns_from_glue
from local_athena.dialect import errors
from local_athena.errors import AthenaError, InternalError
from local_athena.tables.hive.conversion.convert import converter
from local_athena.tables.hive.description.formats import INPUTS, SERDES, format_of
from local_athena.tables.hive.description.settings import SETTINGS, TEXTS, check, setting
from local_athena.tables.hive.lines import fields
from local_athena.tables.hive.lines.decode import decoder

TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
COLUMNS = [
    {"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}, {"Name": "c", "Type": "timestamp"},
    {"Name": "d", "Type": "array<struct<x:boolean>>"},
]  # fmt: skip
BY_KIND = {
    "text": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "opencsv": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    "json": "org.openx.data.jsonserde.JsonSerDe", "regex": "org.apache.hadoop.hive.serde2.RegexSerDe",
    "grok": "com.amazonaws.glue.serde.GrokSerDe", "orc": "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", "avro": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
}  # fmt: skip
NEEDED = {"regex": {"input.regex": "(.)(.)(.)(.)"}, "grok": {"input.format": "%{WORD:a} %{WORD:b} %{WORD:c} %{WORD:d}"}}


def table(
    kind: str, serde: dict[str, str] | None = None, parameters: dict[str, str] | None = None, **storage: Any
) -> dict[str, Any]:
    info = {"SerializationLibrary": BY_KIND.get(kind, kind), "Parameters": {**NEEDED.get(kind, {}), **(serde or {})}}
    described = {"Columns": COLUMNS, "InputFormat": TEXT_INPUT, "SerdeInfo": info, **storage}
    return {"Name": "t", "StorageDescriptor": described, "Parameters": parameters or {}}


def _plan(described: dict[str, Any]) -> tuple[Any, ...]:
    """All that decides how a table's files become rows."""
    form = format_of(described)
    made = converter(form)
    read = decoder(form, columns_from_glue(COLUMNS, "db.t")) if form.kind in TEXTS else ()
    return made and made[0], read, form.positional, form.by_name, form.symlinks


# A value beside the default, for the settings that decide how files become rows.
EFFECTS = {
    "text": {
        "skip.header.line.count": "1", "skip.footer.line.count": "1", "field.delim": "|", "serialization.format": "|",
        "collection.delim": "|", "colelction.delim": "|", "escape.delim": "\\", "serialization.null.format": "-",
        "serialization.last.column.takes.rest": "true", "timestamp.formats": "yyyy",
    },
    "opencsv": {"separatorChar": ";", "quoteChar": "'", "escapeChar": "/", "use.null.for.invalid.data": "true"},
    "json": {
        "use.null.for.invalid.data": "true", "ignore.malformed.json": "true", "case.insensitive": "false", "dots.in.keys": "true",
        "ConvertDotsInJsonKeysToUnderscores": "true", "mapping.a": "A", "timestamp.formats": "yyyy",
    },
    "regex": {"input.regex": "(..)(.)(.)(.)", "input.regex.case.insensitive": "true"},
    "grok": {"input.format": "%{DATA:a}%{INT:b}%{INT:c}%{INT:d}"},
    "orc": {"orc.column.index.access": "false"},
    "parquet": {"parquet.column.index.access": "true"},
}  # fmt: skip
# Honoured elsewhere than in the reading of a file: by a check of the value, or by a statement.
ELSEWHERE = {
    "encryption_option", "read_restored_glacier_objects",
    "line.delim", "serialization.encoding", "mapkey.delim", "input.grokCustomPatterns", "avro.schema.literal", "avro.schema.url", "transactional", "table_type",
    "spark.sql.sources.provider", "metadata_location", "previous_metadata_location", "projection.enabled", "projection.x.type", "projection.x.values", "projection.x.range", "projection.x.interval",
    "projection.x.interval.unit", "projection.x.format", "projection.x.digits", "storage.location.template",
    "hive.serialization.extend.nesting.levels", "hive.serialization.extend.additional.nesting.levels",
    "parquet.compression", "orc.compress", "avro.compression", "avro.output.codec", "write.compression", "compression", "parquet.compress",
}  # fmt: skip


@pytest.mark.parametrize("kind", EFFECTS)
def test_what_is_honoured_changes_how_files_are_read(kind: str) -> None:
    plain = _plan(table(kind))
    for name, value in EFFECTS[kind].items():
        found = setting(name)
        assert found is not None and found.verdict == "honoured", name
        for changed in (table(kind, {name: value}), table(kind, parameters={name: value})):
            check(changed)
            assert _plan(changed) != plain or name in NEEDED.get(kind, {}), (name, value)


def test_every_honoured_setting_is_proved() -> None:
    proved = {setting(name) for values in EFFECTS.values() for name in values} | {setting(name) for name in ELSEWHERE}
    assert {known.name for known in SETTINGS if known.verdict == "honoured"} == {
        known.name for known in proved if known
    }


def test_what_is_refused_is_named() -> None:
    for known in SETTINGS:
        if known.verdict != "refused":
            continue
        for kind in known.kinds or {"text"}:
            name = known.name.replace("*", "x")
            with pytest.raises(AthenaError, match=f"'{name}' = 'true' .* is not supported by local Athena"):
                check(table(kind, parameters={name: "true"}))


@pytest.mark.parametrize(
    ("what", "changed", "words"),
    [
        ("an unknown SerDe", table("com.example.NoSuchSerDe"), "Athena has no SerDe com.example.NoSuchSerDe"),
        ("an unknown input format", table("text", InputFormat="com.example.Input"), "Athena has no input format com.example.Input"),
        ("Ion", table("com.amazon.ionhiveserde.IonHiveSerDe"), "(Amazon Ion) is not supported by local Athena"),
        ("a sequence file", table("text", InputFormat="org.apache.hadoop.mapred.SequenceFileInputFormat"), "(SEQUENCEFILE)"),
        ("an unknown SerDe property", table("text", {"field.delimiter": ","}), "Athena knows no SerDe property 'field.delimiter'"),
        ("one of another case", table("opencsv", {"separatorchar": ","}), "it is spelled 'separatorChar'"),
        ("an unknown word of a projection", table("text", parameters={"projection.day.intervall": "1"}), "Athena knows no table property"),
        ("an unknown parameter of a reader", table("text", parameters={"skip.lines": "1"}), "Athena knows no table property 'skip.lines'"),
        ("a number that is none", table("text", parameters={"skip.header.line.count": "x"}), "it is no number of lines"),
        ("a number beyond Java's", table("text", parameters={"skip.footer.line.count": "2147483648"}), "it is no number of lines"),
        ("lines that end otherwise", table("text", {"line.delim": "|"}), "lines end with"),
        ("another encoding", table("text", {"serialization.encoding": "ISO-8859-1"}), "text is read as UTF-8"),
        ("a transactional table", table("orc", parameters={"transactional": "true"}), "transactional"),
        ("Hudi", table("parquet", parameters={"spark.sql.sources.provider": "hudi"}), "A HUDI table"),
        ("a table type", table("parquet", parameters={"table_type": "PAIMON"}), "table_type = 'PAIMON'"),
        ("a materialised view", {**table("text"), "TableType": "MATERIALIZED_VIEW"}, "A table of type MATERIALIZED_VIEW"),
        ("a pattern of dates", table("json", {"timestamp.formats": "yyyy-qq"}), "'qq' in a date pattern"),
        ("marks that are the same", table("opencsv", {"quoteChar": ","}), "must be different"),
        ("no pattern", table("regex", {"input.regex": ""}), 'does not have serde property "input.regex"'),
        ("an Avro schema that is none", table("avro", {"avro.schema.literal": "{"}), "it is no Avro schema"),
        ("an Avro schema of another kind", table("avro", {"avro.schema.literal": '"int"'}), "it is no Avro record"),
        ("an Avro schema elsewhere", table("avro", {"avro.schema.url": "s3://lake/x.avsc"}), "use avro.schema.literal"),
        ("CloudTrail as text", table("text", InputFormat="com.amazon.emr.cloudtrail.CloudTrailInputFormat"), "needs a JSON SerDe"),
    ],
)  # fmt: skip
def test_refusals(what: str, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(AthenaError) as caught:
        check(changed)
    assert words in str(caught.value), what


def test_notes_of_the_users_own_are_kept() -> None:
    check(
        table(
            "text", parameters={"owner": "me", "classification": "csv", "my.note": "x", "serialization.null.format": ""}
        )
    )
    check(table("parquet", {"serialization.format": "1", "field.delim": ","}))
    check({**table("text"), "TableType": "EXTERNAL"})


_NAMES = st.one_of(st.sampled_from([known.name.replace("*", "x.y") for known in SETTINGS]), st.text(max_size=8))
_VALUES = st.one_of(
    st.sampled_from(["true", "FALSE", "", "0", "1", "|", "\\", "||", "\0", "yyyy-MM-dd'T'HH:mm", "millis", "(.)", "%{IP:a}", "{}", "DELTA"]),
    st.text(max_size=6),
)  # fmt: skip
_SERDES = st.one_of(st.sampled_from([*BY_KIND]), st.sampled_from([*SERDES]), st.text(max_size=8))
_INPUTS = st.one_of(st.just(TEXT_INPUT), st.sampled_from([*INPUTS]), st.text(max_size=8))
_LINES = st.text(st.sampled_from('ab1.,|"\\\n{}[]:\ufeff '), max_size=40)


@settings(
    max_examples=settings().max_examples // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    _SERDES, _INPUTS, st.dictionaries(_NAMES, _VALUES, max_size=4), st.dictionaries(_NAMES, _VALUES, max_size=3), _LINES
)
def test_any_settings_are_read_or_refused(
    tmp_path: Path, serde: str, source: str, properties: dict[str, str], parameters: dict[str, str], text: str
) -> None:
    """Given any settings and any file, then rows come, or an error of Athena's: never another exception.

    ``--hypothesis-profile=long`` tries 10,000.
    """
    described = table(serde, properties, parameters, InputFormat=source)
    try:
        check(described)
        kind = format_of(described).kind
        for name in (*properties, *parameters):
            known = setting(name)
            assert known is not None or name in parameters or kind not in TEXTS, f"{name} was ignored"
        form, columns = format_of(described), columns_from_glue(COLUMNS, "db.t")
        fields.check(form, len(columns))
        made = converter(form)
        if made is None or form.kind not in TEXTS:
            return
        file, target = tmp_path / "file", tmp_path / "file.parquet"
        file.write_bytes(text.encode())
        made[1](file, "s3://lake/file", target)
        layers, read = decoder(form, columns)
        source = f"read_parquet('{target}')"
        for layer in layers:
            source = f"(SELECT *, {layer} FROM {source})"
        with duckdb.connect() as connection:
            connection.execute(f"SELECT {', '.join(read)} FROM {source}").fetchall()
    except duckdb.Error as error:
        assert not isinstance(errors.from_duckdb(error), InternalError), error
    except AthenaError as error:
        assert not isinstance(error, InternalError)


@pytest.mark.parametrize(
    "name", ["orc.encoding.strategy", "orc.memory.pool", "parquet.memory.pool.ratio", "parquet.mr.int96.write.zone", "avro.deflate.level"]
)  # fmt: skip
def test_options_of_other_engines_writers_are_no_readers(name: str) -> None:
    """Hive leaves them at the tables that it makes (OrcConf, ParquetOutputFormat, AvroOutputFormat)."""
    check(table("orc", parameters={name: "1"}))
    check(table("parquet", parameters={name: "1"}))
