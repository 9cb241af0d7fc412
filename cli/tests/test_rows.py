"""A query's rows as they are printed: nothing of them reaches a terminal as a command, and programs read back what they were."""

import io
import json
import math
import re
from contextlib import redirect_stdout
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lakeloop.errors import UserError
from lakeloop.plain import CONTROLS
from lakeloop.rows import print_rows

HOSTILE = (
    "[/foo]",
    "[bold]x[/bold]",
    ":warning:",
    "\x1b]0;title\x07",
    "\x9b31m",
    "a\tb\nc\rd",
    "\\t",
    "\u202egnp.exe",
    "\x00\x7f",
)
TEXTS = st.text(st.characters(exclude_categories=[])) | st.sampled_from(HOSTILE)


def printed(style, names, rows) -> str:
    out = io.StringIO(newline="")
    with redirect_stdout(out):
        print_rows(style, names, iter(rows))
    assert not CONTROLS.search(out.getvalue())
    out.getvalue().encode()
    return out.getvalue()


def unescaped(field: str) -> str:
    r"""A field of TSV, read as its escapes say: ``\t``, ``\n``, ``\r``, ``\\``, ``\x1b``, ``\u202e``."""
    named = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    return re.sub(
        r"\\(?:x(..)|u(....)|(.))",
        lambda found: named[found[3]] if found[3] else chr(int(found[1] or found[2], 16)),
        field,
    )


@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(st.lists(TEXTS, min_size=4, max_size=4), max_size=3))
@example(["a"], [[*HOSTILE[:4]], [*HOSTILE[4:8]]])
def test_tab_separated_rows_are_read_back_as_they_were(names, rows):
    rows = [row[: len(names)] for row in rows]
    lines = printed("tsv", names, rows).split("\n")
    assert lines.pop() == ""
    assert [[unescaped(field) for field in line.split("\t")] for line in lines] == [names, *rows]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(TEXTS, min_size=1, max_size=3, unique=True), st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=3)
)
def test_lines_of_json_are_read_back_as_they_were(names, rows):
    rows = [row[: len(names)] for row in rows]
    lines = printed("json", names, rows).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [dict(zip(names, row, strict=True)) for row in rows]


def test_json_has_what_its_standard_has_and_the_rest_as_text():
    rows = [[math.nan, math.inf, [-math.inf], {date(2020, 1, 2): Decimal("1.50")}, {(1, 2): None}]]
    line = printed("json", list("abcde"), rows)
    assert json.loads(line, parse_constant=pytest.fail) == {
        "a": "NaN",
        "b": "Infinity",
        "c": ["-Infinity"],
        "d": {"2020-01-02": "1.50"},
        "e": {"(1, 2)": None},
    }


def test_a_terminal_of_another_encoding_gets_json_all_the_same(monkeypatch):
    out = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, encoding="ascii", write_through=True))
    print_rows("json", ["é"], [["\x9b€"]])
    assert json.loads(out.getvalue()) == {"é": "\x9b€"}


def test_an_object_of_json_cannot_have_two_columns_of_one_name():
    with pytest.raises(UserError, match="Two columns are called a"):
        printed("json", ["a", "b", "a"], [[1, 2, 3]])
    assert printed("tsv", ["a", "a"], [[1, 2]]) == "a\ta\n1\t2\n"


@given(st.lists(TEXTS, min_size=1, max_size=3))
@example(["[/foo]"])
def test_a_table_takes_every_text(texts):
    printed("table", texts, [texts])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("[/foo] [red]x[/red]", "[/foo] [red]x[/red]"),
        (":warning: \x1b[31mred", r":warning: \x1b[31mred"),
        ("\x1b]8;;http://e.org\x07link", r"\x1b]8;;http://e.org\x07link"),
        ("\u202eabc\u2066", r"\u202eabc\u2066"),
    ],
)
def test_a_table_shows_a_value_as_it_is_and_spells_out_what_a_terminal_would_obey(value, shown):
    table = printed("table", [value], [[value]])
    assert table.count(shown) == 2
    assert len({len(line) for line in table.splitlines()}) == 1, "and its borders are straight"


NAMES = ("schedule", "state", "expression", "time zone", "runs", "next")
ROW = (
    "nightly",
    "on",
    "cron(0 4 * * ? *)",
    "Europe/Berlin",
    "build",
    "2026-12-01T04:00:00+01:00, 2026-12-02T04:00:00+01:00",
)


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_a_word_is_whole_however_narrow_the_terminal_is(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    table = printed("table", NAMES, [ROW, ROW])
    for word in {word for value in (*NAMES, *ROW) for word in value.split()}:
        assert word in table, table
    assert max(map(len, table.splitlines())) <= columns


def test_what_is_wider_than_the_terminal_goes_on_in_the_next_line(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    table = printed("table", ["key"], [["x" * 200]])
    assert table.count("x") == 200 and "…" not in table
    assert max(map(len, table.splitlines())) <= 60


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_of_many_columns_nothing_is_lost(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    names = [f"column_{number}" for number in range(12)]
    values = [f"value{number}" * 3 for number in range(12)]
    shown = printed("table", names, [values, values])
    assert max(map(len, shown.splitlines())) <= columns
    assert all(shown.count(word) >= 2 for word in (*names, *values))


@pytest.mark.parametrize(("columns", "rows"), [(40, 1), (200, 3)])
def test_rows_that_stand_upright_may_be_fewer(monkeypatch, capsys, columns, rows):
    monkeypatch.setenv("COLUMNS", str(columns))
    print_rows("table", [f"column_{number}" for number in range(6)], [["there"] * 6] * 3, upright=1)
    assert capsys.readouterr().out.count("there") == 6 * rows
