"""Text: https://trino.io/docs/current/functions/string.html."""

from __future__ import annotations

import dataclasses

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import concatenation
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.functions import formatted
from local_athena.dialect.scope import Value
from local_athena.dialect.udf.texts import MOST_PADDED
from local_athena.dialect.values.casts import cast_sql
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import (
    BIGINT,
    UNBOUNDED,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    array,
    length_of,
    varchar,
)

# The characters of Java's Character.isWhitespace: among spaces all but those that forbid a line break
_BLANKS = " || ".join(
    f"chr({c})"
    for c in (
        *range(9, 14),
        *range(28, 33),
        0x1680,
        *range(0x2000, 0x2007),
        *range(0x2008, 0x200B),
        0x2028,
        0x2029,
        0x205F,
        0x3000,
    )
)

_TOO_LONG = "$fail(EXHAUSTED_RESOURCES: Query exhausted resources at this scale factor)VARCHAR"

SCALARS = f"""
length(varchar(x)) -> bigint | length($1)
length(char(x)) -> bigint | length($1)
length(varbinary) -> bigint | octet_length($1)
lower(varchar(x)) -> varchar(x) | lower($1)
lower(char(x)) -> char(x) | lower($1)
upper(varchar(x)) -> varchar(x) | CASE WHEN contains($1, 'ß') THEN array_to_string(list_transform(string_split($1, 'ß'), lambda _u: upper(_u)), 'ß') ELSE upper($1) END
upper(char(x)) -> char(x) | upper($1)
trim(varchar(x)) -> varchar(x) | CASE WHEN regexp_full_match($1, '[ -~]*') THEN trim($1) ELSE trim($1, {_BLANKS}) END
trim(char(x)) -> varchar(x) | trim($1, {_BLANKS})
trim(varchar(x), varchar) -> varchar(x) | trim($1, $2)
trim(char(x), varchar) -> varchar(x) | rtrim(trim(rtrim($1, ' '), $2), ' ')
ltrim(varchar(x)) -> varchar(x) | CASE WHEN regexp_full_match($1, '[ -~]*') THEN ltrim($1) ELSE ltrim($1, {_BLANKS}) END
ltrim(char(x)) -> varchar(x) | ltrim(rtrim($1, ' '), {_BLANKS})
ltrim(varchar(x), varchar) -> varchar(x) | ltrim($1, $2)
ltrim(char(x), varchar) -> varchar(x) | ltrim(rtrim($1, ' '), $2)
rtrim(varchar(x)) -> varchar(x) | CASE WHEN regexp_full_match($1, '[ -~]*') THEN rtrim($1) ELSE rtrim($1, {_BLANKS}) END
rtrim(char(x)) -> varchar(x) | rtrim($1, {_BLANKS})
rtrim(varchar(x), varchar) -> varchar(x) | rtrim($1, $2)
rtrim(char(x), varchar) -> varchar(x) | rtrim(rtrim(rtrim($1, ' '), $2), ' ')
lpad(varchar, bigint, varchar) -> varchar | CASE WHEN $2 NOT BETWEEN 0 AND 2147483647 THEN $fail(INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647])VARCHAR WHEN $3 = '' THEN $fail(INVALID_FUNCTION_ARGUMENT: Padding string must not be empty)VARCHAR WHEN $2 > {MOST_PADDED} THEN {_TOO_LONG} ELSE lpad($1, CAST($2 AS INTEGER), $3) END
rpad(varchar, bigint, varchar) -> varchar | CASE WHEN $2 NOT BETWEEN 0 AND 2147483647 THEN $fail(INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647])VARCHAR WHEN $3 = '' THEN $fail(INVALID_FUNCTION_ARGUMENT: Padding string must not be empty)VARCHAR WHEN $2 > {MOST_PADDED} THEN {_TOO_LONG} ELSE rpad($1, CAST($2 AS INTEGER), $3) END
lpad(varbinary, bigint, varbinary) -> varbinary | CASE WHEN $1 IS NULL OR $2 IS NULL OR $3 IS NULL THEN NULL WHEN octet_length($3) > 0 AND $2 BETWEEN 0 AND 1000000 THEN unhex(lpad(hex($1), CAST(2 * $2 AS INTEGER), hex($3))) ELSE trino_pad($1, $2, $3, true) END
rpad(varbinary, bigint, varbinary) -> varbinary | CASE WHEN $1 IS NULL OR $2 IS NULL OR $3 IS NULL THEN NULL WHEN octet_length($3) > 0 AND $2 BETWEEN 0 AND 1000000 THEN unhex(rpad(hex($1), CAST(2 * $2 AS INTEGER), hex($3))) ELSE trino_pad($1, $2, $3, false) END
replace(varchar(x), varchar) -> varchar(x) | replace($1, $2, '')
$replace(varchar, varchar, varchar) -> varchar | CASE WHEN $2 = '' THEN $3 || array_to_string(list_transform(regexp_extract_all($1, '(?s).'), lambda _c: _c || $3), '') ELSE replace($1, $2, $3) END
reverse(varchar(x)) -> varchar(x) | CASE WHEN strlen($1) = length($1) THEN reverse($1) ELSE array_to_string(list_reverse(regexp_extract_all($1, '(?s).')), '') END
reverse(char(x)) -> char(x) | array_to_string(list_reverse(regexp_extract_all($1, '(?s).')), '')
reverse(array(T)) -> array(T) | list_reverse($1)
reverse(varbinary) -> varbinary | unhex(array_to_string(list_reverse(regexp_extract_all(hex($1), '..')), ''))
split(varchar(x), varchar) -> array(varchar(x)) | CASE WHEN $2 = '' THEN $fail(INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string)VARCHAR[] WHEN $2 IS NOT NULL THEN string_split($1, $2) END
split(varchar(x), varchar, bigint) -> array(varchar(x)) | trino_split($1, $2, $3)
split_part(varchar(x), varchar, bigint) -> varchar(x) | CASE WHEN $3 <= 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Index must be greater than zero)VARCHAR WHEN $2 IS NOT NULL AND ($1 <> '' OR $2 <> '') THEN string_split($1, $2)[$3] END
split_to_map(varchar, varchar, varchar) -> map(varchar, varchar) | CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL AND $3 IS NOT NULL THEN list_transform([list_transform(string_split($1, $2), lambda _s: string_split(_s, $3))], lambda _l: CASE WHEN $2 <> '' AND $3 <> '' AND $2 <> $3 AND len(list_filter(_l, lambda _p: len(_p) <> 2)) = 0 AND len(list_distinct(list_transform(_l, lambda _p: _p[1]))) = len(_l) THEN map(list_transform(_l, lambda _p: _p[1]), list_transform(_l, lambda _p: _p[2])) ELSE trino_split_to_map($1, $2, $3) END)[1] END
split_to_multimap(varchar, varchar, varchar) -> map(varchar, array(varchar)) | CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL AND $3 IS NOT NULL THEN list_transform([list_transform(string_split($1, $2), lambda _s: string_split(_s, $3))], lambda _l: CASE WHEN $2 <> '' AND $3 <> '' AND $2 <> $3 AND len(list_filter(_l, lambda _p: len(_p) <> 2)) = 0 AND len(list_distinct(list_transform(_l, lambda _p: _p[1]))) = len(_l) THEN map(list_transform(_l, lambda _p: _p[1]), list_transform(_l, lambda _p: [_p[2]])) ELSE trino_split_to_multimap($1, $2, $3) END)[1] END
strpos(varchar, varchar) -> bigint | strpos($1, $2)
index(varchar, varchar) -> bigint | strpos($1, $2)
char2hexint(varchar) -> varchar | CASE WHEN $1 IS NULL THEN NULL WHEN $1 <> '' AND strlen($1) = length($1) THEN hex(chr(0) || array_to_string(string_split($1, ''), chr(0))) ELSE trino_char2hexint($1) END
strpos(varchar, varchar, bigint) -> bigint | CASE WHEN $1 IS NULL THEN NULL WHEN length($2) = 1 AND $3 > 0 THEN CASE WHEN len(string_split($1, $2)) > $3 THEN CAST(list_sum(list_transform(string_split($1, $2)[1:$3], lambda _s: length(_s))) AS BIGINT) + $3 ELSE 0 END ELSE trino_strpos($1, $2, $3) END
starts_with(varchar, varchar) -> boolean | starts_with($1, $2)
chr(bigint) -> varchar(1) | CASE WHEN $1 > 1114111 OR $1 < 0 THEN CAST(CAST('INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: ' || $1 AS INTEGER) AS VARCHAR) ELSE chr(CAST($1 AS INTEGER)) END
codepoint(varchar(1)) -> integer | CASE WHEN length($1) <> 1 THEN $fail(INVALID_FUNCTION_ARGUMENT: Input string must be a single character string)INTEGER ELSE unicode($1) END
hamming_distance(varchar, varchar) -> bigint | CASE WHEN length($1) <> length($2) THEN $fail(INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length)BIGINT WHEN $1 <> '' AND strlen($1) = length($1) AND strlen($2) = length($2) THEN hamming($1, $2) WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN CAST(len(list_filter(list_zip(regexp_extract_all($1, '(?s).'), regexp_extract_all($2, '(?s).')), lambda _p: _p[1] <> _p[2])) AS BIGINT) END
levenshtein_distance(varchar, varchar) -> bigint | CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN greatest(length($1), length($2)) * (least(length($1), length($2)) - 1) > 1000000 THEN $fail(INVALID_FUNCTION_ARGUMENT: The combined inputs for Levenshtein distance are too large)BIGINT WHEN strlen($1) = length($1) AND strlen($2) = length($2) THEN levenshtein($1, $2) ELSE trino_levenshtein($1, $2) END
soundex(varchar) -> varchar(4) | trino_soundex($1)
normalize(varchar(x), varchar) -> varchar | CASE WHEN $1 IS NULL THEN NULL WHEN strlen($1) = length($1) OR $2 = 'NFC' AND regexp_full_match($1, '[\\x00-\\x{{2FF}}]*') THEN $1 ELSE trino_normalize($1, $2) END
translate(varchar, varchar, varchar) -> varchar | translate($1, $2, $3)
word_stem(varchar(x)) -> varchar(x) | trino_word_stem($1, 'en')
word_stem(varchar(x), varchar) -> varchar(x) | trino_word_stem($1, $2)
luhn_check(varchar) -> boolean | trino_luhn_check($1)
to_utf8(varchar) -> varbinary | encode($1)
from_utf8(varbinary) -> varchar | trino_from_utf8($1, '\ufffd')
from_utf8(varbinary, varchar) -> varchar | trino_from_utf8($1, $2)
from_utf8(varbinary, bigint) -> varchar | trino_from_utf8($1, chr(CAST($2 AS INTEGER)))
format_number(bigint) -> varchar | trino_short_number(CAST($1 AS DOUBLE))
format_number(double) -> varchar | trino_short_number($1)
"""

