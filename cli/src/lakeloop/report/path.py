"""The critical path of a run: the chain of nodes, each waiting for the one before, whose seconds add up to the most.

However many threads there are, the run takes no less. A node waits for what it reads (the manifest's ``parent_map``); a model also
for its unit tests, and in ``dbt build`` for the data tests of what is upstream of it: for each test whose nodes are all upstream,
as ``dbt.compilation.Linker.add_test_edges`` does. Seconds are those of the attempt that ended; what was skipped took none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter

# Seconds; less is shown as 0.00 s (units.py).
_LEAST = 0.005
Parents = Mapping[str, Sequence[str]]


def critical_path(parents: Parents, seconds: Mapping[str, float], *, tests_gate: bool) -> list[str]:
    """The chain's ids, first to last; only those that took as much time as is shown.

    Args:
        parents: by ``unique_id``, what it reads.
        seconds: by ``unique_id``, of what ran.
        tests_gate: whether a model waits for the tests of what is upstream of it, as in ``dbt build``.
    """
    units: dict[str, list[str]] = {}
    tests: list[str] = []
    nodes: dict[str, list[str]] = {}
    for node, read in parents.items():
        if node.startswith("unit_test."):
            units.setdefault(next(iter(read), ""), []).append(node)
        elif node.startswith("test."):
            tests.append(node)
        else:
            nodes[node] = [parent for parent in read if parent in parents]
    # The longest chain that ends with a node, and its last link but one.
    longest: dict[str, float] = {}
    before: dict[str, str | None] = {}

    def end(node: str, waits_for: Iterable[str], own: float) -> None:
        last = max(waits_for, key=lambda other: longest[other], default=None)
        longest[node], before[node] = own + (longest[last] if last else 0.0), last

    gates = _Gates({test: parents[test] for test in tests} if tests_gate else {}, nodes)
    for node in TopologicalSorter(nodes).static_order():
        # Unit tests run one after the other in the model's own thread.
        own = sum(seconds.get(one, 0.0) for one in [*units.get(node, ()), node])
        end(node, [*nodes[node], *gates.of(node)], own)
        for test in gates.complete(node):
            end(test, [parent for parent in parents[test] if parent in longest], seconds.get(test, 0.0))
    for test in tests:
        if test not in longest:
            end(test, [parent for parent in parents[test] if parent in longest], seconds.get(test, 0.0))
    chain: list[str] = []
    link = max(longest, key=lambda other: longest[other], default=None)
    while link:
        chain += [link, *reversed(units.get(link, ()))]
        link = before[link]
    return [node for node in reversed(chain) if seconds.get(node, 0.0) >= _LEAST]


class _Gates:
    """Which tests a node waits for. Sets of nodes are the bits of a number: 2,000 nodes with 8,000 tests take seconds otherwise."""

    def __init__(self, tests: Parents, nodes: Mapping[str, Sequence[str]]) -> None:
        self._nodes = nodes
        self._bit = {node: 1 << place for place, node in enumerate(nodes)}
        self._upstream: dict[str, int] = {}
        self._of_one: dict[str, list[str]] = {}
        self._of_many: dict[str, int] = {}
        self._waiting: dict[str, list[str]] = {}
        for test, read in tests.items():
            tested = [node for node in dict.fromkeys(read) if node in self._bit]
            if len(tested) == 1:
                self._of_one.setdefault(tested[0], []).append(test)
            elif tested:
                self._of_many[test] = sum(self._bit[node] for node in tested)
                for node in tested:
                    self._waiting.setdefault(node, []).append(test)
        self._seen = 0

    def of(self, node: str) -> list[str]:
        """The tests that *node* waits for; of those of one node, only its parents': a chain has the others already."""
        read = self._nodes[node]
        upstream = 0
        for parent in read:
            upstream |= self._upstream[parent] | self._bit[parent]
        self._upstream[node] = upstream
        of_one = [test for parent in read for test in self._of_one.get(parent, ())]
        return of_one + [test for test, tested in self._of_many.items() if tested & upstream == tested]

    def complete(self, node: str) -> list[str]:
        """The tests that can run when *node*, the last of those that they read, has ended. To be called once a node."""
        self._seen |= self._bit[node]
        of_many = [
            test for test in self._waiting.get(node, ()) if self._of_many[test] & self._seen == self._of_many[test]
        ]
        return [*self._of_one.get(node, ()), *of_many]
