"""Expressions: every operator in brackets, as in
https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/ExpressionFormatter.java.
"""

from __future__ import annotations

from collections.abc import Callable

from local_athena.dialect.layout.types import TypeWriter
from local_athena.dialect.layout.words import Unprintable

_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_CLOCKS = ("CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")
_SESSION = ("CURRENT_USER", "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_PATH")
_OWN_NODES = {"if": "IF", "nullif": "NULLIF", "coalesce": "COALESCE", "try": "TRY", "format": "format"}
"""Functions that are nodes of their own in Trino's tree, and how they are printed."""
_NOT_PRINTED = ("LISTAGG", "NORMALIZE", "JSON_EXISTS", "JSON_VALUE", "JSON_QUERY", "JSON_OBJECT", "JSON_ARRAY", "?")


class ExpressionWriter(TypeWriter):
    """Reads expressions."""

    def subquery(self) -> str:
        """A query in brackets. ``QueryWriter`` reads it."""
        raise NotImplementedError

    def expression(self) -> str:
        return self._chain("OR", lambda: self._chain("AND", self._negation))

    def _chain(self, word: str, term: Callable[[], str]) -> str:
        terms = [term()]
        while self.accept(word):
            terms.append(term())
        return f"({f' {word} '.join(terms)})" if len(terms) > 1 else terms[0]

    def _negation(self) -> str:
        return f"(NOT {self._negation()})" if self.accept("NOT") else self._predicated()

    # ---- predicates

    def _predicated(self) -> str:
        value = self.value()
        if self.kind in _COMPARISONS:
            return self._compared(value, _COMPARISONS[self.take()])
        if self.accept("IS"):
            negated = self.accept("NOT")
            if self.accept("NULL"):
                return f"({value} IS {'NOT ' if negated else ''}NULL)"
            self.expect("DISTINCT", "FROM")
            return _negated(f"({value} IS DISTINCT FROM {self.value()})", negated)
        if self.kind in ("NOT", "BETWEEN", "IN", "LIKE"):
            return self._tested(value, self.accept("NOT"))
        return value

    def _compared(self, value: str, sign: str) -> str:
        if self.kind in ("ALL", "ANY", "SOME") and self._lexemes.kinds[self.at + 1] == "(":
            start, quantifier = self.at, self.take().upper()
            if self._lexemes.kinds[self.at + 1] in ("SELECT", "WITH", "VALUES", "TABLE"):
                return f"({value} {sign} {quantifier} {self.subquery()})"
            self.at = start
        return f"({value} {sign} {self.value()})"

    def _tested(self, value: str, negated: bool) -> str:
        if self.accept("BETWEEN"):
            low = self.value()
            self.expect("AND")
            return _negated(f"({value} BETWEEN {low} AND {self.value()})", negated)
        if self.accept("LIKE"):
            pattern = self.value()
            escape = f" ESCAPE {self.value()}" if self.accept("ESCAPE") else ""
            return _negated(f"({value} LIKE {pattern}{escape})", negated)
        self.expect("IN")
        start = self.at
        try:
            values = self.subquery()
        except Unprintable:
            self.at = start
            self.expect("(")
            values = f"({self._list(self.expression)})"
        return _negated(f"({value} IN {values})", negated)

    # ---- operators

    def value(self) -> str:
        left = self._sum()
        while self.accept("||"):
            left = f"concat({left}, {self._sum()})"
        return left

    def _sum(self) -> str:
        left = self._product()
        while sign := self.one_of("+", "-"):
            left = f"({left} {sign} {self._product()})"
        return left

    def _product(self) -> str:
        left = self._signed()
        while sign := self.one_of("*", "/", "%"):
            left = f"({left} {sign} {self._signed()})"
        return left

    def _signed(self) -> str:
        if self.accept("-"):
            value = self._signed()
            return f"- {value}" if value.startswith("-") else f"-{value}"
        return f"+{self._signed()}" if self.accept("+") else self._zoned()

    def _zoned(self) -> str:
        value = self.primary()
        while self.accept("AT", "TIME", "ZONE"):
            zone = self._interval() if self.ahead("INTERVAL") else self.string()
            value = f"{value} AT TIME ZONE {zone}"
        return value

    def primary(self) -> str:
        value = self._head()
        while True:
            if self.accept("["):
                value = f"{value}[{self.value()}]"
                self.expect("]")
            elif self.ahead(".") and self._lexemes.kinds[self.at + 1] != "*":
                self.at += 1
                value = f"{value}.{self.identifier()}"
            else:
                return value

    # ---- literals, words and calls

    def _head(self) -> str:
        kind, following = self.kind, self._lexemes.kinds[self.at + 1 : self.at + 2]
        if kind in _NOT_PRINTED and (following == ["("] or kind == "?"):
            raise Unprintable(self.text)
        if kind == "$STRING":
            return self.string()
        if kind in ("$INTEGER", "$DECIMAL", "$DOUBLE"):
            return self.number()
        if kind == "$BINARY":
            return self.binary()
        if kind in ("NULL", "TRUE", "FALSE", "CURRENT_DATE"):
            return self.take().lower()
        if kind in _SESSION:
            return self.take().upper()
        if kind in _CLOCKS:
            return self._clock()
        if kind == "INTERVAL" and following in (["$STRING"], ["-"], ["+"]):
            return self._interval()
        if kind == "CASE":
            return self._case()
        if kind == "(":
            return self._bracketed()
        if following == ["("] and (special := self._special(kind)) is not None:
            return special
        if self.accept("ARRAY", "["):
            return f"ARRAY[{'' if self.accept(']') else self._list(self.expression, ']', ',')}]"
        return self._named()

    def _clock(self) -> str:
        name = self.take().lower()
        if not self.accept("("):
            return name
        precision = self.number()
        self.expect(")")
        return f"{name}({precision})"

    def _interval(self) -> str:
        self.expect("INTERVAL")
        sign = "- " if self.one_of("-", "+") == "-" else ""
        return f"INTERVAL {sign} {self.string()} {self._span()}"

    def _case(self) -> str:
        self.expect("CASE")
        parts = ["CASE"] if self.ahead("WHEN") else ["CASE", self.expression()]
        while self.accept("WHEN"):
            condition = self.expression()
            self.expect("THEN")
            parts.append(f"WHEN {condition} THEN {self.expression()}")
        if self.accept("ELSE"):
            parts.append(f"ELSE {self.expression()}")
        self.expect("END")
        return f"({' '.join([*parts, 'END'])})"

    def _bracketed(self) -> str:
        start = self.at
        if (parameters := self._parameters()) is not None:
            return f"({parameters}) -> {self.expression()}"
        try:
            return self.subquery()
        except Unprintable:
            self.at = start + 1
        first = self.expression()
        if self.accept(","):
            return f"ROW ({first}, {self._list(self.expression)})"
        self.expect(")")
        return first

    def _parameters(self) -> str | None:
        """The parameters of a lambda, if that is next: ``(a, b) ->``."""
        start, names = self.at, []
        self.expect("(")
        while self.names:
            names.append(self.take())
            self.accept(",")
        if self.accept(")", "->"):
            return ", ".join(names)
        self.at = start
        return None

    def _special(self, kind: str) -> str | None:
        """A call with a grammar of its own."""
        start = self.at
        self.at += 2
        if kind == "ROW":
            return f"ROW ({self._list(self.expression)})"
        if kind == "EXISTS":
            self.at -= 1
            return f"(EXISTS {self.subquery()})"
        if kind in ("CAST", "TRY_CAST"):
            value = self.expression()
            self.expect("AS")
            made = f"{kind}({value} AS {self.type()})"
            self.expect(")")
            return made
        if kind == "EXTRACT":
            name = self.identifier().upper()
            self.expect("FROM")
            return f"EXTRACT({name} FROM {self._list(self.value)})"
        if kind == "GROUPING":
            return f"GROUPING ({self._list(self.qualified_name)})"
        if kind == "TRIM":
            return self._trim()
        if kind in ("POSITION", "SUBSTRING"):
            first = self.value()
            if kind == "POSITION" and self.accept("IN"):
                return f"strpos({self._list(self.value)}, {first})"
            if kind == "SUBSTRING" and self.accept("FROM"):
                parts = [first, self.value()] + ([self.value()] if self.accept("FOR") else [])
                self.expect(")")
                return f"substring({', '.join(parts)})"
        self.at = start
        return None

    def _trim(self) -> str:
        side = self.one_of("LEADING", "TRAILING", "BOTH")
        letters = "" if self.ahead("FROM") else self.value()
        if self.accept("FROM"):
            letters = f"{letters} " if letters else ""
            return f"trim({side or 'BOTH'} {letters}FROM {self._list(self.value)})"
        self.expect(")")
        return f"trim(BOTH FROM {letters})"

    def _named(self) -> str:
        """A column, a lambda of one parameter, a literal behind its type, or a call."""
        start = self.at
        name = self.identifier()
        if self.accept("->"):
            return f"({name}) -> {self.expression()}"
        if self.kind == "$STRING":
            own = name.upper() in ("TIME", "TIMESTAMP", "DECIMAL", "CHAR")
            return f"{name.upper() if own else name} {self.string()}"
        if self.kind in ("OVER", "$UNICODE") or self.ahead("PRECISION", "$STRING"):
            raise Unprintable(name)
        after = self.at
        self.at = start
        called = self.qualified_name()
        if self.accept("("):
            return self._call(called)
        self.at = after
        return name

    def _call(self, name: str) -> str:
        own = _OWN_NODES.get(name.lower())
        if self.accept("*", ")"):
            arguments = "*" if name.lower().rpartition(".")[2] == "count" else ""
            return f"{name}({arguments}){self._behind_call()}"
        quantifier = self.one_of("DISTINCT", "ALL")
        arguments = ""
        if not self.ahead(")") and not self.ahead("ORDER", "BY"):
            arguments = self._arguments()
        order = f" {self.order_by()}" if self.ahead("ORDER", "BY") else ""
        self.expect(")")
        if own and not quantifier and not order:
            return f"{own}({arguments})"
        distinct = "DISTINCT " if quantifier == "DISTINCT" else ""
        return f"{name}({distinct}{arguments}{order}){self._behind_call()}"

    def _arguments(self) -> str:
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        return ", ".join(items)

    # ---- windows

    def _behind_call(self) -> str:
        chosen = ""
        if self.accept("FILTER", "(", "WHERE"):
            chosen = f" FILTER (WHERE {self._list(self.expression)})"
        nulls = next((word for word in ("IGNORE", "RESPECT") if self.accept(word, "NULLS")), "")
        over = f" OVER {self.window()}" if self.accept("OVER") else ""
        return f"{f' {nulls} NULLS' if nulls else ''}{chosen}{over}"

    def window(self) -> str:
        if not self.accept("("):
            return self.identifier()
        parts = []
        if self.names and not self.ahead("PARTITION", "BY") and self.kind not in ("RANGE", "ROWS", "GROUPS"):
            parts.append(self.identifier())
        if self.accept("PARTITION", "BY"):
            parts.append(f"PARTITION BY {self._arguments()}")
        if self.ahead("ORDER", "BY"):
            parts.append(self.order_by())
        if unit := self.one_of("RANGE", "ROWS", "GROUPS"):
            parts.append(f"{unit} {self._frame()}")
        self.expect(")")
        return f"({' '.join(parts)})"

    def _frame(self) -> str:
        if not self.accept("BETWEEN"):
            return self._bound()
        start = self._bound()
        self.expect("AND")
        return f"BETWEEN {start} AND {self._bound()}"

    def _bound(self) -> str:
        if self.accept("CURRENT", "ROW"):
            return "CURRENT ROW"
        side = "UNBOUNDED" if self.accept("UNBOUNDED") else self.expression()
        direction = self.one_of("PRECEDING", "FOLLOWING")
        if not direction:
            raise Unprintable(self.text)
        return f"{side} {direction}"

    def order_by(self) -> str:
        self.expect("ORDER", "BY")
        items = [self._sort_item()]
        while self.accept(","):
            items.append(self._sort_item())
        return f"ORDER BY {', '.join(items)}"

    def _sort_item(self) -> str:
        item = f"{self.expression()} {self.one_of('ASC', 'DESC') or 'ASC'}"
        return f"{item} NULLS {self.one_of('FIRST', 'LAST')}" if self.accept("NULLS") else item


def _negated(predicate: str, negated: bool) -> str:
    return f"(NOT {predicate})" if negated else predicate
