"""Why a node did not run on an engine, in a few words, and what to do: read from what the engine said."""

from __future__ import annotations

import re
from dataclasses import dataclass

ATHENA, LAMBDA, DUCKDB = "local Athena", "Lambda", "DuckDB"
_LONGEST = 110
_MACRO = "dispatch a macro (duckdb__...), or leave it out here"
_COLUMNS = "`just adopt ... on=aws` reads columns from Glue; or write them into dbt/source_columns.yml"


@dataclass(frozen=True)
class Reason:
    """A cause, and what a person can do about it; ``everywhere`` if Athena on AWS says the same."""

    why: str
    todo: str
    everywhere: bool = False


@dataclass(frozen=True)
class _Rule:
    """A pattern of an engine's message; ``{}`` in the texts is its first group that matched."""

    pattern: str
    why: str
    todo: str
    everywhere: bool = False

    def reason(self, text: str) -> Reason | None:
        found = re.search(self.pattern, text, re.DOTALL | re.IGNORECASE)
        if not found:
            return None
        named = re.sub(r"[\"']", "", next((group for group in found.groups() if group), ""))
        return Reason(self.why.format(named), self.todo, self.everywhere)


_ON_ATHENA = (
    _Rule(
        r"NOT_SUPPORTED: '?(.{1,80}?)'? (?:is|are) not supported by local Athena",
        "{}: AWS has it, local Athena not",
        "runs on AWS; left out in the emulator",
    ),
    _Rule(
        r"Function '?\"?([\w.]+)'?\"? not registered|FUNCTION_NOT_FOUND: .*?(\w+)\s*\(",
        "Athena has no function {}",
        "write Athena's own (docs/ATHENA.md), or dispatch a macro (athena__...)",
        everywhere=True,
    ),
    _Rule(
        r"Timestamp precision \(\d\) not supported for Iceberg",
        "timestamp(3) in an Iceberg table",
        "cast(... as timestamp(6))",
    ),
    _Rule(r"NoSuchBucket|bucket does not exist", "a bucket that is not here", "name no bucket in external_location"),
    _Rule(
        r"Catalog '?(\w+)'? (?:does not exist|was not found)|CATALOG_NOT_FOUND",
        "a federated catalog {}",
        "runs on AWS; left out in the emulator",
    ),
    _Rule(
        r"unique table location when creating Iceberg",
        "an Iceberg table in a folder that another has",
        "take s3_data_naming out of dbt/profiles.yml, or have it end in _unique",
        everywhere=True,
    ),
    _Rule(r"spark|python model", "Python on Athena's Spark", "runs on AWS; take its table from a sample here"),
)
_ON_DUCKDB = (
    _Rule(r"Function with name \"?([\w.]+)\"? (?:does not exist|is not)", "DuckDB has no function {}", _MACRO),
    _Rule(
        r"No function matches the given name and argument types '(\w+)\(", "DuckDB's {} takes other arguments", _MACRO
    ),
    _Rule(r"Parser Error: syntax error at or near \"([^\"]{1,40})\"", "DuckDB's SQL has no `{}` there", _MACRO),
    _Rule(r"Type with name (\w+) does not exist", "DuckDB has no type {}", _MACRO),
    _Rule(r"python model", "a Python model for Spark", "left out here"),
)
_NO_TABLE = _Rule(
    r"(?:TABLE_NOT_FOUND|SCHEMA_NOT_FOUND|(?:Table|Schema) with name):?\s*(?:line [\d:]+: )?(?:Table |Schema )?['\"]?([\w.\"-]+)",
    "no table {}",
    "declare it as a source, or fill data/sources/",
)
_HIDDEN = re.compile(r"column \"?(\$\w+)")
_GUESSED = re.compile(
    r"COLUMN_NOT_FOUND|TYPE_MISMATCH|cannot be resolved|Unexpected parameters|cannot be applied|Binder Error|INVALID_CAST"
    r"|No function matches",
    re.IGNORECASE,
)


def explain(engine: str, message: str, sql: str = "", guessed: bool = False) -> Reason:
    """The reason of a *message* that *engine* gave.

    Args:
        sql: the node's compiled SQL, where there is any.
        guessed: whether the node reads a source whose columns are guesses.
    """
    text = _plain(message)
    on_athena = engine != DUCKDB
    if on_athena and _has_double_colon(sql) and re.search(r"SYNTAX_ERROR|mismatched input|::", text):
        return Reason("`::` is no cast on Athena", "cast(... as type)", everywhere=True)
    if not on_athena and (hidden := _HIDDEN.search(text)):
        return Reason(f"{hidden[1]} is a hidden column of Athena's", _MACRO)
    if guessed and _GUESSED.search(text):
        said = re.sub(r"\bline \d+:\d+: ", "", text)  # many models say the same, each in a place of its own
        return Reason(f"columns and types of its sources are guessed: {_short(said, _LONGEST)}", _COLUMNS)
    rules: tuple[_Rule, ...] = (*(_ON_ATHENA if on_athena else _ON_DUCKDB), _NO_TABLE)
    for rule in rules:
        if reason := rule.reason(text):
            return reason
    return Reason(_short(text, _LONGEST), "see the message" if text else "see .lakeloop/adopt")


def _plain(message: str) -> str:
    """dbt's message without the lines that name its kind, the node and the node's file."""
    lines = [line.strip() for line in message.strip().splitlines()]
    if lines and re.fullmatch(r"\w+ Error( in .*)?", lines[0]):
        lines = lines[1:]
    return "\n".join(line for line in lines if line and not line.startswith("compiled code at"))


def _short(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _has_double_colon(sql: str) -> bool:
    """Whether ``::`` stands in the SQL outside of texts and comments."""
    bare = re.sub(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", "", sql, flags=re.DOTALL)
    return "::" in bare
