"""Commits a batch's changes of one table: rows, columns and position in one commit, or none of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, ServerError
from pyiceberg.table import Table, Transaction
from pyiceberg.table.update.snapshot import ExpireSnapshots

from cdc_apply import columns, files
from cdc_apply.errors import TransientError, Unwritable
from cdc_apply.logs import logger
from cdc_apply.plan import Item, Plan, plan
from cdc_apply.position import PROPERTY, Positions, Verdict
from cdc_apply.quarantine import Quarantine
from cdc_apply.tables import OF, Tables, holds, words

# Another writer came first, or an answer was lost: the table is read again.
_AGAIN = (BotoCoreError, ClientError, CommitFailedException, NoSuchTableError, OSError, ServerError)
_TRIES = 12
_LONGEST_WAIT = 2.0
# Of data: Arrow's own, and Python's of a number that no column can hold.
_OF_DATA = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeError)
# Metadata holds every snapshot, and each commit writes it anew. Some that VACUUM finds old enough are left: so the upkeep sends it,
# which removes the files.
_SNAPSHOT_AGE = timedelta(hours=1)
_AT_ONCE, _KEPT = 50, 20


class Writer:
    """Appends to the changelog's tables."""

    def __init__(self, tables: Tables, quarantine: Quarantine, wait: Callable[[float], None] = time.sleep) -> None:
        self._tables = tables
        self._quarantine = quarantine
        self._wait = wait

    def write(self, items: Sequence[Item]) -> None:
        """Append the changes of *items*, all of one table, that it does not have; those that it cannot take go to quarantine.

        Raises:
            TransientError: neither could be done. The same items may be given again.
        """
        self._until_done(items, lambda: self._try(items))

    def add(self, item: Item) -> bool:
        """Append the change of *item*, which was set apart, unless the table has it; whether it was appended.

        The stream may be far beyond it: the table itself is asked.

        Raises:
            Unwritable: the table still cannot take it.
            TransientError: it could not be done.
        """
        return self._until_done([item], lambda: self._add(item))

    def _until_done[Done](self, items: Sequence[Item], call: Callable[[], Done]) -> Done:
        problem: Exception | None = None
        for attempt in range(_TRIES):
            if attempt:
                self._wait(random.uniform(0, min(_LONGEST_WAIT, 0.05 * 2**attempt)))  # nosec B311: no secret, a jitter
            try:
                return call()
            except _AGAIN as error:
                problem = error
                self._tables.forget(_name(items))
                logger.info(
                    "Again", extra={"table": _name(items), "why": f"{type(error).__name__}: {str(error)[:200]}"}
                )
        raise TransientError(f"{_name(items)} could not be written after {_TRIES} tries: {problem}") from problem

    def _try(self, items: Sequence[Item]) -> None:
        change = items[0].change
        name, of = _name(items), f"{change.source} {change.schema}.{change.table}"
        known = self._tables.remembers(name)
        table, made = self._planned(items, of)
        if known and (made.refused or made.skipped):
            # The table in memory may be gone. A commit would find that out; where there is none, ask.
            self._tables.forget(name)
            table, made = self._planned(items, of)
        # Before the position moves beyond them.
        for record, reason in made.refused:
            self._quarantine.put(record, reason)
        if not made.rows:
            return
        if table is None:
            # Or take what another function made at the same moment, with rows in it perhaps.
            self._tables.create(name, of, made.needed)
            self._try(items)
            return
        try:
            _commit(table, made, PROPERTY + change.source)
        except Unwritable as error:
            self._halve(made, str(error))
        else:
            lag = (datetime.now(UTC) - min(item.change.committed_at for item in made.items)).total_seconds()
            told = {
                "rows": len(made.rows),
                "skipped": made.skipped,
                "set_apart": len(made.refused),
                "lag_seconds": round(lag, 3),
            }
            logger.info("Applied", extra={"table": name, **told})

    def _add(self, item: Item) -> bool:
        change, record = item.change, item.record
        name, of = _name([item]), f"{change.source} {change.schema}.{change.table}"
        self._tables.forget(name)
        table, made = self._planned([item], of)
        for _, reason in made.refused:
            raise Unwritable(reason)
        if table is None:
            self._tables.create(name, of, made.needed)
            table = self._tables.get(name)
            assert table is not None
        positions = Positions.read(table.properties.get(PROPERTY + change.source))
        new = positions.judge(record.shard, record.offset, change) is Verdict.NEW
        if not new:
            made = plan(words(table), Positions(), [item])
            for _, reason in made.refused:
                raise Unwritable(reason)
        if holds(table, change, made.rows[0]):
            return False
        # The stream may not be beyond it yet, and bring it once more.
        made.positions = positions.behind(record.shard, change)
        _commit(table, made, PROPERTY + change.source if new else None)
        return True

    def _planned(self, items: Sequence[Item], of: str) -> tuple[Table | None, Plan]:
        """The table *of* a source's, None if there is none yet, and the plan for *items*."""
        name = _name(items)
        table = self._tables.get(name)
        if table is None:
            return None, plan({}, Positions(), items)
        if table.properties.get(OF) != of:
            reason = f"The changelog's table {name} is that of {table.properties.get(OF)}, not of {of}: name one of them otherwise."
            return table, Plan(Positions(), refused=[(item.record, reason) for item in items])
        position = table.properties.get(PROPERTY + items[0].change.source)
        return table, plan(words(table), Positions.read(position), items)

    def _halve(self, made: Plan, reason: str) -> None:
        """Write the plan's items in two parts, so that the one which no table takes is found; it goes to quarantine."""
        if len(made.items) == 1:
            self._set_apart(made.items, reason)
            return
        middle = len(made.items) // 2
        for part in (made.items[:middle], made.items[middle:]):
            self._try(part)

    def _set_apart(self, items: Sequence[Item], reason: str) -> None:
        for item in items:
            self._quarantine.put(item.record, reason)


