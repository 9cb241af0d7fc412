"""PyIceberg's transaction, which looks at the table's metadata twenty times for one snapshot."""

from __future__ import annotations

from pyiceberg.table import Table, Transaction
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableUpdate


class SteadyTransaction(Transaction):
    """Makes the metadata with its updates once for each state that it has.

    PyIceberg makes it at every look, and copies every snapshot of the table each time: half of a small INSERT, and more
    with every snapshot. Nobody writes into what is returned.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._made: tuple[TableMetadata, tuple[TableUpdate, ...], TableMetadata] | None = None

    @property
    def table_metadata(self) -> TableMetadata:
        base, updates = self._table.metadata, self._updates
        if not updates:
            return base
        if self._made is None or self._made[0] is not base or self._made[1] is not updates:
            self._made = base, updates, super().table_metadata
        return self._made[2]
