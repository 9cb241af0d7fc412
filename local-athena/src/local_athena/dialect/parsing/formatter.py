"""Expressions as Trino writes them in its messages: every operator in brackets, ``||`` as a call of ``concat``.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/ExpressionFormatter.java
"""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.generators.trino import TrinoGenerator


class _Formatter(TrinoGenerator):
    def paren_sql(self, expression: exp.Paren) -> str:
        return self.sql(expression, "this")

    def binary(self, expression: exp.Binary, op: str) -> str:
        return f"({self.sql(expression, 'this')} {op} {self.sql(expression, 'expression')})"

    def and_sql(self, expression: exp.And, stack: list[str | exp.Expr] | None = None) -> str:
        return self._logical(expression, "AND")

    def or_sql(self, expression: exp.Or, stack: list[str | exp.Expr] | None = None) -> str:
        return self._logical(expression, "OR")

    def _logical(self, expression: exp.Connector, word: str) -> str:
        return f"({f' {word} '.join(self.sql(term) for term in expression.flatten())})"

    def not_sql(self, expression: exp.Not) -> str:
        if isinstance(expression.this, exp.Is):
            return f"({self.sql(expression.this, 'this')} IS NOT NULL)"
        return f"(NOT {self.sql(expression, 'this')})"

    def neg_sql(self, expression: exp.Neg) -> str:
        value = self.sql(expression, "this")
        return f"- {value}" if value.startswith("-") else f"-{value}"

    def dpipe_sql(self, expression: exp.DPipe) -> str:
        return f"concat({self.sql(expression, 'this')}, {self.sql(expression, 'expression')})"

    def is_sql(self, expression: exp.Is) -> str:
        return f"({self.sql(expression, 'this')} IS NULL)"

    def filter_sql(self, expression: exp.Filter) -> str:
        return f"{self.sql(expression, 'this')} FILTER (WHERE {self.sql(expression.expression, 'this')})"

    def ordered_sql(self, expression: exp.Ordered) -> str:
        return f"{self.sql(expression, 'this')} {'DESC' if expression.args.get('desc') else 'ASC'}"

    def null_sql(self, *_: exp.Null) -> str:
        return "null"

    def boolean_sql(self, expression: exp.Boolean) -> str:
        return "true" if expression.this else "false"

    def between_sql(self, expression: exp.Between) -> str:
        value, low, high = (self.sql(expression, key) for key in ("this", "low", "high"))
        return f"({value} BETWEEN {low} AND {high})"

    def in_sql(self, expression: exp.In) -> str:
        query = expression.args.get("query")
        items = self.sql(query.unnest()) if query is not None else self.expressions(expression, flat=True)
        return f"({self.sql(expression, 'this')} IN ({items}))"

    def case_sql(self, expression: exp.Case) -> str:
        return f"({super().case_sql(expression)})"

    def tuple_sql(self, expression: exp.Tuple) -> str:
        return f"ROW ({self.expressions(expression, flat=True)})"

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        shown, name = super().anonymous_sql(expression), expression.name
        return f"{name.upper()} {shown[len(name) :]}" if name.lower() in ("grouping", "row") else shown

    def datatype_sql(self, expression: exp.DataType) -> str:
        return re.sub(r'"[^"]*"|[^"]+', lambda part: _lower(part[0]), super().datatype_sql(expression))


def _lower(part: str) -> str:
    """A part of a type's text in lower case, but for names in quotes and ``ROW``."""
    return part if part.startswith('"') else re.sub(r"\brow\(", "ROW(", part.lower())


_DEEPEST = 200
"""Expressions within one another that are written out; Python's stack ends some times later."""


def formatted(node: exp.Expr) -> str:
    """The text of *node* in a message."""
    depth = max(_depths(node), default=0)
    if depth > _DEEPEST:
        return node.sql(dialect="trino", normalize_functions=False, comments=False)
    return _Formatter(normalize_functions=False, comments=False).generate(node)


def _depths(node: exp.Expr) -> list[int]:
    depths, waiting = [], [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        depths.append(depth)
        waiting += [(child, depth + 1) for child in one.iter_expressions()]
    return depths
