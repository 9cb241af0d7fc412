"""The words that every part of local Athena shares: names, columns, a query's context and its outcome.

A type is always a Trino type, held as sqlglot's ``DataType`` (``trino_type("decimal(10,2)")``). Hive, DuckDB and Iceberg
spellings exist only at the borders, in ``catalog/types.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyarrow as pa
from sqlglot import exp

from local_athena.errors import QueryCancelled, ScanLimitExceeded

DEFAULT_CATALOG = "awsdatacatalog"
DEFAULT_DATABASE = "default"
"""The database that Athena has in every account, and makes in Glue when something is put there."""


def trino_type(text: str) -> exp.DataType:
    """The type that *text* spells in Trino, such as ``varchar(3)`` or ``map(varchar, array(double))``."""
    return exp.DataType.build(text, dialect="trino", udt=True)


@dataclass(frozen=True)
class Column:
    """A column of a table or of a result."""

    name: str
    type: exp.DataType
    comment: str | None = None


@dataclass(frozen=True)
class TableName:
    """A resolved name. Every part is lower case, as Glue keeps it."""

    database: str
    table: str
    catalog: str = DEFAULT_CATALOG

    def __str__(self) -> str:
        return f"{self.catalog}.{self.database}.{self.table}"


@dataclass
class QueryContext:
    """The context of a query, and its way to be cancelled.

    ``output_location`` is the full S3 prefix under which result files go; it is ``enforced`` when the workgroup
    insists on it, and then CTAS chooses table locations under it, as Athena does. ``bytes_cutoff`` is the workgroup's
    BytesScannedCutoffPerQuery. ``catalogs`` are the names of all data catalogs, in lower case; None where nobody keeps
    a list of them.
    """

    query_id: str
    catalog: str = DEFAULT_CATALOG
    database: str = DEFAULT_DATABASE
    output_location: str | None = None
    enforced: bool = False
    bytes_cutoff: int | None = None
    account_id: str = "000000000000"
    catalogs: frozenset[str] | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    _on_cancel: list[Callable[[], None]] = field(default_factory=list)

    def on_cancel(self, interrupt: Callable[[], None]) -> None:
        """Have *interrupt* called, from another thread, when the query is cancelled."""
        self._on_cancel.append(interrupt)
        self.check()

    def cancel(self) -> None:
        """Stop the query; calling it twice does nothing more."""
        self.cancelled.set()
        for interrupt in tuple(self._on_cancel):
            interrupt()

    def ended(self) -> None:
        """Let go of the query's session, which lives no longer than its query."""
        self._on_cancel.clear()

    def check(self) -> None:
        """Raise ``QueryCancelled`` if the query was cancelled. Called before anything that cannot be taken back."""
        if self.cancelled.is_set():
            raise QueryCancelled()

    def charge(self, scanned_bytes: int) -> None:
        """Raise ``ScanLimitExceeded`` if *scanned_bytes*, all that the query reads, is over the cutoff."""
        if self.bytes_cutoff is not None and scanned_bytes > self.bytes_cutoff:
            raise ScanLimitExceeded()


type Work = Callable[[], Outcome]
"""A query that is read and only has to be run."""


@dataclass
class Outcome:
    """The result of a statement.

    Exactly one of ``batches`` (DML: typed rows, streamed, in the order of ``columns``) and ``lines`` (DDL and utility
    statements: one text a row, tab-separated where there are more columns) is given; both may be empty.
    ``statement_type`` and ``substatement_type`` are Athena's: https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
    """

    statement_type: str
    substatement_type: str
    columns: tuple[Column, ...] = ()
    batches: Iterable[pa.RecordBatch] | None = None
    lines: list[str] | None = None
    update_count: int | None = None
    """Rows written; 0 for what only reads, None for statements whose answer has no count."""
    scanned_bytes: int = 0
    written: list[str] = field(default_factory=list)
    """S3 URIs of the data files a CTAS, INSERT or UNLOAD wrote: Athena's data manifest."""
    update_type: str = ""
    """Trino's name for what it did, of a statement that counts no rows."""
    by_hive: bool = False
    """Whether Hive does it on AWS, which leaves the query's id beside a result, however empty."""
