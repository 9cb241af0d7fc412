"""Differences from the last runs of the same command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

_SHOWN = 8
# Thresholds of a change: a tenth, and more than what two runs of the same differ by.
_SHARE, _SECONDS, _DOLLARS = 0.1, 0.2, 1e-6
_GOOD = ("success", "pass", "warn", "no-op")


def changes(run: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By node, against the median of the *earlier* runs in which it succeeded.

    Returns:
        ``seconds`` and ``dollars``: rows of ``unique_id``, ``was``, ``now``, the largest changes first;
        ``new`` and ``gone``: ids of nodes that the last run had not, or that it had and this one has not.
    """
    now = {node["unique_id"]: node for node in run["nodes"]}
    past: dict[str, list[Mapping[str, Any]]] = {}
    for summary in earlier:
        for node in summary["nodes"]:
            if node["status"] in _GOOD:
                past.setdefault(node["unique_id"], []).append(node)
    last = {node["unique_id"] for node in earlier[0]["nodes"]} if earlier else set(now)

    def rows(by: str, least: float) -> list[dict[str, Any]]:
        both = [
            {"unique_id": name, "was": median(one[by] for one in past[name]), "now": node[by]}
            for name, node in now.items()
            if name in past and node["status"] in _GOOD
        ]
        changed = [row for row in both if abs(row["now"] - row["was"]) > max(least, _SHARE * row["was"])]
        return sorted(changed, key=lambda row: -abs(row["now"] - row["was"]))[:_SHOWN]

    return {
        "seconds": rows("seconds", _SECONDS),
        "dollars": rows("dollars", _DOLLARS),
        "new": sorted(now.keys() - last),
        "gone": sorted(last - now.keys()),
    }