_MOST_ARGUMENTS = 127


def _substr(call: Call) -> Value:
    call.arity(2, 3)
    value = call.value(0)
    if value.type.name == "varbinary":
        return _substr_binary(call)
    if not (value.type.is_text or value.type.name == "unknown"):
        raise call.mismatch("substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)")
    t = varchar(length_of(value.type))
    value = coerce(value, t)
    numbers = call.values()[1:]
    if any(not (n.type.is_integer or n.type.name == "unknown") for n in numbers):
        raise call.mismatch("substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)")
    start = numbers[0]
    if all(isinstance(n.const, int) for n in numbers) and 0 < start.const <= UNBOUNDED:
        # DuckDB refuses a length beyond the longest text; Trino takes any.
        length = f", {min(numbers[1].const, UNBOUNDED)}" if len(numbers) > 1 else ""
        return Value(
            f"substr({value.sql}, {start.sql}{length})"
            if not length or numbers[1].const > 0
            else f"substr({value.sql}, 1, 0)",
            t,
        )
    length = numbers[1].sql if len(numbers) > 1 else "9223372036854775807"
    return Value(f"trino_substr({value.sql}, {start.sql}, {length})", t)


def _substr_binary(call: Call) -> Value:
    binary, *numbers = call.values()
    if not all(coercible(n.type, BIGINT) for n in numbers):
        raise call.mismatch("substr(varbinary, bigint), substr(varbinary, bigint, bigint)")
    start, *given = (coerce(n, BIGINT).sql for n in numbers)
    length = given[0] if given else f"octet_length({binary.sql})"
    return Value(f"unhex(trino_substr_hex(hex({binary.sql}), {start}, {length}))", Type("varbinary"))


