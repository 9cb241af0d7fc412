"""Great Expectations on DuckDB: each kind that a suite begins with, regular expressions, own SQL, pages without a network."""

import json
import re
import sys

import duckdb
import pytest
from lakeloop_quality import __main__, engines
from lakeloop_quality.run import BadSuite, run


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    file = tmp_path_factory.mktemp("lake") / "lake.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create view raw.orders as select * from (values (1, 'a'), (2, 'B'), (2, null)) t(id, status)"
        )
    return file


def given(database, folder, *expectations) -> dict:
    suite = {"table": "shop.orders", "schema": "raw", "name": "orders", "expectations": list(expectations)}
    return {"suites": [suite], "duckdb": str(database), "docs": str(folder)}


# By column: rows that are not expected, of three; None: it counts none.
KINDS = [
    ("expect_column_values_to_not_be_null", {"column": "status"}, 1),
    ("expect_column_values_to_be_unique", {"column": "id"}, 2),
    ("expect_column_values_to_be_in_set", {"column": "status", "value_set": ["a"]}, 1),
    ("expect_column_values_to_be_between", {"column": "id", "min_value": 2}, 1),
    ("expect_column_values_to_match_regex", {"column": "status", "regex": "^[a-z]$"}, 1),
    ("expect_column_values_to_not_match_regex", {"column": "status", "regex": "B"}, 1),
    ("expect_column_value_lengths_to_be_between", {"column": "status", "min_value": 2}, 2),
    ("expect_compound_columns_to_be_unique", {"column_list": ["id", "status"]}, 0),
    ("expect_table_row_count_to_be_between", {"min_value": 4}, None),
    ("expect_table_columns_to_match_set", {"column_set": ["id", "other"], "exact_match": False}, None),
    ("unexpected_rows_expectation", {"unexpected_rows_query": "select * from {batch} where id > 1"}, None),
]


def test_each_kind_counts_what_it_does_not_expect_and_the_pages_load_nothing(database, tmp_path):
    rows = run(given(database, tmp_path / "docs", *(one[:2] for one in KINDS)))
    told = {row["expectation"]: row for row in rows}
    assert not [row["error"] for row in rows if row["error"]]
    for kind, _, unexpected in KINDS:
        assert told[kind]["passed"] is (unexpected == 0), kind
        assert unexpected is None or told[kind]["unexpected"] == unexpected, kind
    pages = {page.name: page.read_text() for page in (tmp_path / "docs").rglob("*.html")}
    assert "shop.orders" in pages["index.html"] and "1 of 11" in pages["index.html"]
    assert (tmp_path / "docs" / re.search(r'href="(validations[^"]*)"', pages["index.html"])[1]).is_file()
    loads = re.compile(r"<(script|link|img)[^>]*(src|href)=[\"']https?:|url\(\s*[\"']?https?:")
    assert len(pages) == 3 and not [name for name, text in pages.items() if loads.search(text)]


def test_a_column_that_is_not_there_is_a_failure_that_says_so(database, tmp_path):
    (row,) = run(given(database, tmp_path, ("expect_column_values_to_not_be_null", {"column": "nope"})))
    assert not row["passed"] and "nope" in row["error"]


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        (("expect_nothing_like_it", {"column": "id"}), "shop.orders: expect_nothing_like_it"),
        (("expect_column_values_to_not_be_null", {"colum": "id"}), "shop.orders: expect_column_values_to_not_be_null"),
    ],
)
def test_what_is_no_expectation_is_named(database, tmp_path, expectation, said):
    with pytest.raises(BadSuite, match=said):
        run(given(database, tmp_path, expectation))


def test_the_program_says_why_it_cannot_run(database, tmp_path, monkeypatch, capsys):
    content = given(database, tmp_path / "docs", ("expect_nothing_like_it", {}))
    (tmp_path / "given.json").write_text(json.dumps(content))
    monkeypatch.setattr(sys, "argv", ["lakeloop-quality", str(tmp_path / "given.json"), str(tmp_path / "result.json")])
    assert __main__.main() == 2
    assert capsys.readouterr().err.startswith("error: shop.orders: expect_nothing_like_it")
    assert not (tmp_path / "result.json").exists()


def test_athena_is_addressed_by_its_workgroup():
    athena = {"region": "eu-central-1", "schema": "raw_db", "workgroup": "shop-dev", "results": "s3://results/x/"}
    assert engines.url({"athena": athena}) == (
        "awsathena+rest://@athena.eu-central-1.amazonaws.com:443/raw_db?work_group=shop-dev&s3_staging_dir=s3%3A%2F%2Fresults%2Fx%2F"
    )
