"""Types that the texts of CSV files hold, where every value of a column parses as one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
from lakeloop_raw.sql import identifier, literal

from lakeloop.sources import Type, parse_type

_READER = "read_csv($files, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true)"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# The pattern of a type's texts, and whether DuckDB has to take them, too; the first that all texts of a column satisfy is its
# type. A leading zero (a postcode, an article's number) is text, and so is a number that no type holds.
_TYPES = (
    ("boolean", "(?i)true|false", False),
    ("bigint", "-?(0|[1-9][0-9]*)", True),
    ("decimal", r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?", False),
    ("double", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", False),
    ("date", _DAY, True),
    ("timestamp", f"{_DAY}[ T][0-9:.]+", True),
    ("timestamp with time zone", f"{_DAY}T[0-9:.]+(Z|[-+][0-9]{{2}}:?[0-9]{{2}})", False),
)


def held_types(files: Sequence[Path], columns: Sequence[str]) -> dict[str, Type]:
    """The type of each of *columns* that is more than text; empty texts are of any type, and a column of them of none."""
    found: dict[str, Type] = {}
    with duckdb.connect() as connection:
        for column in columns:
            value = f"trim({identifier(column)})"
            tests = ", ".join(
                f"coalesce(bool_and(regexp_full_match({value}, {literal(pattern)})"
                + (f" and try_cast({value} as {name}) is not null" if cast else "")
                + "), false)"
                for name, pattern, cast in _TYPES
            )
            scale = f"coalesce(max(len(split_part({value}, '.', 2))), 0)"
            query = f"select {tests}, {scale} from {_READER} where nullif({value}, '') is not null"
            *verdicts, digits = connection.execute(query, {"files": [str(file) for file in files]}).fetchone() or ()
            name = next((name for (name, *_), holds in zip(_TYPES, verdicts, strict=False) if holds), None)
            if name:
                found[column] = parse_type(f"decimal(22,{digits})" if name == "decimal" else name)
    return found
