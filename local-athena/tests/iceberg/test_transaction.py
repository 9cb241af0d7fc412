"""A transaction's metadata: made once for each state, and never that of an earlier one."""

from __future__ import annotations

from typing import Any

import pytest
from pyiceberg.table import Transaction
from pyiceberg.table.update import update_table_metadata

from local_athena.tables.iceberg import transaction
from local_athena.tables.iceberg.transaction import SteadyTransaction

from .conftest import Lake


def test_metadata_follow_every_change(lake: Lake) -> None:
    lake.create("t", {"id": "integer"}, "SELECT 1")
    table = lake.pyiceberg("t")
    steady, plain = SteadyTransaction(table), Transaction(table)
    first = steady.table_metadata
    assert steady.table_metadata is first
    assert first == plain.table_metadata == table.metadata
    for one in (steady, plain):
        one.set_properties({"a": "1"})
        one.set_properties({"a": "2", "b": "3"})
    assert "a" not in first.properties
    assert steady.table_metadata is steady.table_metadata
    assert steady.table_metadata.metadata_log[-1].metadata_file == table.metadata_location
    same = {"last_updated_ms": 0, "metadata_log": []}
    assert steady.table_metadata.model_copy(update=same) == plain.table_metadata.model_copy(update=same)
    steady.commit_transaction()
    assert steady.table_metadata == table.metadata
    assert table.metadata.properties["a"] == "2"


def test_a_commit_makes_metadata_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.create("t", {"id": "integer"}, "SELECT 1")
    made = []

    def counted(*given: Any, **named: Any) -> Any:
        made.append(given)
        return update_table_metadata(*given, **named)

    monkeypatch.setattr(transaction, "update_table_metadata", counted)
    lake.insert("t", "SELECT 2")
    assert len(made) == 1
    assert len(lake.pyiceberg("t").snapshots()) == 2
