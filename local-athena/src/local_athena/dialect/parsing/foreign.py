"""Clauses and operators of other engines, which sqlglot reads and Trino's grammar lacks: refused as Trino refuses them.

Unknown to the translator, they would be left out, and the query would mean something else.
https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from local_athena.dialect.errors import failure
from local_athena.dialect.parsing import reserved, syntax
from local_athena.errors import AthenaError

_CLAUSES: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Star: ("except_", "replace", "rename"),
    exp.Limit: ("expressions", "limit_options"),
    exp.LimitOptions: ("percent",),
    exp.TableSample: ("seed", "size", "bucket_numerator", "bucket_field"),
    exp.Table: ("partition",),
    exp.Insert: ("overwrite", "by_name", "ignore", "conflict", "returning", "alternative", "settings", "default", "where"),
    exp.Update: ("from_", "returning", "order", "limit"),
    exp.Delete: ("tables", "using", "returning", "order", "limit"),
    exp.Merge: ("returning",),
    exp.When: ("source",),
}  # fmt: skip
_SIGNS: dict[type[exp.Expr], str] = {
    exp.BitwiseAnd: "&", exp.BitwiseOr: "|", exp.BitwiseXor: "^", exp.BitwiseNot: "~", exp.BitwiseLeftShift: "<<",
    exp.BitwiseRightShift: ">>", exp.Overlaps: "overlaps",
}  # fmt: skip
"""Operators that Trino has as functions alone, or not at all."""
_OPERATORS = {"==", "<=>", "!", "ILIKE", "&", "~", "<<", ">>", "&&", "@>", "<@", "::"}


def check_tokens(tokens: Sequence[Any], sql: str) -> None:
    """:raises AthenaError: ``SYNTAX_ERROR`` for operators of other engines, for names that begin with a digit, and for two texts
    in a row, which sqlglot takes for one.
    """
    _check_limits(tokens, sql)
    _check_names(tokens)
    _check_commas(tokens, sql)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.token_type == TokenType.UNKNOWN and token.text == "`":
            message = "backquoted identifiers are not supported; use double quotes to quote identifiers"
            raise syntax.at(token, message)
        if token.token_type == TokenType.IDENTIFIER and not token.text:
            raise syntax.at(token, "Zero-length delimited identifier not allowed")
        if token.token_type not in _LITERALS and token.text.upper() in _OPERATORS:
            raise _mismatched(token, token.text)
        if token.token_type not in _LITERALS and token.text.upper().startswith(
            ("FOR SYSTEM_", "SYSTEM_TIME", "SYSTEM_VERSION")
        ):
            raise _mismatched(token, token.text)
        if token.token_type == TokenType.SIMILAR_TO:
            raise _mismatched(token, token.text.split()[0])
        if token.token_type == TokenType.STRING and following is not None and following.token_type == TokenType.STRING:
            raise _mismatched(following, f"'{following.text}'")
        glued = (
            token.token_type == TokenType.NUMBER
            and following is not None
            and following.start == token.end + 1
            and (following.text[:1].isalpha() or following.text[:1] == "_")
            and following.token_type not in _LITERALS
        )
        if glued or (token.token_type == TokenType.HEX_STRING and sql[token.start : token.start + 1] == "0"):
            line, column = token.line, token.col - len(token.text) + 1
            raise AthenaError(
                "SYNTAX_ERROR",
                f"line {line}:{column}: identifiers must not start with a digit; "
                "surround the identifier with double quotes",
            )


def _check_commas(tokens: Sequence[Any], sql: str) -> None:
    """A comma stands between two things, where sqlglot also takes one before the first or behind the last."""
    for before, token in pairwise(tokens):
        if token.token_type == TokenType.COMMA and before.token_type in _BEFORE_LISTS:
            raise _mismatched(token, token.text)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.token_type != TokenType.COMMA or (following is not None and following.token_type not in _AFTER_LISTS):
            continue
        if following is None:
            raise syntax.ended(sql)
        raise _mismatched(following, following.text)


_BEFORE_LISTS = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.DISTINCT, TokenType.SELECT)
_AFTER_LISTS = frozenset((
    TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING, TokenType.ORDER_BY, TokenType.LIMIT, TokenType.UNION,
    TokenType.EXCEPT, TokenType.INTERSECT, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.SEMICOLON, TokenType.COMMA,
))  # fmt: skip


def _check_names(tokens: Sequence[Any]) -> None:
    """Behind a point and as a table sqlglot takes any word for a name."""
    for before, token in pairwise(tokens):
        if before.token_type not in _BEFORE_NAMES or token.token_type in _LITERALS:
            continue
        word = token.text.upper()
        if word in reserved.WORDS and (before.token_type == TokenType.DOT or word not in _BEGINNINGS):
            raise _mismatched(token, token.text)


_BEFORE_NAMES = frozenset((TokenType.DOT, TokenType.FROM, TokenType.JOIN))
_TEXT = """
CASE CAST CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER EXISTS EXTRACT
FALSE GROUPING JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE LISTAGG LOCALTIME LOCALTIMESTAMP NORMALIZE
NOT NULL TABLE TRIM TRUE UNNEST
"""
_BEGINNINGS = frozenset(_TEXT.split())
"""Reserved words that may follow a FROM: relations of a grammar of their own, and what ``IS DISTINCT FROM`` compares with."""


_SET_OPERATIONS = (TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT)


def _check_limits(tokens: Sequence[Any], sql: str) -> None:
    """ORDER BY, OFFSET and LIMIT stand in this order, and behind all set operations:
    https://trino.io/docs/current/sql/select.html#synopsis.
    """
    ended: list[int] = [0]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        kind = token.token_type
        if kind == TokenType.L_PAREN:
            ended.append(0)
        elif kind == TokenType.R_PAREN and len(ended) > 1:
            ended.pop()
        elif kind in (TokenType.SELECT, TokenType.SEMICOLON):
            ended[-1] = 0
        elif kind in _SET_OPERATIONS and ended[-1]:
            raise syntax.mismatched(sql, token)
        elif step := _ending(kind, following):
            if ended[-1] >= step:
                raise syntax.mismatched(sql, token)
            ended[-1] = step


def _ending(kind: TokenType, following: Any) -> int:
    """The place of a clause among those that end a query, 0 for any other word: LIMIT and OFFSET may be names."""
    if kind == TokenType.ORDER_BY:
        return 1
    counted = following is not None and (following.token_type in _COUNTS or following.text.upper() == "ALL")
    if kind == TokenType.OFFSET and counted:
        return 2
    if (kind == TokenType.LIMIT and counted) or kind == TokenType.FETCH:
        return 3
    return 0


_COUNTS = (TokenType.NUMBER, TokenType.PLACEHOLDER)


_LITERALS = (TokenType.STRING, TokenType.IDENTIFIER, TokenType.NATIONAL_STRING, TokenType.UNICODE_STRING)


def check_tree(tree: exp.Expr) -> None:
    """:raises AthenaError: ``SYNTAX_ERROR`` for a clause that Trino's grammar has not."""
    if foreign := tree.find(*_SIGNS):
        raise failure("SYNTAX_ERROR", f"mismatched input '{_SIGNS[type(foreign)]}'. Expecting: <expression>", foreign)
    if pivoted := tree.find(exp.Pivot):
        raise failure("SYNTAX_ERROR", "mismatched input '('. Expecting: ',', <EOF>", pivoted)
    for alias in tree.find_all(exp.Alias):
        if isinstance(alias.parent, exp.Anonymous | exp.Tuple | exp.Array | exp.Paren):
            raise failure("SYNTAX_ERROR", "mismatched input 'AS'. Expecting: ')', ','", alias)
    for join in tree.find_all(exp.Join):
        if (join.kind or "").upper() == "CROSS" and (join.args.get("on") or join.args.get("using")):
            raise failure("SYNTAX_ERROR", "mismatched input 'ON'. Expecting: <EOF>", join)
    for counted in tree.find_all(exp.Distinct):
        if any(isinstance(e, exp.Star) for e in counted.expressions):
            raise failure("SYNTAX_ERROR", "mismatched input '*'. Expecting: <expression>", counted)
    for node in tree.find_all(*_CLAUSES):
        for name in _CLAUSES[type(node)]:
            if node.args.get(name):
                shown = name.strip("_").replace("_", " ").upper()
                raise failure("SYNTAX_ERROR", f"mismatched input: {type(node).__name__.upper()} with {shown}", node)
        then = node.args.get("then") if isinstance(node, exp.When) else None
        if isinstance(then, exp.Var) and then.name.upper() != "DELETE":
            raise failure("SYNTAX_ERROR", f"mismatched input '{then.name}'. Expecting: 'DELETE', 'UPDATE'", node)


def _mismatched(token: Any, text: str) -> AthenaError:
    where = f"line {token.line}:{token.col - len(text) + 1}"
    return AthenaError("SYNTAX_ERROR", f"{where}: mismatched input '{text}'. Expecting: <expression>")
