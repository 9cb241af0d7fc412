"""Batch ingestion from the API and from the database, as docs/INGEST.md shows it, in processes of its own."""

import json
import os
import re
import subprocess
from pathlib import Path

import pyarrow.parquet
import pytest
from retail_db.database import connect

from tests.conftest import free_port, make

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def shown() -> str:
    """The pipeline that the page shows."""
    page = (ROOT / "docs" / "INGEST.md").read_text("utf-8")
    return re.search(r"```toml\n(kind = .*?)```", page, re.DOTALL)[1]


class Home:
    """A checkout's folder with pipelines, and a folder of raw files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.raw = folder, folder / "raw"
        (folder / "ingest").mkdir()

    def write(self, name: str, text: str) -> None:
        (self.folder / "ingest" / f"{name}.toml").write_text(text)

    def types(self, *words: str, code: int = 0) -> str:
        command = ["uv", "run", "--quiet", "--locked", "--no-dev", "--project", str(ROOT / "ingestion" / "batch")]
        shell = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
        done = subprocess.run(
            [*command, "lakeloop-ingest", *words, f"root={self.folder}", f"folder={self.raw}"],
            env=shell,
            capture_output=True,
            text=True,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, printed
        assert "Traceback" not in printed, printed
        return printed if code else done.stdout

    def ingests(self, name: str) -> dict[str, int]:
        """Rows by table that a run has brought."""
        return {table: one["rows"] for table, one in json.loads(self.types(name, "json=true"))["tables"].items()}

    def rows(self, table: str) -> list[dict]:
        files = sorted((self.raw / table).glob("dt=*/*.parquet"))
        return [row for file in files for row in pyarrow.parquet.read_table(file, partitioning=None).to_pylist()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_pipeline_of_the_page_brings_what_is_new_from_the_api(home, client, url, place):
    make(client, "customers", count=50, seed=7)
    home.write("crm", shown().replace("http://127.0.0.1:8010", url))
    assert home.ingests("crm") == {"crm_customers": 50}
    with connect(place) as connection:
        connection.execute("UPDATE sales.customers SET full_name = 'Another' WHERE customer_id IN (3, 4)")
    make(client, "customers", count=5, seed=7)
    assert home.ingests("crm") == {"crm_customers": 7}
    assert home.ingests("crm") == {"crm_customers": 0}
    rows = home.rows("crm_customers")
    assert sorted(row["customer_id"] for row in rows) == sorted([*range(1, 56), 3, 4])
    assert {row["full_name"] for row in rows if row["customer_id"] == 3} > {"Another"}
    declared = home.types("sources", "crm")
    assert "- name: crm_customers" in declared and "{name: updated_at, data_type: timestamp}" in declared


def test_an_api_that_is_away_and_one_that_refuses_are_a_message_each(home, url):
    home.write("crm", shown().replace(":8010", f":{free_port()}"))
    assert "nothing answers there" in home.types("crm", code=2)
    home.write("crm", shown().replace("http://127.0.0.1:8010", url).replace("/rows/customers", "/rows/clients"))
    assert "422" in home.types("crm", code=2)
    assert not home.raw.exists() or not list(home.raw.rglob("*.parquet"))


def test_reference_tables_of_the_database_keep_their_types(home, client, place):
    make(client, "stores", count=4, seed=7)
    make(client, "products", count=6, seed=7)
    tables = (
        '[tables.stores]\nfrom = "sales.stores"\n[tables.products]\nfrom = "sales.products"\ncursor = "updated_at"\n'
    )
    home.write("shop", f'kind = "postgres"\nconnection = "{place.address("shop_app")}"\n{tables}')
    assert home.ingests("shop") == {"stores": 4, "products": 6}
    assert home.ingests("shop") == {"stores": 4, "products": 0}, (
        "all of a table without a cursor, nothing new of the other"
    )
    with connect(place) as connection:
        known = connection.execute("SELECT product_id, unit_price FROM sales.products ORDER BY 1").fetchall()
    assert [(row["product_id"], row["unit_price"]) for row in home.rows("products")] == known
    home.write("shop", f'kind = "postgres"\nconnection = "{place.address("shop_app")}"\n[tables.none]\n')
    assert "none cannot be read" in home.types("shop", code=2)


def test_awkward_types_of_the_database_are_kept(home, place):
    with connect(place, "shop_owner") as connection:
        connection.execute(
            "CREATE TABLE sales.odd (id int PRIMARY KEY, n numeric, tags text[], doc jsonb, u uuid, b bytea, at timestamptz, "
            "span interval, d date, ok boolean)"
        )
        connection.execute(
            "INSERT INTO sales.odd VALUES (1, 1e-30, '{a,\"b c\"}', '{\"x\": 1.10}', "
            "'00000000-0000-0000-0000-000000000001', '\\x00ff', '2026-11-30 12:00+02', '1 day', '0001-01-01', null)"
        )
        address = place.address("shop_owner")
    try:
        home.write("odd", f'kind = "postgres"\nconnection = "{address}"\n[tables.odd]\nfrom = "sales.odd"\n')
        assert home.ingests("odd") == {"odd": 1}
    finally:
        with connect(place, "shop_owner") as connection:
            connection.execute("DROP TABLE sales.odd")
    (row,) = home.rows("odd")
    assert row["n"] == "0.000000000000000000000000000001" and row["tags"] == '{a,"b c"}' and row["doc"] == '{"x": 1.10}'
    assert row["u"].endswith("0001") and row["b"] == b"\x00\xff" and row["span"] == "1 day" and row["ok"] is None
    assert row["at"].isoformat() == "2026-11-30T10:00:00" and row["d"].isoformat() == "0001-01-01"
