"""``just dbt-local``, ``just query`` and ``just docs`` as people use them, and what is left when a build fails."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from tests.offline_home import checkout, lakeloop
from tests.projects import raw

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_imported")]


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def rows(home, table: str) -> int:
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def test_a_build_ends_with_a_short_table(built_once):
    _, built = built_once
    assert built.returncode == 0, built.stdout + built.stderr
    for word in ("models", "tests", "rows", "seconds", "slowest"):
        assert f"│ {word}" in built.stdout


def test_a_query_prints_rows(built_once):
    home, _ = built_once
    plain = lakeloop(home, "query", "select 1 as a, null as b, 'x' as c")
    assert plain.stdout == "a\tb\tc\n1\t\tx\n"
    as_json = lakeloop(home, "query", "select count(*) as n from fct_orders", "format=json")
    assert json.loads(as_json.stdout)["n"] == rows(home, "fct_orders") > 0


@pytest.mark.parametrize(
    ("words", "message"), [(["select nonsense"], "DuckDB refuses"), ([], "Usage"), (["a", "b"], "Usage")]
)
def test_a_bad_query_is_one_message(built_once, words, message):
    refused = lakeloop(built_once[0], "query", *words)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nothing_built_yet_says_what_to_run(tmp_path):
    home = checkout(tmp_path)
    for words, message in (
        (["query", "select 1"], "just dbt-local"),
        (["dbt-local"], "just data"),
        (["docs"], "just dbt-local"),
    ):
        refused = lakeloop(home, *words)
        assert refused.returncode == 2
        assert message in refused.stderr


def test_another_target_is_refused(built_once):
    refused = lakeloop(built_once[0], "dbt-local", "build", "--target", "dev")
    assert refused.returncode == 2
    assert "always builds target local" in refused.stderr


def test_the_docs_are_one_page(home):
    made = lakeloop(home, "docs")
    assert made.returncode == 0, made.stdout + made.stderr
    assert str(home.docs) in made.stdout
    page = home.docs.read_text("utf-8")
    assert "dim_customers" in page


def test_bad_raw_data_changes_nothing(home):
    before = digest(home.database)
    file = min((home.raw / "orders").rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-50])
    refused = lakeloop(home, "dbt-local")
    assert refused.returncode == 2
    assert str(file) in refused.stderr
    assert digest(home.database) == before


def test_a_failed_build_keeps_the_last_good_one_and_can_be_retried(home):
    before = digest(home.database)
    model = next(home.dbt_project.rglob("dim_customers.sql"))
    sound = model.read_text("utf-8")
    model.write_text(sound.replace("select", "select nonsense,", 1), "utf-8")
    failed = lakeloop(home, "dbt-local", "build", "--select", "dim_customers")
    assert failed.returncode == 1
    assert "stays in use" in failed.stderr
    assert digest(home.database) == before
    model.write_text(sound, "utf-8")
    retried = lakeloop(home, "dbt-local", "retry")
    assert retried.returncode == 0, retried.stdout + retried.stderr
    assert digest(home.database) != before
    assert not home.failed.exists()


def test_other_raw_data_begins_with_an_empty_database(home, tmp_path):
    raw.write(tmp_path / "mine", last=0)
    built = lakeloop(home, "dbt-local", f"raw={tmp_path / 'mine'}", "run", "--select", "+fct_orders")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "other raw data" in built.stderr
    assert rows(home, "fct_orders") == raw.order_count(last=0)


def test_a_second_build_at_the_same_time_is_refused(home):
    from lakeloop.database import exclusive

    with exclusive(home):
        refused = lakeloop(home, "dbt-local")
    assert refused.returncode == 2
    assert "Another" in refused.stderr


def test_athena_side_compiles_without_network_and_credentials(tmp_path):
    """For prod; test_readme runs the recipe for dev."""
    parsed = lakeloop(checkout(tmp_path), "parse", "prod")
    assert parsed.returncode == 0, parsed.stdout + parsed.stderr
