"""Types as they are written in CAST."""

from __future__ import annotations

from collections.abc import Callable

from local_athena.dialect.layout.words import Unprintable, Words

_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_WITHIN_TYPES = (",", ")", "(", "WITH", "WITHOUT", "PRECISION", "<", "[")


class TypeWriter(Words):
    """Reads types."""

    def type(self) -> str:
        if self.accept("ROW", "("):
            return f"ROW({self._list(self._field)})"
        if self.ahead("INTERVAL") and self._lexemes.kinds[self.at + 1] in _FIELDS:
            self.at += 1
            return f"INTERVAL {self._span()}"
        if moment := self.one_of("TIMESTAMP", "TIME"):
            return self._moment(moment.lower())
        name = self.identifier()
        if self.kind in ("PRECISION", "<", "ARRAY"):
            raise Unprintable(self.text)
        return f"{name}({self._list(self._parameter)})" if self.accept("(") else name

    def _moment(self, name: str) -> str:
        if self.accept("("):
            name += f"({self.number()})"
            self.expect(")")
        zoned = self.accept("WITH", "TIME", "ZONE")
        self.accept("WITHOUT", "TIME", "ZONE")
        return f"{name} with time zone" if zoned else name

    def _span(self) -> str:
        """The fields of an interval."""
        first = self.one_of(*_FIELDS)
        return f"{first} TO {self.one_of(*_FIELDS)}" if self.accept("TO") else first

    def _field(self) -> str:
        named = self._lexemes.kinds[self.at + 1] not in _WITHIN_TYPES and self.kind != "INTERVAL"
        return f"{self.identifier()} {self.type()}" if named else self.type()

    def _parameter(self) -> str:
        return self.number() if self.kind == "$INTEGER" else self.type()

    def _list(self, item: Callable[[], str], end: str = ")", separator: str = ", ") -> str:
        """Items between brackets, up to the one that closes them."""
        items = [item()]
        while self.accept(","):
            items.append(item())
        self.expect(end)
        return separator.join(items)
