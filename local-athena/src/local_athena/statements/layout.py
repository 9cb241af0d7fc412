"""SHOW CREATE VIEW's text, which Trino lays out anew; what cannot be printed exactly is shown as it was written.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/rewrite/ShowQueriesRewrite.java
"""

from __future__ import annotations

import re

from local_athena.dialect.layout import laid_out
from local_athena.dialect.parsing.reserved import WORDS
from local_athena.model import TableName

_PLAIN = re.compile(r"[a-z_][a-z0-9_@:]*")


def create_view(name: TableName, query: str) -> list[str]:
    """The lines of a statement that makes the view again."""
    head = f"CREATE VIEW {_identifier(name.database)}.{_identifier(name.table)} AS"
    return [head, *(laid_out(query) or query).split("\n")]


def _identifier(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.upper() not in WORDS
    return name if plain else '"' + name.replace('"', '""') + '"'
