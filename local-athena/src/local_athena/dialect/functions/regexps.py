"""Regular expressions: https://trino.io/docs/current/functions/regexp.html.

Trino's patterns are Java's, matched by Joni: its classes and its case folding are Unicode's. DuckDB's (RE2) mean the same
for ASCII text but lack look-around, back references, possessive quantifiers and sets of classes: what RE2 does not know
or would answer otherwise goes to ``regex`` of Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.regexps import compiled
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import (
    BIGINT,
    BOOLEAN,
    INTEGER,
    UNBOUNDED,
    VARCHAR,
    Type,
    array,
    length_of,
    varchar,
)

REFUSED = ""

_BEYOND_RE2 = re.compile(r"\(\?(?:[=!#x]|<[=!]|>)|\\[1-9]|\\k<|[*+?}]\+|\\[ZGhu]")
_IN_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", re.S)
_SETS_OF_CLASSES = re.compile(r"\[(?!:)[^\]]*?\[(?!:)|&&")
_PROPERTY = re.compile(r"\\([pP])\{(\w+)\}")
_OF_UNICODE = re.compile(r"\\[wWdDsSbB]|\[:|\\[pP]\{|\(\?[a-z]*i")


def _beyond_re2(pattern: str) -> bool:
    if any(len(name) > 2 and name not in _POSIX for _, name in _PROPERTY.findall(pattern)):
        return True
    pattern = _PROPERTY.sub("x", pattern)  # the brace of \p{L}+ ends no quantifier
    return bool(_BEYOND_RE2.search(pattern) or _SETS_OF_CLASSES.search(re.sub(r"\\.", "x", pattern)))


def _needs_python(pattern: Value) -> bool:
    """Whether a pattern is beyond RE2; one that is not a literal may be."""
    return not isinstance(pattern.const, str) or _beyond_re2(pattern.const)


def _texts(call: Call, count: int) -> list[Value]:
    values = [call.value(i) for i in range(count)]
    if any(not (v.type.is_text or v.type.name == "unknown") for v in values):
        raise call.mismatch()
    pattern = values[1].const
    if isinstance(pattern, str):
        try:
            compiled(pattern)
        except Failure as error:
            raise failure("INVALID_FUNCTION_ARGUMENT", str(error).partition(": ")[2]) from error
    texts = [coerce(v, VARCHAR) for v in values]
    if isinstance(pattern, str) and re.search(r"\(\?<|\\[pP]\{", pattern) and not _beyond_re2(pattern):
        named = re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", pattern)  # RE2 knows Python's spelling only
        named = _PROPERTY.sub(_posix, named)
        texts[1] = Value(text(named), VARCHAR, named)
    return texts


_POSIX = (
    "Alpha",
    "Digit",
    "Alnum",
    "Upper",
    "Lower",
    "Punct",
    "Space",
    "XDigit",
    "Cntrl",
    "Graph",
    "Print",
    "Blank",
    "ASCII",
)


def _posix(m: re.Match[str]) -> str:
    """``\\p{Alpha}`` of Java as RE2 spells it."""
    return f"[[:{'^' if m[1] == 'P' else ''}{m[2].lower()}:]]" if m[2] in _POSIX else m[0]


def _source(call: Call) -> Type:
    """The type of a part of the text that is searched: varchar of its length."""
    return varchar(length_of(call.value(0).type))


def _may_be_empty(pattern: Value) -> bool:
    """Whether a pattern can match no text at all: RE2 finds none of that right after another match, Java does."""
    made = compiled(str(pattern.const))
    return any(m.start() == m.end() for m in made.finditer("a b\n1_A-"))


type Shape = Callable[[str], str]
"""DuckDB's text of a call, given that of the text it searches."""


def _by_re2(x: Value, p: Value, fast: Shape, exact: Shape) -> str:
    """RE2's answer, but Python's where a ``$`` may have to match before a line break at the end, which RE2 does not know, and
    where letters or digits beyond ASCII, which RE2's classes leave out, may be asked for."""
    pattern = str(p.const)
    doubts = []
    if "$" in _IN_CLASS.sub("", pattern):
        doubts.append("ends_with({s}, chr(10))")
    if _OF_UNICODE.search(pattern):
        doubts.append("strlen({s}) > length({s})")
    if not doubts:
        return fast(x.sql)

    def chosen(s: str) -> str:
        doubt = " OR ".join(doubts).format(s=s)
        return f"CASE WHEN {doubt} THEN {exact(s)} ELSE {fast(s)} END"

    return once(x.sql, chosen)


