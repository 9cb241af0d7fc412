"""Tables: formats of Hive tables, partitions, Iceberg's transforms, properties and metadata tables."""

from __future__ import annotations

from collections.abc import Mapping

from tests.docs import refusals
from tests.docs.markdown import bullets, code, paragraph, table
from tests.docs.sources import proof
from tests.engine import hive_cases
from tests.iceberg import test_transforms

from local_athena.statements import create, metadata
from local_athena.tables.hive import hidden
from local_athena.tables.hive.conversion import convert
from local_athena.tables.hive.description import formats, settings
from local_athena.tables.hive.writing import encode, write
from local_athena.tables.iceberg import metadata_tables, partitions_table, properties

HIVE = "local-athena/tests/engine/test_hive.py"
SERDES = "local-athena/tests/engine/test_serdes.py"
LAYOUTS = "local-athena/tests/engine/test_layouts.py"
DELTA = "local-athena/tests/engine/test_delta.py"
SETTINGS = "local-athena/tests/tables/test_settings.py"
ICEBERG = "local-athena/tests/iceberg/"

# Kind of format, as the reader of a SerDe names it -> how CTAS and UNLOAD name it, and the test that reads it.
KINDS = {
    "parquet": ("PARQUET", "test_parquet_is_read_by_name_and_promoted"),
    "orc": ("ORC", "test_every_type_survives_every_format"),
    "avro": ("AVRO", "test_every_type_survives_every_format"),
    "json": ("JSON", "test_json"),
    "text": ("TEXTFILE", "test_lazy_simple_text"),
    "opencsv": ("", "test_open_csv"),
    "regex": ("", "test_values_are_those_of_the_serde"),
    "grok": ("", "test_values_are_those_of_the_serde"),
}
COMPRESSIONS: Mapping[str, Mapping[str, object]] = {
    "parquet": write._PARQUET_CODECS,
    "orc": encode._ORC,
    "avro": encode._AVRO,
    "json": encode._TEXT,
    "text": encode._TEXT,
}


def _serdes(kind: str) -> str:
    read = {
        serde.rpartition(".")[2] if kind != "json" else serde
        for serde, (verdict, _) in formats.SERDES.items()
        if verdict == "honoured"
    }
    return code(sorted(name for name in read if formats._KINDS[name.rpartition(".")[2].lower()] == kind))


def _cells(names: list[str]) -> list[str]:
    """*names* as code, in as many cells as they need."""
    cells = [""]
    for name in dict.fromkeys(names):
        longer = f"{cells[-1]} `{name}`".strip()
        if len(longer) > 180:
            cells.append(f"`{name}`")
        else:
            cells[-1] = longer
    return cells


def _settings() -> str:
    """Every setting that is known, by what becomes of it."""
    rows = []
    for verdict in ("honoured", "harmless", "refused"):
        reasons: dict[str, list[str]] = {}
        for known in settings.SETTINGS:
            if known.verdict == verdict:
                reasons.setdefault(known.why, []).append(known.name)
        for kind, classes in (("input format", formats.INPUTS), ("SerDe", formats.SERDES)):
            for name, (its, why) in classes.items():
                if its == verdict and verdict != "honoured":
                    reasons.setdefault(f"{kind}: {why}", []).append(name)
        rows += [[verdict, names, why] for why, found in reasons.items() for names in _cells(found)]
    return table(["", "Setting", "Effect, or why it needs none, or why it is refused"], rows)


def _formats() -> list[list[str]]:
    if unknown := {*formats._KINDS.values()} ^ KINDS.keys():
        raise LookupError(f"formats {sorted(unknown)} are not those of {__file__}")
    if missing := create._FORMATS.keys() - {name for name, _ in KINDS.values()}:
        raise LookupError(f"CTAS writes {sorted(missing)}, of which {__file__} knows nothing")
    return [
        [f"`{name}`" if name else "-", _serdes(kind),
         code(COMPRESSIONS[kind]) if kind in COMPRESSIONS else "not written", proof(SERDES if kind in ("regex", "grok") else HIVE, test)]
        for kind, (name, test) in KINDS.items()
    ]  # fmt: skip


def _iceberg_properties() -> str:
    return table(
        ["Property", "Default", "Values"],
        [
            [f"`{name}`", f"`{default}`" if default else "by the target file size",
             {"format": "`parquet`", "write_compression": code(properties._CODECS)}.get(name, "a number")]
            for name, default in properties._DEFAULTS.items()
        ],
    )  # fmt: skip


