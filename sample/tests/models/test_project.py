"""Declarations of the sample's dbt project."""

from typing import Any

import pytest

from sample.tests.models.project import MARTS, Project


@pytest.fixture(scope="module")
def athena(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, parsed for Athena."""
    project = Project(tmp_path_factory.mktemp("athena"))
    project.runs("parse", "dev")
    return project


@pytest.fixture(scope="module")
def nodes(athena: Project) -> list[dict[str, Any]]:
    manifest = athena.manifest("dev")
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
    manifest = athena.manifest("dev")
    name = manifest["metadata"]["project_name"]
    own = [macro for macro in manifest["macros"].values() if macro["package_name"] == name]
    assert own
    code = [*(node["raw_code"] for node in manifest["nodes"].values()), *(macro["macro_sql"] for macro in own)]
    assert not [sql for sql in code if "target.name" in sql or "target.type" in sql]
