"""SHOW CREATE VIEW's text, which Trino lays out anew.

Only the plainest queries, columns of one table, are laid out here; any other is shown as it was written:
https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/SqlFormatter.java
"""

from __future__ import annotations

import re

from sqlglot import exp

from local_athena.dialect.parsing.reserved import WORDS
from local_athena.errors import AthenaError, InvalidRequest
from local_athena.model import TableName
from local_athena.sql.trino import parse_query

_PLAIN = re.compile(r"[a-z_][a-z0-9_@:]*")


def create_view(name: TableName, query: str) -> list[str]:
    """The lines of a statement that makes the view again."""
    head = f"CREATE VIEW {_identifier(name.database)}.{_identifier(name.table)} AS"
    return [head, *(_laid_out(query) or query.split("\n"))]


def _identifier(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.upper() not in WORDS
    return name if plain else '"' + name.replace('"', '""') + '"'


def _laid_out(query: str) -> list[str] | None:
    try:
        tree = parse_query(query, 0)
    except (AthenaError, InvalidRequest):
        return None
    if not isinstance(tree, exp.Select) or tree.comments or {key for key, given in tree.args.items() if given} != {
        "expressions", "from_"
    }:  # fmt: skip
        return None
    table = tree.args["from_"].this
    items = [_item(item) for item in tree.expressions]
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier) or not all(items):
        return None
    if {key for key, given in table.args.items() if given} - {"this", "db", "catalog"}:
        return None
    select = (
        [f"SELECT {items[0]}"] if len(items) == 1 else ["SELECT", f"  {items[0]}", *(f", {item}" for item in items[1:])]
    )
    return [*select, "FROM", f"  {table.sql(dialect='trino')}"]


def _item(item: exp.Expr) -> str | None:
    alias = ""
    if isinstance(item, exp.Alias):
        item, alias = item.this, f" {item.args['alias'].sql(dialect='trino')}"
    if isinstance(item, exp.Star) and not any(item.args.values()):
        return "*"
    return f"{item.sql(dialect='trino')}{alias}" if isinstance(item, exp.Column) else None
