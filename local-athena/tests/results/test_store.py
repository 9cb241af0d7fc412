"""Files of a result: those that clients read whatever the rows are."""

from __future__ import annotations

from typing import Literal

import pytest

from local_athena.model import Column, Outcome, trino_type
from local_athena.results.store import ResultStore
from local_athena.storage import AwsClients


def _nothing() -> None:
    return None


@pytest.mark.parametrize(("kind", "of"), [("DML", "UNLOAD"), ("DDL", "CREATE_TABLE_AS_SELECT")])
def test_no_rows_have_a_manifest(aws: AwsClients, kind: Literal["DML", "DDL"], of: str) -> None:
    """PyAthena's unload cursors read DataManifestLocation without looking at the count, awswrangler makes a frame of it.

    https://github.com/aws/aws-sdk-pandas/blob/main/tests/unit/test_athena.py (``test_athena_ctas_empty``)
    """
    result = ResultStore(aws.s3).write("q", "s3://lake/out/", Outcome(kind, of, update_count=0), _nothing)
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
