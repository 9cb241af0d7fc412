"""Trino's statements: queries, CTAS, views, INSERT, MERGE, UNLOAD, EXPLAIN, OPTIMIZE and VACUUM.

The heads are read here, because sqlglot drops properties or leaves the statement opaque; the query inside goes to
``dialect.parse`` with the head blanked out, so that lines and columns in messages are those of the whole text.

https://docs.aws.amazon.com/athena/latest/ug/dml-queries-functions-operators.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from local_athena import dialect
from local_athena.dialect.parsing import recognizer
from local_athena.errors import AthenaError, InvalidRequest, NotSupported
from local_athena.sql import statements as s
from local_athena.sql.tokens import Cursor, position

_ENDS_IN_FROM = re.compile(r"\bfrom\s*\Z", re.IGNORECASE)
"""A query without its tables, for which Athena has words of its own (#6, #240):
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md"""


def blank(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)


def parse_tree(sql: str, start: int = 0, end: int | None = None, rule: str = "statement") -> exp.Expression:
    """The tree of one part of the text, with positions of the whole.

    :raises InvalidRequest: as Athena refuses a syntax error when the query is started.
    """
    try:
        return dialect.parse(blank(sql[:start]) + sql[start:end], rule)
    except AthenaError as error:
        if error.code != "SYNTAX_ERROR":
            raise
        if _ENDS_IN_FROM.search(sql[start:end]):
            raise InvalidRequest("Queries of this type are not supported", "INVALID_INPUT") from error
        raise InvalidRequest(error.message) from error


def parse_query(sql: str, start: int = 0, end: int | None = None, rule: str = "query") -> exp.Expression:
    """A tree that returns rows.

    :raises InvalidRequest: when it is another statement.
    """
    tree = parse_tree(sql, start, end, rule)
    if not isinstance(tree, exp.Query | exp.Values | exp.Table):
        line, column = position(sql, start)
        found = sql[start:end].split(maxsplit=1)[0] if sql[start:end].strip() else "<EOF>"
        raise InvalidRequest(
            f"line {line}:{column}: mismatched input '{found}'. Expecting: '(', 'SELECT', 'TABLE', 'VALUES', <query>"
        )
    if any(table.catalog.lower() == "system" for table in tree.find_all(exp.Table)):
        # Trino's own tables, as system.runtime.queries (#6):
        # https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md
        raise InvalidRequest("Queries of this type are not supported", "INVALID_INPUT")
    return tree


def parse_modify(sql: str) -> s.Statement:
    """INSERT, UPDATE, DELETE or MERGE."""
    tree = parse_tree(sql)
    if isinstance(tree, exp.Insert):
        target, columns = tree.this, None
        if isinstance(target, exp.Schema):
            columns = tuple(column.name.lower() for column in target.expressions)
            target = target.this
        query = tree.expression
        if tree.args.get("with_"):
            raise InvalidRequest("line 1:1: mismatched input 'WITH'. Expecting: a query after INSERT INTO")
        if isinstance(query, exp.Subquery) and not query.args.get("alias"):
            query = query.this if isinstance(query.this, exp.Query | exp.Values) else query
        return s.Insert(table_parts(target), columns, query)
    kinds: dict[type[exp.Expression], Literal["UPDATE", "DELETE", "MERGE"]] = {
        exp.Update: "UPDATE", exp.Delete: "DELETE", exp.Merge: "MERGE",
    }  # fmt: skip
    if type(tree) not in kinds:
        raise InvalidRequest(
            f"line 1:1: mismatched input '{sql.split()[0]}'. Expecting: 'INSERT', 'UPDATE', 'DELETE', 'MERGE'"
        )
    _check_modify(tree)
    return s.Modify(kinds[type(tree)], table_parts(tree.this), tree)


def _check_modify(tree: exp.Expression) -> None:
    """Trino's grammar: the target of UPDATE and DELETE has no alias, and what is set or inserted is a column's bare name.

    :raises InvalidRequest: for anything else.
    """
    alias = tree.this.args.get("alias")
    if alias is not None and not isinstance(tree, exp.Merge):
        expected = "'SET'" if isinstance(tree, exp.Update) else "'WHERE', <EOF>"
        raise _unexpected(alias.this, alias.name, expected)
    if alias is not None and alias.columns:
        raise _unexpected(alias.columns[0], "(", "'USING'", before=True)
    settings = [e.this for e in tree.expressions] if isinstance(tree, exp.Update) else []
    named: list[exp.Expression] = []
    for when in tree.find_all(exp.When):
        then = when.args.get("then")
        if isinstance(then, exp.Update):
            settings += [e.this for e in then.expressions]
        elif isinstance(then, exp.Insert) and isinstance(then.this, exp.Tuple):
            named += then.this.expressions
    for column, expected in (*((c, "'='") for c in settings), *((c, "')', ','") for c in named)):
        if isinstance(column, exp.Tuple):
            raise _unexpected(column.expressions[0].find(exp.Identifier) or column, "(", "<identifier>", before=True)
        if isinstance(column, exp.Column) and len(column.parts) > 1:
            raise _unexpected(column.parts[0], ".", expected, behind=True)


def _unexpected(
    node: exp.Expr, found: str, expected: str, *, behind: bool = False, before: bool = False
) -> InvalidRequest:
    """The sign *found* behind or before *node*, or *node* itself, stands where *expected* should."""
    meta = node.meta
    line, end = meta.get("line", 1), meta.get("col", 1)
    column = end + 1 if behind else end - len(node.name) + (not before)
    return InvalidRequest(f"line {line}:{column}: mismatched input '{found}'. Expecting: {expected}")


def table_parts(table: exp.Expression) -> s.Parts:
    """The parts of a table reference in a tree, lower case."""
    if not isinstance(table, exp.Table):
        raise InvalidRequest(f"line 1:1: mismatched input '{table.sql(dialect='trino')}'. Expecting: a table's name")
    return tuple(part.name.lower() for part in table.parts)


def parse_create_as(sql: str) -> s.CreateTableAs:
    """``CREATE TABLE [IF NOT EXISTS] t [(columns)] [WITH (...)] AS query [WITH [NO] DATA]``."""
    cursor = Cursor(sql, "trino")
    cursor.expect("CREATE", "TABLE")
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    table = cursor.name()
    columns = cursor.list(cursor.identifier) if cursor.ahead("(") else ()
    if cursor.ahead("COMMENT"):
        raise NotSupported("COMMENT of CREATE TABLE AS")
    properties = _properties(cursor) if cursor.accept("WITH") else {}
    cursor.expect("AS")
    start, end, with_data = cursor.offset, _statement_end(cursor), True
    words = [token.text.upper() for token in cursor.tokens[-3:]]
    if words[-2:] == ["WITH", "DATA"]:
        end = cursor.tokens[-2].start
    elif words == ["WITH", "NO", "DATA"]:
        end, with_data = cursor.tokens[-3].start, False
    return s.CreateTableAs(
        table, parse_query(sql, start, end, "created"), properties, if_not_exists, with_data, columns
    )


def _statement_end(cursor: Cursor) -> int:
    return cursor.tokens[-1].end + 1 if cursor.tokens else len(cursor.sql)


def _properties(cursor: Cursor) -> dict[str, s.Value]:
    """``(format = 'PARQUET', partitioned_by = ARRAY['a'], bucket_count = 4)``."""

    found: dict[str, s.Value] = {}

    def item() -> None:
        where = cursor.place()
        key = cursor.identifier("a property's name")
        if key in found:
            raise AthenaError("DUPLICATE_PROPERTY", f"{where}: Duplicate property: {key}")
        cursor.expect("=")
        found[key] = _value(cursor)

    cursor.list(item)
    return found


def _value(cursor: Cursor) -> s.Value:
    if cursor.accept("ARRAY"):
        cursor.expect("[")
        items: list[str] = []
        while not cursor.accept("]"):
            items.append(str(_value(cursor)))
            if not cursor.ahead("]"):
                cursor.expect(",")
        return tuple(items)
    if cursor.accept("TRUE"):
        return True
    if cursor.accept("FALSE"):
        return False
    token = cursor.token
    if token is not None and token.token_type == TokenType.NUMBER:
        cursor.at += 1
        return int(token.text) if token.text.isdigit() else float(token.text)
    if cursor.word.isidentifier():
        raise AthenaError(
            "COLUMN_NOT_FOUND", f"{cursor.place()}: Column '{cursor.word.lower()}' {dialect.errors.UNRESOLVED}"
        )
    return cursor.string("a property's value")


def parse_create_view(sql: str) -> s.CreateView:
    """``CREATE [OR REPLACE] VIEW v AS query``; the query's text is kept, because AWS stores it."""
    if message := recognizer.refusal(sql, "any_statement"):
        raise InvalidRequest(message)
    cursor = Cursor(sql, "trino")
    cursor.expect("CREATE")
    or_replace = cursor.accept("OR", "REPLACE")
    cursor.expect("VIEW") if cursor.ahead("VIEW") else cursor.fail("MATERIALIZED', 'MULTI', 'PROTECTED', 'VIEW")
    view = cursor.name()
    if cursor.ahead("COMMENT") or cursor.ahead("SECURITY"):
        raise NotSupported("COMMENT or SECURITY of CREATE VIEW")
    cursor.expect("AS")
    start, end = cursor.offset, _statement_end(cursor)
    return s.CreateView(view, sql[start:end], parse_query(sql, start, end), or_replace)


def parse_drop_view(sql: str) -> s.DropView:
    style: Literal["hive", "trino"] = "hive" if "`" in sql else "trino"
    cursor = Cursor(sql, style)
    cursor.expect("DROP", "VIEW")
    if_exists = cursor.accept("IF", "EXISTS")
    view = cursor.name()
    cursor.end()
    return s.DropView(view, if_exists)


def parse_unload(sql: str) -> s.Unload:
    """``UNLOAD (query) TO 's3://...' WITH (format = 'PARQUET', ...)``."""
    cursor = Cursor(sql, "trino")
    cursor.expect("UNLOAD", "(")
    start = cursor.offset
    depth = 1
    while depth and not cursor.done:
        depth += {"(": 1, ")": -1}.get(cursor.word, 0)
        cursor.at += 1
    end = cursor.tokens[cursor.at - 1].start
    cursor.expect("TO")
    location = cursor.string()
    properties: Mapping[str, s.Value] = _properties(cursor) if cursor.accept("WITH") else {}
    cursor.end()
    return s.Unload(parse_query(sql, start, end), location, properties)


def explain_head(sql: str) -> tuple[dict[str, str], int]:
    """The options of ``EXPLAIN [ANALYZE] [(FORMAT x, TYPE y)]`` and where the statement begins that is explained."""
    cursor = Cursor(sql, "trino")
    cursor.expect("EXPLAIN")
    options: dict[str, str] = {}
    if cursor.accept("ANALYZE"):
        options["ANALYZE"] = "1"
        cursor.accept("VERBOSE")
    if cursor.ahead("(", "FORMAT") or cursor.ahead("(", "TYPE"):
        options |= dict(cursor.list(lambda: _option(cursor)))
    return options, cursor.offset


_OPTIONS = {"FORMAT": ("GRAPHVIZ", "JSON", "TEXT"), "TYPE": ("DISTRIBUTED", "IO", "LOGICAL", "VALIDATE")}


def _option(cursor: Cursor) -> tuple[str, str]:
    name = _one_of(cursor, [*_OPTIONS])
    return name, _one_of(cursor, _OPTIONS[name])


def _one_of(cursor: Cursor, words: Sequence[str]) -> str:
    """Which of these words comes next."""
    word = cursor.word
    if word not in words:
        cursor.fail("', '".join(words))
    cursor.at += 1
    return word


def parse_maintenance(sql: str) -> s.Statement:
    """``OPTIMIZE t REWRITE DATA USING BIN_PACK [WHERE ...]`` and ``VACUUM t``."""
    cursor = Cursor(sql, "hive" if "`" in sql else "trino")
    if cursor.accept("VACUUM"):
        table = cursor.name()
        cursor.end()
        return s.Vacuum(table)
    cursor.expect("OPTIMIZE")
    table = cursor.name()
    cursor.expect("REWRITE", "DATA")
    cursor.expect("USING", "BIN_PACK")
    if not cursor.accept("WHERE"):
        cursor.end()
        return s.Optimize(table)
    start = cursor.offset
    head = "SELECT 1 WHERE "
    before = blank(sql[:start])
    # The words fit in front because OPTIMIZE's own head is longer.
    tree = parse_tree(before[: -len(head)] + head + sql[start:] if len(before) >= len(head) else head + sql[start:])
    return s.Optimize(table, cast(exp.Select, tree).args["where"].this)
