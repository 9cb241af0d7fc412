"""DDL that Athena refuses when a query is started, in its words: names in double quotes, and Trino's ALTER TABLE.

Athena has Hive's parser for DDL; messages and places are as measured on AWS:
https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#204, #207, #208, #212)
"""

from __future__ import annotations

from dataclasses import dataclass

from local_athena.errors import InvalidRequest
from local_athena.queries.text import tokens
from local_athena.sql.tokens import position

_HEADS: dict[tuple[str, ...], str] = {
    ("DROP", "TABLE", "IF", "EXISTS"): "shown", ("DROP", "TABLE"): "shown", ("DROP", "DATABASE", "IF", "EXISTS"): "first",
    ("DROP", "DATABASE"): "first", ("DROP", "SCHEMA", "IF", "EXISTS"): "first", ("DROP", "SCHEMA"): "first",
    ("ALTER", "TABLE"): "whole", ("CREATE", "TABLE", "IF", "NOT", "EXISTS"): "whole", ("CREATE", "TABLE"): "whole",
    ("CREATE", "EXTERNAL", "TABLE", "IF", "NOT", "EXISTS"): "whole", ("CREATE", "EXTERNAL", "TABLE"): "whole",
    ("SHOW", "CREATE", "TABLE"): "unsupported", ("SHOW", "TABLES", "IN"): "first", ("SHOW", "TABLES", "FROM"): "first",
    ("SHOW", "COLUMNS", "IN"): "shown", ("SHOW", "COLUMNS", "FROM"): "shown", ("DESCRIBE",): "described", ("DESC",): "described",
    ("MSCK", "REPAIR", "TABLE"): "unknown", ("OPTIMIZE",): "unknown", ("VACUUM",): "unknown",
}  # fmt: skip
"""Words before a name, and the kind of message when a part of it stands in double quotes."""
_STATEMENTS = (
    "'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', 'DESC', 'DESCRIBE', 'DROP', "
    "'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', 'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', "
    "'START', 'TRUNCATE', 'UNLOAD', 'UPDATE', 'USE', <query>"
)
_AFTER_NAME = "'.', 'ADD', 'DROP', 'EXECUTE', 'RENAME', 'SET'"


NO_LOCATION = "No location was specified for table. An S3 location must be specified"


@dataclass(frozen=True)
class _Word:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def unexpected_statement(sql: str, start: int, found: str) -> InvalidRequest:
    """The statement that begins at *start* with *found* is none."""
    line, column = position(sql, start)
    return InvalidRequest(f"line {line}:{column}: mismatched input '{found}'. Expecting: {_STATEMENTS}")


def quoted_name(sql: str) -> InvalidRequest | None:
    """Why a name in double quotes is refused; None where there is none, or where it may stand."""
    words = _words(sql)
    head = _head(words)
    if head is None:
        return None
    parts = _name(words, len(head))
    number = next((n for n, part in enumerate(parts) if part.text.startswith('"')), None)
    if number is None or number > 2:
        return None
    part, kind = parts[number], _HEADS[head]
    if kind == "unsupported":
        return InvalidRequest("Queries of this type are not supported")
    if kind == "unknown":
        # A database's name may stand in double quotes: https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html
        return unexpected_statement(sql, words[0].start, words[0].text) if parts[-1].text.startswith('"') else None
    if kind == "whole" or (kind == "described" and number == 0):
        return _no_alternative(sql, words[0].start, part)
    if kind != "first" and number == 1:
        return _no_alternative(sql, parts[0].start, part)
    return InvalidRequest(
        f"{_place(sql, part)}: mismatched input '{part.text}' expecting {{'SELECT', 'FROM', 'ADD', 'AS', ...}}"
    )


def check_alter(sql: str) -> None:
    """:raises InvalidRequest: for the ALTER TABLE that Trino has and Athena has not."""
    words = _words(sql)
    upper = [word.text.upper() for word in words]
    if upper[:4] == ["ALTER", "TABLE", "IF", "EXISTS"]:
        _check_alter_if_exists(sql, words, upper)
        raise _no_alternative(sql, words[0].start, words[3])
    at = 2 + 2 * len(_name(words, 2)) - 1
    word = words[at] if at < len(words) else None
    behind = words[at + 1] if at + 1 < len(words) else None
    match upper[at : at + 3]:
        case ["ADD", "COLUMN", *_] | ["SET", "PROPERTIES" | "AUTHORIZATION", *_] if behind:
            raise _no_alternative(sql, words[0].start, behind)
        case ["EXECUTE", *_] if word:
            raise _no_alternative(sql, words[0].start, word)
        case ["RENAME", "COLUMN", *_] if behind:
            raise InvalidRequest(f"{_place(sql, behind)}: missing 'TO' at '{behind.text}'")
        case ["DROP", "COLUMN", "IF"] if upper[at + 3 : at + 4] == ["EXISTS"]:
            exists = words[at + 3]
            raise InvalidRequest(f"{_place(sql, exists)}: mismatched input '{exists.text}' expecting {{<EOF>, '.'}}")
        case ["DROP", "COLUMNS", *_] if behind:
            raise InvalidRequest(f"{_place(sql, behind)}: mismatched input '{behind.text}'. Expecting: '.', 'DROP'")
        case ["ALTER", *_] | ["REPLACE", "COLUMN", *_] if word:
            raise InvalidRequest(f"{_place(sql, word)}: mismatched input '{word.text}'. Expecting: {_AFTER_NAME}")


