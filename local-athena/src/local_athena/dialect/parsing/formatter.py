"""Expressions as Trino writes them in its messages: every operator in brackets, ``||`` as a call of ``concat``.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/ExpressionFormatter.java
"""

from __future__ import annotations

import re
from typing import ClassVar

from sqlglot import exp
from sqlglot.generators.trino import TrinoGenerator


class _Formatter(TrinoGenerator):
    TRANSFORMS: ClassVar = {k: v for k, v in TrinoGenerator.TRANSFORMS.items() if k != exp.JSONObject}

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

    def formatjson_sql(self, expression: exp.FormatJson) -> str:
        encoding = expression.meta.get("encoding")
        return f"{self.sql(expression, 'this')} FORMAT JSON{f' ENCODING {encoding}' if encoding else ''}"

    def jsonkeyvalue_sql(self, expression: exp.JSONKeyValue) -> str:
        return f"KEY {self.sql(expression, 'this')} VALUE {self.sql(expression, 'expression')}"

    def jsonobject_sql(self, expression: exp.JSONObject) -> str:
        unique = "WITH" if expression.args.get("unique_keys") else "WITHOUT"
        return self._json_made("JSON_OBJECT", expression, "NULL ON NULL", f" {unique} UNIQUE KEYS")

    def jsonarray_sql(self, expression: exp.JSONArray) -> str:
        return self._json_made("JSON_ARRAY", expression, "ABSENT ON NULL", "")

    def _json_made(self, name: str, node: exp.Expr, usual: str, end: str) -> str:
        nulls = node.args.get("null_handling") or usual
        parts = f"{self.expressions(node, flat=True)} {nulls}{end}" if node.expressions else ""
        return f"{name}({parts}{self._json_returning(node, 'return_type')})"

    def _json_returning(self, node: exp.Expr, key: str = "returning") -> str:
        return f" RETURNING {self.sql(node, key)}" if node.args.get(key) else ""

    def _json_found(self, node: exp.Expr, path: str = "path") -> str:
        given = node.this if isinstance(node.this, exp.FormatJson) else exp.FormatJson(this=node.this.copy())
        passed = self.expressions(node, key="passing", flat=True)
        return f"{self.sql(given)}, {self.sql(node, path)}{f' PASSING {passed}' if passed else ''}"

    def _json_outcome(self, node: exp.Expr, event: str, usual: str = "NULL") -> str:
        made = node.args.get(event) or usual
        return f"{made if isinstance(made, str) else 'DEFAULT ' + self.sql(made)} {event.upper().replace('_', ' ')}"

    def jsonexists_sql(self, expression: exp.JSONExists) -> str:
        return f"JSON_EXISTS({self._json_found(expression)} {self._json_outcome(expression, 'on_error', 'FALSE')})"

    def jsonvalue_sql(self, expression: exp.JSONValue) -> str:
        outcomes = " ".join(self._json_outcome(expression, event) for event in ("on_empty", "on_error"))
        return f"JSON_VALUE({self._json_found(expression)}{self._json_returning(expression)} {outcomes})"

    def jsonextract_sql(self, expression: exp.JSONExtract) -> str:
        if not expression.args.get("json_query"):
            return super().jsonextract_sql(expression)
        wrapper, _, _ = (expression.args.get("wrapper") or "WITHOUT WRAPPER").replace("ARRAY ", "").rpartition(" ")
        wrapper = "WITH UNCONDITIONAL" if wrapper == "WITH" else wrapper
        quotes = expression.args.get("quotes")
        outcomes = " ".join(self._json_outcome(expression, event) for event in ("on_empty", "on_error"))
        return (
            f"JSON_QUERY({self._json_found(expression, 'expression')}{self._json_returning(expression)}"
            f" {wrapper} ARRAY WRAPPER{f' {quotes} ON SCALAR STRING' if quotes else ''} {outcomes})"
        )

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
