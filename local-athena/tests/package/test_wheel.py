"""The wheel, in an environment where nothing else is: what its README says, typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_athena.testing import Server

pytestmark = pytest.mark.slow
PACKAGE = Path(__file__).resolve().parents[2]
README = (PACKAGE / "README.md").read_text("utf-8")
# The Python that the rest of the suite does not run under.
OTHER = "3.12" if sys.version_info >= (3, 13) else "3.13"
PROFILE = """
shop:
  target: local
  outputs:
    local: {type: athena, database: awsdatacatalog, schema: default, region_name: us-east-1, poll_interval: 0.1,
            s3_staging_dir: "s3://athena-results/", s3_data_dir: "s3://athena-results/tables/"}
"""
MODELS = {
    "first": "{{ config(materialized='table', table_type='iceberg') }} select 1 as id",
    "second": "{{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id') }} "
    "select id, id * 2 as twice from {{ ref('first') }}",
}


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    # Those of whoever runs this suite are for its own Python.
    own = ("PYTHONPATH", "VIRTUAL_ENV", "PYTEST_")
    shell = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**shell, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("uv", "build", "--quiet", "--out-dir", folder, cwd=PACKAGE)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's programs."""
    folder = tmp_path_factory.mktemp("environment")
    # Under pyenv, a folder of the checkout is where other Pythons are found.
    run("uv", "venv", "--quiet", "--python", OTHER, folder / "venv", cwd=PACKAGE)
    python = folder / "venv" / "bin" / "python"
    wanted = (
        f"local-athena[pytest] @ file://{wheel}",
        "awswrangler",
        "pyathena",
        "dbt-athena==1.11.1",
        "dbt-core==1.12.6",
    )
    # As in the checkout's own project: a binary of 145 MB that only `--use-v2-parser` runs.
    (folder / "without.txt").write_text("dbt-core-experimental-parser ; sys_platform == 'never'\n")
    run(
        "uv", "pip", "install", "--quiet", "--python", python, "--override", folder / "without.txt", *wanted, cwd=folder
    )
    return python.parent


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_it_may_be_published(wheel: Path) -> None:
    said = run(
        "uv",
        "tool",
        "run",
        "--isolated",
        "twine==6.2.0",
        "check",
        "--strict",
        *wheel.parent.glob("local_athena*"),
        cwd=PACKAGE,
    )
    assert said.count("PASSED") == 2
    names = run(sys.executable, "-m", "zipfile", "-l", wheel, cwd=PACKAGE)
    assert "local_athena/py.typed" in names and "licenses/LICENSE" in names and "tests/" not in names


def test_the_readmes_examples_run(programs: Path, server: Server, tmp_path: Path) -> None:
    clients, tests, library = examples("python")
    with server.environment():
        (tmp_path / "clients.py").write_text(clients)
        assert "(datetime.date(2026, 11, 30), Decimal('19.98'))" in run(programs / "python", "clients.py", cwd=tmp_path)
    (tmp_path / "test_it.py").write_text(tests)
    assert "1 passed" in run(programs / "python", "-m", "pytest", "-q", cwd=tmp_path)
    (tmp_path / "library.py").write_text(
        library.replace("http://127.0.0.1:4566", server.url).replace("bucket/", "athena-results/")
    )
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    assert run(programs / "python", "library.py", cwd=tmp_path, **keys) == "[[{'id': 1}]]\n"


def test_check_says_what_the_readme_shows(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "sales.sql").write_text("select\n       'a' + 1\n")
    done = subprocess.run(
        [programs / "local-athena", "check", "models"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith("models/sales.sql:2:") and done.stdout.strip().partition(": ")[2] in README


def test_dbt_builds(programs: Path, server: Server, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: shop\nversion: 1.0.0\n")
    (tmp_path / "profiles.yml").write_text(PROFILE)
    for name, sql in MODELS.items():
        (tmp_path / "models" / f"{name}.sql").write_text(sql)
    server.reset()
    with server.environment():
        for _ in range(2):  # the second run merges
            run(programs / "dbt", "build", "--quiet", cwd=tmp_path, DBT_SEND_ANONYMOUS_USAGE_STATS="False")
        assert run(programs / "local-athena", "check", "target", cwd=tmp_path) == ""
