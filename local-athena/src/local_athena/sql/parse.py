"""A statement's text to its dataclass. Athena has two parsers, Hive's for DDL and Trino's for the rest; so has this."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlglot.tokenizer_core import TokenType

from local_athena.errors import InvalidRequest, NotSupported
from local_athena.sql import refused, trino, unsupported
from local_athena.sql import statements as s
from local_athena.sql.hive import parse_hive
from local_athena.sql.tokens import Cursor, HiveSyntaxError, leading_words, skip_comments

_QUERY = {"SELECT", "WITH", "VALUES", "TABLE", "("}
_MODIFY = {"INSERT", "UPDATE", "DELETE", "MERGE"}
_HIVE = {"ALTER", "SHOW", "DESCRIBE", "DESC", "MSCK"}
_ELSEWHERE = {
    "USING": "USING EXTERNAL FUNCTION", "PREPARE": "PREPARE inside the engine", "EXECUTE": "EXECUTE inside the engine",
    "DEALLOCATE": "DEALLOCATE inside the engine",
}  # fmt: skip
"""Statements that Athena runs and local Athena, or this part of it, does not."""
_COLUMNS = re.compile(
    r" in (?:table name|column specification|(?:column|list|map|struct) type|primitive type specification)$"
)
"""The rules of Hive's grammar that read the names and types of a CREATE TABLE."""


def parse_statement(sql: str) -> s.Statement:
    """The one statement in *sql*, which may begin with comments and end with a semicolon.

    :raises InvalidRequest: for what Athena refuses when a query is started.
    :raises HiveSyntaxError: for DDL that Hive's parser does not read.
    :raises NotSupported: for statements that exist and are not offered.
    """
    sql = _without_semicolon(sql)
    words = leading_words(sql, 3)
    first, second = [*words, "", ""][:2]
    if (refused_type := unsupported.not_run(sql)) is not None:
        raise refused_type
    if first in _QUERY:
        return s.Query(trino.parse_query(sql, skip_comments(sql)))
    if first in _MODIFY:
        return trino.parse_modify(sql)
    if first == "CREATE":
        return _create(sql, second)
    if first == "DROP":
        return trino.parse_drop_view(sql) if second == "VIEW" else _hive(sql)
    if (first, second) == ("SHOW", "FUNCTIONS"):
        if unsupported.is_trinos(sql):
            raise NotSupported("SHOW FUNCTIONS")
        raise unsupported.as_trino_reads(sql)
    if first in _HIVE:
        return _altered(sql) if (first, second) == ("ALTER", "TABLE") else _shown(sql, first, second)
    if first == "UNLOAD":
        return trino.parse_unload(sql)
    if first == "EXPLAIN":
        options, start = trino.explain_head(sql)
        statement = parse_statement(trino.blank(sql[:start]) + sql[start:])
        return s.Explain(
            statement, "ANALYZE" in options, options.get("FORMAT", "TEXT"), options.get("TYPE", "DISTRIBUTED")
        )
    if first in ("OPTIMIZE", "VACUUM"):
        if wrong := refused.quoted_name(sql):
            raise wrong
        return trino.parse_maintenance(sql)
    if first in _ELSEWHERE:
        raise NotSupported(_ELSEWHERE[first])
    start = skip_comments(sql)
    found = sql[start:].split(maxsplit=1)[0] if sql[start:].strip() else "<EOF>"
    raise refused.unexpected_statement(sql, start, "/" if found.startswith("/*") else found)


def _hive(sql: str) -> s.Statement:
    if wrong := refused.quoted_name(sql):
        raise wrong
    return _read_by_hive(sql, sql)


def _read_by_hive(sql: str, text: str) -> s.Statement:
    """The statement in *text*, which is *sql* as Hive reads it. What Trino's grammar alone reads is not run."""
    try:
        return parse_hive(text)
    except HiveSyntaxError:
        if leading_words(sql, 2)[1:] != ["TABLE"] and unsupported.is_trinos(sql):
            raise unsupported.as_trino_reads(sql) from None
        raise


def _altered(sql: str) -> s.Statement:
    refused.check_alter(sql)
    return _hive(sql)


def _shown(sql: str, first: str, second: str) -> s.Statement:
    """SHOW, DESCRIBE and MSCK. A view's name may stand in double quotes, so DESCRIBE and SHOW COLUMNS look for it first."""
    refused.check_parts(sql)
    wrong = refused.quoted_name(sql)
    if wrong is None or (first, second) == ("SHOW", "COLUMNS") or first in ("DESCRIBE", "DESC"):
        statement = _read_by_hive(sql, _backticked(sql) if first in ("SHOW", "DESCRIBE", "DESC") else sql)
        if wrong is not None and isinstance(statement, s.Describe | s.ShowColumns):
            return replace(statement, refusal=str(wrong))
        return statement
    raise wrong


def _create(sql: str, second: str) -> s.Statement:
    if second in ("OR", "VIEW") and "VIEW" in leading_words(sql, 4):
        return trino.parse_create_view(sql)
    if second == "TABLE" and _is_create_as(sql):
        return trino.parse_create_as(sql)
    if second in ("OR", "PROTECTED", "MULTI"):
        raise NotSupported("CREATE PROTECTED MULTI DIALECT VIEW")
    refused.check_create(sql)
    try:
        return _hive(sql)
    except HiveSyntaxError as error:
        names_and_types = _COLUMNS.search(error.message)
        if second == "TABLE" and names_and_types and not refused.has_location(sql):  # told before they are looked at
            raise InvalidRequest(refused.NO_LOCATION) from None
        raise


def _is_create_as(sql: str) -> bool:
    """Whether WITH or AS follows the table's name, or a list of bare names; Hive's CREATE TABLE has columns with types there."""
    try:
        cursor = Cursor(sql, "hive" if "`" in sql.partition("(")[0] else "trino")
    except InvalidRequest:  # a quote behind a backslash, which is Hive's
        return False
    cursor.expect("CREATE", "TABLE")
    cursor.accept("IF", "NOT", "EXISTS")
    cursor.name()
    bare = cursor.accept("(")
    while bare and not cursor.accept(")"):
        cursor.at += 1
        bare = cursor.accept(",") or cursor.ahead(")")
    if cursor.accept("COMMENT"):
        cursor.at += 1
    return cursor.ahead("WITH", "(") or cursor.ahead("AS")


def _backticked(sql: str) -> str:
    """SHOW and DESCRIBE are read by either parser: names in double quotes become names in backticks."""
    if '"' not in sql:
        return sql
    cursor = Cursor(sql, "trino")
    text = [*sql]
    for token in cursor.tokens:
        if token.token_type == TokenType.IDENTIFIER and sql[token.start] == '"':
            text[token.start] = text[token.end] = "`"
    return "".join(text)


def _without_semicolon(sql: str) -> str:
    """The text up to the semicolon that ends it; only comments may follow."""
    if ";" not in sql:
        return sql
    at = len(sql)
    while (at := sql.rfind(";", 0, at)) >= 0:
        rest = sql[at + 1 :]
        if skip_comments(rest) != len(rest):
            return sql
        # A semicolon inside a trailing comment ends nothing: the one that counts has no comment sign before it on its line.
        if "--" not in sql[sql.rfind("\n", 0, at) + 1 : at]:
            return sql[:at].rstrip().removesuffix(";")
        return sql
    return sql
