"""Commands of Logs Insights, and a query's result."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from local_cloudwatch.errors import QueryError
from local_cloudwatch.insights import aggregates
from local_cloudwatch.insights.events import Event, Row, Value, shown
from local_cloudwatch.insights.expressions import Expression, number, truth
from local_cloudwatch.insights.expressions import read as expression
from local_cloudwatch.insights.words import Words, compiled

_MOST = 10_000
Step = Callable[[list[Row]], list[Row]]


@dataclass(frozen=True)
class Result:
    """Rows as GetQueryResults has them, and how many events the query saw and kept."""

    rows: list[list[dict[str, str]]]
    scanned: int
    matched: int


@dataclass(frozen=True)
class Query:
    """A query that was read."""

    steps: Sequence[Step]
    columns: Sequence[str]
    limit: int
    grouped: bool

    def run(self, events: Sequence[Event]) -> Result:
        """Run it over *events*, whichever their order."""
        rows = [dict(event.row) for event in sorted(events, key=lambda event: event.timestamp, reverse=True)]
        matched = len(rows)
        for step in self.steps:
            rows = step(rows)
            if getattr(step, "filters", False):
                matched = len(rows)
        columns = [*self.columns] if self.grouped else [*self.columns, "@ptr"]
        answered = [
            [{"field": name, "value": shown(name, row[name])} for name in columns if row.get(name) is not None]
            for row in rows[: self.limit]
        ]
        return Result(answered, len(events), matched)


def read(text: str) -> Query:
    """Read a query. Raises ``QueryError`` with what AWS's MalformedQueryException says, or what is not known here."""
    return _Reader(Words(text)).query()


class _Reader:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.steps: list[Step] = []
        self.columns: list[str] = []
        self.shown: list[str] | None = None
        self.limit = _MOST
        self.grouped = False

    def query(self) -> Query:
        commands: Mapping[str, Callable[[], None]] = {
            "fields": self._fields,
            "display": self._display,
            "filter": self._filter,
            "parse": self._parse,
            "stats": self._stats,
            "sort": self._sort,
            "limit": self._limit,
        }
        while True:
            word = self.words.take()
            if word.kind != "name" or word.text.lower() not in commands:
                raise QueryError(
                    f"unexpected symbol found {word.text or 'end of the query'!r}: the local Logs Insights has the commands "
                    f"{', '.join(commands)}"
                )
            commands[word.text.lower()]()
            if self.words.peek().kind == "":
                break
            self.words.expect("|")
        columns = self.shown or self.columns or ["@timestamp", "@message"]
        return Query(self.steps, columns, self.limit, self.grouped)

    def _named(self) -> tuple[str, Expression]:
        found = expression(self.words)
        return (self.words.name() if self.words.accept("as") else found.text), found

    def _listed(self) -> list[tuple[str, Expression]]:
        listed = [self._named()]
        while self.words.accept(","):
            listed.append(self._named())
        return listed

    def _fields(self) -> None:
        listed = self._listed()
        self.columns += [name for name, _ in listed if name not in self.columns]
        self.steps.append(lambda rows: [_with(row, listed) for row in rows])

    def _display(self) -> None:
        listed = self._listed()
        self.shown = [name for name, _ in listed]
        self.steps.append(lambda rows: [_with(row, listed) for row in rows])

    def _filter(self) -> None:
        condition = expression(self.words)

        def kept(rows: list[Row]) -> list[Row]:
            return [row for row in rows if truth(condition.value(row))]

        if not self.grouped:
            kept.filters = True  # type: ignore[attr-defined]
        self.steps.append(kept)

    def _parse(self) -> None:
        field = self.words.name()
        pattern = self.words.regex()
        if pattern is None:
            glob = self.words.take()
            if glob.kind != "string":
                raise QueryError(
                    f"unexpected symbol found {glob.text!r}: parse takes 'a glob *' or /a regular expression/"
                )
            pattern = "(.*?)".join(re.escape(part) for part in glob.text.split("*"))
            pattern = f"{pattern}$" if glob.text.endswith("*") else pattern
        found = compiled(pattern)
        names = list(found.groupindex)
        if self.words.accept("as"):
            names = [self.words.name()]
            while self.words.accept(","):
                names.append(self.words.name())
        if len(names) != found.groups:
            raise QueryError(f"parse finds {found.groups} values, and {len(names)} are named")
        self.columns += [name for name in names if name not in self.columns]

        def parsed(row: Row) -> Row:
            text = row.get(field)
            match = found.search(shown("", text)) if text is not None else None
            return {**row, **dict(zip(names, match.groups(), strict=True))} if match else row

        self.steps.append(lambda rows: [parsed(row) for row in rows])

    def _stats(self) -> None:
        wanted = [aggregates.read(self.words)]
        while self.words.accept(","):
            wanted.append(aggregates.read(self.words))
        keys = self._listed() if self.words.accept("by") else []
        self.columns, self.shown, self.grouped = [name for name, _ in [*keys, *wanted]], None, True

        def grouped(rows: list[Row]) -> list[Row]:
            groups: dict[tuple[Value, ...], list[Row]] = {}
            for row in rows:
                groups.setdefault(tuple(key.value(row) for _, key in keys), []).append(row)
            return [
                {
                    **{name: value for (name, _), value in zip(keys, group, strict=True)},
                    **{name: aggregate(members) for name, aggregate in wanted},
                }
                for group, members in groups.items()
            ]

        self.steps.append(grouped)

    def _sort(self) -> None:
        keys: list[tuple[Expression, bool]] = []
        while True:
            key = expression(self.words)
            descending = not self.words.accept("asc")
            if descending:
                self.words.accept("desc")
            keys.append((key, descending))
            if not self.words.accept(","):
                break

        def ordered(rows: list[Row]) -> list[Row]:
            for key, descending in reversed(keys):
                rows = sorted(rows, key=lambda row: _order(key.value(row)), reverse=descending)
            return rows

        self.steps.append(ordered)

    def _limit(self) -> None:
        word = self.words.take()
        if word.kind != "number" or not word.text.isdigit() or not 0 < int(word.text) <= _MOST:
            raise QueryError(f"limit takes a whole number from 1 to {_MOST}, not {word.text!r}")
        self.limit = int(word.text)


def _with(row: Row, listed: Sequence[tuple[str, Expression]]) -> Row:
    return {**row, **{name: found.value(row) for name, found in listed}}


def _order(value: Value) -> tuple[int, float, str]:
    figure = number(value)
    if figure is not None:
        return 1, figure, ""
    return (0, 0.0, "") if value is None else (2, 0.0, str(value))
