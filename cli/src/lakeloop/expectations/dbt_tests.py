"""Suites as dbt's tests of the sources, which every build runs before the models that read them: on DuckDB and on Athena alike.

So the pipeline needs no Great Expectations, which is too large for a function (its environment has 380 MB, Lambda takes 250): the
runner has them in its journal, its report and its account, and dbt leaves out what is downstream of one that fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lakeloop_project.sources import SourceTable

from lakeloop.expectations.suites import Suite

FOLDER = "tests/expectations"
"""Below the dbt project: what is in it is made, and made anew."""
_GENERAL = {"mostly", "meta", "notes", "severity", "description"}


class NoTest(Exception):
    """An expectation that has no SQL here; its text says which. Great Expectations alone checks it."""


def tests(suite: Suite, table: SourceTable) -> tuple[dict[str, str], list[str]]:
    """The files of *suite*'s tests by name, and the expectations that have none."""
    files: dict[str, str] = {}
    without = []
    for number, (kind, arguments) in enumerate(suite.expectations, 1):
        try:
            query = _query(kind, arguments, table)
        except NoTest:
            without.append(kind)
            continue
        about = str(arguments.get("column") or "table")
        name = re.sub(r"\W+", "_", f"{table.full_name}_{number:02}_{kind}_{about}").lower()
        files[f"{name}.sql"] = (
            f"-- Made of {suite.file} by `just expectations tests`.\n"
            f"{{{{ config(severity='{'error' if suite.stops else 'warn'}') }}}}\n{query}\n"
        )
    return files, without


def _query(kind: str, arguments: Mapping[str, Any], table: SourceTable) -> str:
    """The rows that *kind* does not expect."""
    source = f"{{{{ source('{table.source}', '{table.name}') }}}}"
    if kind == "unexpected_rows_expectation":
        return str(_of(arguments, {"unexpected_rows_query"})["unexpected_rows_query"]).replace("{batch}", source)
    if kind == "expect_table_row_count_to_be_between":
        bad = _outside("n", _of(arguments, {"min_value", "max_value"}), lambda value: str(value))
        return f"select n from (select count(*) as n from {source}) as counted where {bad}"
    if kind in ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"):
        arguments = _of(arguments, {"column", "column_list"})
        listed = arguments.get("column_list") or [arguments["column"]]
        columns = ", ".join(map(_name, listed))
        there = " and ".join(f"{_name(column)} is not null" for column in listed)
        return f"select {columns}, count(*) as n from {source} where {there} group by {columns} having count(*) > 1"
    bad, column = _bad(kind, arguments, table)
    there = "true" if kind == "expect_column_values_to_not_be_null" else f"{column} is not null"
    mostly = arguments.get("mostly", 1)
    if mostly == 1:
        return f"select * from {source} where {there} and ({bad})"
    return (
        "select n, bad from (\n"
        f"    select count(case when {there} then 1 end) as n, count(case when {there} and ({bad}) then 1 end) as bad\n"
        f"    from {source}\n) as counted where bad > n * {1 - mostly:.6f}"
    )


def _bad(kind: str, arguments: Mapping[str, Any], table: SourceTable) -> tuple[str, str]:
    """The condition of a row that is not expected, and its column."""
    known = {
        "expect_column_values_to_not_be_null": set(),
        "expect_column_values_to_be_in_set": {"value_set"},
        "expect_column_values_to_not_be_in_set": {"value_set"},
        "expect_column_values_to_be_between": {"min_value", "max_value", "strict_min", "strict_max"},
        "expect_column_value_lengths_to_be_between": {"min_value", "max_value"},
        "expect_column_values_to_match_regex": {"regex"},
        "expect_column_values_to_not_match_regex": {"regex"},
    }
    if kind not in known:
        raise NoTest(kind)
    given = _of(arguments, {"column", *known[kind]})
    column = _name(given["column"])
    kinds = {one.name.lower(): one.type for one in table.columns}
    declared = kinds.get(str(given["column"]).lower())

    def literal(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return str(value)
        text = "'" + str(value).replace("'", "''") + "'"
        return text if declared is None or declared.is_text else f"cast({text} as {declared})"

    if "value_set" in given:
        among = ", ".join(map(literal, given["value_set"])) or "null"
        return f"{column} {'in' if '_not_' in kind else 'not in'} ({among})", column
    if "regex" in given:
        # The same in both engines: what it matches becomes a character that no text has.
        text = literal_text(given["regex"])
        found = f"strpos(regexp_replace({column}, {text}, chr(1)), chr(1))"
        return f"{found} {'>' if '_not_' in kind else '='} 0", column
    if "lengths" in kind:
        return _outside(f"length({column})", given, literal), column
    if "between" in kind:
        return _outside(column, given, literal), column
    return f"{column} is null", column


def literal_text(text: str) -> str:
    """*text* as SQL has it, in a file that Jinja reads."""
    quoted = "'" + text.replace("'", "''") + "'"
    return f"{{% raw %}}{quoted}{{% endraw %}}" if "{" in quoted else quoted


def _outside(value: str, given: Mapping[str, Any], literal: Callable[[Any], str]) -> str:
    below, above = "<=" if given.get("strict_min") else "<", ">=" if given.get("strict_max") else ">"
    bounds = [
        f"{value} {sign} {literal(given[bound])}"
        for bound, sign in (("min_value", below), ("max_value", above))
        if given.get(bound) is not None
    ]
    if not bounds:
        raise NoTest(value)
    return " or ".join(bounds)


def _of(arguments: Mapping[str, Any], known: set[str]) -> Mapping[str, Any]:
    """*arguments* that are not general. Raises ``NoTest`` if one is not *known*: SQL without it would say something else."""
    own = {name: value for name, value in arguments.items() if name not in _GENERAL}
    if own.keys() - known:
        raise NoTest(", ".join(sorted(own.keys() - known)))
    return own


def _name(column: object) -> str:
    return '"' + str(column).replace('"', '""') + '"'
