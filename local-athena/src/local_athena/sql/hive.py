"""Hive's DDL: ALTER, DROP, SHOW, DESCRIBE, MSCK and schemas.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot.tokenizer_core import TokenType

from local_athena.sql import statements as s
from local_athena.sql.create_table import create_table, hive_column, hive_columns, property_list
from local_athena.sql.tokens import Cursor, position


def parse_hive(sql: str) -> s.Statement:
    """The statement in *sql*.

    :raises HiveSyntaxError: in Hive's words.
    """
    cursor = Cursor(sql, "hive")
    keyword = cursor.word
    parsers: dict[str, Callable[[Cursor], s.Statement]] = {
        "CREATE": _create, "DROP": _drop, "ALTER": _alter, "SHOW": _show, "DESCRIBE": _describe, "DESC": _describe, "MSCK": _repair,
    }  # fmt: skip
    if keyword not in parsers:
        cursor.fail("a statement")
    cursor.at += 1
    statement = parsers[keyword](cursor)
    cursor.end()
    return statement


def _create(cursor: Cursor) -> s.Statement:
    if cursor.accept("SCHEMA") or cursor.accept("DATABASE"):
        if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
        (name,) = cursor.name(1)
        comment = cursor.string() if cursor.accept("COMMENT") else None
        location = cursor.string() if cursor.accept("LOCATION") else None
        properties = property_list(cursor) if cursor.accept("WITH", "DBPROPERTIES") else {}
        return s.CreateSchema(name, if_not_exists, comment, location, properties)
    return create_table(cursor)


def _drop(cursor: Cursor) -> s.Statement:
    if cursor.accept("SCHEMA") or cursor.accept("DATABASE"):
        if_exists = cursor.accept("IF", "EXISTS")
        (name,) = cursor.name(1)
        cascade = cursor.accept("CASCADE")
        if not cascade:
            cursor.accept("RESTRICT")
        return s.DropSchema(name, if_exists, cascade)
    if cursor.accept("VIEW"):
        if_exists = cursor.accept("IF", "EXISTS")
        return s.DropView(cursor.name(), if_exists)
    cursor.expect("TABLE")
    if_exists = cursor.accept("IF", "EXISTS")
    table = cursor.name()
    cursor.accept("PURGE")
    return s.DropTable(table, if_exists)


def _alter(cursor: Cursor) -> s.Statement:
    if cursor.accept("DATABASE") or cursor.accept("SCHEMA"):
        name = cursor.identifier()
        cursor.expect("SET", "DBPROPERTIES")
        return s.SetSchemaProperties(name, property_list(cursor))
    if not cursor.accept("VIEW"):
        cursor.expect("TABLE")
    table = cursor.name()
    partition = _partition_spec(cursor) if cursor.accept("PARTITION") else ()
    if cursor.accept("ADD"):
        return _alter_add(cursor, table, partition)
    if cursor.accept("REPLACE", "COLUMNS"):
        return s.ReplaceColumns(table, hive_columns(cursor, "add column statement"), partition)
    if cursor.accept("CHANGE"):
        return _change_column(cursor, table, partition)
    if cursor.accept("RENAME", "TO"):
        if partition:
            cursor.expect("PARTITION")
            return s.RenamePartition(table, partition, _partition_spec(cursor))
        return s.RenameTable(table, cursor.name())
    if partition:
        cursor.expect("SET", "LOCATION")
        return s.SetLocation(table, cursor.string(), partition)
    if cursor.accept("DROP"):
        return _alter_drop(cursor, table)
    if cursor.accept("UNSET", "TBLPROPERTIES"):
        if_exists = cursor.accept("IF", "EXISTS")
        return s.UnsetProperties(table, cursor.list(cursor.string), if_exists)
    cursor.expect("SET")
    if cursor.accept("LOCATION"):
        return s.SetLocation(table, cursor.string())
    cursor.expect("TBLPROPERTIES")
    return s.SetProperties(table, property_list(cursor))


def _alter_add(cursor: Cursor, table: s.Parts, partition: s.PartitionSpec) -> s.Statement:
    if cursor.accept("COLUMNS"):
        columns = hive_columns(cursor, "add column statement")
        if not cursor.accept("CASCADE"):
            cursor.accept("RESTRICT")
        return s.AddColumns(table, columns, partition)
    if partition:
        cursor.fail("COLUMNS")
    if_not_exists = cursor.accept("IF", "NOT", "EXISTS")
    partitions = []
    while cursor.accept("PARTITION"):
        spec = _partition_spec(cursor)
        partitions.append((spec, cursor.string() if cursor.accept("LOCATION") else None))
    if not partitions:
        cursor.fail("PARTITION")
    return s.AddPartitions(table, tuple(partitions), if_not_exists)


def _alter_drop(cursor: Cursor, table: s.Parts) -> s.Statement:
    if cursor.ahead("COLUMN"):
        refusal = _no_partition(cursor)
        cursor.expect("COLUMN")
        return s.DropColumn(table, cursor.own_name("column specification"), refusal)
    if_exists = cursor.accept("IF", "EXISTS")
    specs = []
    while cursor.accept("PARTITION"):
        specs.append(cursor.list(lambda: _comparison(cursor)))
        cursor.accept(",")
    if not specs:
        cursor.fail("PARTITION")
    cursor.accept("PURGE")
    return s.DropPartitions(table, tuple(specs), if_exists)


def _no_partition(cursor: Cursor) -> tuple[str, str]:
    """DROP COLUMN in the words of a parser that knows DROP PARTITION (#208, #244):
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md
    """
    drop, column = (cursor.sql[token.start : token.end + 1] for token in cursor.tokens[cursor.at - 1 : cursor.at + 1])
    line, place = position(*cursor.squeezed())
    found = f"mismatched input '{column}' expecting"
    return (
        f"ParseException line {line}:{place - 1} {found} PARTITION near '{drop}' in drop partition statement",
        f"line {line}:{place}: {found} 'PARTITION'",
    )


def _change_column(cursor: Cursor, table: s.Parts, partition: s.PartitionSpec) -> s.ChangeColumn:
    cursor.accept("COLUMN")
    old = cursor.own_name("column specification")
    new = hive_column(cursor)
    position = None
    if cursor.accept("FIRST"):
        position = ""
    elif cursor.accept("AFTER"):
        position = cursor.identifier()
    return s.ChangeColumn(table, old, new, position, partition)


def _partition_spec(cursor: Cursor) -> s.PartitionSpec:
    def item() -> tuple[str, str | None]:
        column = cursor.identifier()
        cursor.expect("=")
        return column, cursor.literal()

    return cursor.list(item)


def _comparison(cursor: Cursor) -> s.PartitionPredicate:
    column = cursor.identifier()
    operator = cursor.word
    if operator not in ("=", "<", ">", "<=", ">=", "<>", "!="):
        cursor.fail("=")
    cursor.at += 1
    return s.PartitionPredicate(column, operator, cursor.literal())


def _show(cursor: Cursor) -> s.Statement:
    if cursor.accept("DATABASES") or cursor.accept("SCHEMAS"):
        return s.ShowDatabases(_like(cursor))
    if cursor.accept("TABLES"):
        return s.ShowTables(_in_schema(cursor), _like(cursor))
    if cursor.accept("VIEWS"):
        return s.ShowViews(_in_schema(cursor), _like(cursor))
    if cursor.accept("COLUMNS"):
        if not cursor.accept("FROM"):
            cursor.expect("IN")
        table = cursor.name()
        if cursor.accept("FROM") or cursor.accept("IN"):
            table = (cursor.identifier(), table[-1])
        return s.ShowColumns(table)
    if cursor.accept("PARTITIONS"):
        return s.ShowPartitions(cursor.name())
    if cursor.accept("TBLPROPERTIES"):
        table = cursor.name()
        return s.ShowTblProperties(table, cursor.list(cursor.string)[0] if cursor.ahead("(") else None)
    cursor.expect("CREATE")
    if cursor.accept("VIEW"):
        return s.ShowCreate("VIEW", cursor.name())
    cursor.expect("TABLE")
    return s.ShowCreate("TABLE", cursor.name())


def _in_schema(cursor: Cursor) -> s.Parts:
    return cursor.name(2) if cursor.accept("IN") or cursor.accept("FROM") else ()


def _like(cursor: Cursor) -> str | None:
    cursor.accept("LIKE")
    return None if cursor.done else cursor.string()


def _describe(cursor: Cursor) -> s.Describe:
    view = cursor.accept("VIEW")
    formatted, extended = cursor.accept("FORMATTED"), cursor.accept("EXTENDED")
    table = cursor.name()
    partition = _partition_spec(cursor) if cursor.accept("PARTITION") else ()
    column, path = None if cursor.done else cursor.identifier(), list[str]()
    while cursor.accept("."):
        path.append(_inside(cursor))
    return s.Describe(table, formatted, extended, column, tuple(path), partition, view)


def _inside(cursor: Cursor) -> str:
    """The name of a field, or Hive's sign for an array's elements, a map's keys or its values; AWS's page has these in quotes.

    https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
    """
    for sign in ("ELEM", "KEY", "VALUE"):
        if cursor.accept("$", sign, "$"):
            return f"${sign.lower()}$"
    token = cursor.token
    if (
        token is not None
        and token.token_type == TokenType.STRING
        and token.text.lower() in ("$elem$", "$key$", "$value$")
    ):
        cursor.at += 1
        return token.text.lower()
    return cursor.identifier()


def _repair(cursor: Cursor) -> s.RepairTable:
    cursor.expect("REPAIR", "TABLE")
    return s.RepairTable(cursor.name())
