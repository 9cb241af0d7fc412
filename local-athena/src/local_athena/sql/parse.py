"""A statement's text to its dataclass. Athena has two parsers, Hive's for DDL and Trino's for the rest; so has this."""

from __future__ import annotations

from dataclasses import replace

from sqlglot.tokenizer_core import TokenType

from local_athena.errors import InvalidRequest, NotSupported
from local_athena.sql import refused, trino
from local_athena.sql import statements as s
from local_athena.sql.hive import parse_hive
from local_athena.sql.tokens import Cursor, leading_words, skip_comments

_QUERY = {"SELECT", "WITH", "VALUES", "TABLE", "("}
_MODIFY = {"INSERT", "UPDATE", "DELETE", "MERGE"}
_HIVE = {"ALTER", "SHOW", "DESCRIBE", "DESC", "MSCK"}
_REFUSED = {
    "GRANT": "GRANT", "REVOKE": "REVOKE", "ANALYZE": "ANALYZE", "TRUNCATE": "TRUNCATE TABLE", "USING": "USING EXTERNAL FUNCTION",
    "CALL": "CALL", "REFRESH": "REFRESH", "COMMENT": "COMMENT ON", "SET": "SET SESSION", "RESET": "RESET SESSION", "USE": "USE",
    "IMPORT": "IMPORT", "EXPORT": "EXPORT", "LOCK": "LOCK", "LOAD": "LOAD DATA", "START": "START TRANSACTION", "COMMIT": "COMMIT",
    "ROLLBACK": "ROLLBACK", "PREPARE": "PREPARE inside the engine", "EXECUTE": "EXECUTE inside the engine",
    "DEALLOCATE": "DEALLOCATE inside the engine",
}  # fmt: skip
_SHOW_REFUSED = {"FUNCTIONS", "GRANT", "GRANTS", "ROLES", "SESSION", "STATS", "CATALOGS", "CURRENT"}


def parse_statement(sql: str) -> s.Statement:
    """The one statement in *sql*, which may begin with comments and end with a semicolon.

    :raises InvalidRequest: for what Athena refuses when a query is started.
    :raises HiveSyntaxError: for DDL that Hive's parser does not read.
    :raises NotSupported: for statements that exist and are not offered.
    """
    sql = _without_semicolon(sql)
    words = leading_words(sql, 3)
    first, second = [*words, "", ""][:2]
    if first in _QUERY:
        return s.Query(trino.parse_query(sql, skip_comments(sql)))
    if first in _MODIFY:
        return trino.parse_modify(sql)
    if first == "CREATE":
        return _create(sql, second)
    if first == "DROP":
        return trino.parse_drop_view(sql) if second == "VIEW" else _hive(sql)
    if first == "SHOW" and second in _SHOW_REFUSED:
        raise NotSupported(f"SHOW {second}")
    if first in _HIVE:
        return _altered(sql) if (first, second) == ("ALTER", "TABLE") else _shown(sql, first, second)
    if first == "UNLOAD":
        return trino.parse_unload(sql)
    if first == "EXPLAIN":
        options, start = trino.explain_head(sql)
        statement = parse_statement(" " * start + sql[start:])
        return s.Explain(
            statement, "ANALYZE" in options, options.get("FORMAT", "TEXT"), options.get("TYPE", "DISTRIBUTED")
        )
    if first in ("OPTIMIZE", "VACUUM"):
        if wrong := refused.quoted_name(sql):
            raise wrong
        return trino.parse_maintenance(sql)
    if first in _REFUSED:
        raise NotSupported(_REFUSED[first])
    start = skip_comments(sql)
    found = sql[start:].split(maxsplit=1)[0] if sql[start:].strip() else "<EOF>"
    raise refused.unexpected_statement(sql, start, "/" if found.startswith("/*") else found)


def _hive(sql: str) -> s.Statement:
    if wrong := refused.quoted_name(sql):
        raise wrong
    return parse_hive(sql)


def _altered(sql: str) -> s.Statement:
    refused.check_alter(sql)
    return _hive(sql)


def _shown(sql: str, first: str, second: str) -> s.Statement:
    """SHOW, DESCRIBE and MSCK. A view's name may stand in double quotes, so DESCRIBE and SHOW COLUMNS look for it first."""
    refused.check_parts(sql)
    wrong = refused.quoted_name(sql)
    if wrong is None or (first, second) == ("SHOW", "COLUMNS") or first in ("DESCRIBE", "DESC"):
        statement = parse_hive(_backticked(sql) if first in ("SHOW", "DESCRIBE", "DESC") else sql)
        if wrong is not None and isinstance(statement, s.Describe | s.ShowColumns):
            return replace(statement, refusal=str(wrong))
        return statement
    raise wrong


def _create(sql: str, second: str) -> s.Statement:
    if second in ("OR", "VIEW"):
        return trino.parse_create_view(sql)
    if second == "TABLE" and _is_create_as(sql):
        return trino.parse_create_as(sql)
    if second in ("TABLE", "EXTERNAL", "SCHEMA", "DATABASE"):
        refused.check_create(sql)
        return _hive(sql)
    raise NotSupported(f"CREATE {second}".strip())


def _is_create_as(sql: str) -> bool:
    """Whether WITH or AS follows the table's name, or a list of bare names; Hive's CREATE TABLE has columns with types there."""
    try:
        cursor = Cursor(sql, "hive" if "`" in sql.partition("(")[0] else "trino")
    except InvalidRequest:  # a quote behind a backslash, which is Hive's
        return False
    cursor.expect("CREATE", "TABLE")
    cursor.accept("IF", "NOT", "EXISTS")
    cursor.name()
    if cursor.accept("("):
        while cursor.token is not None and not cursor.accept(")"):
            cursor.at += 1
            if not (cursor.accept(",") or cursor.ahead(")")):
                return False
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
