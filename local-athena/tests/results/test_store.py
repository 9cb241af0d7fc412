"""Files of a result: those that clients read whatever the rows are."""

from __future__ import annotations

from local_athena.model import Column, Outcome, trino_type
from local_athena.results.store import ResultStore
from local_athena.storage import AwsClients


def _nothing() -> None:
    return None


def test_an_unload_of_no_rows_has_a_manifest(aws: AwsClients) -> None:
    """PyAthena's unload cursors read DataManifestLocation without looking at the count."""
    result = ResultStore(aws.s3).write("q", "s3://lake/out/", Outcome("DML", "UNLOAD", update_count=0), _nothing)
    assert result.manifest == "s3://lake/out/q-manifest.csv"
    assert aws.s3.get_object(Bucket="lake", Key="out/q-manifest.csv")["Body"].read() == b""
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
