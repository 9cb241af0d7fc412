"""DuckDB macros for what a cast or a zone needs more than once. A failing row fails by a failing cast (see
``errors.raise_sql``).
"""

from __future__ import annotations

from local_athena.dialect.errors import raise_sql


def _fail(kind: str, target: str) -> str:
    return f"CAST(CAST(CAST('INVALID_CAST_ARGUMENT: {kind}' AS INTEGER) AS VARCHAR) AS {target})"


def _parsed(name: str, pattern: str, target: str, shown: str, kept: str = "trim(x)", rare: str = "") -> tuple[str, str]:
    """Macros that cast what is *kept* of a text which is fully of *pattern*; for any other, one fails, one gives NULL.

    *rare* is a WHEN that comes before either.
    """
    matches = f"regexp_full_match(x, '{pattern}')"
    failed = _fail(f"Cannot cast ''' || x || ''' to {shown}", target)
    return (
        f"CREATE MACRO {name}(x) AS "
        f"CASE WHEN {matches} THEN CAST({kept} AS {target}) {rare} WHEN x IS NOT NULL THEN {failed} END",
        _or_null(name, f"CASE WHEN {matches} THEN TRY_CAST({kept} AS {target}) {rare} END"),
    )


def _parsed_float(name: str, target: str, shown: str) -> tuple[str, str]:
    kept = "regexp_replace(trim(x), '[dDfF]$', '')"
    rare = f"WHEN regexp_full_match(x, '{HEX_FLOAT_PATTERN}') THEN CAST(trino_hex_float(x) AS {target})"
    return _parsed(name, FLOAT_PATTERN, target, shown, kept, rare)


def _or_null(name: str, sql: str) -> str:
    """The macro for TRY_CAST beside the macro *name* for CAST.

    A row that fails inside DuckDB's TRY takes half a millisecond, and has the rest of its batch computed one by one.
    """
    return f"CREATE MACRO {name}_or_null(x) AS {sql}"


def rising(names: str) -> str:
    """Whether each text of the list *names* comes after the one before it: it is sorted, and none is there twice.

    The empty text comes after none: false for a list that begins with it.
    """
    return f"list_reduce({names}, lambda _a, _b: CASE WHEN _a < _b THEN _b END, '') IS NOT NULL"


_DAY = r"[+-]?\d{4,}-\d{1,2}-\d{1,2}"
_CLOCK = r"(?:[01]?\d|2[0-3]):\d{1,2}(:\d{1,2}(\.\d+)?)?"
BLANKS = " \t\n\x0b\f\r\x1c\x1d\x1e\x1f"
"""Java's white space, of which \\s holds five signs. A year of a date, unlike a timestamp's, may have fewer digits than four."""
DATE_PATTERN = rf"[{BLANKS}]*[+-]?\d+-\d{{1,2}}-\d{{1,2}}[{BLANKS}]*"
TIMESTAMP_PATTERN = rf"{_DAY}( {_CLOCK})?"
ZONED_PATTERN = rf"{_DAY}( ({_CLOCK})? *(\D.*)?)?"
"""No zone follows a day without a space between them."""
FLOAT_PATTERN = r"\s*[+-]?(NaN|Infinity|((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?))\s*"
HEX_FLOAT_PATTERN = r"\s*[+-]?0[xX]([0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?\d+[dDfF]?\s*"
DECIMAL_PATTERN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
UUID_PATTERN = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

