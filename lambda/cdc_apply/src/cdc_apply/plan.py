"""Decides which changes of a batch a table gets: new ones, with the columns and the position that go with them. No calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lakeloop_changes import Change

from cdc_apply import columns, rows
from cdc_apply.errors import Unwritable
from cdc_apply.position import Positions, Verdict
from cdc_apply.transports import Record

_BACK = (
    "A snapshot at {now} of the source's log, and the changelog has changes up to {before} of it: another database under the same "
    "name, or one that was set back. Give the source another name, or drop the changelog's tables: docs/CHANGES.md."
)


@dataclass(frozen=True)
class Item:
    """A change and the record that brought it."""

    record: Record
    change: Change


@dataclass
class Plan:
    """``rows`` to append and the ``items`` that they come of; ``needed`` columns, new or wider, by name and word; the ``positions``
    behind all of it; ``refused`` records with their reasons; how many were ``skipped`` because they are in the table."""

    positions: Positions
    items: list[Item] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    needed: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[Record, str]] = field(default_factory=list)
    skipped: int = 0


def plan(known: Mapping[str, str], positions: Positions, items: Iterable[Item]) -> Plan:
    """The plan for *items* of one table, which has columns *known* by name and word, and is at *positions*."""
    made = Plan(positions)
    for item in items:
        record, change = item.record, item.change
        verdict = made.positions.judge(record.shard, record.offset, change)
        if verdict is Verdict.REPLAY:
            made.skipped += 1
            continue
        try:
            if verdict is Verdict.BACK:
                raise Unwritable(_BACK.format(now=change.position[:2], before=made.positions.at(record.shard)))
            needed = columns.widened({**known, **made.needed}, change)
            row = rows.row(change)
        except Unwritable as reason:
            made.refused.append((record, str(reason)))
            continue
        except Exception as error:
            # No call was made: it is the record, whatever is wrong with it.
            made.refused.append((record, f"{type(error).__name__}: {error}"))
            continue
        made.needed |= needed
        made.rows.append(row)
        made.items.append(item)
        made.positions = made.positions.past(record.shard, record.offset, change)
    return made
