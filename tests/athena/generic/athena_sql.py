"""The suites of dbt-tests-adapter prepare their tables in PostgreSQL's words; the same in Athena's.

Only what the suites say is known here. Whatever a test prepares becomes an Iceberg table, because suites go on to
UPDATE and DELETE in it, which Athena does for Iceberg only.
"""

import re
from collections.abc import Iterator

# (what the suites write, what Athena takes), in this order; a column's type in DDL is Hive's, in a query Trino's.
_DDL_TYPES = (
    (r"\b(character varying|varchar|text)\b(\(\d+\))?", "string"),
    (r"\btimestamp without time zone\b", "timestamp"),
    (r"\binteger\b", "int"),
)
_QUERY = (
    (r"\b(\w+)::text\b", r"cast(\1 as varchar)"),
    (r"\bnull::timestamp\b", "cast(null as timestamp)"),
    (r"(?<!timestamp )'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)'", r"timestamp '\1'"),
    (r"(?<!date )(?<!date\()(?<!cast\()'(\d{4}-\d\d-\d\d)'", r"date '\1'"),
    (r"\bmd5\(id \|\|", "md5(cast(id as varchar) ||"),
    (r"\bmd5\((.*)\) as", r"to_hex(md5(to_utf8(\1))) as"),
    (r"\bleft\((\w+), (\d+)\)", r"substr(\1, 1, \2)"),
    (r"\bilike\b", "like"),
)
_CREATE = re.compile(r'create table\s+(?P<name>[\w."]+)\s*\((?P<columns>.*)\)\s*$', re.IGNORECASE | re.DOTALL)
_CREATE_AS = re.compile(r'create table\s+(?P<name>[\w."]+)\s+as\b(?P<query>.*)$', re.IGNORECASE | re.DOTALL)
_ADD_COLUMN = re.compile(
    r'alter table\s+(?P<name>[\w."]+)\s+add column (?P<column>\w+) (?P<type>[\w ]+?)(\(\d+\))?( default .*)?$',
    re.IGNORECASE | re.DOTALL,
)
_DROP = re.compile(r'drop table if exists\s+(?P<name>[\w."]+)\s*$', re.IGNORECASE)


def _replace(text: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    return text


def _table(name: str) -> tuple[str, str]:
    """Schema and table of a name of two or three parts: DDL takes no catalog."""
    return tuple(name.replace('"', "").split(".")[-2:])


def statements(script: str, data: str) -> Iterator[str]:
    """The statements of *script*; tables are put below the S3 folder *data*."""
    script = re.sub(r"--.*", "", script)
    for statement in filter(None, (part.strip() for part in script.split(";"))):
        yield _statement(statement, data)


def _statement(text: str, data: str) -> str:
    if created := _CREATE_AS.match(text):
        schema, table = _table(created["name"])
        return (
            f"create table {created['name']} with (table_type = 'iceberg', is_external = false, "
            f"location = '{data}prepared/{schema}/{table}') as{_replace(created['query'], _QUERY)}"
        )
    if created := _CREATE.match(text):
        schema, table = _table(created["name"])
        return (
            f"create table `{schema}`.`{table}` ({_replace(created['columns'], _DDL_TYPES)}) "
            f"location '{data}prepared/{schema}/{table}' tblproperties ('table_type' = 'iceberg')"
        )
    if added := _ADD_COLUMN.match(text):
        schema, table = _table(added["name"])
        return f"alter table `{schema}`.`{table}` add columns ({added['column']} {_replace(added['type'], _DDL_TYPES)})"
    if dropped := _DROP.match(text):
        schema, table = _table(dropped["name"])
        return f"drop table if exists `{schema}`.`{table}`"
    return _replace(text, _QUERY)
