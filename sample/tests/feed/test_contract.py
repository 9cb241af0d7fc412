"""The files keep the contract that the dbt project declares for its raw tables."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from retail_feed.files import DECLARED

CONTRACT = Path(__file__).parents[3] / "dbt" / "models" / "staging" / "retail" / "_retail__sources.yml"
TABLES: dict[str, dict[str, Any]] = {
    table["name"]: table for table in yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["sources"][0]["tables"]
}


def meta(declared: dict[str, Any]) -> dict[str, Any]:
    """The `config.meta` of a declared table or column; empty where there is none."""
    found: dict[str, Any] = declared.get("config", {}).get("meta", {})
    return found


def test_the_tables_and_their_formats_are_the_declared_ones() -> None:
    assert {name: meta(table)["format"] for name, table in TABLES.items()} == DECLARED


@pytest.mark.parametrize("table", DECLARED)
def test_the_columns_are_the_declared_ones_in_their_order(feed: duckdb.DuckDBPyConnection, table: str) -> None:
    found = [name for name, *_ in feed.sql(f"describe {table}").fetchall()]
    assert found == [column["name"] for column in TABLES[table]["columns"]]


@pytest.mark.parametrize("table", [table for table, format_ in DECLARED.items() if format_ == "parquet"])
def test_parquet_has_the_declared_types(feed: duckdb.DuckDBPyConnection, table: str) -> None:
    found = {name: kind.lower() for name, kind, *_ in feed.sql(f"describe {table}").fetchall()}
    assert found == {column["name"]: column["data_type"] for column in TABLES[table]["columns"]}


@pytest.mark.parametrize("table", DECLARED)
def test_values_can_be_read_as_what_they_hold(feed: duckdb.DuckDBPyConnection, table: str) -> None:
    for column in TABLES[table]["columns"]:
        name, kind = column["name"], meta(column).get("holds", column["data_type"])
        unusable = f"({name} is not null and try_cast({name}::varchar as {kind}) is null)"
        if meta(column).get("required"):
            unusable += f" or {name} is null"
        assert feed.sql(f"select {name} from {table} where {unusable} limit 3").fetchall() == [], name
