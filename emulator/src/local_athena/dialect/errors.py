"""Errors on their way out: our own while a query is analysed, DuckDB's while it runs.

Trino's codes: https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
"""

from __future__ import annotations

import re

import duckdb
from sqlglot import exp

from local_athena.dialect import cast_errors
from local_athena.errors import AthenaError, ExhaustedResources, InternalError, StackOverflow


def position(node: exp.Expr | None) -> str:
    """``line 1:8: `` of where *node* was written, or nothing if it was not."""
    while node is not None:
        for part in (node, node.this if isinstance(node.this, exp.Expr) else None):
            if part is not None and "line" in (part.meta if part._meta else {}):
                width = part.meta["end"] - part.meta["start"]
                return f"line {part.meta['line']}:{part.meta['col'] - width}: "
        node = next((c for c in node.iter_expressions() if isinstance(c, exp.Expr)), None)
    return ""


def failure(code: str, message: str, node: exp.Expr | None = None) -> AthenaError:
    """A query that Athena's analyser refuses, with the place where it stopped."""
    return AthenaError(code, position(node) + message)


def type_mismatch(message: str, node: exp.Expr | None = None) -> AthenaError:
    return failure("TYPE_MISMATCH", message, node)


def raise_sql(code: str, message: str, duckdb_type: str) -> str:
    """A DuckDB expression of *duckdb_type* that fails with *code* when it is evaluated, and only then.

    A failing cast, not ``error()``: DuckDB's ``TRY`` refuses ``error()`` because that is volatile.
    """
    text = f"{code}: {message}".replace("'", "''")
    return f"CAST(CAST(CAST('{text}' AS INTEGER) AS VARCHAR) AS {duckdb_type})"


def raise_with(code: str, message_sql: str, duckdb_type: str) -> str:
    """As ``raise_sql``, for a message that is computed: *message_sql* is a DuckDB expression of type VARCHAR."""
    return f"CAST(CAST(CAST('{code}: ' || {message_sql} AS INTEGER) AS VARCHAR) AS {duckdb_type})"


class DecimalOverflow(AthenaError):
    """Decimal arithmetic in 64 bits overflowed. ``translate(..., wide=True)`` gives a slower query that computes in 128 bits."""

    def __init__(self, message: str) -> None:
        super().__init__("NUMERIC_VALUE_OUT_OF_RANGE", message)


_OWN = re.compile(
    r"(?:Could not convert string '|Error: |Failure: )([A-Z][A-Z_]{4,}): (.*?)(?:' to INT32|\n\nAt:|\n\nLINE|\Z)", re.S
)
_TOO_DEEP = re.compile(
    r"^(?:Parser|Binder) Error: (?:Max expression depth limit|memory exhausted)"
    r"|^[A-Z]\w+ Error: (?:Maximum recursion depth|[Ss]tack overflow)"
)
_NO_MEMORY = re.compile(
    r"^(?:[A-Z]\w+ Error: )?(?:std::bad_alloc|Out of Memory Error|Allocation failure|malloc of size \d+ failed)"
    r"|executing the UDF: MemoryError"
)
_PATTERNS: tuple[tuple[str, str, str | None], ...] = (
    # Casts to types that Trino has not, on the way to one that it has.
    (
        r"Type (?:DOUBLE|FLOAT) with value \S+ can't be cast .* destination type (?:UINT|INT128)",
        "INVALID_CAST_ARGUMENT",
        None,
    ),
    (
        r"Overflow in (\w+) of|out of range for the destination type|Out of Range Error|is out of range",
        "NUMERIC_VALUE_OUT_OF_RANGE",
        None,
    ),
    (
        r"Could not cast value .* to DECIMAL|can't be cast to the destination type DECIMAL",
        "INVALID_CAST_ARGUMENT",
        None,
    ),
    (r"Date out of range|Could not parse string", "INVALID_FUNCTION_ARGUMENT", None),
    (r"[Dd]ivision by zero", "DIVISION_BY_ZERO", "Division by zero"),
    (
        r"More than one row returned by a subquery",
        "SUBQUERY_MULTIPLE_ROWS",
        "Scalar sub-query has returned multiple rows",
    ),
    (r"must appear in the GROUP BY clause", "EXPRESSION_NOT_AGGREGATE", None),
    (
        r"inside the TRY expression|TRY can not be used",
        "NOT_SUPPORTED",
        "TRY around a subquery or a random value is not supported by local Athena",
    ),
    (
        r'Referenced table "[^"]*" not found',
        "NOT_SUPPORTED",
        "A lambda over columns of a subquery and of the query around it is not supported by local Athena",
    ),
    (
        r"QUANTILE can only take constant|Separator argument to StringAgg must be a constant",
        "NOT_SUPPORTED",
        "A percentage or a separator of an aggregate that is no constant is not supported by local Athena",
    ),
    (r"clause cannot contain (aggregates|window functions)", "EXPRESSION_NOT_SCALAR", None),
    (r"ORDER BY .* must appear in the SELECT list|for SELECT DISTINCT", "EXPRESSION_NOT_IN_DISTINCT", None),
    (r"In a DISTINCT aggregate, ORDER BY expressions must appear", "EXPRESSION_NOT_IN_DISTINCT", None),
    (r"GROUPING child .* must be a grouping column", "INVALID_ARGUMENTS", None),
    (r"(aggregate function calls cannot be nested)", "NESTED_AGGREGATION", None),
    (r"Map keys must be unique", "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"),
    (r"Map keys can not be NULL", "INVALID_FUNCTION_ARGUMENT", "map key cannot be null"),
    (r"Invalid Input Error: .*(?:regex|RE2|[Ii]nvalid perl operator|missing [\])])", "INVALID_FUNCTION_ARGUMENT", None),
)


def from_duckdb(error: BaseException) -> AthenaError:
    """The ``AthenaError`` for what DuckDB raised while it ran a translated query."""
    if isinstance(error, AthenaError):
        return error
    text = str(error)
    if own := _OWN.search(text):
        return AthenaError(own[1], cast_errors.worded(own[2].replace("''", "'")))
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or _NO_MEMORY.search(text):
        return ExhaustedResources()
    if _TOO_DEEP.search(text):
        return StackOverflow()
    first = text.split("\n\n")[0]
    if re.search(r"Overflow in \w+ of DECIMAL\(18\)|Casting value \S+ to type DECIMAL\(18,\d+\) failed", text):
        return DecimalOverflow(first)
    if failed_cast := cast_errors.explained(text):
        return failed_cast
    for pattern, code, message in _PATTERNS:
        if re.search(pattern, text, re.S):
            return AthenaError(code, message or first)
    if isinstance(error, duckdb.OutOfRangeException):
        return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", first)
    if isinstance(error, duckdb.ConversionException):
        return AthenaError("INVALID_CAST_ARGUMENT", first.removeprefix("Conversion Error: "))
    if isinstance(error, duckdb.InvalidInputException):
        return AthenaError("INVALID_FUNCTION_ARGUMENT", first.removeprefix("Invalid Input Error: "))
    return InternalError(first)
