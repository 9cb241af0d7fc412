"""Every recipe of the README's table runs as written, in a fresh copy of the checkout."""

import re
import subprocess

import pytest

from tests.clone import clone
from tests.offline_home import REPO

pytestmark = pytest.mark.slow

# Once each: the table of figures names some again.
RECIPES = list(
    dict.fromkeys(re.findall(r"^\| `(just [^`]+)` \|", (REPO.root / "README.md").read_text("utf-8"), re.MULTILINE))
)
# The AWS loop and deployments are typed by tests of their own, in order and word for word.
TYPED = "".join(
    (REPO.root / "tests" / name).read_text("utf-8") for name in ("e2e/test_aws_loop.py", "deploy/test_deploy.py")
)
# `just test-all` would run this test again; the others are in CI by themselves (`.ci/run`) or take many minutes.
NOT_HERE = {"just test", "just test-all", "just check", "just bench", "just proof-rounds models=300 kills=20"} | {
    recipe for recipe in RECIPES if any(f"{quote}{recipe}{quote}" in TYPED for quote in "\"'")
}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    return clone(tmp_path_factory.mktemp("clone"))


def test_the_table_is_there():
    assert len(RECIPES) > 8
    assert set(RECIPES) >= NOT_HERE


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe not in NOT_HERE])
def test_a_recipe_runs_as_written(checkout, recipe):
    ran = subprocess.run(["bash", "-c", recipe], cwd=checkout, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
