"""Incremental extraction: which rows of a table are new, by a column that rises with each change.

dlt's own ``incremental`` misses rows that come late (a transaction that was long, a segment that was scanned before another): its
``lag`` brings those of the window anew in every run. Here the rows of the window are remembered by a hash, so that each row is
brought once.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.settings import Table

Row = dict[str, Any]
_HASH_BYTES = 10
_MOST = 100_000
"""Rows of a run that are remembered before those that no later run will ask for are forgotten."""


class Cursor:
    """The cursor of *table*: ``start`` is the value from which on the source is asked, None for all.

    Args:
        state: what ``state`` gave at the end of the run before; empty in the first.
        now: aware.
    """

    def __init__(self, table: Table, state: Mapping[str, Any], now: datetime) -> None:
        self._table = table
        self._now = now
        self._last = _decoded(state["last"]) if state else None
        self._seen = set(_unpacked(state.get("seen", "")))
        self._found: dict[bytes, Any] = {}
        self._room = _MOST
        self.start = None if self._last is None else _earlier(self._last, table.lag_seconds)

    def new(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Those of *rows* that no run has brought before. Raises ``IngestError`` for a row without a usable cursor."""
        for row in rows:
            value = self._value(row)
            try:
                if self.start is not None and _order(value) < _order(self.start):
                    continue
                if self._last is None or _order(value) > _order(self._last):
                    self._last = value
            except TypeError:
                raise IngestError(
                    f"{self._table.name}: the cursor {self._table.cursor} is {value!r} in one row and {self._last!r} in another, "
                    "which cannot be compared."
                ) from None
            identity = _hash(row)
            if identity not in self._found and identity not in self._seen:
                yield row
            self._found[identity] = value
            if len(self._found) >= self._room:
                self._found = dict(self._window())
                self._room = max(_MOST, 2 * len(self._found))

    @property
    def state(self) -> dict[str, Any]:
        """State for the next run: the latest value, and the rows from which on that run asks again."""
        if self._last is None:
            return {}
        return {"last": _encoded(self._latest()), "seen": _packed(identity for identity, _ in self._window())}

    def _latest(self) -> Any:
        # A row of the future must not hide all others until then.
        return min(self._last, _like(self._last, self._now), key=_order)

    def _window(self) -> Iterator[tuple[bytes, Any]]:
        """The rows from which on the next run asks again, as far as is known yet."""
        start = _order(_earlier(self._latest(), self._table.lag_seconds))
        return ((identity, value) for identity, value in self._found.items() if _order(value) >= start)

    def _value(self, row: Row) -> Any:
        value = row.get(self._table.cursor or "")
        if value is None or isinstance(value, bool):
            shown = ", ".join(f"{name}={value!r}"[:60] for name, value in list(row.items())[:3])
            raise IngestError(
                f"{self._table.name}: a row has no cursor {self._table.cursor} ({shown}), and would be missed. Choose a column "
                "that every row has, or take the cursor out: then all rows are brought in every run."
            )
        return value


def shown(state: Mapping[str, Any]) -> str | None:
    """The latest value of a cursor, for people; None without one."""
    return str(_plain(_decoded(state["last"]))) if state.get("last") else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _order(value: Any) -> Any:
    """A value to compare by: texts in ISO 8601 by their moment, whichever offset they have."""
    moment = _moment(value)
    return value if moment is None else moment


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-":
        try:
            return _moment(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None


def _earlier(value: Any, seconds: int) -> Any:
    moment = _moment(value)
    return value if moment is None else _in_shape(value, moment - timedelta(seconds=seconds))


def _like(value: Any, now: datetime) -> Any:
    """*now* as a value of the kind of *value*; *value* if it is no time."""
    return value if _moment(value) is None else _in_shape(value, now)


def _in_shape(value: Any, moment: datetime) -> Any:
    """*moment* as *value* is written: a source compares texts."""
    if isinstance(value, datetime):
        return moment.astimezone(value.tzinfo) if value.tzinfo else moment.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):
        return moment.astimezone(UTC).date()
    if len(value) == 10:
        return moment.astimezone(UTC).date().isoformat()
    shape = datetime.fromisoformat(value)
    digits = len(value.partition(".")[2].rstrip("Z").partition("+")[0].partition("-")[0])
    spec = "seconds" if digits == 0 else "milliseconds" if digits <= 3 else "microseconds"
    local = moment.astimezone(shape.tzinfo or UTC)
    text = (local if shape.tzinfo else local.replace(tzinfo=None)).isoformat(value[10], spec)
    return text.removesuffix("+00:00") + "Z" if value.endswith("Z") else text


def _hash(row: Row) -> bytes:
    content = json.dumps(row, default=_said, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=_HASH_BYTES).digest()


def _said(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else repr(value)


def _encoded(value: Any) -> list[Any]:
    for name, kind in (("timestamp", datetime), ("date", date)):
        if isinstance(value, kind):
            return [name, value.isoformat()]
    return ["decimal", str(value)] if isinstance(value, Decimal) else ["plain", value]


def _decoded(said: list[Any]) -> Any:
    name, value = said
    makers: dict[str, Any] = {"timestamp": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal}
    return makers[name](value) if name in makers else value


def _packed(hashes: Iterable[bytes]) -> str:
    return b64encode(zlib.compress(b"".join(sorted(hashes)))).decode()


def _unpacked(text: str) -> list[bytes]:
    content = zlib.decompress(b64decode(text)) if text else b""
    return [content[at : at + _HASH_BYTES] for at in range(0, len(content), _HASH_BYTES)]