def _name(items: Sequence[Item]) -> str:
    return columns.table_name(items[0].change.schema, items[0].change.table)


def _commit(table: Table, made: Plan, key: str | None) -> None:
    """Commit what is *made*, with the position under the property *key*; None leaves it as it is.

    Raises:
        Unwritable: something in it is not what a table can hold; nothing was committed.
        CommitFailedException: another writer came first; nothing was committed.
        OSError, BotoCoreError, ClientError: it is not known whether it was.
    """
    transaction = table.transaction()
    try:
        _widen(transaction, words(table), made)
        metadata = transaction.table_metadata
        tasks = files.tasks(metadata, made.rows)
    except Exception as error:
        # No call was made: it is the data, whatever is wrong with them.
        raise Unwritable(f"{type(error).__name__}: {error}") from error
    try:
        written = files.write(metadata, table.io, tasks)
    except _OF_DATA as error:
        raise Unwritable(f"{type(error).__name__}: {error}") from error
    # Moves the table's branch on condition that nobody else has: the fence of all that is in this commit.
    summary = {} if key is None else {key: made.positions.summary()}
    with transaction.update_snapshot(snapshot_properties=summary).merge_append() as append:
        for file in written:
            append.append_data_file(file)
    if key is not None:
        transaction.set_properties({key: made.positions.written()})
    _expire(transaction)
    transaction.commit_transaction()


def _widen(transaction: Transaction, has: Mapping[str, str], made: Plan) -> None:
    needed = {name: word for name, word in made.needed.items() if has.get(name) != word}
    if not needed:
        return
    with transaction.update_schema() as update:
        for name, word in needed.items():
            if name in has:
                update.update_column(name, field_type=columns.iceberg_type(word), doc=word)
            else:
                update.add_column(name, columns.iceberg_type(word), doc=word)


def _expire(transaction: Transaction) -> None:
    """Let go of old snapshots when there are many: no row is only in those."""
    moments = sorted(snapshot.timestamp_ms for snapshot in transaction.table_metadata.snapshots)[:-_KEPT]
    old = (datetime.now(UTC) - _SNAPSHOT_AGE).timestamp() * 1000
    expired = [moment for moment in moments if moment < old]
    if len(expired) >= _AT_ONCE:
        ExpireSnapshots(transaction).older_than(datetime.fromtimestamp((expired[-1] + 1) / 1000, UTC)).commit()
