"""Rows of an account's tables, masked, into a folder here: looked at first, then read, then all of it put in its place at once."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop.aws.athena import statements as athena
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.report import units
from lakeloop.sampling import landing, memory, statements, suspects
from lakeloop.sampling.masks import BadMask
from lakeloop.sampling.memory import Known, Pull
from lakeloop.sampling.references import Reference, in_order
from lakeloop.sampling.statements import Rows
from lakeloop.sampling.tables import Table

_LEAST_SCANNED = 10 * 1024**2
"""Bytes that a query costs at least: https://aws.amazon.com/athena/pricing/"""
_SHOWN = 12


@dataclass(frozen=True)
class Account:
    """Clients, names and the price of a place whose tables are sampled; ``unloads`` is an S3 address that may be written."""

    athena: Any
    s3: Any
    workgroup: str
    database: str
    unloads: str
    price: float


@dataclass(frozen=True)
class Question:
    """About how many rows a table, since when, and how many bytes may be scanned for all of them."""

    rows: int
    since: str | None
    cap: int


@dataclass
class _Turn:
    """The turn of one table: nothing (``pull`` is None), all of it, or rows from ``pull.start`` on."""

    table: Table
    known: Known | None
    question: str
    pull: Pull | None
    upto: str | None = None
    found: int = 0
    address: str = ""
    rows: int = 0

    @property
    def later(self) -> bool:
        return self.pull is not None and self.pull.start is not None


