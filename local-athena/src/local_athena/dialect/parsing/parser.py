"""Text to syntax tree: sqlglot's parser of Athena's Trino, kept from rewriting Trino's functions into other dialects' names.

sqlglot turns ``date_diff('day', a, b)`` into a dialect-neutral node and loses which function was called and with what. Trino's
functions are looked up by name in our own registry, so here every call stays ``exp.Anonymous`` with its name and its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import listagg
from local_athena.dialect.parsing import (
    analysed,
    json_grammar,
    lexer,
    names,
    numerals,
    places,
    recognizer,
    reserved,
    syntax,
)
from local_athena.dialect.values import literals
from local_athena.errors import AthenaError, StackOverflow

_TEXT = """
ARRAY BIGINT BOOLEAN CHAR DATE DECIMAL DOUBLE GEOMETRY HYPERLOGLOG INT INTEGER INTERVAL IPADDRESS JSON MAP NULL REAL ROW SMALLINT
TDIGEST TIME TIMESTAMP TINYINT UNKNOWN UUID VARBINARY VARCHAR
"""
_TYPES = frozenset((*_TEXT.split(), "DOUBLE PRECISION"))
"""Names of Trino's types that sqlglot has words for."""
_GRAMMAR = (
    "CAST", "TRY_CAST", "EXTRACT", "JSON_OBJECT", "JSON_TABLE", "JSON_VALUE", "NORMALIZE", "POSITION",
    "TRIM", "SUBSTRING",
    "LISTAGG",
)  # fmt: skip
"""Calls with a grammar of their own, whose arguments are more than a list of expressions."""


_DEEPEST = 12
"""Names of types with brackets behind them within one another: each doubles the time of the parser, which is 0.3 s here."""


def _sized_literal(parser: Any, literal: exp.Literal, to: exp.DataType) -> exp.Cast:
    """``decimal '1.50'`` is decimal(3,2) and ``char 'ab'`` is char(2): the literal's own size, not the type's default."""
    if to.this == exp.DType.DECIMAL and not literals.is_decimal(literal.name):
        raise _not_valid(literal, to)
    if not to.expressions:
        sizes = [len(literal.name)]
        if to.this == exp.DType.DECIMAL:
            literal = exp.Literal.string(literal.name.replace("_", ""))
            whole, _, fraction = literal.name.lstrip("+-").partition(".")
            sizes = [max(len(whole.lstrip("0")) + len(fraction), 1), len(fraction)]
        to.set("expressions", [exp.DataTypeParam(this=exp.Literal.number(size)) for size in sizes])
    return parser.expression(exp.Cast(this=literal, to=to))  # type: ignore[no-any-return]


def _plain_literal(parser: Any, literal: exp.Literal, to: exp.DataType) -> exp.Expr:
    """``date '2024-01-01'`` and the like, which are casts, though Trino's analyser looks at them: no TRY helps."""
    if not literals.is_plain(literal.name, to.this):
        raise _not_valid(literal, to)
    return parser.expression(exp.Cast(this=literal, to=to))  # type: ignore[no-any-return]


_PLAIN_LITERALS = (
    *(exp.DType.DATE, exp.DType.BOOLEAN, exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT),
    *(exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.UUID, exp.DType.IPADDRESS, exp.DType.VARBINARY, exp.DType.VARCHAR),
)


def _moment_literal(parser: Any, literal: exp.Literal, to: exp.DataType) -> exp.Expr:
    """``timestamp '2024-01-01 10:00'`` and ``time '10:00'``. Trino's analyser reads them, as no cast is read."""
    clock_only = to.this in (exp.DType.TIME, exp.DType.TIMETZ)
    if not literals.is_moment(literal.name, clock_only):
        raise _not_valid(literal, to)
    if to.this == exp.DType.TIMESTAMP and literals.has_zone(literal.name):
        to.set("this", exp.DType.TIMESTAMPTZ)  # sqlglot sees a zone behind a time only
    return places.Placed.TYPE_LITERAL_PARSERS[to.this](parser, literal, to)  # type: ignore[no-any-return]


def _json_literal(parser: Any, literal: exp.Literal, to: exp.DataType) -> exp.Expr:
    if not literals.is_plain(literal.name, to.this):
        raise _not_valid(literal, to)
    return places.Placed.TYPE_LITERAL_PARSERS[to.this](parser, literal, to)  # type: ignore[no-any-return]


def _unknown_literal(parser: Any, literal: exp.Literal, to: exp.DataType) -> exp.Expr:
    raise failure("TYPE_NOT_FOUND", f"Unknown type: {to.args['kind']}", to)


