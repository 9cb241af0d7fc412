"""The critical path against every chain there is, on small graphs."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from lakeloop.report.path import critical_path


def upstream(parents, node):
    found = set()
    todo = list(parents.get(node, ()))
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += parents.get(one, ())
    return found


def waits_for(parents, node, *, tests_gate):
    """By the rule as dbt words it: a node waits for what it reads, and for tests all of whose nodes are upstream of it."""
    found = set(parents[node])
    if node.startswith("model."):
        found |= {unit for unit, read in parents.items() if unit.startswith("unit_test.") and read == [node]}
        if tests_gate:
            above = upstream(parents, node)
            found |= {
                test for test, read in parents.items() if test.startswith("test.") and read and set(read) <= above
            }
    if node.startswith("unit_test."):
        (model,) = parents[node]
        found = waits_for({k: v for k, v in parents.items() if k != node}, model, tests_gate=tests_gate)
        found = {one for one in found if not one.startswith("unit_test.")}
    return found


def longest(parents, seconds, *, tests_gate):
    @cache
    def ends(node):
        return seconds.get(node, 0) + max(
            (ends(one) for one in waits_for(parents, node, tests_gate=tests_gate)), default=0
        )

    return max(map(ends, parents), default=0)


@st.composite
def projects(draw):
    models = [f"model.p.{number}" for number in range(draw(st.integers(1, 6)))]
    parents = {
        model: draw(st.lists(st.sampled_from(models[:place]), unique=True)) if place else []
        for place, model in enumerate(models)
    }
    for number in range(draw(st.integers(0, 4))):
        parents[f"test.p.{number}"] = draw(st.lists(st.sampled_from(models), unique=True, max_size=3))
    for model in draw(st.lists(st.sampled_from(models), unique=True, max_size=2)):
        parents[f"unit_test.p.{model}"] = [model]
    order = draw(st.permutations(list(parents)))
    seconds = {node: draw(st.integers(0, 20)) for node in draw(st.lists(st.sampled_from(order), unique=True))}
    return {node: parents[node] for node in order}, seconds


@given(projects(), st.booleans())
def test_no_chain_is_longer(project, tests_gate):
    parents, seconds = project
    chain = critical_path(parents, seconds, tests_gate=tests_gate)
    assert sum(seconds[node] for node in chain) == longest(parents, seconds, tests_gate=tests_gate)
    assert all(seconds[node] > 0 for node in chain)
    assert len(set(chain)) == len(chain)


def test_a_model_waits_for_the_tests_of_what_it_reads_in_a_build_only():
    parents = {
        "model.p.b": ["model.p.a"],
        "model.p.a": [],
        "test.p.slow": ["model.p.a"],
        "unit_test.p.u": ["model.p.b"],
    }
    seconds = {"model.p.a": 1.0, "test.p.slow": 9.0, "model.p.b": 1.0, "unit_test.p.u": 0.5}
    assert critical_path(parents, seconds, tests_gate=True) == [
        "model.p.a",
        "test.p.slow",
        "unit_test.p.u",
        "model.p.b",
    ]
    assert critical_path(parents, seconds, tests_gate=False) == ["model.p.a", "test.p.slow"]
    assert critical_path({}, {}, tests_gate=True) == []
