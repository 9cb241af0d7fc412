"""Native paths of functions and casts against the slow ones that they stand before, over hostile values."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dialect.agreement import (
    CODES,
    DOUBLES,
    EXAMPLES,
    MANY_TEXTS,
    MOMENTS,
    TEXTS,
    WHOLE,
    outcomes,
    quoted,
    texts_of,
)

from local_athena.dialect.udf.histograms import merged_buckets
from local_athena.dialect.udf.texts import levenshtein
from local_athena.dialect.values import clocks
from local_athena.dialect.values.types import parse_type

CAST_TEXTS = {
    "tinyint": r"[+-]?[0-9]{1,4}", "smallint": r"[+-]?[0-9]{1,6}", "integer": r"[+-]?[0-9]{1,11}", "bigint": r"[+-]?[0-9]{1,20}",
    "real": r"\s?[+-]?(NaN|Infinity|[0-9]{1,40}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?[dDfF]?)\s?",
    "double": r"\s?[+-]?(NaN|Infinity|[0-9]{1,40}(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?[dDfF]?)\s?",
    "boolean": r"(?i:true|false|t|f|0|1)", "decimal(12,2)": r"[+-]?[0-9]{0,12}\.?[0-9]{0,4}([eE][+-]?[0-9]{1,2})?",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "date": r" ?[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2} ?",
    "timestamp(3)": r"[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,8})?)?)?( UTC)?",
    "timestamp(6)": r"[+-]?[0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}\.[0-9]{0,8}",
    "time(3)": r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,8})?)?", "ipaddress": r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f:]{2,12}",
    "timestamp(3) with time zone": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,4})?)? ?(UTC|Europe/Berlin|\+0[0-9]:[0-9]{2}|Mars)?",
}  # fmt: skip


@pytest.mark.parametrize("target", CAST_TEXTS)
def test_try_cast_is_cast_or_null(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), texts_of(CAST_TEXTS[target])), min_size=1, max_size=12))
    def agree(values: list[str | None]) -> None:
        tried, _ = outcomes(connection, f"try_cast(x as {target})", "NULL", "varchar", values)
        cast, _ = outcomes(connection, f"cast(x as {target})", "NULL", "varchar", values)
        assert tried == [None if v in ("INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT") else v for v in cast]

    agree()


PATTERNS = (
    "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.SSS", "yyyyMMdd", "d/M/yyyy", "yy EEE MMM d h a", "MMMM EEEE D DDD e ww xxxx",
    "y ''% %% SSSSSS", "dd.MM.yyyy HH'h'", "yyyy-MM-dd Z", "'x'", "G", "kk", "M/d/yyyy H:mm", "yyyyMd", "yyyy-MM",
)  # fmt: skip


@EXAMPLES
@given(st.lists(st.one_of(st.none(), MOMENTS), min_size=1, max_size=12), st.sampled_from(PATTERNS))
def test_format_datetime(connection: duckdb.DuckDBPyConnection, values: list[int | None], pattern: str) -> None:
    slow = f"trino_format_zoneless(x, {quoted(pattern)})"
    fast, slow = outcomes(connection, f"format_datetime(x, {quoted(pattern)})", slow, "timestamp(3)", values)
    assert fast == slow


SHAPES = {
    "yyyy-MM-dd HH:mm:ss": r"[0-9]{3,5}-[01]?[0-9]-[0-3]?[0-9] (2[34]|[01]?[0-9]):[0-9]{1,2}:[0-9]{1,2}",
    "yyyy-MM-dd'T'HH:mm:ss.SSS": r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9][tT](2[34]|[01][0-9]):[0-6][0-9]:[0-6][0-9]\.[0-9]{1,4}",
    "yyyyMMdd": r"[0-9]{7,9}", "d/M/yyyy": r"[0-9]{1,3}/[0-9]{1,2}/[0-9]{3,5}", "M/d/yyyy H:mm": r"[01]?[0-9]/[0-3]?[0-9]/[0-9]{4} [0-2]?[0-9]:[0-6][0-9]",
    "yyyyMd": r"[0-9]{6,8}", "yyyy-MM": r"[0-9]{4}-[0-9]{2}", "yyyy%MM.dd": r"[0-9]{4}%[01][0-9].[0-9]{2}",
}  # fmt: skip


@pytest.mark.parametrize("pattern", SHAPES)
def test_parse_datetime(connection: duckdb.DuckDBPyConnection, pattern: str) -> None:
    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), texts_of(SHAPES[pattern])), min_size=1, max_size=12))
    def agree(values: list[str | None]) -> None:
        slow = f"timezone('UTC', (trino_to_zoned(trino_parse_datetime(x, {quoted(pattern)}))).i)"
        fast, slow = outcomes(connection, f"parse_datetime(x, {quoted(pattern)})", slow, "varchar", values)
        assert fast == slow

    agree()


ISO = r"[0-9]{4}-[01][0-9]-[0-3][0-9][Tt](2[34]|[01][0-9]):([0-5][0-9]|00|60)(:([0-5][0-9]|60)(\.[0-9]{1,7})?)?(Z|[+-][01][0-9]:?[0-7][0-9])?"

CLOCKS = r" ?([01]?[0-9]|2[0-4]):[0-5]?[0-9](:[0-6][0-9](\.[0-9]{1,7})?)?([+-][01][0-9]:[0-6]0)?"
ZONED = r"[0-9]{4}-[01]?[0-9]-[0-3][0-9]( (2[34]|[01]?[0-9]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,7})?)?)?( ?(UTC|utc|Z|America/New_York|[+-]0[0-9]:30|Mars))?"
ZONED_TIME = parse_type("time(3) with time zone")
ZONED_CLOCK = clocks.shown(
    clocks.made("trino_clock(x, 3, true)", ZONED_TIME, "CAST(trino_clock_offset(x) AS INTEGER)"), ZONED_TIME
)


@pytest.mark.parametrize(
    ("athena", "slow", "shape"),
    [
        ("from_iso8601_date(x)", "CAST(trino_iso8601_date(x) AS DATE)", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}-W?[0-9]{2,3}"),
        ("from_iso8601_timestamp(x)", "timezone('UTC', (trino_to_zoned(trino_iso8601(x))).i)", ISO),
        ("cast(from_iso8601_timestamp_nanos(x) as timestamp(6) with time zone)", "timezone('UTC', (trino_to_zoned(trino_iso8601_nanos(x))).i)", ISO.replace("7}", "6}")),
        ("timezone(from_iso8601_timestamp(x))", "(trino_to_zoned(trino_iso8601(x))).z", ISO),
        ("cast(x as time(3))", clocks.made("trino_clock(x, 3, false)", parse_type("time(3)")), CLOCKS),
        ("cast(x as time(9))", "trino_clock(x, 9, false)", CLOCKS),
        ("cast(cast(x as time(3) with time zone) as varchar)", f"({ZONED_CLOCK})", CLOCKS),
        ("cast(x as timestamp(3) with time zone)", "timezone('UTC', trino_round_timestamp((trino_to_zoned(trim(x, ' \t\n\r'))).i, 1000))", ZONED),
        ("timezone(cast(x as timestamp(0) with time zone))", "(trino_to_zoned(trim(x, ' \t\n\r'))).z", ZONED),
        ("to_date(x, 'yyyy-mm-dd')", "CAST(trino_parse_teradata(x, 'yyyy-mm-dd') AS DATE)", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
        ("to_timestamp(x, 'yyyymmdd hh24:mi')", "CAST(trino_parse_teradata(x, 'yyyymmdd hh24:mi') AS TIMESTAMP)", r"[0-9]{8} [0-2][0-9]:[0-6][0-9]"),
    ],
)  # fmt: skip
def test_dates_of_texts(connection: duckdb.DuckDBPyConnection, athena: str, slow: str, shape: str) -> None:
    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), texts_of(shape)), min_size=1, max_size=12))
    def agree(values: list[str | None]) -> None:
        fast, exact = outcomes(connection, athena, slow, "varchar", values)
        assert fast == exact

    agree()


NUMBER_CASES = {
    "format_number(x)": ("trino_format_number(x)", "double"),
    "cast(x as varchar)": ("trino_double_text_exact(x)", "double"), "cast(cast(x as json) as varchar)": ("trino_json_text(trino_json_number_exact(x))", "double"),
    "cast(x as varchar) ": ("trino_real_text_exact(x)", "real"), "bit_count(x, 64)": ("trino_bit_count(x, 64)", "bigint"),
    "bitwise_left_shift(x, cast(n as integer))": ("trino_shift_left(x, n, 64)", "bigint"), "bitwise_right_shift(x, cast(n * 9 as integer))": ("trino_shift_right(x, n * 9, 64)", "bigint"),
    "bitwise_right_shift_arithmetic(x, cast(n * 9 as integer))": ("trino_shift_arithmetic(x, n * 9, 64)", "bigint"), "to_base(x, n + 2)": ("trino_to_base(x, n + 2)", "bigint"),
    "width_bucket(x, -1e3, 1e3, n)": ("trino_width_bucket(x, -1e3, 1e3, n)", "double"), "width_bucket(x, 1e3, -1e3, 7)": ("trino_width_bucket(x, 1e3, -1e3, 7)", "double"),
}  # fmt: skip


@pytest.mark.parametrize("athena", NUMBER_CASES)
def test_numbers(connection: duckdb.DuckDBPyConnection, athena: str) -> None:
    slow, t = NUMBER_CASES[athena]
    reals = st.one_of(
        st.floats(width=32), st.integers(-(2**24), 2**24).map(lambda n: n / 8), st.floats(-1e4, 1e4, width=32)
    )

    @EXAMPLES
    @given(
        st.lists(st.one_of(st.none(), {"double": DOUBLES, "real": reals, "bigint": WHOLE}[t]), min_size=1, max_size=40)
    )
    def agree(values: list[float | None]) -> None:
        fast, exact = outcomes(connection, athena, slow, t, values)
        assert fast == exact

    agree()


USUAL_URL = r"https?://a(-b)?\.[a-z0-9]{1,2}(:[0-9]{1,6})?(/[a-z.?]{0,2})?\?(q|qq|p)(=[a-z+]{0,2})?(&&?(q|p)(=[a-z=]{0,2})?)?(#[a-z&=q]{0,3})?"
URL = (
    USUAL_URL
    + r"|(https?|[a-z+.]{1,3})?:?(//)?([a-z0-9_-]{0,3}\.){0,2}[a-z0-9.]{0,3}(:[0-9]{0,6})?(/[a-z%+~'*\[]{0,3})?(\?(q|qq|p)?(=[a-z+?=]{0,2})?(&q(=[a-z]{0,2})?)?)?(#[a-z#?]{0,2})?"
)
REVERSED = "array_to_string(list_reverse(regexp_extract_all(x, '(?s).')), '')"
HAMMING = "CASE WHEN x IS NOT NULL THEN CAST(len(list_filter(list_zip(regexp_extract_all(x, '(?s).'), list_reverse(regexp_extract_all(x, '(?s).'))), lambda p: p[1] <> p[2])) AS BIGINT) END"
TEXT_CASES = {
    "trim(x)": (r"regexp_replace(regexp_replace(x, '^[\t\n\x0b\x0c\r\x1c-\x20\x{1680}\x{2000}-\x{2006}\x{2008}-\x{200a}\x{2028}\x{2029}\x{205f}\x{3000}]*', ''), '[\t\n\x0b\x0c\r\x1c-\x20\x{1680}\x{2000}-\x{2006}\x{2008}-\x{200a}\x{2028}\x{2029}\x{205f}\x{3000}]*$', '')", r"[ \t\u2003\xa0]{0,3}[a-zé ]{0,5}[ \t\u2007\u2003]{0,3}"),
    "reverse(x)": (REVERSED, r"[a-z\r\né\u0301]{0,6}"),
    "strpos(x, 'a', n - 3)": ("trino_strpos(x, 'a', n - 3)", r"[ab]{0,9}"), "strpos(x, '', 1)": ("trino_strpos(x, '', 1)", "[ab]?"),
    **{f"url_extract_{part}(x)": (f"CAST(trino_url_part(x, '{part}') AS {'BIGINT' if part == 'port' else 'VARCHAR'})", URL) for part in ("protocol", "host", "port", "path", "query", "fragment")},
    "url_extract_parameter(x, 'q')": ("trino_url_parameter(x, 'q')", URL), "url_decode(x)": ("trino_url_decode(x)", r"([a+%&é]|%[0-9a-fA-F]{2}){0,6}"),
    "from_base64(x)": ("trino_from_base64(x)", r"([A-Za-z0-9+/]{4}){0,2}([AQ][AQBz]=?=?)?"), "from_base64url(x)": ("trino_from_base64(translate(x, '-_+/', '+/..'))", r"([A-Za-z0-9_/-]{4}){0,2}([AQ]{3}=)?"),
    **{f"split_to_{kind}(x, {by})": (f"trino_split_to_{kind}(x, {by})", "[ab=,]{0,7}|[ab]?=[ab]?(,[a-c]=[ab]?){0,2}") for kind in ("map", "multimap") for by in ("',', '='", "'', '='", "',', ','")},
    "hamming_distance(x, reverse(x))": (HAMMING, "[ab]{0,5}"),
    "char2hexint(x)": ("trino_char2hexint(x)", "[a-zé]{0,5}"), "normalize(x, NFC)": ("trino_normalize(x, 'NFC')", "[aé\u0301\u0323\u1e0b]{0,5}"), "normalize(x, NFKD)": ("trino_normalize(x, 'NFKD')", "[aé\ufb01]{0,5}"),
    "to_milliseconds(parse_duration(x))": ("trino_parse_duration(x)", r" ?[0-9]{1,7}(\.[0-9]{1,4})? ?(ms|us|[smhd])"),
    "from_hex(x)": ("trino_from_hex(x)", "[0-9a-fA-F]{0,7}"), "cast(cast(x as ipaddress) as varbinary)": ("trino_ip_parse(x)", r"[0-9]{1,3}(\.0?[0-9]{1,3}){3}"),
    "from_base(x, 10)": ("trino_from_base(x, 10)", r"[+-]?[0-9]{1,20}"), "from_base(x, 16)": ("trino_from_base(x, 16)", r"[+-]?[0-9a-fA-Fx]{1,17}"),
}  # fmt: skip


@pytest.mark.parametrize("athena", TEXT_CASES)
def test_texts(connection: duckdb.DuckDBPyConnection, athena: str) -> None:
    slow, shape = TEXT_CASES[athena]

    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), texts_of(shape)), min_size=1, max_size=16))
    def agree(values: list[str | None]) -> None:
        fast, exact = outcomes(connection, athena, slow, "varchar", values)
        assert fast == exact

    agree()


JAVA = st.sampled_from((" +", "[0-9]", "a|ab", "^a", "(a)(b)?", "a$", r"\bb", "b*", "(?i)A.", r"[^a]\s"))
REGEXPS = {
    "regexp_split": "trino_regexp_split(x, {p})",
    "regexp_count": "trino_regexp_count(x, {p})",
    "regexp_position": "trino_regexp_position(x, {p}, 1, 1)",
}


@pytest.mark.parametrize("name", REGEXPS)
def test_regexps(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    @settings(EXAMPLES, max_examples=60)
    @given(
        st.lists(st.one_of(st.none(), texts_of("[ab]{0,3}[ab .\n1é]{0,4}")), min_size=1, max_size=16), JAVA.map(quoted)
    )
    def agree(values: list[str | None], p: str) -> None:
        fast, exact = outcomes(connection, f"{name}(x, {p})", REGEXPS[name].format(p=p), "varchar", values)
        assert fast == exact

    agree()


@settings(max_examples=200, deadline=None)
@given(st.text("aébc", max_size=9), st.text("aébc", max_size=9))
def test_levenshtein(left: str, right: str) -> None:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    assert levenshtein(left, right) == row[-1]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(0.5, 4)), max_size=12, unique_by=lambda b: b[0]), st.integers(2, 6)
)
def test_merged_buckets(given: list[tuple[float, float]], buckets: int) -> None:
    kept = sorted(given)
    while len(kept) > buckets:
        costs = [(w + y) * ((v - x) * (v - x)) * (w * y / ((w + y) * (w + y))) for (v, w), (x, y) in pairwise(kept)]
        at = costs.index(min(costs))
        (v, w), (x, y) = kept[at : at + 2]
        kept[at : at + 2] = [((v * w + x * y) / (w + y), w + y)]
    assert merged_buckets(sorted(given), buckets) == kept


@EXAMPLES
@given(st.lists(st.one_of(st.none(), st.binary(max_size=9)), min_size=1, max_size=9), st.integers(0, 12))
def test_pads_of_binary(connection: duckdb.DuckDBPyConnection, values: list[bytes | None], size: int) -> None:
    for side, left in (("l", "true"), ("r", "false")):
        slow = f"trino_pad(x, {size}, '\\x01\\x02\\x03'::BLOB, {left})"
        fast, exact = outcomes(connection, f"{side}pad(x, {size}, X'010203')", slow, "varbinary", values)
        assert fast == exact


def test_zones(connection: duckdb.DuckDBPyConnection) -> None:
    """One zone is looked up once for a batch; the text of the first row that has none is what the error shows."""
    zones = ["utc", "America/New_York", None, "+5", "america/new_york", "utc"]
    given = "SELECT unnest($zones) AS z, unnest($texts) AS x"
    made = connection.execute(f"SELECT trino_zone_in(z, x) FROM ({given})", {"zones": zones, "texts": ["x"] * 6})
    shown = ["UTC", "America/New_York", None, "+05:00", "America/New_York", "UTC"]
    assert [z for (z,) in made.fetchall()] == shown
    bad = {"zones": ["UTC", None, "Mars", "Moon"], "texts": ["a", "b", "on Mars", "on the Moon"]}
    with pytest.raises(duckdb.Error, match="with time zone: on Mars"):
        connection.execute(f"SELECT trino_zone_in(z, x) FROM ({given})", bad).fetchall()
    made = connection.execute(f"SELECT trino_zone_in_or_null(z, x) FROM ({given})", bad)
    assert [z for (z,) in made.fetchall()] == ["UTC", None, None, None]


@MANY_TEXTS
@given(st.text(max_size=30))
def test_url_encode(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    fast, _ = outcomes(connection, "url_encode(x)", "NULL", "varchar", [text])
    assert fast == [quote_plus(text, safe="*-._").replace("~", "%7E")]


@MANY_TEXTS
@given(st.binary(max_size=80), st.binary(min_size=1, max_size=80), st.sampled_from(("md5", "sha1", "sha256")))
def test_hmac(connection: duckdb.DuckDBPyConnection, data: bytes, key: bytes, name: str) -> None:
    fast, _ = outcomes(connection, f"to_hex(hmac_{name}(x, X'{key.hex()}'))", "NULL", "varbinary", [data, None])
    assert fast == [hmac.digest(key, data, name).hex().upper(), None]


TRIED = {
    "from_base(x, 16)": r"[0-9a-fx]{1,17}", "date_parse(x, '%Y-%m-%d')": r"[0-9]{4}-[01][0-9]-[0-3][0-9]", "from_iso8601_timestamp(x)": ISO,
    "parse_datetime(x, 'yyyy-MM-dd Z')": r"[0-9]{4}-[01][0-9]-[0-3][0-9] (UTC|Z|\+0[0-9]:00|X)", "from_hex(x)": r"[0-9A-F]{0,5}", "(split_part(x, ',', n - 1))": "[a,]{0,4}",
    "chr(length(x) * 100000)": ".{8,14}", "url_decode(x)": r"(%[0-9a-g]{2}|a)*", "json_parse(x)": r"[\[\]{}:,1a\"]{0,5}", "cast(x as bigint)": "[0-9a]{1,20}",
    "repeat(x, n * 9000)": "a",
}  # fmt: skip


@pytest.mark.parametrize("call", TRIED)
def test_try_is_null_for_a_failure(connection: duckdb.DuckDBPyConnection, call: str) -> None:
    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), texts_of(TRIED[call])), min_size=1, max_size=8))
    def agree(values: list[str | None]) -> None:
        tried, _ = outcomes(connection, f"try({call})", "NULL", "varchar", values)
        called, _ = outcomes(connection, call, "NULL", "varchar", values)
        assert tried == [None if v in CODES else v for v in called]

    agree()


FORMATS = {
    "%s": "varchar", "a %s %% %n b": "varchar", "%5s|%-5s|%.2s|%S": "varchar", "%d": "bigint", "%05d": "bigint", "%7d|": "bigint", "%,d": "bigint", "%+d": "bigint",
    "%s ": "bigint", "%x": "bigint", "%.2f": "double", "%f": "double", "%.0f": "double", "%.20f": "double", "%,.2f": "double", "%e": "double", "%.1f %s": "double",
}  # fmt: skip


@pytest.mark.parametrize("pattern", FORMATS)
def test_format(connection: duckdb.DuckDBPyConnection, pattern: str) -> None:
    t = FORMATS[pattern]
    kind, shown = {"varchar": ("s", "x"), "bigint": ("d", "CAST(x AS VARCHAR)"), "double": ("f", "CAST(x AS VARCHAR)")}[
        t
    ]
    halves = st.integers(-(10**6), 10**6).map(lambda n: n / 1000 + 0.0005)

    @EXAMPLES
    @given(
        st.lists(
            st.one_of(st.none(), {"varchar": TEXTS, "bigint": WHOLE, "double": st.one_of(DOUBLES, halves)}[t]),
            min_size=1,
            max_size=30,
        )
    )
    def agree(values: list[Any]) -> None:
        slow = f"trino_format({quoted(pattern)}, ['{kind}' || {shown}])"
        fast, exact = outcomes(connection, f"format({quoted(pattern)}, x)", slow, t, values)
        assert fast == exact

    agree()


@EXAMPLES
@given(
    st.lists(st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=4, allow_nan=False)), min_size=1, max_size=30),
    st.sampled_from(("%.2f", "%f", "%.0f", "%.5f")),
)
def test_format_of_decimals(connection: duckdb.DuckDBPyConnection, values: list[Decimal | None], pattern: str) -> None:
    texts = [None if v is None else str(v) for v in values]
    slow = f"trino_format({quoted(pattern)}, ['m' || CAST(CAST(x AS DECIMAL(14,4)) AS VARCHAR)])"
    fast, exact = outcomes(connection, f"format({quoted(pattern)}, cast(x as decimal(14,4)))", slow, "varchar", texts)
    assert fast == exact


NEAR_CHANGES = st.integers(-(10**8), 10**8).map(lambda n: 1604210400000000 + n * 100000)


@EXAMPLES
@given(
    st.lists(st.one_of(st.none(), NEAR_CHANGES, st.integers(-(10**15), 4 * 10**15)), min_size=1, max_size=20),
    st.sampled_from(("America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "UTC", "+05:30")),
)
def test_with_timezone(connection: duckdb.DuckDBPyConnection, values: list[int | None], zone: str) -> None:
    slow = f"timezone('UTC', trino_zoned(x, '{zone}').i)"
    fast, exact = outcomes(connection, f"with_timezone(x, '{zone}')", slow, "timestamp(3)", values)
    assert fast == exact
    slow = f"hour(trino_local({{'i': x, 'z': '{zone}'}}))"
    fast, exact = outcomes(connection, f"hour(at_timezone(x, '{zone}'))", slow, "timestamp(3)", values)
    assert fast == exact


CHANGES = {
    "America/New_York": "2020-11-01 01:30", "Europe/Berlin": "2020-03-29 02:30", "Australia/Lord_Howe": "2020-04-05 01:45", "Antarctica/Troll": "2020-10-25 01:30",
    "America/Caracas": "2007-12-09 02:45", "Pacific/Apia": "2011-12-30 12:00", "UTC": "2020-01-01 00:00",
}  # fmt: skip


@pytest.mark.parametrize("zone", CHANGES)
def test_a_clock_that_is_set_shows_the_earlier_moment(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Python's zones for an oracle: of two moments that a clock shows alike the first, as Java; one that it leaves out is later."""
    clock = datetime.fromisoformat(CHANGES[zone])
    shown = [clock + timedelta(minutes=m) for m in range(-26 * 60, 26 * 60, 25)]
    due = [(s.replace(tzinfo=ZoneInfo(zone)) - EPOCH) // timedelta(microseconds=1) for s in shown]
    micros = [(s - EPOCH.replace(tzinfo=None)) // timedelta(microseconds=1) for s in shown]
    expression = f"cast(to_unixtime(with_timezone(x, '{zone}')) as bigint) * 1000000"
    by_column, by_name = outcomes(
        connection, expression, f"epoch_us(trino_zoned(x, '{zone}').i)", "timestamp(3)", micros
    )
    assert list(map(int, by_column)) == list(map(int, by_name)) == due


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
