"""The nodes of a project that run on an engine: counts, what cannot run and why, and what is left out from now on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from lakeloop.adopt.child import Result
from lakeloop.adopt.reasons import Reason, explain

_BUILT = {"success", "pass", "warn"}
_TABLES = ("model", "seed", "snapshot")


@dataclass(frozen=True)
class Obstacle:
    """A node that does not run on an engine by itself, not for want of another; *below* models come after it."""

    node: str
    name: str
    engine: str
    reason: Reason
    below: int


@dataclass
class Verdict:
    """How all nodes fared on an engine."""

    engine: str
    results: Mapping[str, Result]
    obstacles: list[Obstacle] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    """Tests that ran and found something: the data's matter, not the engine's."""

    def built(self, *kinds: str) -> int:
        return sum(one.kind in kinds and one.status in _BUILT for one in self.results.values())

    @property
    def tests(self) -> Counter[str]:
        return Counter(one.status for one in self.results.values() if one.kind in ("test", "unit_test"))


def judge(
    engine: str,
    results: Mapping[str, Result],
    manifest: Mapping[str, Any],
    guessed: Collection[str],
    empty: Collection[str],
) -> Verdict:
    """The verdict of a build.

    Args:
        guessed: ids of sources whose columns are guesses.
        empty: ids of sources without rows, on which a test of data means nothing.
    """
    verdict = Verdict(engine, results)
    children, parents = manifest.get("child_map", {}), manifest.get("parent_map", {})
    nodes = {**manifest.get("nodes", {}), **manifest.get("unit_tests", {})}
    for node, result in sorted(results.items()):
        above = _reach(node, parents)
        if result.status == "fail":
            if above & set(empty):
                reason = Reason("needs rows of sources that are empty here", "fill data/sources/")
                verdict.obstacles.append(Obstacle(node, _name(node, nodes), engine, reason, 0))
            else:
                verdict.failing.append(_name(node, nodes))
        elif result.status not in _BUILT and result.status != "skipped":
            reason = explain(engine, result.message, result.compiled, guessed=bool(above & set(guessed)))
            below = sum(one.startswith("model.") for one in _reach(node, children))
            verdict.obstacles.append(Obstacle(node, _name(node, nodes), engine, reason, below))
    return verdict


def selections(obstacles: Collection[Obstacle], manifest: Mapping[str, Any]) -> list[str]:
    """The obstacles and what comes after them, as dbt selects them."""
    nodes = {**manifest.get("nodes", {}), **manifest.get("unit_tests", {})}
    names = Counter(str(node.get("name")) for node in nodes.values())
    found = []
    for one in obstacles:
        node = nodes.get(one.node, {})
        name = str(node.get("name") or one.name)
        # The whole path where a name is not enough, or a version belongs to it.
        chosen = name if names[name] == 1 and not node.get("version") else ".".join(node.get("fqn", [name]))
        found.append(f"{chosen}+" if one.node.split(".")[0] in _TABLES else chosen)
    return list(dict.fromkeys(sorted(found)))


def _reach(node: str, edges: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    left = list(edges.get(node, ()))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(edges.get(one, ()))
    return found


def _name(node: str, nodes: Mapping[str, Any]) -> str:
    return str(nodes.get(node, {}).get("name") or node.split(".", 2)[-1])