def _not_valid(literal: exp.Literal, to: exp.DataType) -> AthenaError:
    name = to.this.name.removesuffix("TZ")
    return failure("INVALID_LITERAL", f"'{literal.name}' is not a valid {_NAMES.get(name, name)} literal", to)


_NAMES = {"INT": "INTEGER", "FLOAT": "REAL"}


def _marked(node: Any) -> Any:
    """A subscript's index stays as written; ``offset`` tells sqlglot's generators so."""
    if isinstance(node, exp.Bracket):
        node.set("offset", 1)
    return node


def _is_reserved(token: Any) -> bool:
    quoted = (TokenType.IDENTIFIER, TokenType.STRING)
    return token is not None and token.token_type not in quoted and token.text.upper() in reserved.WORDS


_FIELD = ((TokenType.VAR, TokenType.IDENTIFIER), (TokenType.VAR,))
"""A row's field of a type that sqlglot has no word for."""


class _TrinoParser(places.Placed):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        name: places.named(parser)
        for name, parser in {
            **{name: parser for name, parser in places.Placed.FUNCTION_PARSERS.items() if name in _GRAMMAR},
            **json_grammar.PARSERS,
            "TRIM": lambda self: self._parse_trim_call(),
            "LISTAGG": listagg.parse,
        }.items()
    }
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        "ANY": places.Placed.NO_PAREN_FUNCTION_PARSERS["ANY"],
        "CASE": places.begun(lambda self: self._parse_case()),
        "IF": places.begun(lambda self: self._parse_if_call()),
        "CURRENT_SCHEMA": lambda self: exp.CurrentSchema(),
        "EXISTS": places.begun(lambda self: self._parse_exists_query()),
    }
    PLACEHOLDER_PARSERS: ClassVar[dict[Any, Any]] = {
        TokenType.PLACEHOLDER: places.Placed.PLACEHOLDER_PARSERS[TokenType.PLACEHOLDER]
    }
    UNARY_PARSERS: ClassVar[dict[Any, Any]] = {
        **places.Placed.UNARY_PARSERS,
        TokenType.NOT: places.begun(lambda self: self.expression(exp.Not(this=self._parse_equality()))),
        TokenType.DASH: places.begun(lambda self: self.expression(exp.Neg(this=self._parse_unary()))),
        TokenType.PLUS: places.begun(lambda self: places.signed(self._parse_unary())),
    }
    RANGE_PARSERS: ClassVar[dict[Any, Any]] = {
        token: places.ranged(parser)
        for token, parser in places.Placed.RANGE_PARSERS.items()
        if token != TokenType.RLIKE
    }
    FUNC_TOKENS = places.Placed.FUNC_TOKENS | {TokenType.APPLY}
    # Trino has no `x::type`, `x -> path` and the like.
    COLUMN_OPERATORS: ClassVar[dict[Any, Any]] = {
        token: parser for token, parser in places.Placed.COLUMN_OPERATORS.items() if token == TokenType.DOT
    }
    TYPE_LITERAL_PARSERS: ClassVar[dict[Any, Any]] = {
        **dict.fromkeys(_PLAIN_LITERALS, places.typed(_plain_literal)),
        **places.Placed.TYPE_LITERAL_PARSERS,
        **dict.fromkeys((exp.DType.DECIMAL, exp.DType.CHAR), places.typed(_sized_literal)),
        **dict.fromkeys(
            (exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIME, exp.DType.TIMETZ),
            places.typed(_moment_literal),
        ),
        exp.DType.JSON: places.typed(_json_literal),
        exp.DType.USERDEFINED: places.typed(_unknown_literal),
    }

    def _parse_types(self, *args: Any, **kwargs: Any) -> Any:
        """A type. Names that only other engines have, and DDL (``string``, ``float``), are those of unknown types here."""
        token = self._curr
        if kwargs.get("check_func") and token is not None and token.token_type == TokenType.STRUCT:
            return None  # row(a, b) < row(c, d) is no ROW(a, b)<...>
        made = super()._parse_types(*args, **kwargs)
        while isinstance(made, exp.DataType) and self._match_text_seq("ARRAY"):  # the second of ``bigint array array``
            made = exp.DataType(this=exp.DType.ARRAY, expressions=[made], nested=True)
        foreign_name = token is not None and token.token_type in self.TYPE_TOKENS and token.text.upper() not in _TYPES
        if isinstance(made, exp.DataType) and foreign_name:
            return exp.DataType(this=exp.DType.USERDEFINED, kind=self._find_sql(token, self._prev))
        return made

    def _parse_struct_types(self, type_required: bool = False) -> Any:
        """A row's field. A name before a type that sqlglot does not know it takes for the type itself."""
        tokens = (self._curr, self._next)
        if all(t is not None and t.token_type in kinds for t, kinds in zip(tokens, _FIELD, strict=True)):
            name, kind = self._parse_id_var(), self._parse_types()
            if isinstance(kind, exp.DataType):
                return self.expression(exp.ColumnDef(this=name, kind=kind))
        return super()._parse_struct_types(type_required)

    def raise_error(self, message: str, token: Any = None) -> None:
        """sqlglot tells the last token where it found the end."""
        if token is None and self._index >= len(self._tokens):
            raise ParseError(syntax.END)
        super().raise_error(message, token)

    def _parse_trim_call(self) -> Any:
        if self._curr is not None and self._curr.token_type == TokenType.FROM:
            message = "The 'trim' function must have specification, char or both arguments when it takes FROM"
            raise syntax.at(self._tokens[self._index - 2], message)
        return self._parse_trim()

    def _parse_function(self, *args: Any, **kwargs: Any) -> Any:
        """A call, or a form of the grammar. IF and ANY are names where no bracket follows."""
        name = self._curr is not None and self._curr.text.upper() in ("IF", "ANY")
        if name and (self._next is None or self._next.token_type != TokenType.L_PAREN):
            return None
        return super()._parse_function(*args, **kwargs)

    def _parse_if_call(self) -> Any:
        token = self._prev
        self._match_l_paren()
        if self._curr is not None and self._curr.token_type == TokenType.DISTINCT:
            raise syntax.at(token, "DISTINCT not valid for 'if' function")
        arguments = self._parse_csv(self._parse_disjunction)
        self._match_r_paren()
        if len(arguments) not in (2, 3):
            raise syntax.at(token, "Invalid number of arguments for 'if' function")
        return self.expression(exp.If.from_arg_list(arguments))

    def parse(self, raw_tokens: Any, sql: str = "") -> Any:
        raw_tokens = names.freed(numerals.joined(raw_tokens, sql))
        self._check_depth(raw_tokens)
        return super().parse(raw_tokens, sql)

    def _check_depth(self, raw_tokens: Any) -> None:
        """Refuse what sqlglot would read for minutes: ``array[``, ``row(``, ``date(`` it reads as a type, and then as a value, and
        so everything inside twice."""
        inside: list[bool] = []
        deep, before = 0, None
        for token in raw_tokens:
            if token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET):
                inside.append(before in self.TYPE_TOKENS)
                deep += inside[-1]
                if deep > _DEEPEST:
                    raise StackOverflow()
            elif token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET) and inside:
                deep -= inside.pop()
            before = token.token_type

    def _parse_lambda(self, alias: bool = False) -> Any:
        """An argument of a call. sqlglot reads no lambda behind DISTINCT, as in ``reduce_agg(DISTINCT x, 0, ...)``."""
        token = self._curr
        if token is None or token.token_type != TokenType.DISTINCT or not self._has_lambda():
            made = super()._parse_lambda(alias)
            return places.at(made, token) if isinstance(made, exp.Lambda | exp.Kwarg) else made
        self._advance()
        return self.expression(exp.Distinct(expressions=self._parse_csv(super()._parse_lambda)))

    def _has_lambda(self) -> bool:
        """Whether a lambda is among the arguments that are read, in no brackets of its own."""
        for token, depth in self._nested():
            if depth < 0:
                return False
            if token.token_type == TokenType.ARROW and not depth:
                return True
        return False

    def _nested(self) -> Iterator[tuple[Any, int]]:
        """Tokens from here on, and in how many more brackets than here each leaves what follows it."""
        depth = 0
        for token in self._tokens[self._index :]:
            depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
            yield token, depth

    def _parse_join(self, *args: Any, **kwargs: Any) -> Any:
        """sqlglot lets ``a JOIN b`` go without a condition, and its tree then is that of ``a, b``."""
        listed = self._curr is not None and self._curr.token_type == TokenType.COMMA
        join = super()._parse_join(*args, **kwargs)
        if listed or not isinstance(join, exp.Join) or join.kind == "CROSS" or join.method == "NATURAL":
            return join
        if join.args.get("on") is None and not join.args.get("using"):
            self.raise_error("Expecting: 'ON', 'USING'")
        return join

    def _parse_cube_or_rollup(self, with_prefix: bool = False) -> Any:
        token = self._curr
        return places.at(super()._parse_cube_or_rollup(with_prefix), token)

    def _parse_grouping_sets(self) -> Any:
        token = self._curr
        return places.at(super()._parse_grouping_sets(), token)

    def _parse_wrapped_select(self, table: bool = False) -> Any:
        """``(a JOIN b ON ...)`` in FROM: sqlglot reads no join behind an UNNEST or a LATERAL there."""
        inner = super()._parse_wrapped_select(table=table)
        if table and isinstance(inner, exp.Unnest | exp.Lateral) and (joins := list(self._parse_joins())):
            return exp.Table(this=inner, joins=joins)
        return inner

    def _parse_id_var(self, *args: Any, **kwargs: Any) -> Any:
        """A name. What follows AS or a point may be any word to sqlglot."""
        if "tokens" in kwargs and _is_reserved(self._curr):
            return None
        if kwargs.get("tokens") is self.WINDOW_ALIAS_TOKENS and self._begins_frame():
            return None
        if self._curr is not None and self._curr.token_type in (TokenType.STRING, TokenType.NUMBER):
            return None
        return super()._parse_id_var(*args, **kwargs)

    def _begins_frame(self) -> bool:
        """Whether a frame of GROUPS is next, which is no reserved word, and not the name of a window."""
        following = self._next.text.upper() if self._next is not None else ""
        named = following in (")", "PARTITION", "PARTITION BY", "ORDER BY", "ROWS", "RANGE", "GROUPS")
        return self._curr is not None and self._curr.text.upper() == "GROUPS" and not named

    def _parse_derived_table_values(self, *args: Any, **kwargs: Any) -> Any:
        """``(VALUES ...)`` alone. Where a set operation or a LIMIT follows inside the brackets, that is a query like any other."""
        if self._match_pair(TokenType.L_PAREN, TokenType.VALUES, advance=False) and self._more_than_values():
            return None
        return super()._parse_derived_table_values(*args, **kwargs)

    def _parse_exists_query(self) -> exp.Exists:
        """``EXISTS (query)``, of any query. sqlglot reads no more than SELECT and WITH."""
        asked = self._parse_paren()
        alone = isinstance(asked, exp.Subquery) and not any(v for k, v in asked.args.items() if k != "this")
        return self.expression(exp.Exists(this=asked.this if alone else asked))

    def _more_than_values(self) -> bool:
        for token, depth in self._nested():
            if not depth:
                return False
            if depth == 1 and token.token_type in self._AFTER_VALUES:
                return True
        return False

    _AFTER_VALUES = frozenset(
        (
            *(TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT),
            *(TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET, TokenType.FETCH),
        )
    )

    def _parse_escape(self, this: Any) -> Any:
        """ESCAPE takes any expression, sqlglot's a literal."""
        if not self._match(TokenType.ESCAPE):
            return this
        return self.expression(exp.Escape(this=this, expression=self._parse_bitwise()))

    def _parse_bracket(self, this: Any = None) -> Any:
        token = self._prev
        made = _marked(super()._parse_bracket(_marked(this)))
        return places.at(made, token) if isinstance(made, exp.Array) and made is not this else made


