"""Which types a column takes on INSERT."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.types import Type, from_datatype, to_duckdb

_FLOATS = ("real", "double")
_NUMBERS = ("tinyint", "smallint", "integer", "bigint", "decimal", *_FLOATS)


def assignable(given: exp.DataType, wanted: exp.DataType) -> bool:
    """Whether Trino stores a value of type *given* in a column of type *wanted*.

    Wider than Trino between whole numbers and between timestamps: a value that does not fit still fails, when it is cast.
    A number that would be rounded is refused as Trino refuses it.
    """
    have, want = from_datatype(given), from_datatype(wanted)
    if have == want or have.name == "unknown":
        return True
    if have.name in _NUMBERS and want.name in _NUMBERS:
        return _keeps_its_value(have, want)
    if have.is_text and want.is_text:
        return True
    if want.name.startswith("timestamp") and (have.name == "date" or have.name.startswith("timestamp")):
        return True
    return have.name == want.name


def _keeps_its_value(have: Type, want: Type) -> bool:
    if want.name in _FLOATS:
        return have.name != "double" or want.name == "double"
    if have.name in _FLOATS:
        return False
    scale = have.params[1] if have.name == "decimal" else 0
    return scale <= (want.params[1] if want.name == "decimal" else 0)


def stored(value: str, wanted: exp.DataType) -> str:
    """A DuckDB expression as a column of type *wanted* keeps it. A text that is too long fails; blanks at its end may go."""
    want = from_datatype(wanted)
    if want.name not in ("varchar", "char") or not want.params:
        return f"CAST({value} AS {to_duckdb(wanted)})"
    size = want.params[0]
    failure = errors.raise_sql("INVALID_CAST_ARGUMENT", "Cannot truncate non-space characters on INSERT", "VARCHAR")
    text = f"CAST({value} AS VARCHAR)"
    return f"CASE WHEN length(rtrim({text}, ' ')) > {size} THEN {failure} ELSE left({text}, {size}) END"
