"""The words of a dbt command: which of them decide how the project is parsed."""

import pytest
from lakeloop.child import nearest, words


@pytest.mark.parametrize(
    ("typed", "name", "for_parse"),
    [
        ("build", "build", []),
        ("build --vars {a: 1} --select x+ --full-refresh", "build", ["--vars", "{a: 1}"]),
        ("--quiet build --no-partial-parse", "build", ["--quiet", "--no-partial-parse"]),
        ("run -s a b --threads=2 --exclude c", "run", ["--threads", "2"]),
        ("docs generate --static --no-version-check", "docs generate", ["--no-version-check"]),
        ("source freshness", "source freshness", []),
        ("run-operation grant --args {role: x}", "run-operation", []),
        ("retry --vars {b: 2}", "retry", ["--vars", "{b: 2}"]),
        ("build --warn-error-options {error: all}", "build", ["--warn-error-options", "{error: all}"]),
    ],
)
def test_options_of_a_parse(typed, name, for_parse):
    # A YAML mapping is one word.
    split = [word.replace("\0", " ") for word in typed.replace(": ", ":\0").split()]
    command = words.read(split)
    assert (command.name, command.for_parse()) == (name, for_parse)


def test_what_is_selected():
    assert words.read(["build", "-s", "a", "b", "--exclude", "c", "--select", "d"]).selected == ["a", "b", "d"]
    assert words.read(["build"]).selected == []


@pytest.mark.parametrize("typed", ["build --selekt x", "bild", "", "build --help", "--version", "docs"])
def test_what_runs_nothing_is_left_to_dbt(typed):
    assert words.read(typed.split()) is None


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        (["fct_ordrs"], ["There is no fct_ordrs. Did you mean fct_orders?"]),
        (["2+fct_ordrs+1,tag:nightly", "@stg_order"], ["fct_orders", "stg_orders"]),
        (["fct_orders", "marts", "path:models/ordrs", "fct_*", "zzz"], []),
    ],
)
def test_a_node_that_was_meant_is_named(selected, said):
    found = nearest.lines(selected, {"shop", "marts", "fct_orders", "stg_orders"}, ["fct_orders", "stg_orders"])
    assert len(found) == len(said) and all(word in line for word, line in zip(said, found, strict=True))
