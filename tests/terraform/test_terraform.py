"""``terraform test``: terraform/tests/*.tftest.hcl, with a mocked provider; no account, no emulator."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from lakeloop import provider_mirror, workspace
from lakeloop.quality import HOW_TO_GET


@pytest.mark.skipif(
    shutil.which("terraform") is None, reason=f"terraform is not on the PATH; get it from {HOW_TO_GET['terraform']}"
)
def test_the_modules_own_tests_pass(tmp_path: Path) -> None:
    checkout = workspace.find(Path(__file__).parent)
    environment = {**os.environ, **provider_mirror.environment(checkout), "TF_DATA_DIR": str(tmp_path)}

    for words in (
        ["init", "-backend=false", "-lockfile=readonly", "-input=false", "-no-color"],
        ["test", "-no-color", "-compact-warnings"],
    ):
        done = subprocess.run(
            ["terraform", *words],
            cwd=checkout.root / "terraform",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    assert "0 failed" in done.stdout
    assert done.stdout.count("... pass") > 20, "tests were found and run"