def section() -> str:
    features = refusals.features()
    transforms = dict.fromkeys(str(transform).partition("[")[0] for transform in test_transforms.TRANSFORMS)
    kinds = sorted((*metadata_tables._KINDS, "partitions"))
    return "\n\n".join([
        "## Hive tables",
        paragraph("`format` of a CTAS or UNLOAD, the SerDes that are read, the compressions that are written (the test of "
                  f"each type in each format is {proof(HIVE, 'test_every_type_survives_every_format')}, of compressions "
                  f"{proof(HIVE, 'test_compressions')}), and the test that reads what others wrote."),
        table(["Format", "SerDes", "`write_compression`", "Read"], _formats()),
        bullets([
            "Text and JSON are read plain and compressed as " + code(sorted(convert._COMPRESSION)) + "; refused by name: "
            + ", ".join(f"{what} (`{suffix}`)" for suffix, what in convert._UNREADABLE.items()) + ".",
            "CTAS takes `" + "`, `".join(sorted(create._HIVE_PROPERTIES)) + "`.",
            f"Partitions: Glue's ({proof(HIVE, 'test_any_printable_text_is_a_partition_value')}) or projected, of type `enum`, "
            f"`integer`, `date` or `injected` ({proof(HIVE, 'test_partition_projection')}, "
            f"{proof(HIVE, 'test_injected_projection_needs_a_value')}).",
            f"Buckets follow Hive's hash ({proof(HIVE, 'test_buckets_follow_hives_hash')}).",
            f"Hidden columns: {code(column.name for column in hidden.OF_FILES)}, `$partition` of partitioned tables, `$bucket` of bucketed ones. Metadata table: `\"t$partitions\"`.",
            "`information_schema`: " + code(sorted(metadata._TABLES)) + ".",
            f"S3 Inventory and other symlink tables ({proof(LAYOUTS, 'test_symlinks_name_the_files_of_an_inventory')}); ORC by "
            f"place, Parquet by name, or as the table says ({proof(LAYOUTS, 'test_columns_by_place_and_by_name')}); a partition's own "
            f"SerDe, location and columns ({proof(LAYOUTS, 'test_a_partition_has_a_serde_and_columns_of_its_own')}), or "
            f"`HIVE_PARTITION_SCHEMA_MISMATCH` ({proof(LAYOUTS, 'test_types_of_a_partition')}).",
            f"{len(hive_cases.CASES)} cases of single values, each with its source "
            f"({proof(SERDES, 'test_values_are_those_of_the_serde')}), and AWS's own tables of its logs "
            f"({proof(SERDES, 'test_tables_of_awss_own_logs')}).",
            "Refused by name: " + "; ".join(features["Hive tables"]) + ".",
        ]),
        paragraph("Every setting of a table that Hive, Trino or AWS's pages know is one of these, when a statement sets it and when a "
                  f"query meets it ({proof(SETTINGS, 'test_any_settings_are_read_or_refused')}, by hypothesis). An unknown property of a "
                  "SerDe is refused, and so is an unknown table property that begins like a reader's; all else in `TBLPROPERTIES` is a "
                  "note of your own."),
        _settings(),
        "## Delta Lake tables",
        paragraph("Read only, as in Athena: the transaction log is replayed, checkpoints included "
                  f"({proof(DELTA, 'test_the_log_says_which_files_there_are')}, "
                  f"{proof(DELTA, 'test_a_checkpoint_stands_for_what_came_before')})."),
        bullets(["Refused by name: " + "; ".join(features["Delta Lake tables"]) + "."]),
        "## Iceberg tables",
        paragraph("New tables have format version 2 and Parquet files. What is written is read back by PyIceberg and by DuckDB's iceberg extension in "
                  f"{proof(ICEBERG + 'test_write_read.py', 'test_every_type_survives')} and the tests beside it."),
        bullets([
            "Partition transforms: " + code(transforms) + f" ({proof(ICEBERG + 'test_transforms.py', 'test_sql_agrees_with_pyiceberg')}: "
            "value by value against PyIceberg's own); DDL puts the count first, `bucket(16, id)`, CTAS last, `bucket(id, 16)` "
            f"({proof('local-athena/tests/sql/test_parse.py', 'test_create_iceberg_table')}).",
            "Metadata tables: " + code(f'"t${kind}"' for kind in kinds) + "; columns of `$partitions`: `partition` "
            + code(partitions_table._COUNTS) + " `data`.",
            f"Time travel: `FOR TIMESTAMP AS OF`, `FOR VERSION AS OF` a snapshot, a tag or a branch "
            f"({proof(ICEBERG + 'test_metadata_tables.py', 'test_time_travel')}).",
            'Hidden columns: `"$path"` `"$file_modified_time"` '
            f"({proof(ICEBERG + 'test_scan.py', 'test_hidden_columns')}).",
            "Position deletes that other engines wrote are applied "
            f"({proof(ICEBERG + 'test_scan.py', 'test_position_deletes_of_another_engine')}), and so are equality deletes "
            f"({proof(ICEBERG + 'test_equality_deletes.py', 'test_rows_with_those_values_are_gone')}).",
            "Schema evolution: columns added, renamed, dropped, widened "
            f"({proof(ICEBERG + 'test_alter.py', 'test_add_rename_drop_and_widen')}).",
            "`kill -9` in the middle of a write leaves the last snapshot "
            f"({proof(ICEBERG + 'test_kills.py', 'test_a_killed_write_is_done_or_not')}); writers at once commit or fail with "
            f"`ICEBERG_COMMIT_ERROR` ({proof(ICEBERG + 'test_faults.py', 'test_two_engines_at_once_commit_or_fail_but_lose_nothing')}).",
            "Refused by name: " + "; ".join(features["Iceberg tables"]) + ".",
        ]),
        _iceberg_properties(),
    ])  # fmt: skip
