"""Native paths of functions and casts against the slow ones that they stand before, over hostile values."""

# ruff: noqa: RUF001, RUF005
from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_athena import dialect
from local_athena.dialect.types import parse_type, to_datatype
from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.jsons import parse
from local_athena.model import Column

ARROW = {
    "varchar": pa.string(),
    "double": pa.float64(),
    "real": pa.float32(),
    "bigint": pa.int64(),
    "varbinary": pa.binary(),
}
ARROW |= {"timestamp(3)": pa.timestamp("us"), "timestamp(6)": pa.timestamp("us"), "json": pa.string()}

STRANGE = st.sampled_from(
    (
        "",
        " ",
        "\x00",
        "\t\n\r\f\x0b",
        "\x1c\x1f",
        "\xa0",
        "\u2007\u202f",
        "\u3000x\u3000",
        "e\u0301\u0323",
        "\r\n",
        "🇩🇪👨‍👩‍👧",
        "İıſK",
    )
    + (
        "߀१２",
        "1२-०1",
        "ß",
        "שלום",
        "﷽",
        "\U0010ffff\uffff",
        "a%zz",
        "%C3%28",
        "%00",
        "+%2B~*-._",
        "-0",
        "1e400",
        "١٢٣",
    )
)
TEXTS = st.one_of(st.text(max_size=20), STRANGE, st.text("0123456789-+:.eE TZ/", max_size=24))
DOUBLES = st.one_of(
    st.floats(),
    st.floats(-1e8, 1e8),
    st.integers(-(10**9), 10**9).map(float),
    st.integers(-(10**9), 10**9).map(lambda n: n / 1000),
    st.sampled_from(
        (0.0, -0.0, 5e-324, 1e-3, 9.999999999999999e-4, 1e7, 9999999.999999998, 1.7976931348623157e308, 1e15, 1e16)
    ),
)
WHOLE = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-70, 70))
MOMENTS = st.one_of(
    st.integers(-62135596800000000, 253402300799999999),
    st.integers(-(2**61), 2**61),
    st.sampled_from((0, -1, 1, 951782400000000, -62135596800000001, 253402300800000000)),
)
"""Microseconds since 1970, of the years 1 to 9999 and of others."""


def texts_of(pattern: str) -> st.SearchStrategy[str]:
    """Texts of a *pattern*, and others; of the former also such with a character too many or exchanged."""
    right = st.from_regex(pattern, fullmatch=True)
    wrong = st.tuples(right, st.integers(0, 30), st.sampled_from("0 9x-:.٣é%\n")).map(
        lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
    )
    return st.one_of(right, right, wrong, TEXTS)


def run(connection: duckdb.DuckDBPyConnection, query: str, count: int) -> list[str | None]:
    """Each row's value as DuckDB's text, or the code of its error. *query* gives the columns ``n`` and ``y``."""
    texts = f"SELECT CAST(y AS VARCHAR) FROM ({query}) AS made(n, y)"
    try:
        return [v for (v,) in connection.execute(f"{texts} ORDER BY n").fetchall()]
    except duckdb.Error as error:
        if count == 1:
            return [dialect.errors.from_duckdb(error).code]
    made = []
    for n in range(count):
        try:
            made += [v for (v,) in connection.execute(f"{texts} WHERE n = {n}").fetchall()]
        except duckdb.Error as error:
            made.append(dialect.errors.from_duckdb(error).code)
    return made


def outcomes(connection: duckdb.DuckDBPyConnection, athena: str, slow: str, t: str, values: Sequence[Any]) -> Any:
    """Outcomes of an expression of Athena's and of one of DuckDB's, over *values* in a column ``x`` of Athena's type *t*."""
    table = pa.table({"n": range(len(values)), "x": pa.array(values, ARROW[t])})
    connection.register("given_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE given_values AS SELECT * FROM given_arrow")
    columns = [Column("n", to_datatype(parse_type("bigint"))), Column("x", to_datatype(parse_type(t)))]
    query = dialect.parse(f"select n, {athena} as y from given_values")
    made = dialect.translate(query, {"given_values": columns}, target="table")
    exact = f"SELECT n, {slow} FROM given_values"
    return run(connection, made.sql, len(values)), run(connection, exact, len(values))


NAMES = st.sampled_from(("a", "A", "b", "aa", "a b", ":", "\u00e9", "\uffff", "\U00010000", "", "İ", "K"))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    WHOLE,
    st.floats(),
    DOUBLES,
    st.sampled_from((":", " :", "a,]", "x\x7f", '"', "\\", "\x1f", "\ud800")),
    st.text(max_size=3),
)
VALUES = st.recursive(
    SCALARS, lambda v: st.one_of(st.lists(v, max_size=3), st.dictionaries(NAMES, v, max_size=3)), max_leaves=6
)
NUMBERS = st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
JSONS = st.one_of(
    st.builds(
        lambda v, ascii, blank, twice: json.dumps(v, ensure_ascii=ascii, separators=("," + blank, ":" + blank)).replace("\ud800", "?").replace('"b"', twice),
        VALUES, st.booleans(), st.sampled_from(("", " ", "\n")), st.sampled_from(('"a"', '"b"')),
    ),
    st.builds('{{"{}":{},"b":[{}]}}'.format, NAMES, NUMBERS, NUMBERS), NUMBERS,
    st.sampled_from(("[1,]", '{"a":1,}', '{"b":"x",":k":1}', '["a",":",{"b":1,"a":2}]', "[01]", "[1.]", "NaN", "[-0]", '{"a":1 }x', '"\t"', "[nul]", "", " ", "{}")),
)  # fmt: skip
"""Texts of JSON, of what is nearly JSON, with names twice and out of order, with numbers in every spelling."""
MANY_TEXTS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

