"""PyIceberg's transaction, which looks at the table's metadata twenty times for one snapshot."""

from __future__ import annotations

import threading

from pyiceberg.table import StagedTable, Table, Transaction
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableUpdate, update_table_metadata

_last = threading.local()
"""The last metadata that this thread made, behind the table's and the updates that they were made of."""


def updated(table: Table, updates: tuple[TableUpdate, ...]) -> TableMetadata:
    """The metadata of *table* with *updates*, as a commit writes them, made once for all who look at them.

    PyIceberg makes them at every look, and copies every snapshot of the table each time: half of a small INSERT, and more
    with every snapshot. Nobody writes into what is returned.
    """
    base = table.metadata
    if not updates:
        return base
    made = getattr(_last, "made", None)
    if made is None or made[0] is not base or made[1] is not updates:
        before = None if isinstance(table, StagedTable) else table.metadata_location
        made = _last.made = (base, updates, update_table_metadata(base, updates, metadata_location=before))
    metadata: TableMetadata = made[2]
    return metadata


class SteadyTransaction(Transaction):
    """Makes the metadata with its updates once for each state that it has."""

    @property
    def table_metadata(self) -> TableMetadata:
        return updated(self._table, self._updates)