def _check_alter_if_exists(sql: str, words: list[_Word], upper: list[str]) -> None:
    at = 4 + 2 * len(_name(words, 4)) - 1
    match upper[at : at + 2]:
        case ["ALTER" | "SET" | "EXECUTE", *_]:
            raise InvalidRequest(f"{_mismatched(sql, words[at])}. Expecting: '.', 'ADD', 'DROP', 'RENAME'")
        case ["ADD", "COLUMNS"]:
            raise InvalidRequest(f"{_mismatched(sql, words[at + 1])}. Expecting: '.', 'ADD'")


def check_create(sql: str) -> None:
    """:raises InvalidRequest: for the CREATE TABLE that Trino has and Athena has not: WITH behind the columns, NOT NULL, types."""
    words = _words(sql)
    upper = [word.text.upper() for word in words]
    if (
        upper[:2] != ["CREATE", "TABLE"] or "\\'" in sql or '\\"' in sql
    ):  # quotes behind backslashes, which Hive's parser knows
        return
    columns = upper.index("(") if "(" in upper else len(upper)
    end = _end(words, columns)
    if wrong := _not_hives(words, columns + 1, end):
        if "LOCATION" in upper[end:]:
            place = words[upper.index("LOCATION", end)]
            raise InvalidRequest(f"{_mismatched(sql, place)}. Expecting: 'COMMENT', 'WITH', <EOF>")
        raise _no_alternative(sql, words[0].start, wrong)
    for at in range(end, len(words)):
        if upper[at : at + 2] == ["WITH", "("]:
            raise _no_alternative(sql, words[0].start, words[at + 1])


def has_location(sql: str) -> bool:
    return any(word.text.upper() == "LOCATION" for word in _words(sql))


def _end(words: list[_Word], at: int) -> int:
    """The place behind the bracket that closes the one at *at*."""
    depth = 0
    for place in range(at, len(words)):
        depth += (words[place].text == "(") - (words[place].text == ")")
        if not depth:
            return place + 1
    return len(words)


def _not_hives(words: list[_Word], at: int, end: int) -> _Word | None:
    """The first word between brackets, from *at* on, that no column of Hive's has there: a name, a type, and a comment it has."""
    while at < end:
        for part in words[at : at + 2]:
            if part.text.startswith('"'):
                return part
        at += 2
        if at < end and words[at].text == "(":
            if not words[at + 1].text.isdigit():
                return words[at + 1]
            at = _end(words, at)
        elif at < end and words[at].text == "<":
            at = _angled(words, at, end)
        if at + 1 < end and words[at].text.upper() == "COMMENT":
            at += 2
        if at < end and words[at].text not in (",", ")"):
            return words[at]
        at += 1
    return None


def _angled(words: list[_Word], at: int, end: int) -> int:
    depth = 0
    for place in range(at, end):
        depth += (words[place].text == "<") - (words[place].text == ">")
        if not depth:
            return place + 1
    return end


def check_parts(sql: str) -> None:
    """:raises InvalidRequest: for a name of four parts or more, which DESCRIBE, SHOW COLUMNS and SHOW CREATE TABLE name, and for
    a database's of three.
    """
    words = _words(sql)
    head = _head(words)
    if head is not None and head[:2] == ("SHOW", "TABLES"):
        parts = _name(words, len(head))
        if len(parts) > 2 and not any(part.text.startswith('"') for part in parts[:2]):
            found = "extraneous" if len(parts) == 3 and parts[2].text.startswith('"') else "mismatched"
            point = words[len(head) + 3]
            raise InvalidRequest(f"{_place(sql, point)}: {found} input '.' expecting {{<EOF>, 'LIKE', STRING}}")
    if head is None or _HEADS[head] not in ("described", "shown", "unsupported") or head[0] == "DROP":
        return
    parts = _name(words, len(head))
    if len(parts) > 3:
        raise InvalidRequest("Invalid table name " + ".".join(part.text.strip('"`').lower() for part in parts))


def _words(sql: str) -> list[_Word]:
    words, at = [], 0
    for kind, text in tokens(sql):
        if kind not in ("comment", "space"):
            words.append(_Word(text, at))
        at += len(text)
    return words


def _head(words: list[_Word]) -> tuple[str, ...] | None:
    upper = tuple(word.text.upper() for word in words[:6])
    return next((head for head in _HEADS if upper[: len(head)] == head), None)


def _name(words: list[_Word], at: int) -> list[_Word]:
    """The parts of the dotted name that begins at word *at*."""
    parts = words[at : at + 1]
    while at + 2 < len(words) and words[at + 1].text == ".":
        at += 2
        parts.append(words[at])
    return parts


def _place(sql: str, word: _Word) -> str:
    line, column = position(sql, word.start)
    return f"line {line}:{column}"


def _mismatched(sql: str, word: _Word) -> str:
    return f"{_place(sql, word)}: mismatched input '{word.text}'"


def _no_alternative(sql: str, start: int, last: _Word) -> InvalidRequest:
    """The text from *start* on is no statement any more at *last*."""
    found = sql[start : last.end].replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    return InvalidRequest(f"{_place(sql, last)}: no viable alternative at input '{found}'")