CODES = ("INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT", "NUMERIC_VALUE_OUT_OF_RANGE")
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


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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


@pytest.mark.parametrize(
    ("athena", "slow", "shape"),
    [
        ("from_iso8601_date(x)", "CAST(trino_iso8601_date(x) AS DATE)", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}-W?[0-9]{2,3}"),
        ("from_iso8601_timestamp(x)", "timezone('UTC', (trino_to_zoned(trino_iso8601(x))).i)", ISO),
        ("from_iso8601_timestamp_nanos(x)", "timezone('UTC', (trino_to_zoned(trino_iso8601_nanos(x))).i)", ISO),
        ("timezone(from_iso8601_timestamp(x))", "(trino_to_zoned(trino_iso8601(x))).z", ISO),
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
    "hamming_distance(x, reverse(x))": (HAMMING, "[ab]{0,5}"),
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


@MANY_TEXTS
@given(st.text(max_size=30))
def test_url_encode(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    fast, _ = outcomes(connection, "url_encode(x)", "NULL", "varchar", [text])
    assert fast == [quote_plus(text, safe="*-._").replace("~", "%7E")]


@MANY_TEXTS
@given(st.binary(max_size=80), st.binary(max_size=80), st.sampled_from(("md5", "sha1", "sha256")))
def test_hmac(connection: duckdb.DuckDBPyConnection, data: bytes, key: bytes, name: str) -> None:
    fast, _ = outcomes(connection, f"to_hex(hmac_{name}(x, X'{key.hex()}'))", "NULL", "varbinary", [data, None])
    assert fast == [hmac.digest(key, data, name).hex().upper(), None]


COMPACT = JSONS.filter(lambda text: _parsed(text) is not None).map(lambda text: str(_parsed(text)))


def _parsed(text: str) -> str | None:
    """*text* as a JSON value is held, or None for none."""
    try:
        return parse(text)
    except Failure:
        return None


ROW = "CASE json_type(x) WHEN 'OBJECT' THEN trino_json_field(x, 'a') END"
JSON_CASES = {
    "json_parse(x)": ("trino_json_parse(x)", JSONS, "varchar"), "json_extract_scalar(x, '$.a')": ("trino_json_extract_scalar(x, '$.a')", JSONS, "varchar"),
    "cast(x as bigint)": ("CAST(round(trino_json_whole(x)) AS BIGINT)", COMPACT, "json"), "cast(x as integer)": ("CAST(round(trino_json_whole(x)) AS INTEGER)", COMPACT, "json"),
    "cast(x as double)": ("trino_to_double(trino_json_scalar(x))", COMPACT, "json"), "cast(x as real)": ("trino_to_real(trino_json_scalar(x))", COMPACT, "json"),
    "if(substr(json_format(x), 1, 1) = '{', json_format(cast(x as row(a json)).a))": (ROW, COMPACT, "json"),
}  # fmt: skip


@pytest.mark.parametrize("athena", JSON_CASES)
def test_json(connection: duckdb.DuckDBPyConnection, athena: str) -> None:
    slow, values_of, t = JSON_CASES[athena]

    @MANY_TEXTS
    @given(st.lists(st.one_of(st.none(), values_of), min_size=1, max_size=12))
    def agree(values: list[str | None]) -> None:
        fast, exact = outcomes(connection, athena, slow, t, values)
        assert fast == exact

    agree()


MEMBERS = st.dictionaries(NAMES, st.one_of(st.none(), WHOLE, DOUBLES, st.text("a-0\\\"é{", max_size=3)), max_size=3).map(
    lambda members: json.dumps(members, ensure_ascii=False, separators=(",", ":"))
)
MAPS = st.one_of(MEMBERS, MEMBERS.map(lambda t: t.replace('"b"', '"a"')), JSONS)
"""Objects of plain members, one name twice in some, out of order in others."""


@pytest.mark.parametrize("value", ["bigint", "double", "varchar"])
def test_json_as_map(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    """Keys that are cut to a length are none that the fast path takes."""

    @EXAMPLES
    @given(st.lists(st.one_of(st.none(), MAPS.filter(lambda t: _parsed(t) is not None)), min_size=1, max_size=12))
    def agree(values: list[str | None]) -> None:
        fast, _ = outcomes(connection, f"cast(x as map(varchar, {value}))", "NULL", "json", values)
        exact, _ = outcomes(connection, f"cast(x as map(varchar(9999), {value}))", "NULL", "json", values)
        assert fast == exact

    agree()


@EXAMPLES
@given(st.lists(st.dictionaries(NAMES, st.one_of(st.none(), st.integers(0, 9)), max_size=4), min_size=1, max_size=8))
def test_map_as_json(connection: duckdb.DuckDBPyConnection, values: list[dict[str, int | None]]) -> None:
    """The members of each object are in order, whatever the order of the map."""
    texts = [json.dumps([*v.items()], ensure_ascii=False) for v in values]
    rows = "cast(json_parse(x) as array(row(varchar, bigint)))"
    fast, _ = outcomes(connection, f"cast(map_from_entries({rows}) as json)", "NULL", "varchar", texts)
    assert [list(json.loads(str(made))) for made in fast] == [sorted(v) for v in values]


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
