"""Targets of dbt commands, as the words and variables of a shell mean them."""

import pytest
from lakeloop import dbt_target
from lakeloop.errors import UserError
from lakeloop_project import profiles

SET = dict.fromkeys(profiles.NAMES, "x")


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("run", None),
        ("run --target dev", "dev"),
        ("run --target=dev", "dev"),
        ("--target dev run", "dev"),
        ("run -t dev", "dev"),
        ("run -tdev", "dev"),
        ("run -xtdev", "dev"),
        ("run -fxqt dev", "dev"),
        ("run --target local --target dev", "dev"),
        ("run -t dev -t local", "local"),
        ("run -s test", None),
        ("run -stest --threads 4", None),
        ("run --target-path x", None),
        ("run --target", ""),
    ],
)
def test_the_target_that_words_name(words, target):
    assert dbt_target.named(words.split()) == target


@pytest.mark.parametrize(
    "words",
    [
        "run --target dev",
        "build -xtdev",
        "compile --target dev",
        "compile --no-introspect -t dev",
        "debug --target=dev",
        "docs generate -t dev",
        "show --inline x -t dev",
        "--quiet run -t prod",
        "run --target unknown",
        "retry -t dev",
        "run-operation ls -t dev",
    ],
)
def test_what_would_connect_is_refused_without_an_environment(words):
    with pytest.raises(UserError, match=r"has no environment here.*`just dbt env=dev \.\.\.` sets all of it"):
        dbt_target.require_environment(words.split(), {})
    for name in profiles.NAMES:
        with pytest.raises(UserError, match=f"dbt was not started: {name} not set"):
            dbt_target.require_environment(words.split(), {**SET, name: ""})
    dbt_target.require_environment(words.split(), SET)


@pytest.mark.parametrize(
    "words",
    [
        "run",
        "run -t local",
        "parse --target dev",
        "ls --target dev",
        "--quiet ls --target dev",
        "list -s state:modified -t dev",
        "deps --target dev",
        "clean",
        "run --target dev --help",
        "--version",
        "",
    ],
)
def test_what_connects_to_nothing_needs_none(words):
    dbt_target.require_environment(words.split(), {})


def test_the_shells_target_counts_unless_words_say_otherwise():
    with pytest.raises(UserError, match="The target dev has no environment"):
        dbt_target.require_environment(["run"], {"DBT_TARGET": "dev"})
    dbt_target.require_environment(["run", "-t", "local"], {"DBT_TARGET": "dev"})
    for nothing in ("", "local"):
        dbt_target.require_environment(["run"], {"DBT_TARGET": nothing})


@pytest.mark.parametrize("words", ["run --profiles-dir elsewhere", "run -t local --profiles-dir=elsewhere"])
def test_another_profile_is_refused(words):
    with pytest.raises(UserError, match="Leave it out"):
        dbt_target.require_environment(words.split(), SET)
