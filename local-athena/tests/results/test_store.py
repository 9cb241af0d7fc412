"""Files of a result: those that clients read whatever the rows are."""

from __future__ import annotations

from typing import Literal

import pytest

from local_athena.model import Column, Outcome, trino_type
from local_athena.results.store import ResultStore
from local_athena.storage import AwsClients


def _nothing() -> None:
    return None


@pytest.mark.parametrize(
    ("kind", "of", "key"), [("DML", "UNLOAD", "out/q"), ("DDL", "CREATE_TABLE_AS_SELECT", "out/tables/q")]
)
def test_no_rows_have_a_manifest(aws: AwsClients, kind: Literal["DML", "DDL"], of: str, key: str) -> None:
    """PyAthena's unload cursors read DataManifestLocation without looking at the count, awswrangler makes a frame of it.

    https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena.py (``test_athena_ctas_empty``)
    """
    result = ResultStore(aws.s3).write("q", "s3://lake/out/", Outcome(kind, of, update_count=0), _nothing)
    assert result.manifest == f"s3://lake/{key}-manifest.csv"
    assert aws.s3.get_object(Bucket="lake", Key=f"{key}-manifest.csv")["Body"].read() == b""
    assert (
        ResultStore(aws.s3).write("u", "s3://lake/out/", Outcome("DML", "UPDATE", update_count=0), _nothing).manifest
        is None
    )


def test_columns_of_show_are_strings_of_no_length(aws: AwsClients) -> None:
    """https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/pandas/test_cursor.py (``test_show_columns``)"""
    columns = (Column("field", trino_type("varchar")),)
    result = ResultStore(aws.s3).write(
        "q", "s3://lake/out/", Outcome("UTILITY", "SHOW_COLUMNS", columns, lines=["a"]), _nothing
    )
    (info,) = result.columns
    assert (info["Type"], info["Precision"], info["Scale"], info["Nullable"]) == ("string", 0, 0, "UNKNOWN")


SHOWN = (Column("field", trino_type("varchar")),)
PLACES: tuple[tuple[Outcome, str, int | None, list[tuple[str, int, str]]], ...] = (
    (Outcome("UTILITY", "SHOW_TABLES", SHOWN, lines=["a", "b"], update_count=0), "q.txt", 0, [("q.txt", 3, "binary"), ("q.txt.metadata", 70, "binary")]),
    (Outcome("UTILITY", "SHOW_PARTITIONS", SHOWN, lines=[], update_count=0), "q.txt", 0, [("q.txt", 0, "binary"), ("q.txt.metadata", 70, "binary")]),
    (Outcome("UTILITY", "DESCRIBE_TABLE", SHOWN, lines=["a"]), "q.txt", None, [("q.txt", 1, "application"), ("q.txt.metadata", 70, "application")]),
    (Outcome("DML", "EXPLAIN", SHOWN, lines=["Query Plan", "x"]), "q.txt", None, [("q.txt", 12, "application"), ("q.txt.metadata", 81, "application")]),
    (Outcome("DDL", "CREATE_TABLE", lines=[]), "q.txt", None, [("q.txt", 0, "binary")]),
    (Outcome("DDL", "DROP_TABLE", lines=["", ""], update_type="DROP TABLE"), "q.txt", None, [("q.txt", 1, "application"), ("q.txt.metadata", 50, "application")]),
    (Outcome("DDL", "ALTER_TABLE_ADD_COLUMN", lines=[], by_hive=True), "q.txt", None, [("q.txt", 0, "application"), ("q.txt.metadata", 38, "application")]),
    (Outcome("DDL", "MSCK_REPAIR", lines=["a"]), "q.txt", None, [("q.txt", 1, "application"), ("q.txt.metadata", 38, "application")]),
    (Outcome("DML", "UPDATE", lines=[], update_count=2), "q.csv", 2, [("q.csv.metadata", 84, "application")]),
    (Outcome("DML", "MERGE", lines=[], update_count=0), "q.csv", 0, [("q.csv.metadata", 83, "application")]),
    (Outcome("DML", "INSERT", lines=[], update_count=0), "q", 0, [("q.metadata", 84, "application")]),
    (Outcome("DDL", "CREATE_TABLE_AS_SELECT", lines=[], update_count=1), "tables/q", 1, [("tables/q-manifest.csv", 0, "application"), ("tables/q.metadata", 90, "application")]),
    (Outcome("DML", "CREATE_TABLE_AS_SELECT", lines=[]), "q.txt", None, [("q.txt", 0, "binary")]),
)  # fmt: skip


@pytest.mark.parametrize(("outcome", "place", "count", "files"), PLACES)
def test_files_and_counts_as_measured_on_aws(
    aws: AwsClients, outcome: Outcome, place: str, count: int | None, files: list[tuple[str, int, str]]
) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md; sizes are of ids of 36."""
    query_id = "0" * 36
    result = ResultStore(aws.s3).write(query_id, "s3://lake/out/", outcome, _nothing)
    assert (result.location, result.update_count) == (f"s3://lake/out/{place.replace('q', query_id)}", count)
    keys = [item["Key"] for item in aws.s3.list_objects_v2(Bucket="lake", Prefix="out/").get("Contents", [])]
    heads = [aws.s3.head_object(Bucket="lake", Key=key) for key in keys]
    found = [
        (key.removeprefix("out/").replace(query_id, "q"), head["ContentLength"], head["ContentType"].partition("/")[0])
        for key, head in zip(keys, heads, strict=True)
    ]
    assert found == files


def test_lines_of_a_value_are_rows(aws: AwsClients) -> None:
    """SHOW TBLPROPERTIES of a value with an end of line, the same page (#146)."""
    outcome = Outcome("UTILITY", "SHOW_TABLE_PROPERTIES", SHOWN, lines=["a\tb", "note\tx\ty\nz"], update_count=0)
    store = ResultStore(aws.s3)
    result = store.write("q", "s3://lake/out/", outcome, _nothing)
    assert store.page(result, 0, 10) == [("a\tb",), ("note\tx\ty",), ("z",)]
