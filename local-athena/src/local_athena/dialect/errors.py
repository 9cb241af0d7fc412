"""Errors on their way out: our own while a query is analysed, DuckDB's while it runs.

Trino's codes: https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
"""

from __future__ import annotations

import logging
import re

import duckdb
from sqlglot import exp

from local_athena.dialect.sqltext import text
from local_athena.dialect.udf.failures import TRIED
from local_athena.dialect.values import cast_errors
from local_athena.errors import (
    AthenaError,
    ExhaustedResources,
    InternalError,
    NotSupported,
    StackOverflow,
    Untranslated,
)

LOG = logging.getLogger(__name__)

UNRESOLVED = "cannot be resolved or requester is not authorized to access requested resources"


def position(node: exp.Expr | None) -> str:
    """``line 1:8: `` of where *node* was written, or nothing if it was not."""
    if isinstance(node, exp.Connector):  # stands where it begins, not where its word is
        while isinstance(node, exp.Binary):
            node = node.this
    while node is not None:
        if isinstance(node, exp.Column | exp.Table):
            node = node.parts[0]
        for part in (node, node.this if isinstance(node.this, exp.Expr) else None):
            if part is not None and "line" in (part.meta if part._meta else {}):
                width = part.meta["end"] - part.meta["start"]
                return f"line {part.meta['line']}:{part.meta['col'] - width}: "
        node = next((c for c in node.iter_expressions() if isinstance(c, exp.Expr)), None)
    return ""


def failure(code: str, message: str, node: exp.Expr | None = None) -> AthenaError:
    """A query that Athena's analyser refuses, with the place where it stopped."""
    return AthenaError(code, position(node) + message)


def column_missing(name: str, node: exp.Expr | None = None) -> AthenaError:
    """Athena does not tell a column that is not there from one that may not be seen; Trino's words are their beginning.

    https://github.com/aoyagikouhei/athena-local/blob/main/tools/measure/column-not-found.sh,
    https://github.com/awslabs/aws-athena-query-federation/issues/2313
    """
    return failure("COLUMN_NOT_FOUND", f"Column '{name}' {UNRESOLVED}", node)


def type_mismatch(message: str, node: exp.Expr | None = None) -> AthenaError:
    return failure("TYPE_MISMATCH", message, node)


_PLACED = frozenset(("NOT_SUPPORTED", "TYPE_MISMATCH", "TYPE_NOT_FOUND"))


def placed(error: AthenaError, node: exp.Expr | None) -> AthenaError:
    """*error* with the place of *node*, where it names none itself and is one that Trino's analyser would give."""
    if error.code in _PLACED and not error.message.startswith("line ") and (where := position(node)):
        error.message = where + error.message
        error.args = (f"{error.code}: {error.message}",)
    return error


def raise_sql(code: str, message: str, duckdb_type: str) -> str:
    """A DuckDB expression of *duckdb_type* that fails with *code* when it is evaluated, and only then.

    A failing cast, not ``error()``: DuckDB's ``TRY`` refuses ``error()`` because that is volatile.
    """
    return _raised(code, text(f"{code}: {message}"), duckdb_type)


def raise_with(code: str, message_sql: str, duckdb_type: str) -> str:
    """As ``raise_sql``, for a message that is computed: *message_sql* is a DuckDB expression of type VARCHAR."""
    return _raised(code, f"'{code}: ' || {message_sql}", duckdb_type)


def _raised(code: str, message: str, duckdb_type: str) -> str:
    if code in TRIED:
        return f"CAST(CAST(CAST({message} AS INTEGER) AS VARCHAR) AS {duckdb_type})"
    # DuckDB's TRY takes a failing cast for NULL, yet not a time zone that it does not know.
    return f"CAST(CAST(timezone({message}, TIMESTAMP '1970-01-01') AS VARCHAR) AS {duckdb_type})"


class DecimalOverflow(AthenaError):
    """Decimals overflowed 64 bits, or their sum 128. ``translate(..., wide=True)`` gives a slower query with twice as many."""

    def __init__(self, message: str) -> None:
        super().__init__("NUMERIC_VALUE_OUT_OF_RANGE", message)