_USUAL_TEXT = r'"(?:[^"\\: \x00-\x1f\x{10000}-\x{10FFFF}][^"\\\x00-\x1f\x{10000}-\x{10FFFF}]*)?"'
_USUAL_NUMBER = (
    r"-?[1-9][0-9]{0,17}|0|-?[1-9][0-9]{0,6}[.](?:0|[0-9]{0,7}[1-9])|-?0[.](?:0|0{0,2}[1-9](?:[0-9]{0,6}[1-9])?)"
)
_USUAL_BEGUN = rf"(?:{_USUAL_TEXT}|true|false|null|[\[{{])"
_USUAL_COMMA = r",[ \t\n\r]*"
_USUAL_JSON = (
    rf"(?:[\]}}: \t\n\r]|(?:{_USUAL_COMMA})?(?:{_USUAL_BEGUN}|(?:{_USUAL_NUMBER})(?:{_USUAL_COMMA}(?:{_USUAL_NUMBER}))*"
    rf"(?:[\]}} \t\n\r]|{_USUAL_COMMA}{_USUAL_BEGUN}|$)))*"
)
"""No number follows another, and no bracket follows a comma: DuckDB takes a comma at the end of an array; Java does not."""

_NAMES = r"""CASE WHEN starts_with(x, '{') AND NOT contains(substr(x, 2), '{') THEN json_keys(x)
        ELSE regexp_extract_all(x, '"([^"]*)"[ \t\n\r]*:', 1) END"""

_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

# Numbers in Java's form from DuckDB's text, which has the same digits.
_FRACTION_TEXT = """list_transform([CAST(abs(x) AS VARCHAR)], lambda _t:
    CASE WHEN x < 0 THEN '-' ELSE '' END || substr(_t, 1, 1) || '.'
    || replace(substr(_t, 2), '.', '') || 'E' || (strpos(_t, '.') - 2))[1]"""
_WHOLE_TEXT = r"""replace(regexp_replace(CAST(x AS VARCHAR), '^(-?.)([0-9]*?)0*[.]0$', '\1.\2E'), '.E', '.0E')
    || (length(CAST(abs(x) AS VARCHAR)) - 3)"""
_SMALL_TEXT = r"""replace(regexp_replace(CAST(x AS VARCHAR), '^(-?)0[.]0*([1-9])([0-9]*)$', '\1\2.\3E-'), '.E', '.0E')
    || (length(regexp_extract(CAST(x AS VARCHAR), '[.](0*)', 1)) + 1)"""


def _short_number(t: str, slow: str) -> str:
    """``format_number`` of the whole number *t*.

    *slow* where half of the last digit shown is left, which doubles round either way.
    """
    cases = [f"WHEN abs({t}) < 1000 THEN CAST({t} AS VARCHAR)"]
    for power, unit in ((3, "K"), (6, "M"), (9, "B")):
        # Two digits of a number below 10, and of all below zero; one of those below 100.
        for size, digits in ((1, 2), (2, 1), (3, 0)):
            step = 10 ** (power - digits)
            shown = f"((abs({t}) + {step // 2}) // {step} / {10**digits}) || '{unit}'"
            least = 1 - 10 ** (power + 3) if digits == 2 else 0
            within = f"{t} BETWEEN {least} AND {10 ** (power + size) - 1}"
            cases += [
                f"WHEN {within} AND abs({t}) % {step} = {step // 2} THEN {slow}",
                f"WHEN {within} THEN CASE WHEN {t} < 0 THEN '-' ELSE '' END || replace({shown}, '.0{unit}', '{unit}')",
            ]
    return f"CASE {' '.join(cases)} END"


