"""A transaction's metadata: made once for each state, and never that of an earlier one."""

from __future__ import annotations

from pyiceberg.table import Transaction

from local_athena.tables.iceberg.transaction import SteadyTransaction

from .conftest import Lake


def test_metadata_follow_every_change(lake: Lake) -> None:
    lake.create("t", {"id": "integer"}, "SELECT 1")
    table = lake.pyiceberg("t")
    steady, plain = SteadyTransaction(table), Transaction(table)
    first = steady.table_metadata
    assert steady.table_metadata is first
    assert first == plain.table_metadata == table.metadata
    for transaction in (steady, plain):
        transaction.set_properties({"a": "1"})
        transaction.set_properties({"a": "2", "b": "3"})
    assert "a" not in first.properties
    same = {"last_updated_ms": 0}
    assert steady.table_metadata.model_copy(update=same) == plain.table_metadata.model_copy(update=same)
    steady.commit_transaction()
    assert steady.table_metadata == table.metadata
    assert table.metadata.properties["a"] == "2"
