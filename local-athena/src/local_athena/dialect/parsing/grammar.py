"""Forms that sqlglot reads and Trino's grammar has not, down to single words: refused where a query would else run here alone.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from local_athena.dialect.errors import failure
from local_athena.dialect.parsing import reserved
from local_athena.errors import AthenaError

_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_CLOCKS = ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "CURRENT_USER")
_BEFORE_ARRAYS = frozenset(
    ("SELECT", "BY", ",", "(", "[", "=", "+", "WHERE", "AND", "OR", "ON", "THEN", "WHEN", "ELSE", "IN", "||")
)
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def check_tokens(tokens: Sequence[Any]) -> None:
    """:raises AthenaError: ``SYNTAX_ERROR`` at the first token that may not stand where it does."""
    pattern = any(t.token_type == TokenType.MATCH_RECOGNIZE for t in tokens)
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = [*tokens[at + 1 : at + 4], None, None, None]
        check = _CHECKS.get(token.token_type)
        wrong = check(token, before, after) if check is not None else None
        if wrong is not None and not (pattern and token.token_type == TokenType.L_BRACE):
            raise _mismatched(wrong if wrong is not _END else None, tokens[-1])
        worded = _WORDS.get(token.text.upper()) if not _quoted(token) else None
        if worded is not None and (found := worded(tokens, at)) is not None:
            raise _mismatched(found[0], tokens[-1], found[1])


_END = object()
"""Stands for the end of the text."""


type _Worded = tuple[Any, str] | None
"""A token, None for the end, and what the grammar has in its place."""


def _grouping(tokens: Sequence[Any], at: int) -> _Worded:
    """``GROUPING(a + 1)``: names alone stand there."""
    if at + 1 >= len(tokens) or tokens[at + 1].token_type != TokenType.L_PAREN:
        return None
    for token in tokens[at + 2 :]:
        if token.token_type == TokenType.R_PAREN:
            return None
        named = token.token_type in (TokenType.IDENTIFIER, TokenType.COMMA, TokenType.DOT)
        if not named and not _NAME.fullmatch(token.text):
            return token, "')', ',', '.'"
    return None


def _bound(tokens: Sequence[Any], at: int) -> _Worded:
    """``ROWS UNBOUNDED`` without the direction."""
    framed = at > 0 and tokens[at - 1].text.upper() in ("ROWS", "RANGE", "GROUPS", "BETWEEN", "AND")
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    told = following is not None and following.text.upper() in ("PRECEDING", "FOLLOWING")
    return (following, "'FOLLOWING', 'PRECEDING'") if framed and not told else None


_NAME = re.compile(r"[^\W\d]\w*")
_WORDS: dict[str, Callable[[Sequence[Any], int], _Worded]] = {"GROUPING": _grouping, "UNBOUNDED": _bound}


def _interval(_: Any, before: Any, after: list[Any]) -> Any:
    """``INTERVAL '1' DAY``: a text and one of six words, none of them in the plural."""
    if after[0] is not None and after[0].token_type in (TokenType.DASH, TokenType.PLUS):
        after = [*after[1:], None]
    if after[0] is not None and after[0].token_type == TokenType.NUMBER and after[1] is not None:
        return after[0] if after[1].text.upper() in _FIELDS else None
    if after[0] is None or after[0].token_type != TokenType.STRING:
        return None
    if after[1] is None:
        return _END
    return None if after[1].text.upper() in _FIELDS else after[1]


def _number(token: Any, before: Any, after: list[Any]) -> Any:
    if not _NUMBER.fullmatch(token.text.replace("_", "")):
        return token
    if after[0] is not None and after[0].token_type == TokenType.DOT and after[0].start == token.end + 1:
        return after[0]
    return None


def _bracket(token: Any, before: Any, after: list[Any]) -> Any:
    """``[1, 2]`` without ARRAY."""
    return token if before is None or (before.text.upper() in _BEFORE_ARRAYS and not _quoted(before)) else None


def _word(token: Any, before: Any, after: list[Any]) -> Any:
    return token if any(c in token.text for c in "$@#") else None


def _clock(token: Any, before: Any, after: list[Any]) -> Any:
    """``current_date()``: words without brackets."""
    pair = [t.token_type if t is not None else None for t in after[:2]]
    return after[1] if pair == [TokenType.L_PAREN, TokenType.R_PAREN] else None


def _filter(token: Any, before: Any, after: list[Any]) -> Any:
    """``count(*) FILTER (x > 1)`` without WHERE. ``filter(array, x -> ...)`` is a function."""
    called = before is not None and before.token_type == TokenType.R_PAREN and after[1] is not None
    return (
        after[1]
        if called and after[0].token_type == TokenType.L_PAREN and after[1].token_type != TokenType.WHERE
        else None
    )


def _limit(token: Any, before: Any, after: list[Any]) -> Any:
    return after[1] if after[1] is not None and after[1].token_type == TokenType.COMMA else None


def _itself(token: Any, before: Any, after: list[Any]) -> Any:
    return token


def _first(token: Any, before: Any, after: list[Any]) -> Any:
    """``FROM t`` without SELECT."""
    return token if before is None else None


def _percent(token: Any, before: Any, after: list[Any]) -> Any:
    return token if before is not None and before.token_type == TokenType.NUMBER else None


def _with(token: Any, before: Any, after: list[Any]) -> Any:
    zoned = [t.text.upper() if t is not None else "" for t in after[:2]] == ["TIME", "ZONE"]
    return after[2] if zoned and after[2] is not None and after[2].token_type == TokenType.STRING else None


def _sized(token: Any, before: Any, after: list[Any]) -> Any:
    """``decimal()`` without digits."""
    pair = [t.token_type if t is not None else None for t in after[:2]]
    return after[1] if pair == [TokenType.L_PAREN, TokenType.R_PAREN] else None


_CHECKS: dict[Any, Callable[[Any, Any, list[Any]], Any]] = {
    TokenType.INTERVAL: _interval, TokenType.NUMBER: _number, TokenType.L_BRACKET: _bracket, TokenType.L_BRACE: _itself,
    TokenType.VAR: _word, TokenType.FILTER: _filter, TokenType.LIMIT: _limit, TokenType.PERCENT: _percent, TokenType.WITH: _with,
    TokenType.FROM: _first,
    **dict.fromkeys((TokenType.DECIMAL, TokenType.VARCHAR, TokenType.CHAR), _sized),
    TokenType.PARAMETER: _itself, TokenType.NATIONAL_STRING: _itself, TokenType.DIV: _itself, TokenType.GLOB: _itself,
    **{getattr(TokenType, word): _clock for word in _CLOCKS if hasattr(TokenType, word)},
}  # fmt: skip


def _quoted(token: Any) -> bool:
    return token.token_type in (TokenType.STRING, TokenType.IDENTIFIER)


def _mismatched(token: Any, last: Any, expected: str = "<expression>") -> AthenaError:
    if token is None:
        where = f"line {last.line}:{last.col + 1}"
        return AthenaError("SYNTAX_ERROR", f"{where}: mismatched input '<EOF>'. Expecting: {expected}")
    text = f"'{token.text}'" if token.token_type == TokenType.STRING else token.text
    where = f"line {token.line}:{token.col - len(text) + 1}"
    return AthenaError("SYNTAX_ERROR", f"{where}: mismatched input '{text}'. Expecting: {expected}")


def check_tree(tree: exp.Expr) -> None:
    """:raises AthenaError: ``SYNTAX_ERROR`` for the first node that no text of Trino's grammar makes, ``INVALID_PARAMETER_USAGE``
    where it has parameters left."""
    for node in tree.walk():
        check = _NODES.get(type(node))
        message = check(node) if check is not None else None
        if message:
            raise failure("SYNTAX_ERROR", message, node)
    if parameters := len([*tree.find_all(exp.Placeholder)]):  # Athena puts values for them into the text
        message = f"line 1:1: Incorrect number of parameters: expected {parameters} but found 0"
        raise AthenaError("INVALID_PARAMETER_USAGE", message)


def _select(node: exp.Expr) -> str | None:
    if not node.expressions:
        return "mismatched input '<EOF>'. Expecting: <expression>"
    distinct = node.args.get("distinct")
    if isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None:
        return "mismatched input 'ON'. Expecting: <expression>"
    found = next((name for name in ("locks", "laterals", "sort", "cluster", "distribute") if node.args.get(name)), None)
    return f"mismatched input: {found.upper()}. Expecting: <EOF>" if found else None


def _tuple(node: exp.Expr) -> str | None:
    grouped = isinstance(node.parent, exp.Group | exp.GroupingSets | exp.Paren | exp.Tuple | exp.Lambda)
    return None if node.expressions or grouped else "mismatched input ')'. Expecting: <expression>"


def _call(node: exp.Expr) -> str | None:
    name, given = node.name.upper(), node.expressions
    distinct = given[0] if given else None
    if isinstance(distinct, exp.Distinct) and not distinct.expressions:
        return "mismatched input ')'. Expecting: <expression>"
    if name == "ROW" and not given:
        return "mismatched input ')'. Expecting: <expression>"
    if name == "TABLE" and not (len(given) == 1 and isinstance(given[0], exp.Anonymous)):
        return "mismatched input '('. Expecting: <identifier>"
    if name in _NO_CALLS:
        return f"mismatched input '{node.name}'. Expecting: <expression>"
    return None


_NO_CALLS = frozenset(("LEFT", "RIGHT", "FULL", "UNNEST", "EXISTS", "ARRAY")) & (reserved.WORDS | {"ARRAY"})


def _sample(node: exp.Expr) -> str | None:
    method = node.args.get("method")
    known = method is not None and method.name.upper() in ("BERNOULLI", "SYSTEM")
    return None if known else "mismatched input in TABLESAMPLE. Expecting: 'BERNOULLI', 'SYSTEM'"


def _table(node: exp.Expr) -> str | None:
    return "Too many dots in table name" if isinstance(node.this, exp.Dot) else None


def _common(node: exp.Expr) -> str | None:
    return "mismatched input 'MATERIALIZED'. Expecting: '('" if node.args.get("materialized") is not None else None


def _within(node: exp.Expr) -> str | None:
    return "mismatched input 'WITHIN'. Expecting: <EOF>" if isinstance(node.this, exp.Anonymous) else None


def _in(node: exp.Expr) -> str | None:
    return "mismatched input. Expecting: '('" if node.args.get("field") is not None else None


_PREDICATES = (
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Is, exp.Between, exp.In, exp.Like, exp.Escape),
)


def _predicate(node: exp.Expr) -> str | None:
    """``a = b = c``: what is compared is no predicate, unless in brackets."""
    if isinstance(node, exp.Escape) or isinstance(node.parent, exp.Update):  # the rest of LIKE; SET a = b = c
        return None
    compared = [node.this] if isinstance(node, exp.Is | exp.In) else list(node.iter_expressions())
    found = any(isinstance(part, (*_PREDICATES, exp.Not)) for part in compared)
    return f"mismatched input '{_SIGNS.get(type(node), node.key.upper())}'. Expecting: <EOF>" if found else None


_SIGNS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


def _quantified(node: exp.Expr) -> str | None:
    asked = node.this.unnest() if isinstance(node.this, exp.Expr) else None
    return None if isinstance(asked, exp.Query | exp.Values | exp.Tuple) else "mismatched input. Expecting: <query>"


def _frame(node: exp.Expr) -> str | None:
    for bound in ("start", "end"):
        given = node.args.get(bound)
        if given is not None and given != "CURRENT ROW" and not node.args.get(f"{bound}_side"):
            return "mismatched input. Expecting: 'FOLLOWING', 'PRECEDING'"
    return None


_NODES: dict[type[exp.Expr], Callable[[exp.Expr], str | None]] = {
    exp.Select: _select, exp.Tuple: _tuple, exp.Anonymous: _call, exp.TableSample: _sample, exp.Table: _table,
    exp.CTE: _common, exp.WindowSpec: _frame, exp.WithinGroup: _within, exp.Any: _quantified,
    **dict.fromkeys(_PREDICATES, _predicate), exp.In: lambda node: _in(node) or _predicate(node),
    exp.Placeholder: lambda node: "mismatched input ':'. Expecting: <expression>" if node.this else None,
    exp.Collate: lambda _: "mismatched input 'COLLATE'. Expecting: <EOF>",
}  # fmt: skip