class LocalAthena(Trino):
    """Athena's queries, parsed for translation by this package: subscripts stay as written, none shifted to start at 0.

    Not sqlglot's ``Athena``: that one makes Hive's tokenizer and parser too for every text, and DDL has a parser of its
    own here (``local_athena.sql.hive``).
    """

    INDEX_OFFSET = 0
    SUPPORTS_USER_DEFINED_TYPES = True
    Parser = _TrinoParser


_DIALECT = LocalAthena()
_SPACED_HEX = re.compile(r"\b([xX])'([0-9a-fA-F]*\s[0-9a-fA-F\s]*)'")


def parse(sql: str, rule: str = "statement") -> exp.Expression:
    """The one statement in *sql*, which is a *rule* of Trino's grammar.

    :raises AthenaError: ``SYNTAX_ERROR``, in Athena's words, and what ``analysed`` raises.
    """
    words = lexer.read(sql)
    if ";" in words.kinds:
        raise AthenaError("SYNTAX_ERROR", "Only one sql statement is allowed. Got: " + sql)
    if message := recognizer.refusal_of(words, rule):
        raise AthenaError("SYNTAX_ERROR", message)
    analysed.check_text(words, _TYPES)
    try:
        tree = read(sql)
    except AthenaError as error:
        if error.code != "SYNTAX_ERROR" or "mismatched input" not in error.message:
            raise
        raise analysed.unread(words, error.message) from error
    analysed.check_tree(tree)
    return tree


def read(sql: str) -> exp.Expression:
    """The tree of *sql*, which this package may have written itself."""
    try:
        statements = _parse(sql)
    except (ParseError, TokenError) as error:
        compact = _SPACED_HEX.sub(lambda m: f"{m[1]}'{re.sub(r'\s', '', m[2])}'", sql)
        if compact != sql:
            return read(compact)
        raise syntax.error(error, sql) from error
    return statements[0]


def _parse(sql: str) -> list[exp.Expression]:
    return [tree for tree in _DIALECT.parse(sql) if tree is not None and not isinstance(tree, exp.Semicolon)]  # type: ignore[misc]
