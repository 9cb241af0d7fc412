"""Filter patterns of CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from local_cloudwatch import json_patterns
from local_cloudwatch.errors import PatternError

Matcher = Callable[[str], bool]
_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)+)%|(\S+))')
_PLAIN = re.compile(r"\w+")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Matcher:
    """A function that says of a message whether *pattern* matches it. Raises ``PatternError``."""
    text = pattern.strip()
    if text.startswith("{"):
        return _json(text)
    if text.startswith("["):
        raise PatternError(
            f"Invalid filter pattern {pattern!r}: the local CloudWatch Logs has no patterns of space-delimited columns, and would "
            "match nothing by it. It has terms, ?any, -none, %regular expressions% and { $.json = value }."
        )
    return _terms(text)


def _json(text: str) -> Matcher:
    matches = json_patterns.compiled(text)

    def match(message: str) -> bool:
        event = document(message)
        return event is not None and matches(event)

    return match


def document(message: str) -> dict[str, Any] | None:
    """The JSON object that a message is; None for any other message."""
    if not message.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(message)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _terms(text: str) -> Matcher:
    """Terms that are all there, of which one is there (``?``), of which none is there (``-``).

    With others beside them, CloudWatch Logs ignores terms with a question mark.
    """
    all_of: list[Matcher] = []
    any_of: list[Matcher] = []
    none_of: list[Matcher] = []
    for sign, term in _read(text):
        {"": all_of, "?": any_of, "-": none_of}[sign].append(term)
    if any_of and not all_of and not none_of:
        return lambda message: any(term(message) for term in any_of)
    return lambda message: all(term(message) for term in all_of) and not any(term(message) for term in none_of)


def _read(text: str) -> list[tuple[str, Matcher]]:
    terms, at = [], 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise PatternError(f"Invalid filter pattern {text!r}: nothing is known of {text[at:]!r}")
        sign, quoted, regular, plain = found.groups()
        terms.append((sign, _term(quoted, regular, plain)))
        at = found.end()
        if at < len(text) and not text[at].isspace():
            raise PatternError(f"Invalid filter pattern {text!r}: a space belongs before {text[at:]!r}")
    return terms


def _term(quoted: str | None, regular: str | None, plain: str | None) -> Matcher:
    if regular is not None:
        expression = regular_expression(regular)
        return lambda message: expression.search(message) is not None
    if quoted is not None:
        word = re.sub(r"\\(.)", r"\1", quoted)
    else:
        word = plain or ""
        if not _PLAIN.fullmatch(word):
            raise PatternError(f"Invalid character(s) in term {word!r}: put it into double quotes")
    return lambda message: word in message


def regular_expression(text: str) -> re.Pattern[str]:
    """A pattern's regular expression. Raises ``PatternError``."""
    try:
        return re.compile(text)
    except re.error as error:
        raise PatternError(f"Invalid regular expression %{text}%: {error}") from None
