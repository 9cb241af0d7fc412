"""``terraform test``: terraform/tests/*.tftest.hcl, with a mocked provider; no account, no emulator."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from lakeloop import provider_mirror, workspace
from lakeloop.quality import HOW_TO_GET

from tests import provider


@pytest.mark.skipif(
    shutil.which("terraform") is None, reason=f"terraform is not on the PATH; get it from {HOW_TO_GET['terraform']}"
)
def test_the_modules_own_tests_pass(tmp_path: Path) -> None:
    checkout = workspace.find(Path(__file__).parent)
    environment = {**os.environ, **provider_mirror.environment(checkout), "TF_DATA_DIR": str(tmp_path)}

    def terraform(*words: str, **variables: str) -> str:
        done = subprocess.run(
            ["terraform", *words],
            cwd=checkout.root / "terraform",
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    terraform("init", "-backend=false", "-lockfile=readonly", "-input=false", "-no-color")
    # Mocked, it answers with its schemas alone: one serves every run.
    with provider.kept(tmp_path) as attached:
        printed = terraform("test", "-no-color", "-compact-warnings", **attached)

    assert "0 failed" in printed
    assert printed.count("... pass") > 20, "tests were found and run"