def _group(call: Call, index: int) -> Value:
    if len(call.args) > index:
        value = call.value(index)
        if not value.type.is_integer:
            raise call.mismatch()
        return value
    return Value("0", INTEGER, 0)


def _check_group(call: Call, pattern: Value, group: Value) -> None:
    if isinstance(group.const, int) and group.const < 0:
        raise failure("INVALID_FUNCTION_ARGUMENT", "Group cannot be negative")
    if isinstance(pattern.const, str) and isinstance(group.const, int):
        groups = compiled(str(call.value(1).const)).groups
        if group.const > groups:
            message = f"Pattern has {groups} groups. Cannot access group {group.const}"
            raise failure("INVALID_FUNCTION_ARGUMENT", message)


def _like(call: Call) -> Value:
    call.arity(2)
    x, p = _texts(call, 2)
    written = _written(call, p)

    def exact(s: str) -> str:
        return f"trino_regexp_like({s}, {written})"

    if _needs_python(p):
        return Value(exact(x.sql), BOOLEAN)
    return Value(_by_re2(x, p, lambda s: f"regexp_matches({s}, {p.sql})", exact), BOOLEAN)


def _written(call: Call, p: Value) -> str:
    """The pattern as Java spells it: ``_texts`` gives RE2's spelling."""
    return coerce(call.value(1), VARCHAR).sql if isinstance(p.const, str) else p.sql


def _extract(call: Call) -> Value:
    call.arity(2, 3)
    (x, p), g = _texts(call, 2), _group(call, 2)
    _check_group(call, p, g)
    written = _written(call, p)

    def exact(s: str) -> str:
        return f"trino_regexp_extract({s}, {written}, CAST({g.sql} AS BIGINT))"

    if _needs_python(p) or not isinstance(g.const, int) or (g.const > 0 and re.search(r"\)[?*]|\||\}", str(p.const))):
        return Value(exact(x.sql), _source(call))

    def fast(s: str) -> str:
        return f"CASE WHEN regexp_matches({s}, {p.sql}) THEN regexp_extract({s}, {p.sql}, {g.const}) END"

    return Value(_by_re2(x, p, fast, exact), _source(call))


def _extract_all(call: Call) -> Value:
    call.arity(2, 3)
    (x, p), g = _texts(call, 2), _group(call, 2)
    _check_group(call, p, g)
    written = _written(call, p)

    def exact(s: str) -> str:
        return f"trino_regexp_extract_all({s}, {written}, CAST({g.sql} AS BIGINT))"

    if (
        _needs_python(p)
        or not isinstance(g.const, int)
        or re.search(r"\)[?*]|\|", str(p.const))
        or _may_be_empty(call.value(1))
    ):
        return Value(exact(x.sql), array(_source(call)))
    made = _by_re2(x, p, lambda s: f"regexp_extract_all({s}, {p.sql}, {g.const})", exact)
    return Value(made, array(_source(call)))


def _replace(call: Call) -> Value:
    call.arity(2, 3)
    x, p = _texts(call, 2)
    if len(call.args) == 3 and isinstance(call.args[2], exp.Lambda):
        return _replace_with(call, x, p, call.args[2])
    r = call.value(2) if len(call.args) == 3 else Value("''", VARCHAR, "")
    if not (r.type.is_text or r.type.name == "unknown"):
        raise call.mismatch()
    t, pattern, by = _replaced(call), _written(call, p), coerce(r, VARCHAR).sql

    def exact(s: str) -> str:
        return f"trino_regexp_replace({s}, {pattern}, {by})"

    if _needs_python(p) or not isinstance(r.const, str):
        return Value(exact(x.sql), t)
    replacement = _replacement(call, str(p.const), r.const)
    if replacement is None or _may_be_empty(call.value(1)):
        return Value(exact(x.sql), t)
    written = text(replacement)
    return Value(_by_re2(x, p, lambda s: f"regexp_replace({s}, {p.sql}, {written}, 'g')", exact), t)


