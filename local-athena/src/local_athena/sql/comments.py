"""Block comments in Hive's DDL: Athena's first look skips them, Hive's parser does not.

Messages and places as measured on AWS:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#244, #257)
"""

from __future__ import annotations

import re
from typing import TypeGuard

from local_athena.queries.text import tokens
from local_athena.sql import statements as s
from local_athena.sql.tokens import HiveSyntaxError

type Commentable = s.Describe | s.RepairTable | s.AddColumns | s.ReplaceColumns | s.ChangeColumn | s.ShowCreate
_WIDE = re.compile(r"\s{2,}")
_LEXEME = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\d+\.\d+|\w+|<=|!=|.""", re.ASCII)
_OWN_PLACE = {"ALTER": "alter statement", "DESCRIBE": "describe statement", "DESC": "describe statement"}


class CommentRefused(HiveSyntaxError):
    """Hive's parser met a comment."""


def commentable(statement: s.Statement) -> TypeGuard[Commentable]:
    """Whether Hive's parser is asked about all of *statement*."""
    if isinstance(statement, s.ShowCreate):
        return statement.kind == "TABLE"
    return isinstance(statement, s.Describe | s.RepairTable | s.AddColumns | s.ReplaceColumns | s.ChangeColumn)


def refusal(sql: str) -> CommentRefused | None:
    """Why Hive's parser does not read *sql*; None where there is no block comment."""
    if "/*" not in sql:
        return None
    text = _WIDE.sub(" ", sql)
    before: list[str] = []
    at = 0
    for kind, token in tokens(text):
        if kind == "comment" and token.startswith("/*"):
            return _refused(text, at, before)
        if kind not in ("comment", "space"):
            before.append(token)
        at += len(token)
    return None


def _refused(text: str, at: int, before: list[str]) -> CommentRefused:
    upper, last = [word.upper() for word in before], before[-1] if before else ""
    inner = text[at + 2 :].lstrip()
    found = _LEXEME.search("".join(c for c in inner if c.isascii()).lstrip())
    near = f"cannot recognize input near '/' '*' '{found[0] if found else '*'}'"
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1)
    match upper:
        case []:
            return CommentRefused(line, column, near)
        case [("ALTER" | "DESCRIBE" | "DESC") as word]:
            return CommentRefused(1, 0, f"cannot recognize input near '{last}' '/' '*' in {_OWN_PLACE[word]}")
        case ["SHOW"]:
            return CommentRefused(line, column, f"cannot recognize input near '{last}' '/' '*' in ddl statement")
        case ["SHOW", "CREATE"]:
            return CommentRefused(line, column, f"mismatched input '/' expecting TABLE near '{last}' in show statement")
        case ["SHOW", "CREATE", "TABLE"] | ["MSCK", "REPAIR", "TABLE"] | ["ALTER", "TABLE"]:
            return CommentRefused(line, column, f"{near} in table name")
        case [("DESCRIBE" | "DESC"), ("EXTENDED" | "FORMATTED")]:
            return CommentRefused(line, column, f"{near} in specifying describe table types")
        case ["ALTER", *_]:
            return CommentRefused(line, column, f"{near} in alter table statement")
        case _:
            return CommentRefused(line, column, f"missing EOF at '/' near '{last}'")
