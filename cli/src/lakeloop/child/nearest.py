"""Names that were meant by words of ``--select`` that name nothing: dbt says that they match no node, and not which is near."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from dbt.contracts.graph.manifest import Manifest

from lakeloop.arguments import meant
from lakeloop.plain import printable

# What may stand around a name: https://docs.getdbt.com/reference/node-selection/graph-operators
_PLAIN = re.compile(r"@?(?:\d*\+)?(?P<name>\w+)(?:\+\d*)?")


def say(manifest: Manifest, selected: Sequence[str]) -> None:
    """Ask on standard error for each of the *selected* words that is near a node's name and is none."""
    nodes = [*manifest.nodes.values(), *manifest.exposures.values()]
    for line in lines(selected, {part for node in nodes for part in node.fqn}, (node.name for node in nodes)):
        print(printable(line), file=sys.stderr)


def lines(selected: Sequence[str], known: set[str], names: Iterable[str]) -> list[str]:
    """A line for each word that is near one of *names*.

    Args:
        known: all that a word without a method matches: folders, packages, names.
    """
    words = [found["name"] for word in selected for part in word.split(",") if (found := _PLAIN.fullmatch(part))]
    unknown = [word for word in dict.fromkeys(words) if word not in known]
    there = list(names) if unknown else []
    return [f"There is no {word}.{near}" for word in unknown if (near := meant(word, there))]