_OWN = re.compile(
    r"(?:Could not convert string '|Unknown TimeZone '|JSON string: |Error: |Failure: )([A-Z][A-Z_]{4,}): (.*?)"
    r"(?:' to INT32|'!\n\nCandidate|\n\nAt:|\n\nLINE|\Z)",
    re.S,
)
_TOO_DEEP = re.compile(
    r"^(?:Parser|Binder) Error: (?:Max expression depth limit|memory exhausted)"
    r"|^[A-Z]\w+ Error: (?:Maximum recursion depth|[Ss]tack overflow)"
)
_NO_MEMORY = re.compile(
    r"^(?:[A-Z]\w+ Error: )?(?:std::bad_alloc|Out of Memory Error|Allocation failure|malloc of size \d+ failed)"
    r"|executing the UDF: MemoryError"
)
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    # Casts to types that Trino has not, on the way to one that it has.
    (
        r"Type (?:DOUBLE|FLOAT) with value \S+ can't be cast .* destination type (?:UINT|INT128)",
        "INVALID_CAST_ARGUMENT",
        "Cannot cast the value: it is out of range",
    ),
    (
        r"(?s)Type INT128 with value \S+ can't be cast .* destination type INT64(?: when casting from source column sum|\n|\Z)",
        "NUMERIC_VALUE_OUT_OF_RANGE",
        "bigint addition overflow",
    ),
    (
        r"Overflow in (\w+) of|out of range for the destination type|Out of Range Error|is out of range",
        "NUMERIC_VALUE_OUT_OF_RANGE",
        "The value is out of range",
    ),
    (
        r"Could not cast value .* to DECIMAL|can't be cast to the destination type DECIMAL",
        "INVALID_CAST_ARGUMENT",
        "Cannot cast the value to DECIMAL",
    ),
    (
        r"Date out of range|Could not parse string",
        "INVALID_FUNCTION_ARGUMENT",
        "The text is no date or time, or out of range",
    ),
    (r"[Dd]ivision by zero", "DIVISION_BY_ZERO", "Division by zero"),
    (
        r"More than one row returned by a subquery",
        "SUBQUERY_MULTIPLE_ROWS",
        "Scalar sub-query has returned multiple rows",
    ),
    (
        r"must appear in the GROUP BY clause",
        "EXPRESSION_NOT_AGGREGATE",
        "A column of a subquery must be an aggregate expression or appear in GROUP BY clause",
    ),
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
        r"subqueries in lambda expressions are not supported",
        "NOT_SUPPORTED",
        "A subquery in what is computed for each item of an array or a map is not supported by local Athena",
    ),
    (
        r"Non-inner join on correlated columns not supported",
        "NOT_SUPPORTED",
        "An outer join beside a correlated subquery or LATERAL is not supported by local Athena",
    ),
    (
        r"QUANTILE can only take constant|Separator argument to StringAgg must be a constant",
        "NOT_SUPPORTED",
        "A percentage or a separator of an aggregate that is no constant is not supported by local Athena",
    ),
    (
        r"(clause|statement) cannot contain (aggregates|window functions)",
        "EXPRESSION_NOT_SCALAR",
        "The clause cannot contain aggregations, window functions or grouping operations",
    ),
    (
        r"ORDER BY .* must appear in the SELECT list|for SELECT DISTINCT",
        "EXPRESSION_NOT_IN_DISTINCT",
        "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
    ),
    (
        r"In a DISTINCT aggregate, ORDER BY expressions must appear",
        "EXPRESSION_NOT_IN_DISTINCT",
        "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments",
    ),
    (
        r"GROUPING child .* must be a grouping column",
        "INVALID_ARGUMENTS",
        "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level",
    ),
    (r"aggregate function calls cannot be nested", "NESTED_AGGREGATION", "Cannot nest aggregations inside aggregation"),
    (
        r"IllegalArgumentException|TopologyException|ParseException",
        "NOT_SUPPORTED",
        "A geometry that GEOS does not take is not supported by local Athena",
    ),
    (r"Map keys must be unique", "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"),
    (r"Map keys can not be NULL", "INVALID_FUNCTION_ARGUMENT", "map key cannot be null"),
    (
        r"Invalid Input Error: .*(?:regex|RE2|[Ii]nvalid perl operator|missing [\])])",
        "INVALID_FUNCTION_ARGUMENT",
        "The regular expression is not valid",
    ),
)


