"""The registry names every patch, and each fits the versions of dbt that are here."""

from __future__ import annotations

import pkgutil
from functools import reduce
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
from dbt_runner import patches
from dbt_runner.patches import CHECKED, PATCHES

HERE = Path(__file__).parent


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_the_versions_it_was_checked_against(patch):
    found = {name: version(name) for name in patch.of}
    assert found == {name: CHECKED[name] for name in patch.of}, (
        f"read dbt_runner/patches/{patch.module} again, run {patch.test} (and tests/athena, tests/rounds), write the version down"
    )


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_its_targets_are_there(patch):
    for target in patch.targets:
        module, _, place = target.partition(":")
        reduce(getattr, place.split("."), import_module(module))


def test_every_module_of_the_room_is_in_the_registry():
    assert {module.name for module in pkgutil.iter_modules(patches.__path__)} == {patch.module for patch in PATCHES}
    assert all((HERE / patch.test).exists() for patch in PATCHES)


@pytest.mark.parametrize(
    ("variables", "expected"), [({}, True), ({"RUNNER_PATCHES": "on"}, True), ({"RUNNER_PATCHES": "off"}, False)]
)
def test_the_switch(variables, expected):
    assert patches.on(variables) is expected


@pytest.mark.parametrize("said", ["", "OFF", "0", "athena"])
def test_another_word_is_refused(said):
    with pytest.raises(ImportError, match=r"RUNNER_PATCHES is .*: set it to off"):
        patches.on({"RUNNER_PATCHES": said})
