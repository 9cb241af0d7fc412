"""Rows of the changelog: changes as an Arrow table. No calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from lakeloop_changes import Change, MalformedRecord, canonical
from lakeloop_changes.types import python_value
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.schema import Schema

from cdc_apply import columns
from cdc_apply.errors import Unwritable


def row(change: Change) -> dict[str, Any]:
    """The values of *change* by column, but for `_written_at`: of the image after it, of a delete's before it, of t and s none.

    Raises:
        Unwritable: a value is not of its column's type.
    """
    image = (change.before or change.key) if change.op == "d" else change.after
    found: dict[str, Any] = {}
    for name, column in columns.names(change.columns if image is not None else ()).items():
        try:
            value = python_value(column.type, image.get(column.name) if image else None)
        except MalformedRecord as error:
            raise Unwritable(f"The column {column.name}: {error}") from error
        found[name] = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    return found | {
        "_op": change.op,
        "_deleted": change.op == "d",
        "_key": None if change.key is None else canonical(change.key),
        "_before": None if change.before is None else canonical(change.before),
        "_commit_lsn": change.commit_lsn,
        "_lsn": change.lsn,
        "_rank": change.rank,
        "_tx": change.tx,
        "_snapshot": change.snapshot,
        "_snapshot_rows": change.rows,
        "_committed_at": _utc(change.committed_at),
        "_captured_at": _utc(change.captured_at),
    }


def arrow(rows: Iterable[Mapping[str, Any]], schema: Schema, now: datetime) -> pa.Table:
    """An Arrow table of *rows* with all columns of *schema*, nulls where a row has none; written *now*.

    Raises:
        pa.ArrowInvalid, pa.ArrowTypeError, OverflowError: a value is out of a type's range.
    """
    listed: Sequence[Mapping[str, Any]] = [{**one, "_written_at": _utc(now)} for one in rows]
    wanted = schema_to_pyarrow(schema, include_field_ids=False)
    arrays = [pa.array([one.get(field.name) for one in listed], type=field.type) for field in wanted]
    return pa.Table.from_arrays(arrays, schema=wanted)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
