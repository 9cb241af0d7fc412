"""A sentence for what a run is compared with, and why that says less than it seems to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lakeloop.plural import counted

_SHARE = 0.1
"""Of the nodes; where more than that are others, a run's whole is that of another project."""


def compared(run: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> str:
    """With which of the *earlier* runs (summaries, the newest first) *run* is compared, and whether that is fair."""
    if not earlier:
        return "Compared with nothing: no earlier run of this command is kept."
    said = f"Compared with the median of {counted(len(earlier), 'earlier run')} of this command."
    doubts = []
    if bad := sum(one["status"] != "success" for one in earlier):
        doubts.append(f"{bad} of them did not succeed" if bad > 1 else "one of them did not succeed")
    if run["status"] != "success":
        doubts.append("this one did not succeed")
    now, before = ({node["unique_id"] for node in one["nodes"]} for one in (run, earlier[0]))
    others = len(now ^ before)
    if others > _SHARE * max(len(now | before), 1):
        doubts.append(f"{counted(others, 'node is', 'nodes are')} not in both this run and the last")
    memory = {one["memory_mb"] for summary in (run, earlier[0]) for one in summary["invocations"]}
    if len(memory) > 1:
        doubts.append("the function has another size of memory")
    return f"{said} Comparable with care: {'; '.join(doubts)}." if doubts else f"{said} They are comparable."
