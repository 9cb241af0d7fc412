"""``RUNNER_PATCHES=off`` is plain dbt: none of the quicker patches is in place, and a build leaves the same behind.

Two processes build one project on an Athena of fixed answering time. ``tests/athena/test_patches.py`` compares every
materialization's tables on local Athena.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from bench.fixed_athena import running
from bench.fixed_athena.project import write

pytestmark = pytest.mark.slow

PROGRAM = """
import json, sys
from functools import reduce
from importlib import import_module
import dbt_runner
from dbt_runner.patches import PATCHES, athena, shortcuts
from dbt.cli.main import dbtRunner

def owner(target):
    module, _, place = target.partition(":")
    found = reduce(getattr, place.split("."), import_module(module))
    return getattr(found, "__module__", type(found).__module__)

shortcuts.install()
with athena.applied():
    owners = {target: owner(target) for patch in PATCHES if patch.quicker for target in patch.targets}
    done = dbtRunner().invoke(["build", "--quiet", "--project-dir", sys.argv[1], "--profiles-dir", sys.argv[1]])
assert done.success, done.exception or [result.message for result in done.result]
print(json.dumps(owners))
"""
SPARED = re.compile(r"select '\{.*|alter table .* set tblproperties \('classification' = '\w+'\)", re.IGNORECASE)
_MADE_ANEW = {
    "metadata",
    "created_at",
    "invocation_id",
    "execution_time",
    "timing",
    "thread_id",
    "elapsed_time",
    "args",
    "compiled_path",
}


def plain(value):
    """*value* of an artifact, without what differs between any two builds."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if name not in _MADE_ANEW}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", value) if isinstance(value, str) else value


def built(endpoint, project, said):
    endpoint.reset()
    environment = {**os.environ, **endpoint.environment, "DBT_THREADS": "4", "RUNNER_PATCHES": said}
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project)], env=environment, capture_output=True, text=True
    )
    assert child.returncode == 0, child.stdout + child.stderr
    artifacts = {
        name: json.loads((project / "target" / f"{name}.json").read_text("utf-8"))
        for name in ("manifest", "run_results")
    }
    artifacts["run_results"]["results"].sort(key=lambda result: result["unique_id"])
    sent = Counter(plain(re.sub(r"^--[^\n]*\n", "", query["sql"]).strip()) for query in endpoint.queries())
    return json.loads(child.stdout.splitlines()[-1]), plain(artifacts), sent


def test_a_build_is_the_same_without_them(tmp_path):
    write(tmp_path / "project", 4)
    with running(seconds=0) as endpoint:
        owners, artifacts, sent = built(endpoint, tmp_path / "project", "off")
        patched_owners, patched_artifacts, patched_sent = built(endpoint, tmp_path / "project", "on")
    assert not [target for target, module in owners.items() if module.startswith("dbt_runner")]
    lock = "dbt.adapters.athena.impl:boto3_client_lock"
    assert {target for target, module in patched_owners.items() if not module.startswith("dbt_runner")} == {lock}
    assert len(artifacts["run_results"]["results"]) > 4
    assert patched_artifacts == artifacts
    assert {sql for sql in sent - patched_sent if not SPARED.fullmatch(sql.rstrip(";"))} == set()
    assert not patched_sent - sent
