"""Recipes that users type install no `dev` group: that is for linters, tests and measurements alone."""

import json
import subprocess

from tests.environments.programs import REPO

OF_DEVELOPERS = {"group": "quality"}


def just(*words: str) -> str:
    return subprocess.run(["just", *words], cwd=REPO, capture_output=True, text=True, check=True).stdout


def test_only_recipes_of_developers_install_their_tools():
    recipes = json.loads(just("--dump", "--dump-format", "json"))["recipes"]
    with_tools = {
        name
        for name, recipe in recipes.items()
        if "run_dev" in (body := json.dumps(recipe["body"])) or "uv run" in body or "uv sync" in body
    }
    of_developers = {name for name, recipe in recipes.items() if OF_DEVELOPERS in recipe["attributes"]}
    assert {"check", "fix", "test"} <= with_tools <= of_developers


def test_the_others_leave_them_out():
    assert "--no-dev" in just("--evaluate", "run")
    assert "--no-dev" in just("--evaluate", "lakeloop")