@dataclass
class Sampler:
    """One sample of *tables* into *folder*."""

    account: Account
    question: Question
    tables: Sequence[Table]
    references: Sequence[Reference]
    folder: Path
    key: str
    scanned: int = 0
    known: dict[str, Known] = field(default_factory=dict)

    def run(self) -> None:
        """Take the sample, and say what was done.

        Raises:
            UserError: columns that nobody has decided about, more bytes than allowed, files of somebody else's in the way, no
                room; nothing was changed then.
        """
        self.known = memory.read(self.folder)
        tables = in_order(self.tables, self.references)
        for table in tables:
            self._require_ours(table)
        self._require_masks(tables)
        rows = Rows({one.name: one for one in tables}, self.references, self.question.since, {})
        turns = [self._begin(table) for table in tables]
        self._tell_price(turns, rows)
        seen: list[str] = []
        for turn in turns:
            self._survey(turn, rows, turns, seen)
        if seen:
            raise UserError(_undecided(seen, "hold"))
        base = f"{self.account.unloads.rstrip('/')}/{secrets.token_hex(8)}"
        staged = self.folder / f"_new-{secrets.token_hex(4)}"
        asked = [turn for turn in turns if turn.pull is not None]
        try:
            for number, turn in enumerate(asked):
                self._unload(turn, rows, f"{base}/{number}")
            landing.require_room(self.account.s3, [turn.address for turn in asked], self.folder)
            for number, turn in enumerate(asked):
                came = landing.fetch(self.account.s3, turn.address, staged / "came" / str(number))
                before = landing.folder_of(self.folder, turn.table) if turn.later else None
                start = turn.pull.start if turn.pull else None
                turn.rows = landing.lay(turn.table, came, before, start, staged / str(number))
            for number, turn in enumerate(asked):
                self._put(turn, staged / str(number))
            memory.write(self.folder, self.known)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
            landing.remove(self.account.s3, base)
        for turn in turns:
            print(self._line(turn, rows))
        cost = self.scanned / 1024**4 * self.account.price
        print(f"{units.size(self.scanned)} scanned, {units.dollars(cost)}.")

    def _require_ours(self, table: Table) -> None:
        folder = landing.folder_of(self.folder, table)
        if table.name not in self.known and folder.is_dir() and any(folder.iterdir()):
            raise UserError(
                f"{folder} has files of {table.name} that `just sample` did not make. Move them away, or leave the table out: "
                "select=. Nothing was read."
            )

    def _require_masks(self, tables: Sequence[Table]) -> None:
        """Refuse masks that cannot be, and names of columns without one that promise a person's. Raises ``UserError``."""
        promised = []
        for table in tables:
            for column in table.columns:
                try:
                    statements.masked(column, self.key)
                except BadMask as error:
                    raise UserError(
                        f"{table.source.file}: {table.name}, column {column.name}: meta.mask: {error}. Nothing was read."
                    ) from None
                kind = suspects.in_names(column.name, column.type) if column.type else suspects.by_name(column.name)
                if column.mask is None and kind:
                    promised.append(f"{table.name}.{column.name}: {kind}")
        if promised:
            raise UserError(_undecided(promised, "are called as if they held"))
        for one in self.references:
            by_name = {table.name: table for table in tables}
            ends = [by_name[one.child].column(one.column), by_name[one.parent].column(one.key)]
            kinds = [end.mask or "keep" for end in ends if end]
            if len(set(kinds)) > 1:
                raise UserError(
                    f"{one.child}.{one.column} ({kinds[0]}) refers to {one.parent}.{one.key} ({kinds[1]}): with two masks they "
                    "would not meet. Give both the same one. Nothing was read."
                )

    def _begin(self, table: Table) -> _Turn:
        """Nothing to do where neither the question nor the table has changed; the later rows where time tells them."""
        known = self.known.get(table.name)
        question = self._digest(table)
        if known is None or known.question != question or not landing.folder_of(self.folder, table).is_dir():
            return _Turn(table, None, question, Pull(None, None))
        if known.fingerprint is not None and known.fingerprint == table.fingerprint:
            return _Turn(table, known, question, None)
        return _Turn(table, known, question, Pull(known.upto, None))

    def _digest(self, table: Table) -> str:
        parents = {one.parent: self.known.get(one.parent) for one in self.references if one.child == table.name}
        asked = {
            "rows": self.question.rows,
            "since": self.question.since,
            "columns": [[one.name, str(one.type), one.mask] for one in table.columns],
            "key": hashlib.sha256(self.key.encode()).hexdigest(),
            "references": sorted(
                [one.column, one.parent, one.key] for one in self.references if one.child == table.name
            ),
            "parents": sorted(
                [name, known.question, known.generation] if known else [name] for name, known in parents.items()
            ),
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def _tell_price(self, turns: Sequence[_Turn], rows: Rows) -> None:
        """Say what may be scanned. Raises ``UserError`` if it is more than allowed."""
        asked = [turn for turn in turns if turn.pull is not None]
        if not asked:
            return
        most = sum(self._most(turn, rows) for turn in asked)
        dollars = units.dollars(most / 1024**4 * self.account.price)
        views = [turn.table.name for turn in asked if turn.table.fingerprint is None]
        unknown = f", and what {', '.join(views)} (views) read" if views else ""
        told = f"{counted(len(asked), 'table')}: at most {units.size(most)} to scan, {dollars}{unknown}"
        if most > self.question.cap:
            raise UserError(
                f"{told}; cap= allows {units.size(self.question.cap)}. Nothing was read: raise cap=, or take fewer tables "
                "(select=) or a later since=."
            )
        print(f"{told}; the cap is {units.size(self.question.cap)}.", flush=True)

    def _most(self, turn: _Turn, rows: Rows) -> int:
        """Bytes of two statements, each of which reads the table and the keys of those above it."""
        assert turn.pull is not None
        after = turn.pull.start or (self.question.since if rows.bounded(turn.table) else None)
        above = {one.parent for one in self.references if one.child == turn.table.name}
        size = turn.table.size(after) + sum(rows.tables[name].size(None) for name in above)
        return 2 * max(size, _LEAST_SCANNED)

    def _survey(self, turn: _Turn, rows: Rows, turns: Sequence[_Turn], seen: list[str]) -> None:
        """Find out how many rows there are, how many of them to take, and whether their values are a person's."""
        table = turn.table
        # A parent that is drawn anew has its children drawn anew.
        if turn.known is not None and any(
            other.known is None and other.pull is not None
            for one in self.references
            if one.child == table.name
            for other in turns
            if other.table.name == one.parent
        ):
            turn.known, turn.pull = None, Pull(None, None)
        if turn.pull is None:
            assert turn.known is not None
            rows.pulls[table.name] = turn.known.pulls
            return
        if turn.known is not None and turn.pull.start is None:
            turn.known = None  # no time tells old rows from new ones
        where = rows.where(table, turn.pull)
        row = self._first_row(statements.survey(table, where))
        turn.found, turn.upto = int(row["found"]), row["latest"] or (turn.known.upto if turn.known else None)
        names = statements.names()
        for column in statements.looked_into(table):
            kind = suspects.told(names, row)
            if kind:
                seen.append(f"{table.name}.{column.name}: {kind}")
        turn.pull = Pull(turn.pull.start, statements.threshold(turn.found, self.question.rows))
        earlier = turn.known.pulls if turn.known else ()
        rows.pulls[table.name] = (*earlier, turn.pull)

    def _unload(self, turn: _Turn, rows: Rows, address: str) -> None:
        assert turn.pull is not None
        turn.address = address
        drawn = rows.drawn_by(turn.table)
        limit = self.question.rows if drawn is None and turn.pull.threshold is not None else None
        sql = statements.unload(turn.table, rows.where(turn.table, turn.pull), limit, self.key, address + "/")
        self._execute(sql)

    def _execute(self, sql: str) -> athena.Execution:
        if self.scanned > self.question.cap:
            raise UserError(
                f"{units.size(self.scanned)} were scanned, and cap= allows {units.size(self.question.cap)}. Nothing was changed."
            )
        done = athena.execute(
            self.account.athena, sql, workgroup=self.account.workgroup, database=self.account.database
        )
        self.scanned += done.bytes_scanned
        return done

    def _first_row(self, sql: str) -> dict[str, Any]:
        done = self._execute(sql)
        row = next(athena.rows(self.account.athena, done))
        return dict(zip((column.name for column in done.columns), row, strict=True))

    def _put(self, turn: _Turn, staged: Path) -> None:
        goal = landing.folder_of(self.folder, turn.table)
        goal.parent.mkdir(parents=True, exist_ok=True)
        if goal.exists():
            shutil.rmtree(goal)
        staged.replace(goal)
        assert turn.pull is not None
        table = turn.table
        begun = turn.known or Known("", secrets.token_hex(8), None, None)
        known = begun.on(turn.pull)
        self.known[table.name] = Known(
            # Parents come first, and what is known of them by now is part of the question.
            self._digest(table),
            known.generation,
            table.fingerprint,
            turn.upto,
            known.pulls,
        )

    def _line(self, turn: _Turn, rows: Rows) -> str:
        table = turn.table
        if turn.pull is None:
            return f"{table.name}: as it was"
        parents = [f"{one.parent} ({one.column}, by {one.why})" for one in rows.parents(table)]
        said = [f"{turn.rows:,} rows"]
        if turn.later:
            said.append(f"with what came since {turn.pull.start}")
        elif turn.pull.threshold is not None:
            said.append(f"of {turn.found:,}")
        if rows.bounded(table):
            said.append(f"since {self.question.since}")
        if parents:
            said.append(f"whose parents came: {', '.join(parents)}")
        masked = [f"{column.name} {column.mask}" for column in table.columns if column.mask not in (None, "keep")]
        return f"{table.name}: {', '.join(said)}{'; masked: ' + ', '.join(masked) if masked else ''}"


def _undecided(columns: Sequence[str], how: str) -> str:
    shown = "\n".join(f"  {one}" for one in columns[:_SHOWN])
    more = f"\n  and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return (
        f"{counted(len(columns), 'column')} without a mask {how} something of a person's; nothing came here:\n{shown}{more}\n"
        "Say for each in the source's YAML, below the column: config: {meta: {mask: hash}}, or null, fake, or keep if it may be "
        "seen here."
    )
