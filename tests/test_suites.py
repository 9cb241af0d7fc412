"""`just test` leaves the same tests out of every suite, so each knows the words that it asks by."""

import re
import tomllib

import pytest

from tests import suites
from tests.offline_home import REPO

RECIPES = (REPO.root / "justfile").read_text("utf-8")


@pytest.mark.parametrize("recipe", [*suites.OTHERS, *suites.ONLY_WHOLE, *suites.COMPUTING])
def test_a_suite_knows_the_markers_that_are_asked_for(recipe):
    folder = re.search(rf"^{recipe} \*args:\n\s+cd (\S+) && ", RECIPES, re.MULTILINE)[1]
    settings = tomllib.loads((REPO.root / folder / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"][
        "ini_options"
    ]
    known = {marker.partition(":")[0] for marker in settings["markers"]}
    assert set(re.findall(r"\b(?!not\b|and\b)[a-z]+", suites.FAST[1])) <= known