STATEMENTS = (
    *(
        statement
        for name, shown in (("tinyint", "TINYINT"), ("smallint", "SMALLINT"), ("integer", "INT"), ("bigint", "BIGINT"))
        for statement in _parsed(f"trino_to_{name}", r"[+-]?\d+", name.upper(), shown)
    ),
    *_parsed_float("trino_to_real", "FLOAT", "REAL"),
    *_parsed_float("trino_to_double", "DOUBLE", "DOUBLE"),
    f"""CREATE MACRO trino_to_uuid(x) AS CASE WHEN regexp_full_match(x, '{UUID_PATTERN}') THEN CAST(x AS UUID)
        WHEN regexp_full_match(x, '[0-9a-fA-F]+(-[0-9a-fA-F]+){{4}}') AND length(x) < 36
        THEN {_fail("Invalid UUID string length: ' || length(x) || '", "UUID")}
        WHEN x IS NOT NULL THEN {_fail("Cannot cast value to UUID: ' || x || '", "UUID")} END""",
    _or_null("trino_to_uuid", f"CASE WHEN regexp_full_match(x, '{UUID_PATTERN}') THEN TRY_CAST(x AS UUID) END"),
    f"""CREATE MACRO trino_uuid_of(x) AS CASE WHEN octet_length(x) = 16 THEN CAST(lower(hex(x)) AS UUID)
        WHEN x IS NOT NULL THEN {_fail("Invalid UUID binary length: ' || octet_length(x) || '", "UUID")} END""",
    f"""CREATE MACRO trino_to_date(x) AS CASE WHEN regexp_full_match(x, '{DATE_PATTERN}')
        THEN CAST(ltrim(trim(x, '{BLANKS}'), '+') AS DATE)
        WHEN x IS NOT NULL THEN {_fail("Value cannot be cast to date: ' || x || '", "DATE")} END""",
    # DuckDB reads no plus before a year. A zone that follows is left out; spaces around are too.
    f"""CREATE MACRO trino_moment(x) AS regexp_extract(x, '\\s*({_DAY}( \\d{{1,2}}:\\d{{1,2}}(:\\d{{1,2}}(\\.\\d+)?)?)?)', 1)""",
    """CREATE MACRO trino_no_zone_but(x) AS list_transform([trim(substr(trim(x, ' \t\n\r'), length(trino_moment(x)) + 1))],
        lambda _z: _z = '' OR trino_zone_in_or_null(_z, x) IS NOT NULL)[1]""",
    f"""CREATE MACRO trino_to_timestamp(x) AS CASE WHEN regexp_full_match(x, '{TIMESTAMP_PATTERN}')
        THEN CAST(ltrim(x, '+') AS TIMESTAMP)
        WHEN regexp_full_match(x, '\\s*{_DAY}(\\s*| .*)', 's') AND regexp_full_match(trino_moment(x), '{TIMESTAMP_PATTERN}')
        AND trino_no_zone_but(x)
        THEN CAST(ltrim(trino_moment(x), '+') AS TIMESTAMP)
        WHEN x IS NOT NULL THEN {_fail("Value cannot be cast to timestamp: ' || x || '", "TIMESTAMP")} END""",
    _or_null(
        "trino_to_date",
        f"CASE WHEN regexp_full_match(x, '{DATE_PATTERN}') THEN TRY_CAST(ltrim(trim(x, '{BLANKS}'), '+') AS DATE) END",
    ),
    _or_null(
        "trino_to_timestamp",
        f"""CASE WHEN regexp_full_match(x, '{TIMESTAMP_PATTERN}') THEN TRY_CAST(ltrim(x, '+') AS TIMESTAMP)
        WHEN regexp_full_match(x, '\\s*{_DAY}(\\s*| .*)', 's') AND regexp_full_match(trino_moment(x), '{TIMESTAMP_PATTERN}')
        AND trino_no_zone_but(x)
        THEN TRY_CAST(ltrim(trino_moment(x), '+') AS TIMESTAMP) END""",
    ),
    _or_null(
        "trino_to_boolean",
        "CASE WHEN lower(x) IN ('t', 'true', '1') THEN true WHEN lower(x) IN ('f', 'false', '0') THEN false END",
    ),
    f"""CREATE MACRO trino_to_boolean(x) AS CASE WHEN lower(x) IN ('t', 'true', '1') THEN true WHEN lower(x) IN ('f', 'false', '0')
        THEN false WHEN x IS NOT NULL THEN {_fail("Cannot cast ''' || x || ''' to BOOLEAN", "BOOLEAN")} END""",
    # An address of four numbers; the others are for Python.
    *(
        f"""CREATE MACRO trino_ip_parse_v4{twin}(x) AS CASE WHEN x IS NULL THEN NULL
        WHEN regexp_full_match(x, '{_BYTE}(?:[.]{_BYTE}){{3}}') THEN unhex('00000000000000000000FFFF' ||
        lpad(hex(list_reduce(CAST(string_split(x, '.') AS BIGINT[]), lambda _a, _b: _a * 256 + _b)), 8, '0'))
        {none} ELSE trino_ip_parse{twin}(x) END"""
        for twin, none in (("", ""), ("_or_null", "WHEN NOT contains(x, ':') THEN NULL"))
    ),
    # Zones: https://trino.io/docs/current/language/types.html#timestamp-p-with-time-zone
    """CREATE MACRO trino_offset(z) AS CAST(z[1] || '1' AS INTEGER)
        * (CAST(z[2:3] AS INTEGER) * 60 + CASE WHEN length(z) > 4 THEN CAST(z[5:6] AS INTEGER) ELSE 0 END)""",
    "CREATE MACRO trino_zone(z) AS CASE WHEN z = 'UTC' THEN z ELSE trino_zone_of(z) END",
    """CREATE MACRO trino_local(x) AS CASE WHEN x.z = 'UTC' THEN x.i WHEN x.z[1] IN ('+', '-') THEN x.i +
    to_minutes(trino_offset(x.z))
        ELSE timezone(x.z, timezone('UTC', x.i)) END""",
    # Of moments that a clock shows twice Java takes the earlier, DuckDB the later. It may have been set back since yesterday.
    "CREATE MACRO trino_set_back(i, l, z) AS timezone(z, timezone('UTC', i - to_days(1))) + to_days(1) - l",
    """CREATE MACRO trino_earlier(i, l, z) AS CASE WHEN timezone(z, timezone('UTC', i - to_days(1))) + to_days(1) = l THEN i
        WHEN timezone(z, timezone('UTC', i - trino_set_back(i, l, z))) = l THEN least(i, i - trino_set_back(i, l, z)) ELSE i END""",
    """CREATE MACRO trino_instant(l, z) AS CASE WHEN z = 'UTC' THEN l WHEN z[1] IN ('+', '-') THEN l - to_minutes(trino_offset(z))
        ELSE list_transform([timezone('UTC', timezone(z, l))], lambda _i: trino_earlier(_i, l, z))[1] END""",
    "CREATE MACRO trino_zoned(l, z) AS CASE WHEN l IS NOT NULL AND z IS NOT NULL THEN {'i': trino_instant(l, z), 'z': z} END",
    "CREATE MACRO trino_moved(x, z) AS CASE WHEN x IS NOT NULL AND z IS NOT NULL THEN {'i': x.i, 'z': z} END",
    f"""CREATE MACRO trino_to_zoned(x) AS CASE WHEN regexp_full_match(x, '{ZONED_PATTERN}') THEN
        trino_zoned(CAST(ltrim(regexp_extract(x, '^{TIMESTAMP_PATTERN}'), '+') AS TIMESTAMP), trino_zone_in(coalesce(nullif(trim(
        regexp_replace(x, '^{TIMESTAMP_PATTERN}', '')), ''), 'UTC'), x)) WHEN x IS NOT NULL THEN
        {_fail("Value cannot be cast to timestamp with time zone: ' || x || '", "STRUCT(i TIMESTAMP, z VARCHAR)")} END""",
    _or_null(
        "trino_to_zoned",
        f"""CASE WHEN regexp_full_match(x, '{ZONED_PATTERN}') THEN
        trino_zoned(TRY_CAST(ltrim(regexp_extract(x, '^{TIMESTAMP_PATTERN}'), '+') AS TIMESTAMP), trino_zone_in_or_null(coalesce(
        nullif(trim(regexp_replace(x, '^{TIMESTAMP_PATTERN}', '')), ''), 'UTC'), x)) END""",
    ),
    """CREATE MACRO trino_offset_zone(m) AS CASE WHEN m = 0 THEN 'UTC' WHEN abs(m) > 840
        THEN CAST(CAST('INVALID_FUNCTION_ARGUMENT: Invalid offset minutes ' || m AS INTEGER) AS VARCHAR)
        ELSE printf('%s%02d:%02d', CASE WHEN m < 0 THEN '-' ELSE '+' END, abs(m) // 60, abs(m) % 60) END""",
    # Rounds a timestamp to k microseconds, half up, before 1970 as well.
    """CREATE MACRO trino_round_timestamp(x, k) AS make_timestamp(epoch_us(x) + k // 2 - ((epoch_us(x) + k // 2) % k + k) % k)""",
    # Microseconds between two moments as milliseconds, half up. Of those with zone Trino rounds what is left of each.
    "CREATE MACRO trino_micros(x) AS (x % 1000 + 1000) % 1000",
    "CREATE MACRO trino_round_millis(x) AS (x + 500 - trino_micros(x + 500)) // 1000",
    """CREATE MACRO trino_zoned_difference(a, b) AS (a - trino_micros(a) - b + trino_micros(b)) // 1000
        + CAST(round((trino_micros(a) - trino_micros(b)) / 1000) AS BIGINT)""",
    """CREATE MACRO trino_interval_text(x) AS CASE WHEN x < 0 THEN '-' ELSE '' END || (abs(x) // 86400000) || ' '
        || printf('%02d:%02d:%02d.%03d', abs(x) // 3600000 % 24, abs(x) // 60000 % 60, abs(x) // 1000 % 60, abs(x) % 1000)""",
    "CREATE MACRO trino_months_text(x) AS CASE WHEN x < 0 THEN '-' ELSE '' END || (abs(x) // 12) || '-' || (abs(x) % 12)",
    "CREATE MACRO trino_zone_minutes(x) AS CASE WHEN x IS NOT NULL THEN datesub('minute', x.i, trino_local(x)) END",
    """CREATE MACRO trino_offset_text(x) AS CASE WHEN trino_zone_minutes(x) = 0 THEN 'Z' ELSE printf('%s%02d:%02d', CASE WHEN
        trino_zone_minutes(x) < 0 THEN '-' ELSE '+' END, abs(trino_zone_minutes(x)) // 60, abs(trino_zone_minutes(x)) % 60) END""",
    # Texts and lists
    """CREATE MACRO trino_substr(x, s, n) AS CASE WHEN s IS NULL OR n IS NULL THEN NULL
        WHEN s = 0 OR n <= 0 OR s > length(x) OR s < -length(x) THEN substr(x, 1, 0)
        ELSE substr(x, s, least(n, length(x))) END""",
    """CREATE MACRO trino_substr_hex(x, s, n) AS CASE WHEN x IS NULL OR s IS NULL OR n IS NULL THEN NULL
        WHEN s = 0 OR n <= 0 OR s < -(length(x) // 2) THEN ''
        ELSE substr(x, CASE WHEN s > 0 THEN 2 * s - 1 ELSE 2 * s END, 2 * least(n, length(x))) END""",
    f"""CREATE MACRO trino_split(x, d, n) AS CASE WHEN x IS NULL OR d IS NULL OR n IS NULL THEN NULL
        WHEN n <= 0 THEN {raise_sql("INVALID_FUNCTION_ARGUMENT", "Limit must be positive", "VARCHAR[]")}
        WHEN n > 2147483647 THEN {raise_sql("INVALID_FUNCTION_ARGUMENT", "Limit is too large", "VARCHAR[]")}
        WHEN d = '' THEN {raise_sql("INVALID_FUNCTION_ARGUMENT", "The delimiter may not be the empty string", "VARCHAR[]")}
        WHEN len(string_split(x, d)) <= n THEN string_split(x, d) ELSE list_concat(string_split(x, d)[1:n - 1],
        [list_reduce(string_split(x, d)[n:], lambda _p, _q: _p || d || _q)]) END""",
    """CREATE MACRO trino_any(x) AS CASE WHEN x IS NULL THEN NULL WHEN list_contains(x, true) THEN true
        WHEN len(list_filter(x, lambda _e: _e IS NULL)) > 0 THEN NULL ELSE false END""",
    """CREATE MACRO trino_all(x) AS CASE WHEN x IS NULL THEN NULL WHEN list_contains(x, false) THEN false
        WHEN len(list_filter(x, lambda _e: _e IS NULL)) > 0 THEN NULL ELSE true END""",
    # The first of each value, in order; NULL counts as a value.
    """CREATE MACRO trino_distinct(x) AS list_filter(x, lambda _d, _i: CASE WHEN _d IS NULL THEN
        len(list_filter(x[1:_i - 1], lambda _f: _f IS NULL)) = 0 ELSE list_position(x, _d) = _i END)""",
    # Values of both lists, in the order of the first.
    """CREATE MACRO trino_common(x, y) AS trino_distinct(list_filter(x, lambda _e: CASE WHEN _e IS NULL
        THEN len(list_filter(y, lambda _f: _f IS NULL)) > 0 ELSE list_contains(y, _e) END))""",
    # The maps of pairs: of their first value for each key, and of all. Where no key comes twice, none has to be looked for.
    # DuckDB takes all floats for one as soon as NaN is among them; not so what holds a float.
    """CREATE MACRO trino_keys_differ(x) AS len(list_distinct(list_transform(x, lambda _e: struct_pack(k := _e.k)))) = len(x)""",
    """CREATE MACRO trino_first_entries(x) AS list_transform([x], lambda _x: CASE WHEN trino_keys_differ(_x)
        THEN map(list_transform(_x, lambda _e: _e.k), list_transform(_x, lambda _e: _e.v))
        ELSE map(trino_distinct(list_transform(_x, lambda _e: _e.k)),
            list_transform(trino_distinct(list_transform(_x, lambda _e: _e.k)),
                lambda _k: list_filter(_x, lambda _e: _e.k = _k)[1].v)) END)[1]""",
    """CREATE MACRO trino_all_entries(x) AS list_transform([x], lambda _x: CASE WHEN trino_keys_differ(_x)
        THEN map(list_transform(_x, lambda _e: _e.k), list_transform(_x, lambda _e: [_e.v]))
        ELSE map(trino_distinct(list_transform(_x, lambda _e: _e.k)),
            list_transform(trino_distinct(list_transform(_x, lambda _e: _e.k)),
                lambda _k: list_transform(list_filter(_x, lambda _e: _e.k = _k), lambda _e: _e.v))) END)[1]""",
    # Logarithms of zero and of negative numbers are numbers too.
    """CREATE MACRO trino_ln(x) AS CASE WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN x < 0 THEN CAST('NaN' AS DOUBLE)
        ELSE ln(x) END""",
    """CREATE MACRO trino_sparse_cosine(a, b) AS CASE WHEN trino_sparse_similarity(a, b) = -2 THEN CAST('NaN' AS DOUBLE)
        ELSE trino_sparse_similarity(a, b) END""",
    # n/d rounded half away from zero, both whole numbers
    "CREATE MACRO trino_half_up(n, d) AS n // d + (2 * (n % d)) // d",
    # A number's text in Java's form, from DuckDB's, which has the same digits; the rest is for Python.
    f"""CREATE MACRO trino_double_text(x) AS CASE WHEN x IS NULL THEN NULL
        WHEN abs(x) >= 1 AND abs(x) < 1e15 AND x <> trunc(x) THEN {_FRACTION_TEXT}
        WHEN abs(x) >= 1 AND abs(x) < 1e15 THEN {_WHOLE_TEXT} WHEN abs(x) >= 0.001 AND abs(x) < 1 THEN {_SMALL_TEXT}
        ELSE trino_double_text_exact(x) END""",
    # Seven digits at most: a real with more of them is rounded.
    f"""CREATE MACRO trino_real_text(x) AS CASE WHEN x IS NULL THEN NULL
        WHEN abs(x) >= 1 AND abs(x) < 1e7 AND x = trunc(x) THEN {_WHOLE_TEXT}
        WHEN abs(x) >= 1 AND abs(x) < 1e7 AND length(CAST(abs(x) AS VARCHAR)) <= 8 THEN {_FRACTION_TEXT}
        WHEN abs(x) >= 0.001 AND abs(x) < 1 AND regexp_full_match(CAST(abs(x) AS VARCHAR), '0[.]0*[1-9][0-9]{{0,6}}')
        THEN {_SMALL_TEXT} ELSE trino_real_text_exact(x) END""",
    f"""CREATE MACRO trino_short_number(x) AS CASE WHEN x IS NULL THEN NULL WHEN abs(x) < 1e12 THEN
        list_transform([CAST(trunc(x) AS BIGINT)], lambda _t: {_short_number("_t", "trino_format_number(x)")})[1]
        ELSE trino_format_number(x) END""",
    """CREATE MACRO trino_json_number(x) AS CASE WHEN x IS NULL THEN NULL
        WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 1e7) THEN CAST(x AS VARCHAR)
        ELSE trino_json_number_exact(x) END""",
    # JSON in Java's form but for its blanks: no escape, names in order, no number that Java writes otherwise.
    # A text that begins with a colon would look like the end of a name. CASE keeps json_keys() from what is no JSON.
    f"""CREATE MACRO trino_json_usual(x) AS CASE WHEN regexp_full_match(x, '{_USUAL_JSON}') AND json_valid(x) THEN {rising(_NAMES)}
        ELSE false END""",
    # JSON with the numbers that DuckDB and Java write in different ways put into Java's
    """CREATE MACRO trino_json_numbers(x) AS CASE WHEN regexp_matches(x, '[0-9][.eE]')
        AND NOT regexp_full_match(x, '-?[1-9][0-9]{0,6}[.](?:0|[0-9]{0,7}[1-9])') THEN trino_json_java_numbers(x) ELSE x END""",
    # JSON values, held as text: https://trino.io/docs/current/functions/json.html#cast-from-json
    f"""CREATE MACRO trino_json_raw(x) AS CASE json_type(x) WHEN 'NULL' THEN NULL WHEN 'VARCHAR' THEN json_extract_string(x, '$')
        WHEN 'OBJECT' THEN {_fail("Cannot cast ' || x || ' to VARCHAR", "VARCHAR")}
        WHEN 'ARRAY' THEN {_fail("Cannot cast ' || x || ' to VARCHAR", "VARCHAR")} ELSE x END""",
    # DuckDB takes a whole number of more than 64 bits for a double
    """CREATE MACRO trino_json_text(x) AS CASE WHEN json_type(x) = 'DOUBLE' AND NOT regexp_full_match(x, '-?[0-9]+')
        THEN trino_double_text(CAST(x AS DOUBLE)) ELSE trino_json_raw(x) END""",
    # A text is read as a whole number, a JSON number is rounded to one
    """CREATE MACRO trino_json_whole(x) AS CASE json_type(x) WHEN 'VARCHAR'
        THEN CAST(trino_to_bigint(json_extract_string(x, '$')) AS DECIMAL(38, 10))
        WHEN 'DOUBLE' THEN CAST(CASE WHEN regexp_full_match(x, '-?[0-9]+') THEN x
        ELSE CAST(CAST(round(CAST(x AS DOUBLE)) AS HUGEINT) AS VARCHAR) END AS DECIMAL(38, 10))
        ELSE CAST(trino_json_scalar(x) AS DECIMAL(38, 10)) END""",
    """CREATE MACRO trino_json_scalar(x) AS CASE json_type(x) WHEN 'BOOLEAN' THEN CASE x WHEN 'true' THEN '1' ELSE '0' END
        ELSE trino_json_raw(x) END""",
    """CREATE MACRO trino_json_boolean(x) AS CASE WHEN x = 'true' THEN true WHEN x = 'false' THEN false
        WHEN regexp_full_match(x, '-?[0-9]+') THEN CAST(x AS BIGINT) <> 0
        WHEN json_type(x) = 'DOUBLE' THEN CAST(x AS DOUBLE) <> 0 ELSE trino_to_boolean(trino_json_raw(x)) END""",
)
