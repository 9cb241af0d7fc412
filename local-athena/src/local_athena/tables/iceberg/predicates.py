"""A Trino predicate as an Iceberg expression, for skipping files; what has no exact equal there is left out.

Two readings: ``might_match`` may be weaker than the predicate (files are skipped, rows are still filtered by DuckDB);
``exact`` is equal to it under SQL's null rules or absent (files that match wholly are deleted unread).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from pyiceberg import types as ice
from pyiceberg.expressions import (
    AlwaysTrue,
    And,
    BooleanExpression,
    EqualTo,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    NotEqualTo,
    NotNull,
    Or,
    Reference,
)
from pyiceberg.schema import Schema
from sqlglot import exp

_D = exp.DType
_COMPARE: dict[type[exp.Expression], tuple[Any, Any]] = {
    # Each with the comparison that holds when the sides are swapped.
    exp.EQ: (EqualTo, EqualTo),
    exp.NEQ: (NotEqualTo, NotEqualTo),
    exp.LT: (LessThan, GreaterThan),
    exp.LTE: (LessThanOrEqual, GreaterThanOrEqual),
    exp.GT: (GreaterThan, LessThan),
    exp.GTE: (GreaterThanOrEqual, LessThanOrEqual),
}
_NEGATED = {
    EqualTo: NotEqualTo,
    NotEqualTo: EqualTo,
    LessThan: GreaterThanOrEqual,
    LessThanOrEqual: GreaterThan,
    GreaterThan: LessThanOrEqual,
    GreaterThanOrEqual: LessThan,
}
_MAX_IN = 200
_EXACT_IN_DOUBLE = 15


def might_match(predicate: exp.Expression | None, schema: Schema) -> BooleanExpression:
    """True wherever *predicate* is, and perhaps elsewhere."""
    return (_Converter(schema, exact=False).convert(predicate, False) if predicate else None) or AlwaysTrue()


def exact(predicate: exp.Expression | None, schema: Schema) -> BooleanExpression | None:
    """True exactly where *predicate* is, or None if that cannot be said."""
    return _Converter(schema, exact=True).convert(predicate, False) if predicate else AlwaysTrue()


class _Converter:
    def __init__(self, schema: Schema, exact: bool) -> None:
        self._fields = {field.name.lower(): field for field in schema.fields}
        self._exact = exact

    def convert(self, node: exp.Expression, negate: bool) -> BooleanExpression | None:
        """*node*, or its negation, pushed down to the comparisons: SQL's NOT is not Iceberg's where there are nulls."""
        match node:
            case exp.Paren():
                return self.convert(node.this, negate)
            case exp.Not():
                return self.convert(node.this, not negate)
            case exp.And() | exp.Or():
                left, right = self.convert(node.this, negate), self.convert(node.expression, negate)
                if isinstance(node, exp.And) != negate:
                    return self._and(left, right)
                return Or(left, right) if left is not None and right is not None else None
            case exp.Between():
                low = exp.GTE(this=node.this, expression=node.args["low"])
                high = exp.LTE(this=node.this, expression=node.args["high"])
                return self.convert(exp.And(this=low, expression=high), negate)
            case exp.In() if not node.args.get("query") and not node.args.get("unnest"):
                return self._in(node, negate)
            case exp.Is() if isinstance(node.expression, exp.Null):
                name = self._column(node.this)
                return name and (_unary(NotNull, name) if negate else _unary(IsNull, name))
            case exp.Column():
                return self._compare(EqualTo, node, exp.true(), negate)
        for kind, (as_is, swapped) in _COMPARE.items():
            if type(node) is kind:
                return self._compare(as_is, node.this, node.expression, negate) or self._compare(
                    swapped, node.expression, node.this, negate
                )
        return None

    def _and(self, left: BooleanExpression | None, right: BooleanExpression | None) -> BooleanExpression | None:
        if left is not None and right is not None:
            return And(left, right)
        return None if self._exact else left or right

    def _column(self, node: exp.Expression) -> Any:
        field = self._fields.get(node.name.lower()) if type(node) is exp.Column else None
        return field.name if field is not None and field.field_type.is_primitive else None

    def _compare(
        self, comparison: Callable[..., Any], column: exp.Expression, value: exp.Expression, negate: bool
    ) -> BooleanExpression | None:
        name = self._column(column)
        literal = self._literal(name, value) if name else None
        if literal is None:
            return None
        kind = _NEGATED[comparison] if negate else comparison  # type: ignore[index]
        found = _binary(kind, name, literal)
        # Iceberg counts null as unequal; SQL does not.
        return And(_unary(NotNull, name), found) if kind is NotEqualTo else found

    def _in(self, node: exp.In, negate: bool) -> BooleanExpression | None:
        name = self._column(node.this)
        literals = [self._literal(name, item) if name else None for item in node.expressions]
        if not literals or any(item is None for item in literals):
            return None
        if not negate and len(literals) <= _MAX_IN:
            return _binary(In, name, literals)
        if not negate:
            return None if self._exact else _range(name, literals)
        parts = [And(_unary(NotNull, name), _binary(NotEqualTo, name, item)) for item in literals[:_MAX_IN]]
        if len(parts) < len(literals):
            return None
        return And(*parts) if len(parts) > 1 else parts[0]

    def _literal(self, name: str, node: exp.Expression) -> Any:
        """The Python value of a literal that compares with the column as SQL compares them; None for anything else."""
        of = self._fields[name.lower()].field_type
        negative = isinstance(node, exp.Neg)
        node = node.this if negative else node
        cast = node.to.this if isinstance(node, exp.Cast) else None
        text = node.this if cast else node
        match of:
            case ice.BooleanType():
                return bool(node.this) if isinstance(node, exp.Boolean) else None
            case ice.StringType():
                return node.this if isinstance(node, exp.Literal) and node.is_string else None
        if not isinstance(text, exp.Literal):
            return None
        try:
            if not text.is_string or cast == _D.DECIMAL:
                number = -Decimal(text.this) if negative else Decimal(text.this)
                return _number(of, number, isinstance(node, exp.Cast) or "." not in text.this)
            return None if negative else _typed(of, cast, text.this)
        except (ValueError, InvalidOperation):
            return None


# PyIceberg's classes take positions at run time and field names for the type checker.
def _unary(kind: Any, name: str) -> BooleanExpression:
    found: BooleanExpression = kind(Reference(name))
    return found


def _binary(kind: Any, name: str, value: Any) -> BooleanExpression:
    found: BooleanExpression = kind(Reference(name), value)
    return found


def _range(name: str, literals: list[Any]) -> BooleanExpression:
    return And(_binary(GreaterThanOrEqual, name, min(literals)), _binary(LessThanOrEqual, name, max(literals)))


def _number(of: ice.IcebergType, value: Decimal, decimal: bool) -> Any:
    """*value* for a numeric column; *decimal* says that SQL compares it as a decimal or integer, not as a double."""
    match of:
        case ice.IntegerType() | ice.LongType():
            return int(value) if value == int(value) and abs(value) < 1 << 53 else None
        case ice.DoubleType():
            return float(value)
        case ice.DecimalType() if decimal or of.precision <= _EXACT_IN_DOUBLE:
            scaled = value.quantize(Decimal(1).scaleb(-of.scale))
            return scaled if scaled == value else None
    return None


def _typed(of: ice.IcebergType, cast: exp.DType | None, text: str) -> Any:
    if isinstance(of, ice.DateType) and cast == _D.DATE:
        return dt.date.fromisoformat(text.strip()).isoformat()
    if isinstance(of, ice.TimestampType) and cast in (_D.DATE, _D.TIMESTAMP, _D.TIMESTAMPNTZ):
        value = dt.datetime.fromisoformat(text.strip())
        return None if value.tzinfo else value.isoformat()
    return None