def _replaced(call: Call) -> Type:
    """Trino's bound for the length of the result: https://trino.io/docs/current/functions/regexp.html#regexp_replace."""
    x = length_of(call.value(0).type)
    if len(call.args) == 2:
        return varchar(x)
    y = length_of(call.value(2).type)
    return varchar(min(UNBOUNDED, x + max(x * y // 2, y) * (x + 1)))


def _replacement(call: Call, pattern: str, written: str) -> str | None:
    """Java's ``$1``, ``${name}`` and ``\\$`` in RE2's terms, which refers to nine groups at most: None for more."""
    numbers: list[int] = []
    names = re.findall(r"(?<!\\)\((?:\?P?<([A-Za-z]\w*)>|(?!\?))", pattern)

    def part(m: re.Match[str]) -> str:
        if m[0] in ("$", "\\"):
            raise failure("INVALID_FUNCTION_ARGUMENT", f"Illegal replacement sequence: {written}")
        if m[1]:
            return m[1] if m[1] != "\\" else "\\\\"
        if m[2]:
            length = max((n for n in range(1, len(m[2]) + 1) if int(m[2][:n]) <= len(names)), default=0)
            if not length:
                raise failure(
                    "INVALID_FUNCTION_ARGUMENT", f"Illegal replacement sequence: unknown group {m[2][0]}", call.node
                )
            numbers.append(int(m[2][:length]))
            return f"\\{numbers[-1]}" + m[2][length:]
        if m[3] not in names:
            raise failure(
                "INVALID_FUNCTION_ARGUMENT", f"Illegal replacement sequence: unknown group {{ {m[3]} }}", call.node
            )
        numbers.append(names.index(m[3]) + 1)
        return f"\\{numbers[-1]}"

    made = re.sub(r"\\(.)|\$(\d+)|\$\{(\w+)\}|[$\\]", part, written)
    return made if max(numbers, default=0) <= _LAST_GROUP else None


_LAST_GROUP = 9


def _replace_with(call: Call, x: Value, p: Value, function: exp.Lambda) -> Value:
    """``regexp_replace(x, pattern, groups -> ...)``."""
    (groups,), body = call.lambda_text(function, [array(VARCHAR)])
    if not coercible(body.type, VARCHAR):
        raise call.mismatch("regexp_replace(varchar(x), JoniRegExp, function(array(varchar(x)), varchar))")
    matches = f"trino_regexp_groups({x.sql}, {_written(call, p)})"
    replaced = f"list_transform({matches}, lambda {groups}: {coerce(body, VARCHAR).sql})"
    return Value(f"trino_regexp_interleave({x.sql}, {_written(call, p)}, {replaced})", VARCHAR)


def _plainly(call: Call, x: Value, p: Value, fast: Shape, exact: Shape) -> str:
    """RE2's answer for a pattern that it knows and that matches no empty text; else Python's."""
    if _needs_python(p) or _may_be_empty(call.value(1)):
        return exact(x.sql)
    return _by_re2(x, p, fast, exact)


def _split(call: Call) -> Value:
    call.arity(2)
    x, p = _texts(call, 2)

    def exact(s: str) -> str:
        return f"trino_regexp_split({s}, {_written(call, p)})"

    # DuckDB searches the rest of the text as if nothing were before it.
    if "^" in _IN_CLASS.sub("", str(p.const)) or re.search(r"\\[bBA]", str(p.const)):
        return Value(exact(x.sql), array(_source(call)))
    return Value(_plainly(call, x, p, lambda s: f"regexp_split_to_array({s}, {p.sql})", exact), array(_source(call)))


def _count(call: Call) -> Value:
    call.arity(2)
    x, p = _texts(call, 2)

    def exact(s: str) -> str:
        return f"trino_regexp_count({s}, {_written(call, p)})"

    return Value(
        _plainly(call, x, p, lambda s: f"CAST(len(regexp_extract_all({s}, {p.sql})) AS BIGINT)", exact), BIGINT
    )


def _position(call: Call) -> Value:
    call.arity(2, 4)
    x, p = _texts(call, 2)
    start = call.value(2).sql if len(call.args) > 2 else "1"
    nth = call.value(3).sql if len(call.args) > 3 else "1"

    def exact(s: str) -> str:
        return f"trino_regexp_position({s}, {_written(call, p)}, CAST({start} AS BIGINT), CAST({nth} AS BIGINT))"

    def fast(s: str) -> str:
        before = f"regexp_extract({s}, {text(f'^((?s:.)*?)(?:{p.const})')}, 1)"
        found = f"CASE WHEN regexp_matches({s}, {p.sql}) THEN CAST(length({before}) + 1 AS INTEGER)"
        return f"{found} WHEN {s} IS NOT NULL THEN -1 END"

    if start != "1" or nth != "1":
        return Value(exact(x.sql), INTEGER)
    return Value(_plainly(call, x, p, lambda s: once(s, fast), exact), INTEGER)


SPECIALS = {
    "regexp_like": _like, "regexp_extract": _extract, "regexp_extract_all": _extract_all, "regexp_replace": _replace,
    "regexp_split": _split, "regexp_count": _count, "regexp_position": _position,
}  # fmt: skip
