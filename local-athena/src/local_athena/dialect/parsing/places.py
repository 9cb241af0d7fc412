"""Places of operators, casts and literals in the text of a query, which sqlglot's parser does not keep.

Trino tells an operator's place by its sign and all else by its first word:
https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/java/io/trino/sql/parser/AstBuilder.java
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.parsers.athena import AthenaTrinoParser
from sqlglot.tokenizer_core import TokenType

from local_athena.dialect.parsing import syntax

type _Parse = Callable[..., Any]


def at(node: Any, token: Any) -> Any:
    """*node*, with the place of *token* where it has none."""
    if isinstance(node, exp.Expr) and "line" not in node.meta:
        node.update_positions(token)
    return node


def named(parse: _Parse) -> _Parse:
    """A parser that is called behind a name and its bracket: ``CAST(``."""

    def placed(parser: Any, *args: Any) -> Any:
        token = parser._tokens[parser._index - 2]
        return at(parse(parser, *args), token)

    return placed


def begun(parse: _Parse) -> _Parse:
    """A parser that is called behind a word or sign: ``CASE``, ``-``."""

    def placed(parser: Any) -> Any:
        token = parser._prev
        return at(parse(parser), token)

    return placed


def ranged(parse: _Parse) -> _Parse:
    """A parser that is called behind ``BETWEEN``, ``IN`` or the like, which may have a NOT before it."""

    def placed(parser: Any, this: Any) -> Any:
        token, before = parser._prev, parser._tokens[parser._index - 2]
        return at(parse(parser, this), before if before.token_type == TokenType.NOT else token)

    return placed


def typed(parse: _Parse) -> _Parse:
    """A parser that is called behind the text of a literal such as ``TIMESTAMP '2024-01-01'``."""

    def placed(parser: Any, literal: Any, to: Any) -> Any:
        token, behind = parser._tokens[parser._index - 2 : parser._index]
        if to.expressions:  # varchar(3) 'abc': no type of a literal has parameters
            raise syntax.at(behind, f"mismatched input '{parser._find_sql(behind, behind)}'. Expecting: <EOF>")
        to.update_positions(token)
        return at(parse(parser, literal, to), token)

    return placed


def _place_window(window: exp.Window, tokens: Sequence[Any]) -> None:
    """Note where what stands in the brackets of OVER (...) begins, and where its frame does."""
    opened = next((at for at, token in enumerate(tokens) if token.text.upper() in ("OVER", "AS")), -1) + 1
    if opened and opened + 1 < len(tokens) and tokens[opened].token_type == TokenType.L_PAREN:
        window.meta[_INSIDE] = exp.Var(this="").update_positions(tokens[opened + 1])
    spec, depth = window.args.get("spec"), 0
    if spec is None:
        return
    for token in tokens[opened:]:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth == 1 and token.text == spec.args["kind"] and token.token_type != TokenType.IDENTIFIER:
            at(spec, token)


_INSIDE = "inside"
PLUS = "plus"
"""Marks brackets that stand for a sign: ``+x``."""
TABLE = "table"
"""Marks a SELECT that was written as ``TABLE t``."""


def signed(value: Any) -> Any:
    """``+x``, which sqlglot reads as ``x``."""
    made = exp.Paren(this=value)
    made.meta[PLUS] = True
    return made


def inside(window: exp.Expr) -> exp.Expr:
    """A node at the place of the first word in a window's brackets, or of the window's name that stands instead."""
    found: exp.Expr | None = window.meta.get(_INSIDE) or window.args.get("alias")
    return found if found is not None else window


class Placed(AthenaTrinoParser):
    """sqlglot's parser, whose operators know where they stand."""

    def _build_predicate(
        self, klass: Any, this: Any, expression: Any, comments: Any = None, negate: bool = False
    ) -> Any:
        """A predicate as it is written: sqlglot would put those inside it into brackets, which Trino's grammar asks for."""
        made = klass(this=this, expression=expression)
        if negate:
            made.set("negate", True)
        return self.expression(made, comments=comments)

    def _parse_equality(self, parse_is: bool = True) -> Any:
        this = self._parse_comparison()
        while self._match_set(self.EQUALITY):
            this = self._compared(this, self.EQUALITY, self._parse_comparison)
        return this

    def _parse_comparison(self, this: Any = None) -> Any:
        this = this or self._parse_range()
        while self._match_set(self.COMPARISON):
            this = self._compared(this, self.COMPARISON, self._parse_range)
        return this

    def _compared(self, this: Any, kinds: Any, operand: _Parse) -> Any:
        token, comments = self._prev, self._prev_comments
        return at(self._build_predicate(kinds[token.token_type], this, operand(), comments=comments), token)

    def _parse_bitwise(self) -> Any:
        this = self._parse_term()
        while self._match(TokenType.DPIPE):
            token = self._prev
            safe = not self.dialect.STRICT_STRING_CONCAT
            this = at(self.expression(exp.DPipe(this=this, expression=self._parse_term(), safe=safe)), token)
        return this

    def _parse_term(self, parse_mod: bool = True) -> Any:
        this = self._parse_factor(parse_mod=parse_mod)
        while self._match_set(self.TERM):
            token, comments = self._prev, self._prev_comments
            made = self.TERM[token.token_type](this=this, expression=self._parse_factor(parse_mod=parse_mod))
            this = at(self.expression(made, comments=comments), token)
        return this

    def _parse_factor(self, parse_mod: bool = True) -> Any:
        this = self._parse_at_time_zone(self._parse_unary())
        while self._match_set(self.FACTOR, advance=False):
            if not parse_mod and self._curr.token_type == TokenType.MOD:
                break
            self._advance()
            token, comments = self._prev, self._prev_comments
            made = self.FACTOR[token.token_type](this=this, expression=self._parse_unary())
            this = at(self.expression(made, comments=comments), token)
            if isinstance(this, exp.Div):
                this.set("typed", self.dialect.TYPED_DIVISION)
                this.set("safe", self.dialect.SAFE_DIVISION)
        return this

    def _parse_select_query(self, *args: Any, **kwargs: Any) -> Any:
        token = self._curr
        made = super()._parse_select_query(*args, **kwargs)
        if isinstance(made, exp.Select) and token is not None and token.text.upper() == "TABLE":
            made.meta[TABLE] = True
            source = made.args["from_"].this
            if isinstance(source, exp.Table) and isinstance(source.parts[0], exp.Identifier):
                source.parts[0].update_positions(token)  # TABLE t is a table where it begins
        return at(made, token) if isinstance(made, exp.Select | exp.Values) else made

    def parse_set_operation(self, *args: Any, **kwargs: Any) -> Any:
        token = self._curr
        return at(super().parse_set_operation(*args, **kwargs), token)

    def _parse_order(self, this: Any = None, skip_order_token: bool = False) -> Any:
        token = self._curr
        made = super()._parse_order(this, skip_order_token)
        return at(made, token) if isinstance(made, exp.Order) and made is not this else made

    def _parse_limit(self, *args: Any, **kwargs: Any) -> Any:
        token = self._curr
        made = super()._parse_limit(*args, **kwargs)
        if not isinstance(made, exp.Fetch):
            return made
        options = made.args.get("limit_options")
        if options is None or options.args.get("percent") or not options.args.get("rows"):
            self.raise_error("Expecting: 'ROW', 'ROWS'")
        if self._prev.text.upper() not in ("ONLY", "TIES"):
            self.raise_error("Expecting: 'ONLY', 'WITH'")
        return at(made, token)

    def _parse_paren(self) -> Any:
        token = self._curr
        made = super()._parse_paren()
        return at(made, token) if isinstance(made, exp.Tuple | exp.Subquery) else made

    def _parse_window(self, this: Any, alias: bool = False) -> Any:
        start = self._index
        made = super()._parse_window(this, alias)
        if isinstance(made, exp.Window) and self._index > start:
            _place_window(made, self._tokens[start : self._index])
        return made

    def _parse_table_sample(self, as_modifier: bool = False) -> Any:
        """``TABLESAMPLE BERNOULLI (expression)``. sqlglot reads no more than a number in the brackets."""
        if not self._match(TokenType.TABLE_SAMPLE):
            return None
        if self._curr is None or self._curr.text.upper() not in ("BERNOULLI", "SYSTEM"):
            self.raise_error("Expecting: 'BERNOULLI', 'SYSTEM'")
        method = self._parse_var(upper=True)
        percent = self._parse_wrapped(self._parse_disjunction)
        return self.expression(exp.TableSample(method=method, percent=percent))

    def _parse_version(self) -> Any:
        token = self._curr
        return at(super()._parse_version(), token)

    def _parse_match_recognize(self) -> Any:
        token = self._curr
        return at(super()._parse_match_recognize(), token)

    def _parse_interval(self, *args: Any, **kwargs: Any) -> Any:
        token = self._curr
        return at(self._written_interval() or super()._parse_interval(*args, **kwargs), token)

    def _written_interval(self) -> exp.Interval | None:
        """``INTERVAL -'1 2' DAY TO HOUR``, with its text as written: sqlglot takes it apart into numbers and units."""
        index = self._index
        if self._match(TokenType.INTERVAL):
            negative = self._match(TokenType.DASH)
            if not negative:
                self._match(TokenType.PLUS)
            if self._match(TokenType.STRING):
                literal = exp.Literal.string(self._prev.text)
                return exp.Interval(this=exp.Neg(this=literal) if negative else literal, unit=self._interval_unit())
        self._retreat(index)
        return None

    def _interval_unit(self) -> exp.Expr:
        start = self._word()
        return exp.IntervalSpan(this=start, expression=self._word()) if self._match_text_seq("TO") else start

    def _word(self) -> exp.Var:
        self._advance()
        return exp.Var(this=self._prev.text.upper())
