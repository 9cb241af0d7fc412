"""Recipes that users type install no `dev` group: that is for linters, tests and measurements alone."""

import json
import re
import subprocess

from tests.environments.programs import REPO

OF_DEVELOPERS = {"group": "quality"}
UV = re.compile(r"\buv (run|sync)\b(?!.*--no-dev)")


def just(*words: str) -> str:
    return subprocess.run(["just", *words], cwd=REPO, capture_output=True, text=True, check=True).stdout


def test_only_recipes_of_developers_install_their_tools():
    found = re.findall(r"^(\w+) +:= (.*)$", just("--evaluate"), re.MULTILINE)
    variables = {name for name, value in found if UV.search(value)}
    assert {"run_dev"} <= variables and {"run", "lakeloop"}.isdisjoint(variables)

    recipes = json.loads(just("--dump", "--dump-format", "json"))["recipes"]
    with_tools = set()
    for name, recipe in recipes.items():
        body = json.dumps(recipe["body"])
        if UV.search(body) or any(f'["variable", "{variable}"]' in body for variable in variables):
            with_tools.add(name)
    of_developers = {name for name, recipe in recipes.items() if OF_DEVELOPERS in recipe["attributes"]}
    assert {"check", "fix", "test"} <= with_tools <= of_developers
