"""``just dbt-local`` with sources of all kinds: raw files, tables in Glue with and without local files, a seed."""

import json
import shutil

import duckdb
import pytest

from tests.offline_home import lakeloop
from tests.projects import HERE, lay

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dbt_imported")]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A checkout whose raw files are there and whose tables in Glue have none."""
    root = lay(tmp_path_factory.mktemp("mixed"), HERE / "mixed")
    visits = root / "data" / "raw" / "visits" / "dt=2024-01-01"
    visits.mkdir(parents=True)
    (visits / "a.jsonl").write_text('{"who": 1}\n{"who": 2}\n', "utf-8")
    return root


@pytest.fixture(scope="module")
def home(root):
    from lakeloop.workspace import Workspace

    return Workspace(root)


@pytest.fixture
def people(root):
    folder = root / "data" / "sources" / "crm" / "people"
    folder.mkdir(parents=True)
    (folder / "people.csv").write_text("id,name\n2,Bo\n3,Cy\n", "utf-8")
    yield folder
    shutil.rmtree(folder)


def tables(home):
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


def ran(home):
    results = json.loads((home.target / "run_results.json").read_text("utf-8"))["results"]
    return {result["unique_id"].split(".")[2] for result in results}


def one_message(done, code=2):
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


def test_what_reads_a_table_in_glue_is_skipped_until_it_has_files_here(home, people):
    shutil.move(people / "people.csv", home.root / "aside.csv")
    built = lakeloop(home, "dbt-local")
    assert built.returncode == 0, built.stdout + built.stderr
    assert (
        f"No local files of crm (people), which is in Glue: fill {people}/ with Parquet, CSV or JSON." in built.stderr
    )
    assert "Skipped without them: 3 models" in built.stderr
    assert (
        "till.visits: models/all_in_one.yml does not declare all of it, so its json files say: who bigint, dt date."
        in built.stderr
    )
    assert tables(home) == {"letters", "visits"}

    built = lakeloop(home, "dbt-local", "--selector", "everything")
    assert built.returncode == 0, built.stdout + built.stderr
    assert ran(home) == {"letters", "alphabet", "visits"}, "beside --selector, dbt itself counts no --exclude"

    refused = one_message(lakeloop(home, "dbt-local", "--select", "+people_visited"))
    assert "people_visited cannot be built here: there are no local files of crm.people" in refused

    shutil.move(home.root / "aside.csv", people / "people.csv")
    built = lakeloop(home, "dbt-local", "--vars", "{weight: none}")
    assert built.returncode == 1, "the catalog is another one's, and the weight no number"
    assert "people" in ran(home)
    mended = lakeloop(home, "dbt-local", "retry", "--vars", "{weight: 3}")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    with duckdb.connect(str(home.database), read_only=True) as connection:
        assert connection.execute("select id from people_visited").fetchall() == [(2,)]
        assert connection.execute("select distinct weight from people").fetchall() == [(3,)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: [", "dbt cannot parse the project"),
        ("sources: [{name: till, tables: [{name: visits}]}]", "dbt cannot parse the project"),
        ("sources: [{name: x, tables: [{name: y, meta: {format: delta}}]}]", "raw files are parquet, csv, json"),
        (
            "sources: [{name: x, meta: {format: csv}, tables: [{name: y, columns: [{name: a, data_type: money}]}]}]",
            "is no type",
        ),
    ],
    ids=["no yaml", "declared twice", "no format of ours", "no type"],
)
def test_a_bad_source_is_one_message_and_changes_nothing(home, text, message):
    before = home.database.stat().st_mtime_ns if home.database.exists() else None
    file = home.dbt_project / "models" / "more.yml"
    file.write_text(f"version: 2\n{text}\n", "utf-8")
    try:
        assert message in one_message(lakeloop(home, "dbt-local"))
    finally:
        file.unlink()
    assert (home.database.stat().st_mtime_ns if home.database.exists() else None) == before
