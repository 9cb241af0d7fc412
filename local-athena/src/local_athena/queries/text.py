"""SQL text seen from outside: where its strings and comments are, its first word, its ``?``.

The grammar is the dialect's business; these few questions are asked before a text is parsed, and of texts
(PREPARE, EXECUTE) that never reach the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from local_athena.errors import AthenaError, InvalidRequest

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)
      | (?P<space>\s+)
      | (?P<word>\w+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING = "([", ")]"
_QUERIES = {
    "select",
    "with",
    "values",
    "table",
    "insert",
    "update",
    "delete",
    "merge",
    "explain",
    "execute",
    "unload",
    "optimize",
    "vacuum",
}
_UTILITIES = {"show", "describe", "desc"}


def tokens(sql: str) -> Iterator[tuple[str, str]]:
    """Kind (comment, quoted, space, word, other) and text of each token; joined they are *sql* again."""
    for match in _TOKEN.finditer(sql):
        yield str(match.lastgroup), match.group()


def strip(sql: str) -> str:
    """*sql* without the comments and white space around it and without a final semicolon."""
    parts = list(tokens(sql))
    blank = {"comment", "space"}
    while parts and parts[0][0] in blank:
        parts.pop(0)
    while parts and (parts[-1][0] in blank or parts[-1][1] == ";"):
        parts.pop()
    return "".join(text for _, text in parts)


def only_statement(sql: str) -> str:
    """The one statement in *sql* without white space and semicolons around it, as GetQueryExecution shows it.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md (#228, #240)

    :raises InvalidRequest: for none and for several. Comments behind a semicolon are another one.
    """
    if (
        ";" not in sql or "\\'" in sql or '\\"' in sql
    ):  # Hive's strings may have quotes behind backslashes: its parser tells
        return sql.strip()
    pieces = [""]
    for kind, text in tokens(sql):
        if kind == "other" and text == ";":
            pieces.append("")
        else:
            pieces[-1] += text
    given = [piece.strip() for piece in pieces if piece.strip()]
    if not given:
        raise InvalidRequest(f"Empty sql statement: {sql.rstrip()}")
    if len(given) > 1:
        raise InvalidRequest(f"Only one sql statement is allowed. Got: {sql.rstrip()}")
    return given[0]


def first_word(sql: str) -> str:
    """The statement's first keyword in lower case, past comments and parentheses; empty if there is none."""
    for kind, text in tokens(sql):
        if kind == "word":
            return text.lower()
        if kind not in ("comment", "space") and text != "(":
            return ""
    return ""


def statement_type(sql: str) -> str:
    """DML, DDL or UTILITY, guessed by the first word: what a query says of itself until it has run."""
    word = first_word(sql)
    if word in _QUERIES:
        return "DML"
    return "UTILITY" if word in _UTILITIES else "DDL"


def has_parameters(sql: str) -> bool:
    """Whether *sql* has a ``?`` outside its strings and comments."""
    return any(kind == "other" and text == "?" for kind, text in tokens(sql))


def bind(sql: str, parameters: Sequence[str]) -> str:
    """*sql* with its ``?`` replaced, in order, by the SQL literals in *parameters*.

    Raises ``AthenaError`` if there are more or fewer of the one than of the other:
    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    out, used = [], 0
    for kind, text in tokens(sql):
        if kind == "other" and text == "?":
            if used < len(parameters):
                out.append(_operand(parameters[used].strip()))
            used += 1
        else:
            out.append(text)
    if used != len(parameters):
        raise AthenaError(
            "INVALID_PARAMETER_USAGE",
            f"line 1:1: Incorrect number of parameters: expected {used} but found {len(parameters)}",
        )
    return "".join(out)


def _operand(value: str) -> str:
    """*value* as one operand, whatever stands beside it; literals stay as they are, for LIMIT takes no brackets."""
    kinds = [kind for kind, _ in tokens(value) if kind not in ("comment", "space")]
    return value if len(kinds) == 1 or kinds == ["word", "quoted"] else f"({value})"


def split_arguments(text: str) -> list[str]:
    """The expressions that the commas of *text* separate, commas inside parentheses, brackets or strings aside."""
    arguments, current, depth = [], "", 0
    for kind, token in tokens(text):
        if kind == "comment":
            continue
        if kind == "other" and token == "," and depth == 0:
            arguments.append(current.strip())
            current = ""
            continue
        if kind == "other":
            depth += (token in _OPENING) - (token in _CLOSING)
        current += token
    arguments.append(current.strip())
    if depth or any(not argument for argument in arguments):
        raise InvalidRequest(f"line 1:1: mismatched input in the parameters of EXECUTE: {text.strip()}")
    return arguments
