"""Queries and relations, each on lines of its own, three blanks deeper in each subquery."""

from __future__ import annotations

from collections.abc import Callable

from local_athena.dialect.layout.expressions import ExpressionWriter
from local_athena.dialect.layout.words import Unprintable

_BLANKS = "   "
_AFTER_GROUPS = frozenset(
    ("$EOF", ")", ",", "HAVING", "WINDOW", "ORDER", "OFFSET", "LIMIT", "FETCH", "UNION", "EXCEPT", "INTERSECT")
)
_JOINS = ("CROSS", "INNER", "LEFT", "RIGHT", "FULL", "NATURAL", "JOIN")


class QueryWriter(ExpressionWriter):
    """Reads queries."""

    def subquery(self) -> str:
        self.expect("(")
        text = self.query(0)
        self.expect(")")
        return f"({text})"

    def query(self, depth: int) -> str:
        with_ = self._with(depth) if self.ahead("WITH") else ""
        return with_ + self._body(depth)

    def _with(self, depth: int) -> str:
        blanks = _BLANKS * depth
        self.expect("WITH")
        text = f"{blanks}WITH{' RECURSIVE' if self.accept('RECURSIVE') else ''}\n  "
        while True:
            name = self.identifier()
            columns = self._columns() if self.ahead("(") else ""
            self.expect("AS", "(")
            text += f"{blanks}{name}{columns} AS (\n{self.query(depth + 1)}{blanks}) \n"
            self.expect(")")
            if not self.accept(","):
                return text
            text += ", "

    def _columns(self) -> str:
        self.expect("(")
        return f" ({self._list(self.identifier)})"

    def _body(self, depth: int) -> str:
        blanks, text = _BLANKS * depth, self._term(depth)
        while operation := self.one_of("UNION", "EXCEPT", "INTERSECT"):
            quantifier = self.one_of("ALL", "DISTINCT")
            text += f"{operation} {'ALL ' if quantifier == 'ALL' else ''}{self._term(depth)}"
        if self.ahead("ORDER", "BY"):
            text += f"{blanks}{self.order_by()}\n"
        if self.accept("OFFSET"):
            text += f"{blanks}OFFSET {self.number()} ROWS\n"
            self.one_of("ROW", "ROWS")
        if self.accept("LIMIT"):
            text += f"{blanks}LIMIT {'ALL' if self.accept('ALL') else self.number()}\n"
        elif self.accept("FETCH"):
            text += f"{blanks}FETCH FIRST {self._fetched()}\n"
        return text

    def _fetched(self) -> str:
        self.one_of("FIRST", "NEXT")
        count = f"{self.number()} ROWS" if self.kind == "$INTEGER" else "ROW"
        self.one_of("ROW", "ROWS")
        return f"{count} WITH TIES" if self.accept("WITH", "TIES") else f"{count} {self._only()}"

    def _only(self) -> str:
        self.expect("ONLY")
        return "ONLY"

    def _term(self, depth: int) -> str:
        if self.ahead("SELECT"):
            return self._select(depth)
        if self.accept("TABLE"):
            return f"TABLE {self.qualified_name()}\n"
        if self.accept("VALUES"):
            rows = [self.expression()]
            while self.accept(","):
                rows.append(self.expression())
            lines = [f"\n{_BLANKS * depth}{', ' if at else '  '}{row}" for at, row in enumerate(rows)]
            return f" VALUES {''.join(lines)}\n"
        self.expect("(")
        return self._table_subquery(self._body, depth)

    def _table_subquery(self, read: Callable[[int], str], depth: int) -> str:
        text = f"(\n{read(depth + 1)}{_BLANKS * depth}) "
        self.expect(")")
        return text

    def _select(self, depth: int) -> str:
        blanks = _BLANKS * depth
        self.expect("SELECT")
        head = "SELECT DISTINCT" if self.one_of("DISTINCT", "ALL") == "DISTINCT" else "SELECT"
        items = [self._item()]
        while self.accept(","):
            items.append(self._item())
        if len(items) == 1:
            text = f"{blanks}{head} {items[0]}\n"
        else:
            lines = [f"\n{blanks}{', ' if at else '  '}{item}" for at, item in enumerate(items)]
            text = f"{blanks}{head}{''.join(lines)}\n"
        if self.accept("FROM"):
            text += f"{blanks}FROM\n{blanks}  {self._sources(depth)}"
        text += "\n"
        if self.accept("WHERE"):
            text += f"{blanks}WHERE {self.expression()}\n"
        if self.accept("GROUP", "BY"):
            text += f"{blanks}GROUP BY {self._groups()}\n"
        if self.accept("HAVING"):
            text += f"{blanks}HAVING {self.expression()}\n"
        if self.accept("WINDOW"):
            text += f"{blanks}WINDOW{self._windows(depth + 1)}"
        return text

    def _windows(self, depth: int) -> str:
        windows = [self._window_definition()]
        while self.accept(","):
            windows.append(self._window_definition())
        if len(windows) == 1:
            return f" {windows[0]}\n"
        return "\n" + ",\n".join(f"{_BLANKS * depth}{window}" for window in windows) + "\n"

    def _window_definition(self) -> str:
        name = self.identifier()
        self.expect("AS")
        return f"{name} AS {self.window()}"

    def _item(self) -> str:
        if self.accept("*"):
            return "*"
        start = self.at
        value = self.expression()
        if self.ahead(".", "*"):
            self.at = start
            value = self.primary()
            self.expect(".", "*")
            return f"{value}.* AS{self._columns()}" if self.accept("AS") else f"{value}.*"
        return f"{value}{self._alias()}"

    def _alias(self) -> str:
        """An alias. A word that may also begin the next clause is one where that clause would not read on."""
        if self.accept("AS"):
            return f" {self.identifier()}"
        following = self._lexemes.kinds[self.at + 1 : self.at + 2]
        clause = (self.kind in ("LIMIT", "OFFSET") and following in (["$INTEGER"], ["ALL"], ["?"])) or (
            self.kind == "FETCH" and following in (["FIRST"], ["NEXT"])
        )
        if self.kind in ("WINDOW", "TABLESAMPLE", "MATCH_RECOGNIZE") or clause or not self.names:
            return ""
        return f" {self.identifier()}"

    def _groups(self) -> str:
        if self.kind == "DISTINCT":
            raise Unprintable(self.text)
        self.accept("ALL")
        items = [self._group()]
        while self.accept(","):
            items.append(self._group())
        return ", ".join(items)

    def _group(self) -> str:
        if word := self.one_of("ROLLUP", "CUBE"):
            self.expect("(")
            if self.ahead("("):  # a set or a row: Trino's versions differ
                raise Unprintable(self.text)
            self.at -= 1
            return f"{word} {self._group_set()}"
        if self.accept("GROUPING", "SETS", "("):
            return f"GROUPING SETS ({self._list(self._single_set)})"
        start = self.at
        if self.ahead("("):
            try:
                items = self._set_items()
                if self.kind in _AFTER_GROUPS:
                    return items[0] if len(items) == 1 else f"({', '.join(items)})"
            except Unprintable:
                pass
            self.at = start
        return self.expression()

    def _single_set(self) -> str:
        return self._group_set() if self.ahead("(") else f"({self.expression()})"

    def _group_set(self) -> str:
        return f"({', '.join(self._set_items())})"

    def _set_items(self) -> list[str]:
        self.expect("(")
        items = [] if self.ahead(")") else [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        self.expect(")")
        return items

    # ---- relations

    def _sources(self, depth: int) -> str:
        text = self._relation(depth)[0]
        while self.accept(","):
            text += f"\n{_BLANKS * depth}, {self._relation(depth)[0]}"
        return text

    def _relation(self, depth: int) -> tuple[str, bool]:
        """A relation, and whether brackets are put around it where more is said of it."""
        left, suffixed = self._sampled(depth)
        while self.kind in _JOINS:
            left, suffixed = f"({left}\n{_BLANKS * depth}{self._joined(depth)})", False
        return left, suffixed

    def _joined(self, depth: int) -> str:
        if self.accept("CROSS", "JOIN"):
            return f"CROSS JOIN {self._sampled(depth)[0]}"
        natural = self.accept("NATURAL")
        side = self.one_of("INNER", "LEFT", "RIGHT", "FULL") or "INNER"
        self.accept("OUTER")
        self.expect("JOIN")
        if natural:
            return f"NATURAL {side} JOIN {self._sampled(depth)[0]}"
        right = self._relation(depth)[0]
        if self.accept("ON"):
            return f"{side} JOIN {right} ON {self.expression()}"
        self.expect("USING", "(")
        return f"{side} JOIN {right} USING ({self._list(self.identifier)})"

    def _sampled(self, depth: int) -> tuple[str, bool]:
        start = self.at
        text, suffixed = self._aliased(depth)
        if self.ahead("TABLESAMPLE"):
            text = self._apart(start, self._aliased, depth) if suffixed else text
            self.at += 1
            method = self.one_of("BERNOULLI", "SYSTEM")
            self.expect("(")
            text, suffixed = f"{text} TABLESAMPLE {method} ({self._list(self.expression)})", True
        if self.kind == "MATCH_RECOGNIZE":
            raise Unprintable(self.text)
        return text, suffixed

    def _aliased(self, depth: int) -> tuple[str, bool]:
        start = self.at
        text, suffixed = self._primary_relation(depth)
        if not (alias := self._relation_alias()):
            return text, suffixed
        if suffixed:
            text = self._apart(start, self._primary_relation, depth)
        return f"{text}{alias}", True

    def _apart(self, start: int, read: Callable[[int], tuple[str, bool]], depth: int) -> str:
        """The relation with an alias or a sample that began at *start*, in brackets of its own: one level deeper, so read again."""
        end, self.at = self.at, start
        text = f"( {read(depth + 1)[0]}{_BLANKS * depth})"
        self.at = end
        return text

    def _relation_alias(self) -> str:
        alias = self._alias()
        return f"{alias}{self._columns()}" if alias and self.ahead("(") else alias

    def _primary_relation(self, depth: int) -> tuple[str, bool]:
        start = self.at
        if self.accept("("):
            try:
                return self._table_subquery(self.query, depth), False
            except Unprintable:
                self.at = start + 1
            inner = self._relation(depth)
            self.expect(")")
            return inner
        if self.accept("UNNEST", "("):
            values = self._list(self.expression)
            return f"UNNEST({values}){' WITH ORDINALITY' if self.accept('WITH', 'ORDINALITY') else ''}", False
        if self.accept("LATERAL", "("):
            blanks = _BLANKS * depth
            text = f"{blanks}LATERAL ({self.query(depth + 1)}{blanks})"
            self.expect(")")
            return text, False
        if self.kind in ("TABLE", "JSON_TABLE"):
            raise Unprintable(self.text)
        name = self.qualified_name()
        if self.kind == "FOR":
            raise Unprintable(self.text)
        return name, False
