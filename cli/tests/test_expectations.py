"""`just expectations`: suites as files, a start, dbt's tests of them, and what a run tells and returns."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from lakeloop.errors import UserError
from lakeloop.expectations import command, dbt_tests, start, suites
from lakeloop.workspace import Workspace
from lakeloop_project.sources import Column, Kind, SourceTable
from lakeloop_project.sources.types import parse_type

TEXT, WHOLE = parse_type("varchar"), parse_type("bigint")
ORDERS = SourceTable(
    "source.shop.shop.orders",
    "shop",
    "orders",
    "orders",
    None,
    "raw",
    Kind.RAW,
    "json",
    (
        Column("id", TEXT, holds=WHOLE, required=True),
        Column("status", TEXT),
        Column("paid_on", parse_type("date")),
        Column("dt", parse_type("date"), partition=True),
    ),
    "orders",
    "models/sources.yml",
)
SUITE = "table: shop.orders\nexpectations:\n  - {type: expect_column_values_to_not_be_null, column: id}\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "lakeloop.toml").write_text('name = "shop"\nregion = "eu-central-1"\n[raw]\nfolder = "raw"\n')
    (tmp_path / "expectations").mkdir()
    (tmp_path / "raw" / "orders" / "dt=2026-01-01").mkdir(parents=True)
    (tmp_path / "raw" / "orders" / "dt=2026-01-01" / "a.json").write_text(
        '{"id": "1", "status": "new", "paid_on": "2026-01-01"}\n'
    )
    monkeypatch.setattr(command, "_declared", lambda here: SimpleNamespace(raw_tables=[ORDERS], sources=[ORDERS]))
    return Workspace(tmp_path)


def wrote(here, text: str = SUITE, name: str = "shop.orders.yml") -> None:
    (here.root / "expectations" / name).write_text(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "must have `table` and `expectations`"),
        ("table: [\n", "cannot be read"),
        (SUITE + "more: 1\n", "has more, which means nothing"),
        (SUITE + "on_failure: shout\n", "on_failure is 'shout'"),
        ("table: shop.orders\nexpectations: []\n", "expectations must be a list"),
        ("table: shop.orders\nexpectations:\n  - {column: id}\n", "expectation 1 has no type"),
    ],
)
def test_a_suite_that_is_no_good_is_named(here, text, said):
    wrote(here, text)
    with pytest.raises(UserError, match=re.escape(said)):
        suites.read(here)


def test_one_table_has_one_suite_and_unknown_ones_are_named(here):
    wrote(here)
    with pytest.raises(UserError, match=r"no suite of shop\.items .*Suites: shop\.orders"):
        suites.read(here, ["shop.items"])
    wrote(here, SUITE, "again.yml")
    with pytest.raises(UserError, match=r"are both of shop\.orders"):
        suites.read(here)


def test_a_start_is_what_is_declared_and_is_made_once(here, capsys):
    assert command.expectations(here, ["new"]) == 0
    (suite,) = suites.read(here)
    assert suite.stops and suite.table == "shop.orders"
    assert list(suite.expectations) == list(start.expectations(ORDERS))
    kinds = [(kind, arguments.get("column")) for kind, arguments in suite.expectations]
    assert ("expect_column_values_to_match_regex", "id") in kinds
    assert ("expect_column_values_to_not_be_null", "dt") in kinds
    (here.root / "expectations" / "shop.orders.yml").write_text(SUITE)
    assert command.expectations(here, ["new"]) == 0
    assert (here.root / "expectations" / "shop.orders.yml").read_text() == SUITE


def unexpected(kind: str, arguments: dict) -> int:
    """Rows that the test of an expectation returns, of four orders."""
    suite = suites.Suite("shop.orders", True, ((kind, arguments),), "expectations/shop.orders.yml")
    files, without = dbt_tests.tests(suite, ORDERS)
    assert not without
    (text,) = files.values()
    query = text.split("}}\n", 1)[1].replace("{{ source('shop', 'orders') }}", "orders")
    query = query.replace("{% raw %}", "").replace("{% endraw %}", "")
    with duckdb.connect() as connection:
        connection.execute(
            "create table orders as select * from (values ('1', 'a', date '2026-01-01'), ('2', 'B', null), ('2', null, null), "
            "('x', 'it''s', date '2026-02-01')) t(id, status, paid_on)"
        )
        return len(connection.execute(query).fetchall())


@pytest.mark.parametrize(
    ("kind", "arguments", "rows"),
    [
        ("expect_column_values_to_not_be_null", {"column": "status"}, 1),
        ("expect_column_values_to_not_be_null", {"column": "status", "mostly": 0.7}, 0),
        ("expect_column_values_to_not_be_null", {"column": "status", "mostly": 0.8}, 1),
        ("expect_column_values_to_be_unique", {"column": "id"}, 1),
        ("expect_compound_columns_to_be_unique", {"column_list": ["id", "status"]}, 0),
        ("expect_column_values_to_be_in_set", {"column": "status", "value_set": ["a", "it's"]}, 1),
        ("expect_column_values_to_not_be_in_set", {"column": "status", "value_set": ["a"]}, 1),
        ("expect_column_values_to_be_between", {"column": "paid_on", "min_value": "2026-01-15"}, 1),
        ("expect_column_values_to_be_between", {"column": "paid_on", "max_value": "2026-02-01", "strict_max": True}, 1),
        ("expect_column_value_lengths_to_be_between", {"column": "status", "max_value": 1}, 1),
        ("expect_column_values_to_match_regex", {"column": "id", "regex": "^[0-9]{1,3}$"}, 1),
        ("expect_column_values_to_match_regex", {"column": "id", "regex": "^[0-9]+$|^x$"}, 0),
        ("expect_column_values_to_not_match_regex", {"column": "status", "regex": "B"}, 1),
        ("expect_table_row_count_to_be_between", {"min_value": 5}, 1),
        ("expect_table_row_count_to_be_between", {"min_value": 1, "max_value": 4}, 0),
        ("unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where id = '2'"}, 2),
    ],
)
def test_tests_of_dbt_return_what_is_not_expected(kind, arguments, rows):
    assert unexpected(kind, arguments) == rows


def test_what_has_no_sql_is_left_to_great_expectations(here, capsys):
    wrote(here, SUITE.replace("not_be_null, column: id", "be_increasing, column: id") + "on_failure: warn\n")
    old = here.dbt_project / dbt_tests.FOLDER / "shop_orders_99_old.sql"
    old.parent.mkdir(parents=True)
    old.write_text("select 1")
    assert command.expectations(here, ["tests"]) == 0
    told = capsys.readouterr()
    assert "expect_column_values_to_be_increasing has no test" in told.err and "0 tests are in" in told.out
    assert not old.exists()
    wrote(here, SUITE + "on_failure: warn\n")
    assert command.expectations(here, ["tests"]) == 0
    (test,) = old.parent.glob("*.sql")
    assert "severity='warn'" in test.read_text()
    # Another argument would make another test.
    suite = suites.Suite(
        "shop.orders", True, (("expect_column_values_to_be_unique", {"column": "id", "row_condition": "x"}),), "f"
    )
    assert dbt_tests.tests(suite, ORDERS) == ({}, ["expect_column_values_to_be_unique"])


@pytest.fixture
def answered(here, monkeypatch):
    """Great Expectations in the place of which a list answers; the JSON that it was given."""
    asked = []
    rows = [
        {
            "table": "shop.orders",
            "expectation": "e",
            "column": "id",
            "passed": True,
            "rows": 1,
            "unexpected": 0,
            "examples": [],
            "error": "",
        }
    ]
    codes = [0]

    def run(words, cwd, env, check):
        given, result = words[-2:]
        asked.append(json.loads(Path(given).read_text()))
        Path(result).write_text(json.dumps(rows))
        return SimpleNamespace(returncode=codes[0])

    monkeypatch.setattr(command.subprocess, "run", run)
    return SimpleNamespace(asked=asked, rows=rows, codes=codes)


@pytest.mark.parametrize(("passed", "on_failure", "code"), [(True, "stop", 0), (False, "stop", 1), (False, "warn", 0)])
def test_a_suite_stops_or_warns(here, answered, capsys, passed, on_failure, code):
    wrote(here, SUITE + f"on_failure: {on_failure}\n")
    answered.rows[0] |= {"passed": passed, "unexpected": 1, "examples": ["x"]}
    assert command.expectations(here, ["format=tsv"]) == code
    outcome = {(True, "stop"): "pass", (False, "stop"): "fail", (False, "warn"): "warn"}[passed, on_failure]
    assert f"shop.orders\te\tid\t{outcome}\t1\t1\tx" in capsys.readouterr().out
    (given,) = answered.asked
    assert given["suites"][0]["schema"] == "raw"
    with duckdb.connect(given["duckdb"]) as connection:
        assert connection.execute("select id from raw.orders").fetchall() == [("1",)]


@pytest.mark.parametrize(
    ("passed", "shown", "total"),
    [
        (True, [], "1 expectation of 1 table: 1 passed, 0 failed."),
        (False, ["fail"], "1 expectation of 1 table: 0 passed, 1 failed."),
    ],
)
def test_a_person_is_shown_what_failed(here, answered, capsys, passed, shown, total):
    wrote(here)
    answered.rows[0] |= {"passed": passed}
    command.expectations(here, ["format=table"])
    said = capsys.readouterr()
    assert [word for word in ("pass", "fail") if word in said.out] == shown
    assert total in said.err


def test_what_could_not_run_is_no_outcome(here, answered):
    wrote(here)
    answered.codes[0] = 2
    assert command.expectations(here, []) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--x"], "Usage"),
        (["new", "more"], "Usage"),
        (["on=aws"], "needs env="),
        (["env=dev", "raw=x"], "raw= is for DuckDB"),
        (["shop.items"], "no suite of"),
        (["nwe"], r"Did you mean new\?"),
        (["shop.oders"], r"Did you mean shop\.orders\?"),
    ],
)
def test_wrong_words_are_named(here, answered, words, said):
    wrote(here)
    with pytest.raises(UserError, match=said):
        command.expectations(here, words)
    assert not answered.asked


def test_without_suites_it_says_how_to_begin(here):
    with pytest.raises(UserError, match="just expectations new"):
        command.expectations(here, [])