def _concat(call: Call) -> Value:
    _two_or_more(call)
    return concatenation.concat(call.values(), call.node)


def _two_or_more(call: Call) -> None:
    if len(call.args) > _MOST_ARGUMENTS:
        raise failure("TOO_MANY_ARGUMENTS", f"Too many arguments for function call {call.name}()", call.node)
    if len(call.args) < 2:
        raise failure("INVALID_FUNCTION_ARGUMENT", "There must be two or more concatenation arguments", call.node)


def _replace(call: Call) -> Value | None:
    """With a replacement: it may stand before each character and at the end."""
    if len(call.args) != 3:
        return None
    made = call.again("$replace", *call.args)
    x, _, z = (length_of(v.type) for v in call.values())
    return dataclasses.replace(made, type=varchar(min(UNBOUNDED, x + z * (x + 1))))


def _concat_ws(call: Call) -> Value:
    _two_or_more(call)
    separator, *rest = call.values()
    if (
        len(rest) == 1
        and (separator.type.is_text or separator.type == UNKNOWN)
        and rest[0].type.name == "array"
        and (rest[0].type.element.is_text or rest[0].type.element == UNKNOWN)
    ):
        items = coerce(rest[0], array(VARCHAR)).sql
        known = f"{coerce(separator, VARCHAR).sql} IS NOT NULL AND {rest[0].sql} IS NOT NULL"
        return _joined(items, separator, known)
    if all(v.type.is_text or v.type.name == "unknown" for v in (separator, *rest)):
        items = f"CAST([{', '.join(coerce(v, VARCHAR).sql for v in rest)}] AS VARCHAR[])"
    else:
        raise call.mismatch("concat_ws(varchar, varchar...), concat_ws(varchar, array(varchar))")
    return _joined(items, separator, f"{coerce(separator, VARCHAR).sql} IS NOT NULL")


