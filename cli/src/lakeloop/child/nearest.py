"""Names that were meant by words of ``--select`` that name nothing: dbt says that they match no node, and not which is near."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from dbt.contracts.graph.manifest import Manifest

from lakeloop.arguments import meant
from lakeloop.plain import printable

# Operators around a name: https://docs.getdbt.com/reference/node-selection/graph-operators
_PLAIN = re.compile(r"@?(?:\d*\+)?(?P<name>\w+)(?:\+\d*)?")


def say(manifest: Manifest, selected: Sequence[str]) -> None:
    """Ask on standard error for each of the *selected* words that is near a node's name and is none."""
    if not selected:
        return
    kinds = (
        *(manifest.nodes, manifest.sources, manifest.exposures, manifest.metrics),
        *(manifest.semantic_models, manifest.saved_queries, manifest.unit_tests),
    )
    there = [one for kind in kinds for one in kind.values()]
    known = {
        part for one in (*there, *(one for ones in manifest.disabled.values() for one in ones)) for part in one.fqn
    }
    for line in lines(selected, known, (one.name for one in there)):
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
