"""Words of Trino's grammar that are names where they stand: a column may be called ``interval``, ``offset`` or ``grant``.

sqlglot takes each for its keyword wherever it stands.
https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4 (``nonReserved``)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot.tokenizer_core import Token, TokenType

_FIELDS = frozenset(("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"))
_COUNTS = (TokenType.NUMBER, TokenType.PLACEHOLDER, TokenType.ALL)


def _text(token: Any) -> str:
    return token.text.upper() if token is not None else ""


def _begins_interval(following: Any, behind: Any) -> bool:
    if _text(following) in ("+", "-"):
        following = behind
    return following is not None and (following.token_type == TokenType.STRING or _text(following) in _FIELDS)


def _is_opened(following: Any, _: Any) -> bool:
    return _text(following) == "("


def _is_counted(following: Any, _: Any) -> bool:
    return following is not None and following.token_type in _COUNTS


def _never(*_: Any) -> bool:
    return False


_KEYWORDS: dict[TokenType, Callable[[Any, Any], bool]] = {
    TokenType.FETCH: lambda following, _: _text(following) in ("FIRST", "NEXT"),
    TokenType.TABLE_SAMPLE: lambda following, _: _text(following) in ("BERNOULLI", "SYSTEM"),
    TokenType.MATCH_RECOGNIZE: _is_opened,
    TokenType.LATERAL: _is_opened,
    TokenType.OFFSET: _is_counted,
    TokenType.LIMIT: _is_counted,
    TokenType.INTERVAL: _begins_interval,
    TokenType.WINDOW: lambda following, behind: following is not None and _text(behind) == "AS",
    TokenType.GRANT: _never,
    TokenType.REVOKE: _never,
    TokenType.ROLLBACK: _never,
}
"""Whether a word is the keyword, by the two words that follow it."""


def freed(tokens: Sequence[Any]) -> Sequence[Any]:
    """*tokens*, with names for the words among them that are none of Trino's keywords where they stand."""
    made: list[Any] | None = None
    for place, token in enumerate(tokens):
        is_keyword = _KEYWORDS.get(token.token_type)
        if is_keyword is None or is_keyword(*(_at(tokens, place + step) for step in (1, 2))):
            continue
        made = [*tokens] if made is None else made
        made[place] = Token(TokenType.VAR, token.text, token.line, token.col, token.start, token.end, token.comments)
    return tokens if made is None else made


def _at(tokens: Sequence[Any], place: int) -> Any:
    return tokens[place] if place < len(tokens) else None
