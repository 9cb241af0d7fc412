"""``LISTAGG(x [, 'separator'] [ON OVERFLOW ...]) WITHIN GROUP (ORDER BY ...)``, of which sqlglot takes more than Trino does.

https://github.com/trinodb/trino/blob/master/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4 (``listAgg``)
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

_AFTER = (
    "',', 'EXCEPT', 'FETCH', 'FROM', 'GROUP', 'HAVING', 'INTERSECT', 'LIMIT', 'OFFSET', 'ORDER', 'UNION', 'WHERE', 'WINDOW', "
    "<EOF>"
)


def parse(parser: Any) -> exp.Expr:
    """Text behind ``LISTAGG(``, but for the last bracket."""
    distinct = parser._match(TokenType.DISTINCT)
    if not distinct:
        parser._match(TokenType.ALL)
    value: exp.Expr | None = parser._parse_disjunction()
    if value is None:
        parser.raise_error("Expecting: <expression>")
    if distinct:
        value = exp.Distinct(expressions=[value])
    separator = _text(parser) if parser._match(TokenType.COMMA) else None
    overflow = _overflow(parser) if parser._match_text_seq("ON", "OVERFLOW") else None
    if not parser._match(TokenType.R_PAREN):
        parser.raise_error("Expecting: ')', 'ON'")
    for word in ("WITHIN", "GROUP", "("):
        if not parser._match_text_seq(word):
            parser.raise_error(f"Expecting: '{word}'")
    if parser._curr is None or parser._curr.token_type != TokenType.ORDER_BY:
        parser.raise_error("Expecting: 'ORDER'")
    made = exp.GroupConcat(this=parser._parse_order(this=value), separator=separator, on_overflow=overflow)
    _refuse_over(parser)
    return made


def _refuse_over(parser: Any) -> None:
    """The grammar has no OVER here: it is read as the column's name, and its bracket is one too many."""
    behind = parser._tokens[parser._index + 1 : parser._index + 3]
    if len(behind) == 2 and behind[0].text.upper() == "OVER" and behind[1].token_type == TokenType.L_PAREN:
        parser.raise_error(f"Expecting: {_AFTER}", behind[1])


def _text(parser: Any) -> exp.Expr:
    if parser._curr is None or parser._curr.token_type != TokenType.STRING:
        parser.raise_error("Expecting: <string>")
    return parser._parse_string()  # type: ignore[no-any-return]


def _overflow(parser: Any) -> exp.Expr:
    if parser._match_text_seq("ERROR"):
        return exp.var("ERROR")
    if not parser._match_text_seq("TRUNCATE"):
        parser.raise_error("Expecting: 'ERROR', 'TRUNCATE'")
    filler = parser._parse_string()
    counted = parser._match_text_seq("WITH")
    if not counted and not parser._match_text_seq("WITHOUT"):
        parser.raise_error("Expecting: 'WITH', 'WITHOUT'" + ("" if filler is not None else ", <string>"))
    if not parser._match_text_seq("COUNT"):
        parser.raise_error("Expecting: 'COUNT'")
    return exp.OverflowTruncateBehavior(this=filler, with_count=counted)
