"""Each program in an environment as users get it: its own dependencies and no `dev` group."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests import byte_code
from tests.environments.programs import PROGRAMS, REPO, Program

# Making an environment links some hundred packages from uv's cache.
pytestmark = pytest.mark.slow

IMPORT = """
import importlib, sys, traceback
failed = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        failed.append(f"{name}: {error}")
print("\\n".join(failed))
"""
# DuckDB asks for some packages (numpy, pytz) only when they are used: at the first Python function, the first zoned time.
QUERY = """
import sys
from pathlib import Path
from moto import mock_aws
from local_athena.engine import Engine
from local_athena.model import QueryContext
from local_athena.storage import AwsClients

with mock_aws(config={"core": {"service_whitelist": None}}):
    aws = AwsClients.connect(access_key="test", secret_key="test")
    aws.s3.create_bucket(Bucket="lake")
    aws.glue.create_database(DatabaseInput={"Name": "db"})
    engine = Engine(aws, Path(sys.argv[1]))
    for number, sql in enumerate(sys.argv[2:]):
        query = f"{number:08}-0000-4000-8000-000000000000"
        outcome = engine.execute(sql, QueryContext(query, database="db", output_location="s3://lake/results/"))
        print([row for batch in outcome.batches or () for row in batch.to_pylist()])
"""
FETCH = """
import duckdb
print(duckdb.sql("select timestamptz '2024-01-02 03:04:05+00' as at").fetchall())
"""
# As on a machine that has no database of time zones.
ZONE = """
import zoneinfo
zoneinfo.reset_tzpath([])
print(zoneinfo.ZoneInfo("Europe/Berlin"))
"""


class Environment:
    """A program's environment. ``run`` answers what a script printed there."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        member = ["--package", program.member] if program.member else []
        extras = [word for extra in program.extras for word in ("--extra", extra)]
        project = ["--project", str(REPO if program.member else program.path)]
        self._run(
            ["uv", "sync", "--quiet", "--locked", "--no-dev", *project, *member, *extras],
            UV_PROJECT_ENVIRONMENT=str(folder),
        )
        byte_code.of_packages((REPO if program.member else program.path) / ".venv", folder)
        self._python = str(folder / "bin" / "python")

    def run(self, script: str, *words: str) -> str:
        # Isolated: neither the checkout nor a variable of the shell lends it a package.
        return self._run([self._python, "-I", "-c", script, *words], MOTO_ACCOUNT_ID="000000000000")

    def _run(self, command: list[str], **variables: str) -> str:
        inherited = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
        done = subprocess.run(
            command, cwd=REPO, env={**inherited, **variables}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda program: program.folder)
def environment(request, tmp_path_factory):
    return Environment(request.param, tmp_path_factory.mktemp("environment") / "venv")


def test_every_module_is_imported(environment):
    modules = environment.program.modules()
    assert modules, "no module was found: does the source lie elsewhere?"
    assert environment.run(IMPORT, *modules) == ""


@pytest.mark.parametrize(
    "environment", [p for p in PROGRAMS if p.folder == "emulator"], indirect=True, ids=["emulator"]
)
def test_local_athena_runs_queries(environment, tmp_path):
    table = (
        "create table t with (table_type = 'ICEBERG', is_external = false, location = 's3://lake/t/') as "
        "select url_extract_host('https://example.com/a') as host, timestamp '2024-01-02 03:04:05.000000 Europe/Berlin' as at"
    )
    read = "select host, format_datetime(at, 'HH') as hour from t where at < timestamp '2025-01-01 00:00:00 Asia/Tokyo'"
    answers = environment.run(QUERY, str(tmp_path), table, read).splitlines()
    assert answers == ["[]", "[{'host': 'example.com', 'hour': '02'}]"]


@pytest.mark.parametrize("environment", [p for p in PROGRAMS if p.folder == "cli"], indirect=True, ids=["cli"])
def test_duckdb_fetches_a_zoned_time(environment):
    assert "datetime.datetime(2024, 1, 2, 3, 4, 5" in environment.run(FETCH)


@pytest.mark.parametrize(
    "environment", [p for p in PROGRAMS if p.folder in ("cli", "emulator")], indirect=True, ids=["cli", "emulator"]
)
def test_time_zones_are_known_on_every_machine(environment):
    assert environment.run(ZONE) == "Europe/Berlin"