def _joined(items: str, separator: Value, known: str) -> Value:
    kept, between = f"list_filter({items}, lambda _s: _s IS NOT NULL)", coerce(separator, VARCHAR).sql
    joined = (
        f"array_to_string({kept}, {between})"
        if separator.const is not None
        else f"CASE WHEN len({kept}) > 0 THEN list_reduce({kept}, lambda _p, _q: _p || {between} || _q) END"
    )
    return Value(f"CASE WHEN {known} THEN coalesce({joined}, '') END", VARCHAR)


_NANOS = 9


def _shown(value: Value) -> str:
    """The text of an argument of ``format``. Raises KeyError for a type that no cast makes a text of."""
    if value.type.is_float or value.type == UNKNOWN:
        return f"CAST({value.sql} AS VARCHAR)"
    return value.sql if value.type.name == "json" else cast_sql(value.sql, value.type, VARCHAR)


def _format(call: Call) -> Value:
    """``format('%s has %05d', a, b)``, Java's Formatter."""
    if len(call.args) < 2:
        raise failure("SYNTAX_ERROR", "The 'format' function must have at least two arguments", call.node)
    pattern, *values = call.values()
    if not (pattern.type.is_text or pattern.type == UNKNOWN):
        shown = f"Type of first argument to format() must be VARCHAR (actual: {pattern.type})"
        raise failure("TYPE_MISMATCH", shown, call.node.expressions[0])
    items, texts = [], []
    for v, place in zip(values, call.node.expressions[1:], strict=True):
        if v.type.name in ("array", "map", "row", "varbinary"):
            raise failure("NOT_SUPPORTED", f"Type not supported for formatting: {v.type}", place)
        kind = {"boolean": "b", "real": "f", "double": "f", "decimal": "m"}.get(
            v.type.name, "d" if v.type.is_integer else "s"
        )
        kind = "t" if v.type.name in ("date", "timestamp", ZONED, "time") else kind
        if kind == "t" and v.type.precision > _NANOS:  # Java's moments are no finer
            nanos = Type(v.type.name, (_NANOS,))
            v = Value(cast_sql(v.sql, v.type, nanos), nanos)
        try:
            shown = _shown(v)
        except KeyError:
            raise failure("NOT_SUPPORTED", f"Type not supported for formatting: {v.type}", place) from None
        if v.type.name == ZONED:
            shown = f"({shown} || ' ' || trino_offset_text({v.sql}))"
        items.append(f"'{kind}' || {shown}")
        texts.append(shown)
    slow = f"{call.udf('format')}({pattern.sql}, [{', '.join(items)}])"
    found = formatted.usual(pattern.const, values, texts) if isinstance(pattern.const, str) else None
    if found is None:
        return Value(slow, VARCHAR)
    fast, condition = found
    return Value(f"(CASE WHEN {condition} THEN {fast} ELSE {slow} END)" if condition else fast, VARCHAR)


SPECIALS = {
    "substr": _substr,
    "substring": _substr,
    "replace": _replace,
    "concat": _concat,
    "concat_ws": _concat_ws,
    "format": _format,
}
