"""Native paths of JSON against the slow ones that they stand before, over hostile texts."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dialect.agreement import DOUBLES, EXAMPLES, MANY_TEXTS, WHOLE, outcomes

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.jsons import parse

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

COMPACT = JSONS.filter(lambda text: _parsed(text) is not None).map(lambda text: str(_parsed(text)))


def _parsed(text: str) -> str | None:
    """*text* as a JSON value is held, or None for none."""
    try:
        return parse(text)
    except Failure:
        return None


def _whole(t: str) -> str:
    """A whole number as every text is read, those with a fraction as doubles that are rounded."""
    double = "json_type(x) = 'DOUBLE' AND NOT regexp_full_match(x, '-?[0-9]+') OR ends_with(x, 'Infinity\"')"
    rounded = f"TRY_CAST(round(CAST(json_extract_string(x, '$') AS DOUBLE)) AS {t})"
    failed = "CAST('NUMERIC_VALUE_OUT_OF_RANGE: ' AS INTEGER)"
    usual = f"CAST(round(trino_json_whole(x)) AS {t})"
    return f"CASE WHEN {double} THEN coalesce({rounded}, {failed}) ELSE {usual} END"


ROW = "CASE json_type(x) WHEN 'OBJECT' THEN trino_json_field(x, 'a') END"
JSON_CASES = {
    "json_parse(x)": ("trino_json_parse(x)", JSONS, "varchar"), "json_array_get(x, n)": ("trino_json_array_get(x, n)", JSONS, "varchar"), "json_extract_scalar(x, '$.a')": ("trino_json_extract_scalar(x, '$.a')", JSONS, "varchar"),
    "cast(x as bigint)": (_whole("BIGINT"), COMPACT, "json"), "cast(x as integer)": (_whole("INTEGER"), COMPACT, "json"),
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


MEMBERS = st.dictionaries(NAMES, st.one_of(st.none(), WHOLE, DOUBLES, st.text('a-0\\"é{', max_size=3)), max_size=3).map(
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
