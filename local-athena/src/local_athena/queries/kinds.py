"""Types of statements as GetQueryExecution names them, read from the first words: a query that failed has them, too.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html, names as measured on AWS:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md
"""

from __future__ import annotations

from itertools import pairwise

from local_athena.queries.text import statement_type, tokens

_WORDS = {
    "SELECT": "SELECT", "WITH": "SELECT", "VALUES": "SELECT", "TABLE": "SELECT", "INSERT": "INSERT", "UPDATE": "UPDATE",
    "DELETE": "DELETE", "MERGE": "MERGE", "EXPLAIN": "EXPLAIN", "UNLOAD": "UNLOAD", "DESCRIBE": "DESCRIBE_TABLE",
    "DESC": "DESCRIBE_TABLE", "MSCK": "MSCK_REPAIR", "OPTIMIZE": "CREATE_TABLE_AS_SELECT", "VACUUM": "VACUUM_TABLE",
    "PREPARE": "PREPARE", "DEALLOCATE": "DEALLOCATE",
}  # fmt: skip
_OBJECTS = {
    "DATABASE": "DATABASE",
    "SCHEMA": "DATABASE",
    "TABLE": "TABLE",
    "EXTERNAL": "TABLE",
    "VIEW": "VIEW",
    "OR": "VIEW",
}
_SHOWN = {
    "TABLES": "SHOW_TABLES", "DATABASES": "SHOW_DATABASES", "SCHEMAS": "SHOW_DATABASES", "COLUMNS": "SHOW_COLUMNS",
    "VIEWS": "SHOW_VIEWS", "PARTITIONS": "SHOW_PARTITIONS", "TBLPROPERTIES": "SHOW_TABLE_PROPERTIES", "FUNCTIONS": "SHOW_FUNCTIONS",
}  # fmt: skip
_ALTERED = {
    ("ADD", "COLUMNS"): "ADD_COLUMN", ("ADD", "IF"): "ADD_PARTITION", ("ADD", "PARTITION"): "ADD_PARTITION",
    ("DROP", "COLUMN"): "DROP_COLUMN", ("DROP", "IF"): "DROP_PARTITION", ("DROP", "PARTITION"): "DROP_PARTITION",
    ("REPLACE", "COLUMNS"): "REPLACE_COLUMN", ("SET", "LOCATION"): "SET_LOCATION", ("SET", "TBLPROPERTIES"): "PROPERTIES",
    ("UNSET", "TBLPROPERTIES"): "UNSET_TBLPROPERTIES", ("CHANGE",): "CHANGE_COLUMN", ("RENAME",): "RENAME",
}  # fmt: skip


def kind(sql: str) -> tuple[str, str | None]:
    """StatementType and SubstatementType of *sql*; the second is None for a statement that is none."""
    words = [
        text if found == "quoted" else text.upper() for found, text in tokens(sql) if found not in ("comment", "space")
    ]
    while words and words[0] == "(":
        words.pop(0)
    first, second = [*words, "", ""][:2]
    return statement_type(sql), _sub_kind(first, second, words)


def _sub_kind(first: str, second: str, words: list[str]) -> str | None:
    if first in ("CREATE", "DROP"):
        if (first, second) == ("CREATE", "TABLE") and _is_as(words):
            return "CREATE_TABLE_AS_SELECT"
        return f"{first}_{_OBJECTS[second]}" if second in _OBJECTS else None
    if first == "SHOW":
        return f"SHOW_CREATE_{words[2]}" if second == "CREATE" and len(words) > 2 else _SHOWN.get(second)
    if first == "ALTER":
        return _altered(words)
    return _WORDS.get(first)


def _is_as(words: list[str]) -> bool:
    """Whether AS stands outside parentheses, and not in Hive's STORED AS or DEFINED AS."""
    depth = 0
    for before, word in pairwise(words):
        depth += (word == "(") - (word == ")")
        if word == "AS" and not depth and before not in ("STORED", "DEFINED"):
            return True
    return False


def _altered(words: list[str]) -> str | None:
    if words[1:2] != ["TABLE"]:
        return "ALTER_DATABASE" if words[1:2] and words[1] in ("DATABASE", "SCHEMA") else None
    at = 3
    while words[at : at + 1] == ["."]:
        at += 2
    if words[at : at + 1] == ["PARTITION"] and ")" in words[at:]:
        at = words.index(")", at) + 1
    found = _ALTERED.get((*words[at : at + 2],)) or _ALTERED.get((*words[at : at + 1],))
    return f"ALTER_TABLE_{found}" if found else None


def location(prefix: str, query_id: str, statement: str, sub_statement: str | None) -> str:
    """The URI of the result under *prefix*; that of a statement that writes rows is the stem of its other files' names."""
    if (statement, sub_statement) == ("DDL", "CREATE_TABLE_AS_SELECT"):
        return f"{prefix}tables/{query_id}"
    if sub_statement in ("INSERT", "UNLOAD"):
        return f"{prefix}{query_id}"
    rows = statement == "DML" and sub_statement not in ("EXPLAIN", "CREATE_TABLE_AS_SELECT", "VACUUM_TABLE")
    return f"{prefix}{query_id}.{'csv' if rows or sub_statement == 'SHOW_FUNCTIONS' else 'txt'}"
