"""The clauses of JSON_EXISTS, JSON_QUERY, JSON_VALUE and JSON_ARRAY, of which sqlglot reads a part.

https://trino.io/docs/current/functions/json.html. A clause stands in its node under its own name, as the words of its choice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from local_athena.dialect.errors import failure

_QUERY_OUTCOMES = ("ERROR", "NULL", "EMPTY ARRAY", "EMPTY OBJECT")
_EXISTS_OUTCOMES = ("TRUE", "FALSE", "UNKNOWN", "ERROR")


def _words(parser: Any, *choices: str) -> str | None:
    """The first of *choices* that comes next, read."""
    return next((choice for choice in choices if parser._match_text_seq(*choice.split())), None)


def _formatted(parser: Any, node: Any) -> Any:
    """*node* with the ``FORMAT JSON [ENCODING ...]`` behind it."""
    if node is None or not parser._match_text_seq("FORMAT", "JSON"):
        return node
    made = exp.FormatJson(this=node)
    if parser._match_text_seq("ENCODING"):
        encoding = _words(parser, "UTF8", "UTF16", "UTF32")
        if encoding is None:
            parser.raise_error("Expecting: UTF8, UTF16, UTF32")
        made.meta["encoding"] = encoding
    return made


def _unnamed(parser: Any, function: str) -> None:
    """Refuses the name of a path, which only JSON_TABLE takes."""
    name = parser._parse_id_var()
    if name is None:
        parser.raise_error("Expecting: <identifier>")
    raise failure("INVALID_PATH", f"JSON path name is not allowed in {function} function", name)


def _input(parser: Any, function: str) -> dict[str, Any]:
    """``x [FORMAT JSON [ENCODING ...]], path [PASSING ...]``."""
    subject = _formatted(parser, parser._parse_bitwise())
    parser._match(TokenType.COMMA)
    path = parser._parse_bitwise()
    if parser._match(TokenType.ALIAS):
        _unnamed(parser, function)
    passing = parser._match_text_seq("PASSING") and parser._parse_csv(
        lambda: parser._parse_alias(_formatted(parser, parser._parse_bitwise()), explicit=True)
    )
    return {"this": subject, "path": path, "passing": passing or None}


def _outcomes(parser: Any, choices: tuple[str, ...]) -> dict[str, str]:
    """``... ON EMPTY`` and ``... ON ERROR``."""
    found: dict[str, str] = {}
    while (outcome := _words(parser, *choices)) is not None:
        event = _words(parser, "ON EMPTY", "ON ERROR")
        if event is None:
            parser.raise_error("Expecting: ON")
        found[str(event).lower().replace(" ", "_")] = outcome
    return found


def _returning(parser: Any) -> exp.Expr | None:
    return _formatted(parser, parser._parse_types()) if parser._match_text_seq("RETURNING") else None


def _exists(parser: Any) -> exp.Expr:
    return exp.JSONExists(**_input(parser, "JSON_EXISTS"), **_outcomes(parser, _EXISTS_OUTCOMES))


def _query(parser: Any) -> exp.Expr:
    given = _input(parser, "JSON_QUERY")
    returning = _returning(parser)
    wrapper = _words(
        parser,
        *(f"{word} {kind}{array}WRAPPER" for word, kinds in (("WITHOUT", ("",)), ("WITH", _KINDS)) for kind in kinds
          for array in ("ARRAY ", "")),
    )  # fmt: skip
    quotes = _words(parser, "KEEP QUOTES", "OMIT QUOTES")
    if quotes:
        parser._match_text_seq("ON", "SCALAR", "STRING")
    return exp.JSONExtract(
        json_query=True,
        expression=given.pop("path"),
        **given,
        returning=returning,
        wrapper=wrapper,
        quotes=quotes,
        **_outcomes(parser, _QUERY_OUTCOMES),
    )


_KINDS = ("", "CONDITIONAL ", "UNCONDITIONAL ")


def _value(parser: Any) -> exp.Expr:
    given, returning = _input(parser, "JSON_VALUE"), _returning(parser)
    outcomes: dict[str, Any] = {}
    while (outcome := _words(parser, "ERROR", "NULL", "DEFAULT")) is not None:
        made = parser._parse_bitwise() if outcome == "DEFAULT" else outcome
        event = _words(parser, "ON EMPTY", "ON ERROR")
        if event is None:
            parser.raise_error("Expecting: ON")
        outcomes[str(event).lower().replace(" ", "_")] = made
    return exp.JSONValue(**given, returning=returning, **outcomes)


def _array(parser: Any) -> exp.Expr:
    values = parser._parse_csv(lambda: _formatted(parser, parser._parse_disjunction()))
    nulls = _words(parser, "NULL ON NULL", "ABSENT ON NULL")
    return exp.JSONArray(expressions=values, null_handling=nulls, return_type=_returning(parser))


def _pair(parser: Any) -> Any:
    """A key and its value; a key that is ``NULL`` has a place, for it is refused."""
    begun = parser._curr
    pair = parser._parse_json_key_value()
    if isinstance(pair, exp.JSONKeyValue) and isinstance(pair.this, exp.Null):
        pair.this.update_positions(begun)
    return _formatted(parser, pair)


def _object(parser: Any) -> exp.Expr:
    members = parser._parse_csv(lambda: _pair(parser))
    nulls = _words(parser, "NULL ON NULL", "ABSENT ON NULL")
    unique = _words(parser, "WITH UNIQUE", "WITHOUT UNIQUE")
    if unique:
        parser._match_text_seq("KEYS")
    return exp.JSONObject(
        expressions=members, null_handling=nulls, unique_keys=unique == "WITH UNIQUE", return_type=_returning(parser)
    )


PARSERS: dict[str, Callable[[Any], exp.Expr]] = {
    "JSON_EXISTS": _exists,
    "JSON_QUERY": _query,
    "JSON_VALUE": _value,
    "JSON_ARRAY": _array,
    "JSON_OBJECT": _object,
}