def from_duckdb(error: BaseException) -> AthenaError:
    """The ``AthenaError`` for what DuckDB raised while it ran a translated query."""
    if isinstance(error, AthenaError):
        return error
    text = str(error)
    if own := _OWN.search(text):
        return _named(own[1], cast_errors.worded(own[2]))
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError) or _NO_MEMORY.search(text):
        return ExhaustedResources()
    if _TOO_DEEP.search(text):
        return StackOverflow()
    if "Invalid string encoding found in Parquet file" in text:
        return NotSupported("Text that is no UTF-8, in a file's column of text,")
    if "BYTE_STREAM_SPLIT encoding is only supported" in text:
        return NotSupported("Parquet's encoding BYTE_STREAM_SPLIT of anything but floating-point numbers")
    first = text.split("\n\n")[0]
    if re.search(r"Overflow in \w+ of DECIMAL\((?!18\))", text):
        return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow")
    if re.search(r"Overflow in \w+ of DECIMAL\(18\)|Casting value \S+ to type DECIMAL\(18,\d+\) failed", text):
        return DecimalOverflow(first)
    if "Overflow in HUGEINT addition" in text:  # a sum of decimals
        return DecimalOverflow("Decimal overflow")
    if failed_cast := cast_errors.explained(text):
        return failed_cast
    if least := _LEAST.search(text):
        return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", _without_opposite(least))
    if overflow := _OVERFLOW.search(text):
        return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", _overflowed(overflow))
    for pattern, code, message in _PATTERNS:
        if re.search(pattern, text, re.S):
            return AthenaError(code, message)
    if isinstance(error, duckdb.OutOfRangeException):
        return AthenaError("NUMERIC_VALUE_OUT_OF_RANGE", "The value is out of range")
    if isinstance(error, duckdb.ConversionException):
        return AthenaError("INVALID_CAST_ARGUMENT", _cast_failed(text))
    LOG.warning("DuckDB did not run a translated query: %s", first)  # of which the user has not written a word
    if isinstance(error, _UNTRANSLATED):
        return Untranslated()
    if isinstance(error, duckdb.InvalidInputException) and "executing the UDF" not in text:
        return AthenaError("INVALID_FUNCTION_ARGUMENT", "An argument of a function is not valid")
    return InternalError(first)


def _named(code: str, message: str) -> AthenaError:
    """An error of *code*, of its class if it has one."""
    kinds = {"EXHAUSTED_RESOURCES": ExhaustedResources, "GENERIC_INTERNAL_ERROR": InternalError}
    return kinds[code](message) if code in kinds else AthenaError(code, message)


_OVERFLOW = re.compile(r"Overflow in (\w+) of (INT8|INT16|INT32|INT64|numeric value)(?: \((-?\d+) (.) (-?\d+)\))?")
_TYPES = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint", "numeric value": ""}
_UNTRANSLATED = (
    duckdb.BinderException, duckdb.NotImplementedException, duckdb.ParserException, duckdb.CatalogException,
    duckdb.InternalException,
)  # fmt: skip


_LEAST = re.compile(r"Overflow (?:in division of|on abs\()\s*(-\d+)( / -1)?")
_KINDS = {-(2**7): "tinyint", -(2**15): "smallint", -(2**31): "integer", -(2**63): "bigint"}


def _without_opposite(found: re.Match[str]) -> str:
    """The least integer of a type divided by -1, or its ``abs``: none but that overflows."""
    kind = _KINDS.get(int(found[1]), "bigint")
    if found[2]:
        return f"{kind} division overflow: {found[1]} / -1"
    return f"Value {found[1]} is out of range for abs({kind})"


def _overflowed(found: re.Match[str]) -> str:
    """``bigint addition overflow: 9223372036854775807 + 1``. A difference from zero is a negation (``operators.negate``)."""
    if found[1] == "subtraction" and found[3] == "0":
        return f"{_TYPES[found[2]]} negation overflow: {found[5]}"
    operands = f": {found[3]} {found[4]} {found[5]}" if found[3] else ""
    return f"{_TYPES[found[2]]} {found[1]} overflow{operands}".strip()


def _cast_failed(text: str) -> str:
    """A failed cast in words that name the value alone."""
    if found := re.search(r'(date|timestamp|time)(?: field)? .*?"(.*?)"', text, re.S):
        return f"Value cannot be cast to {found[1]}: {found[2]}"
    found = re.search(r"[Cc]ould not convert string ['\"](.*?)['\"] to (\w+)", text, re.S)
    if not found:
        return "The value cannot be cast"
    return f"Cannot cast '{found[1]}' to {_SHOWN.get(found[2], found[2])}"


_SHOWN = {"INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT"}
"""DuckDB's names of types as Trino says them where a text is none of their values."""
