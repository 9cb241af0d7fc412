"""What the project declares, and that its Athena side compiles with neither network nor credentials."""

from pathlib import Path
from typing import Any

import pytest
from tests.dbt.project import MARTS, Project

RAW_TABLES = ["customers", "order_items", "orders", "payments", "products", "stores"]


@pytest.fixture(scope="module")
def athena(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("athena"))
    project.dbt("parse", "--target", "dev")
    return project


@pytest.fixture(scope="module")
def nodes(athena: Project) -> list[dict[str, Any]]:
    manifest = athena.manifest()
    found = [*manifest["nodes"].values(), *manifest["sources"].values()]
    return [node for node in found if node["resource_type"] in ("model", "snapshot", "source")]


def test_every_model_and_column_is_described(nodes: list[dict[str, Any]]) -> None:
    missing = [node["unique_id"] for node in nodes if not node["description"].strip()]
    for node in nodes:
        assert node["columns"], node["unique_id"]
        missing += [
            f"{node['unique_id']}.{column['name']}"
            for column in node["columns"].values()
            if not column["description"].strip()
        ]
    assert not missing


def test_every_mart_has_a_contract_and_is_iceberg_on_athena(nodes: list[dict[str, Any]]) -> None:
    marts = [node for node in nodes if node["resource_type"] == "model" and "marts" in node["fqn"]]
    assert sorted(node["name"] for node in marts) == MARTS
    for mart in marts:
        assert mart["config"]["contract"]["enforced"], mart["name"]
        assert mart["config"]["table_type"] == "iceberg", mart["name"]


def test_no_model_asks_which_target_it_runs_on(athena: Project) -> None:
    manifest = athena.manifest()
    own = [macro for macro in manifest["macros"].values() if macro["package_name"] == "lakeloop"]
    code = [*(node["raw_code"] for node in manifest["nodes"].values()), *(macro["macro_sql"] for macro in own)]
    assert not [sql for sql in code if "target.name" in sql or "target.type" in sql]


def test_athena_raw_tables_are_printed_without_asking_athena(athena: Project) -> None:
    arguments = ["create_raw_tables", "--args", "{print_only: true}", "--target", "dev"]
    ddl = athena.dbt("--quiet", "run-operation", *arguments, RAW_BUCKET_NAME="acme-dev-raw", DBT_RAW_SCHEMA="acme_raw")

    assert ddl.count("drop table if exists `acme_raw`.") == len(RAW_TABLES)
    for table in RAW_TABLES:
        assert f"create external table `acme_raw`.`{table}` (" in ddl
        assert f"location 's3://acme-dev-raw/{table}/'" in ddl
    customers, orders = (_statement(ddl, table) for table in ("customers", "orders"))
    assert "`customer_id` string" in customers
    assert "OpenCSVSerde" in customers
    assert "'skip.header.line.count' = '1'" in customers
    assert "`order_id` bigint" in orders
    assert "`ordered_at` timestamp" in orders
    assert "stored as parquet" in orders
    assert "skip.header" not in orders
    assert "partitioned by (\n    `dt` date\n)" in orders
    assert "'projection.dt.format' = 'yyyy-MM-dd'" in orders
    assert "`unit_price` decimal(12,2)" in _statement(ddl, "products")
    assert "JsonSerDe" in _statement(ddl, "products")


def _statement(ddl: str, table: str) -> str:
    return next(part for part in ddl.split(";\n") if f"create external table `acme_raw`.`{table}` (" in part)


@pytest.mark.slow
def test_raw_files_of_any_format_are_read(tmp_path: Path) -> None:
    # GIVEN stores as CSV, JSON lines and compressed CSV, with columns in any order and one that is missing
    stores = tmp_path / "raw" / "stores"
    files = {
        "dt=2024-01-01/a.csv": "store_id,store_name,country,city,time_zone,opened_on\n007,One,de,,UTC,2020-01-01\n",
        "dt=2024-01-02/b.csv": 'time_zone,store_id,store_name,country,opened_on\nUTC,2,"Two, or so",de,2020-01-01\n',
        "dt=2024-01-03/c.jsonl": '{"store_id": 3, "store_name": "Three", "time_zone": "UTC"}\n',
    }
    for name, text in files.items():
        (stores / name).parent.mkdir(parents=True, exist_ok=True)
        (stores / name).write_text(text, "utf-8")
    project = Project(tmp_path)

    # WHEN the other tables are not there at all
    message = project.dbt("run-operation", "create_raw_tables", fails=True)

    # THEN the first of them is named, and where it was looked for
    assert "Raw table customers has no files" in message
    assert str(project.raw) in message

    # WHEN they are
    for table in RAW_TABLES:
        folder = project.raw / table / "dt=2024-01-01"
        if table != "stores":
            folder.mkdir(parents=True)
            (folder / "a.json").write_text("{}\n", "utf-8")
    project.dbt("run-operation", "create_raw_tables")

    # THEN nothing was guessed: text stays text
    assert project.query("select store_id, store_name, city, cast(dt as varchar) from raw.stores order by dt") == [
        ("007", "One", None, "2024-01-01"),
        ("2", "Two, or so", None, "2024-01-02"),
        ("3", "Three", None, "2024-01-03"),
    ]
