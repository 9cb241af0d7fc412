"""PREPARE, EXECUTE and DEALLOCATE PREPARE: the statements that concern a workgroup's prepared statements.

https://docs.aws.amazon.com/athena/latest/ug/sql-prepare.html
"""

from __future__ import annotations

import re
from typing import Protocol

from local_athena.dialect.parsing import recognizer
from local_athena.errors import AthenaError, InvalidRequest, Unprepared
from local_athena.model import Outcome
from local_athena.queries.parameters import argument
from local_athena.queries.text import bind, first_word, has_parameters, split_arguments, strip

_NAME = r'(?P<name>"[^"]+"|[A-Za-z_][\w@:]*)'
_PREPARE = re.compile(rf"prepare\s+{_NAME}\s+from\s+(?P<sql>.+)", re.I | re.S)
_EXECUTE = re.compile(rf"execute\s+{_NAME}(?:\s+using\s+(?P<arguments>.+))?", re.I | re.S)
_DEALLOCATE = re.compile(rf"deallocate\s+prepare\s+{_NAME}", re.I | re.S)
_UNPREPARED = ("prepare", "execute", "deallocate")
"""Statements that cannot be prepared.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/execution/PrepareTask.java
"""
_PREPARED = ("select", "with", "values", "table", "insert", "unload", "update", "delete", "merge")


class PreparedStatements(Protocol):
    """The prepared statements of a workgroup."""

    name: str

    def find(self, name: str) -> str | None:
        """The SQL of prepared statement *name*."""

    def keep(self, name: str, sql: str) -> None:
        """Create or replace prepared statement *name*."""

    def remove(self, name: str) -> bool:
        """Delete prepared statement *name*; says whether there was one."""


def _check(sql: str) -> None:
    """Have Trino's parser read the whole text, but for statements whose every form it does not know.

    :raises InvalidRequest: where it refuses it.
    """
    prepared = _PREPARE.fullmatch(strip(sql))
    if prepared is None or first_word(prepared["sql"]) in _PREPARED:
        refusal = recognizer.refusal(sql, "any_statement")
        if refusal is not None:
            raise InvalidRequest(refusal)


def resolve(sql: str, parameters: tuple[str, ...], statements: PreparedStatements) -> str | Outcome:
    """*sql* with its parameters bound, ready for the engine; or what was carried out here, with nothing left for it."""
    word = first_word(sql)
    if word in _UNPREPARED:
        _check(sql)
    if word == "execute" and (match := _EXECUTE.fullmatch(strip(sql))):
        name = match["name"].strip('"')
        prepared = statements.find(name)
        if prepared is None:
            raise Unprepared(name, statements.name)
        arguments = match["arguments"]
        return bind(prepared, split_arguments(arguments) if arguments else [*map(argument, parameters)])
    if word == "prepare" and (match := _PREPARE.fullmatch(strip(sql))):
        if (kind := first_word(match["sql"])) in _UNPREPARED:
            raise AthenaError("NOT_SUPPORTED", f"Invalid statement type for prepared statement: {kind.upper()}")
        statements.keep(match["name"].strip('"'), match["sql"])
        return Outcome("DDL", "PREPARE", lines=[])
    if word == "deallocate" and (match := _DEALLOCATE.fullmatch(strip(sql))):
        name = match["name"].strip('"')
        if not statements.remove(name):
            raise Unprepared(name, statements.name)
        return Outcome("DDL", "DEALLOCATE", lines=[])
    # Athena ignores them where nothing asks for one.
    return bind(sql, [*map(argument, parameters)]) if parameters and has_parameters(sql) else sql
