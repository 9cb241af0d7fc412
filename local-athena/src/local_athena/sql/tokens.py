"""A cursor over sqlglot's tokens, for the statements that sqlglot leaves opaque or reads with a loss."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Literal, NoReturn

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local_athena.errors import SYSTEM, AthenaError, InvalidRequest
from local_athena.sql.reserved import HIVE_WORDS

_SPACE_OR_COMMENT = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_QUOTED = (TokenType.STRING, TokenType.IDENTIFIER, TokenType.RAW_STRING)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*|\(")


def skip_comments(sql: str) -> int:
    """Offset of the first word of *sql*, behind blanks and comments."""
    match = _SPACE_OR_COMMENT.match(sql)
    return match.end() if match else 0


def leading_words(sql: str, count: int) -> list[str]:
    """The first words of a statement in upper case; shorter when something else than a word comes before."""
    words: list[str] = []
    at = 0
    while len(words) < count:
        at += skip_comments(sql[at:])
        match = _WORD.match(sql, at)
        if not match:
            break
        words.append(match.group().upper())
        at = match.end()
    return words


class HiveSyntaxError(AthenaError):
    """``FAILED: ParseException line 1:7 ...``, as Hive's parser words it; the query ends FAILED.

    A system's error, with the type that was measured (#17, #146):
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/statements.md
    """

    category = SYSTEM
    type = 1003

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__("FAILED", f"ParseException line {line}:{column} {message}")


def _disguised(sql: str) -> str:
    """*sql* with another first word: sqlglot takes the rest of a SHOW or an EXPLAIN for one opaque token."""
    start = skip_comments(sql)
    word = _WORD.match(sql, start)
    return f"{sql[:start]}{'x' * len(word[0])}{sql[word.end() :]}" if word and word[0] != "(" else sql


def _single_words(sql: str, tokens: Iterable[Token]) -> Iterator[Token]:
    """sqlglot reads ``PARTITIONED BY`` and its like as one token; here every word is one."""
    for token in tokens:
        text = sql[token.start : token.end + 1]
        if token.token_type in _QUOTED or not re.search(r"\s", text):
            yield token
            continue
        for word in re.finditer(r"\S+", text):
            start = token.start + word.start()
            yield Token(TokenType.VAR, word[0], token.line, token.col, start, start + len(word[0]) - 1)


_WIDE = re.compile(r"\s{2,}")
_CHARACTER_SET = re.compile(r"_[\w.:-]+")


class Cursor:
    """Reads one statement's tokens from left to right. Words match without regard to case.

    *style* decides what is quoted how and how an error is worded: Hive's identifiers stand in backticks and its strings in either
    quote; Trino's identifiers stand in double quotes.
    """

    def __init__(self, sql: str, style: Literal["hive", "trino"]) -> None:
        self.sql, self.style = sql, style
        try:
            tokens = [*_single_words(sql, Dialect.get_or_raise(style).tokenize(_disguised(sql)))]
        except TokenError as error:
            raise InvalidRequest(f"line 1:1: {error}") from error
        while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
            tokens.pop()
        self.tokens, self.at = tokens, 0

    @property
    def token(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    @property
    def before(self) -> Token | None:
        """The token that was read last."""
        return self.tokens[self.at - 1] if self.at else None

    @property
    def done(self) -> bool:
        return self.token is None

    @property
    def offset(self) -> int:
        """Offset of the next token in the text."""
        return self.token.start if self.token else len(self.sql)

    @property
    def word(self) -> str:
        """The next token in upper case if it is a word or a sign, else "" (strings and quoted names are never words)."""
        token = self.token
        if token is None or token.token_type in _QUOTED:
            return ""
        return self.sql[token.start : token.end + 1].upper()

    def squeezed(self) -> tuple[str, int]:
        """The text as Hive reads it, white space of several signs being one blank, and where the next token begins in it."""
        before, behind = self.sql[: self.offset], self.sql[self.offset :]
        return _WIDE.sub(" ", before) + behind, len(_WIDE.sub(" ", before))

    def place(self) -> str:
        """``line 1:8``, where the next token begins."""
        line, column = position(self.sql, self.offset)
        return f"line {line}:{column}"

    def ahead(self, *words: str) -> bool:
        """Whether these words come next, in this order."""
        before = self.at
        found = self.accept(*words)
        self.at = before
        return found

    def accept(self, *words: str) -> bool:
        """Step over these words if they come next; all or none."""
        before = self.at
        for word in words:
            if self.word != word:
                self.at = before
                return False
            self.at += 1
        return True

    def expect(self, *words: str) -> None:
        for word in words:
            if not self.accept(word):
                self.fail(word)

    def end(self) -> None:
        """Insist that the statement is over."""
        if not self.done:
            self.fail("<EOF>")

    def fail(self, expected: str) -> NoReturn:
        """Say that *expected* is not what comes next."""
        token = self.token
        found = self.sql[token.start : token.end + 1] if token else "<EOF>"
        line, column = position(self.sql, self.offset)
        if self.style == "trino":
            raise InvalidRequest(f"line {line}:{column}: mismatched input '{found}'. Expecting: '{expected}'")
        if expected == "<EOF>":
            previous = self.sql[self.before.start : self.before.end + 1] if self.before else ""
            raise HiveSyntaxError(line, column - 1, f"missing EOF at '{found}' near '{previous}'")
        raise HiveSyntaxError(line, column - 1, f"mismatched input '{found}' expecting {expected}")

    def identifier(self, what: str = "Identifier") -> str:
        """A name: a word, or quoted. Lower case, as Glue keeps it."""
        token = self.token
        if (
            token is None
            or token.token_type == TokenType.STRING
            or not (token.token_type == TokenType.IDENTIFIER or re.fullmatch(r"\w[\w-]*", token.text))
        ):
            self.fail(what)
        self.at += 1
        return token.text.lower()

    def no_alternative(self, rule: str) -> NoReturn:
        """Say that Hive's *rule* cannot begin with what comes next, of which Hive shows three tokens.

        Hive takes what begins with an underscore for the name of a character set, up to the next sign that is none of its own:
        https://github.com/awslabs/aws-glue-catalog-sync-agent-for-hive/issues/19
        """
        texts: list[str] = []
        at, end = self.at, 0
        while len(texts) < 3:
            token = self.tokens[at] if at < len(self.tokens) else None
            at += 1
            if token is None:
                texts.append("<EOF>")
            elif token.start >= end:
                charset = _CHARACTER_SET.match(self.sql, token.start)
                end = charset.end() if charset else token.end + 1
                texts.append(self.sql[token.start : end])
        shown = " ".join(f"'{text}'" for text in texts)
        raise self._refused(f"cannot recognize input near {shown} in {rule}")

    def mismatch(self, expected: str, rule: str) -> NoReturn:
        """Say that Hive's *rule* has *expected* where another token comes next."""
        found, before = (self.sql[one.start : one.end + 1] if one else "<EOF>" for one in (self.token, self.before))
        raise self._refused(f"mismatched input '{found}' expecting {expected} near '{before}' in {rule}")

    def _refused(self, message: str) -> HiveSyntaxError:
        line, column = position(*self.squeezed())
        return HiveSyntaxError(line, column - 1, message)

    def own_name(self, rule: str = "table name") -> str:
        """The name of a table or a column. In Hive's DDL it is no reserved word and begins with no underscore, unless it is quoted:
        https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
        """
        if self.style == "hive" and self.word and (self.word in HIVE_WORDS or self.word.startswith("_")):
            self.no_alternative(rule)
        return self.identifier()

    def name(self, most: int = 3) -> tuple[str, ...]:
        """A dotted name of one to *most* parts. Hive's may stand in one pair of backticks, as SHOW CREATE TABLE writes it."""
        parts = [self.own_name()]
        if self.style == "hive" and "." in parts[0]:
            parts = parts[0].split(".")
        while len(parts) < most and self.accept("."):
            parts.append(self.own_name())
        if self.ahead("."):
            self.fail("<EOF>")
        return tuple(parts)

    def string(self, what: str = "StringLiteral") -> str:
        """A string literal; adjacent ones are one, as in Hive. Athena has squeezed the white space of Hive's DDL by then.

        https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/sqlalchemy/test_base.py (``..._with_comments``)
        """
        texts = []
        while (token := self.token) is not None and token.token_type == TokenType.STRING:
            squeezed = self.style == "hive" and _WIDE.search(self.sql, token.start, token.end + 1)
            texts.append(_WIDE.sub(" ", token.text) if squeezed else token.text)
            self.at += 1
        if not texts:
            self.fail(what)
        return "'".join(texts) if self._doubled(len(texts)) else "".join(texts)

    def _doubled(self, count: int) -> bool:
        """Whether the last *count* strings touch: ``'it''s'`` is one string with a quote in it."""
        tokens = self.tokens[self.at - count : self.at]
        return all(left.end + 1 == right.start for left, right in pairwise(tokens))

    def number(self, what: str = "Number") -> int:
        token = self.token
        if token is None or token.token_type != TokenType.NUMBER or not token.text.isdigit():
            self.fail(what)
        self.at += 1
        return int(token.text)

    def literal(self) -> str | None:
        """A constant's text: a string, a number, a word such as true, or None for NULL. ``DATE '...'`` is its text."""
        if self.accept("NULL"):
            return None
        if self.word in ("DATE", "TIMESTAMP"):
            self.at += 1
        token = self.token
        if token is not None and token.token_type == TokenType.STRING:
            return self.string()
        sign = "-" if self.accept("-") else ""
        token = self.token
        if token is None or not re.fullmatch(r"[\w.]+", token.text):
            self.fail("Constant")
        self.at += 1
        return sign + token.text

    def list[T](self, item: Callable[[], T]) -> tuple[T, ...]:
        """``( item, item, ... )``."""
        self.expect("(")
        items = [item()]
        while self.accept(","):
            items.append(item())
        self.expect(")")
        return tuple(items)

    def balanced(self, *stops: str) -> str:
        """The text up to the first of *stops* (or of "," and ")") outside brackets."""
        start, depth = self.offset, 0
        end = start
        while (token := self.token) is not None:
            text = self.word
            if depth == 0 and text in (",", ")", *stops):
                break
            if text in ("(", "<", "["):
                depth += 1
            elif text in (")", ">", "]"):
                depth -= 1
            end = token.end + 1
            self.at += 1
        return self.sql[start:end]


def position(sql: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a place in the text."""
    before = sql[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
