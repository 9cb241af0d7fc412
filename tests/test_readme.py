"""Every recipe of the README's table runs as written, in a fresh copy of the checkout."""

import re
import subprocess

import pytest

from tests.offline_home import REPO

pytestmark = pytest.mark.slow

# `just test` would run this test again; the other two are in CI by themselves (`.ci/run`) or take many minutes.
NOT_HERE = {"just test", "just check", "just bench"}
RECIPES = re.findall(r"^\| `(just [^`]+)` \|", (REPO.root / "README.md").read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO.root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\0"):
        if name and (REPO.root / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((REPO.root / name).read_bytes())
    return folder


def test_the_table_is_there():
    assert len(RECIPES) > 8
    assert set(RECIPES) >= NOT_HERE


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe not in NOT_HERE])
def test_a_recipe_runs_as_written(clone, recipe):
    ran = subprocess.run(["bash", "-c", recipe], cwd=clone, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
