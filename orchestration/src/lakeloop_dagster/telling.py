"""Tells Dagster of nodes as they end, in an order that it takes: an asset after those that it reads, a check after its asset.

dbt ends them in nearly that order. A unit test runs before its model, and a listing of the journal may see a node before
another that ended earlier.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import dagster as dg

from lakeloop_dagster.manifest import Asset, Check, Export
from lakeloop_dagster.outcome import Node, Outcome
from lakeloop_dagster.places import Running

Results = Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]


class Telling:
    """All that a run of *assets*, *checks* and *exports* has to tell."""

    def __init__(self, assets: Sequence[Asset], checks: Collection[Check], exports: Collection[Export] = ()) -> None:
        self._assets = {asset.unique_id: asset for asset in assets}
        self._checks = {check.unique_id: check for check in checks}
        self._exports = {export.name: export for export in exports}
        self._ended: dict[str, Node] = {}
        self._ids = {asset.key: unique_id for unique_id, asset in self._assets.items()}
        self._waiting = dict.fromkeys([*self._assets, *self._checks])

    def follow(self, running: Running) -> Results:
        """A result for each node as soon as it can be told. Raises ``dg.Failure`` at the end of a run that failed."""
        while True:
            try:
                node = next(running)
            except StopIteration as end:
                yield from self._end(end.value)
                return
            self._ended[node.unique_id] = node
            yield from self._ready(at_end=False)

    def _end(self, outcome: Outcome) -> Results:
        # Those that were told already stay as they were told.
        self._ended |= {node.unique_id: node for node in outcome.nodes if node.unique_id in self._waiting}
        yield from self._ready(at_end=True)
        for written in outcome.exports:
            if export := self._exports.get(written["name"]):
                figures = {name: written[name] for name in ("uri", "files", "bytes")}
                yield dg.MaterializeResult(asset_key=export.key, metadata={**figures, "run": outcome.run_id})
        if not outcome.succeeded:
            bad = [node for node in outcome.nodes if not node.good and node.status != "skipped"]
            bad.sort(key=lambda node: node.status == "fail")
            reasons = "\n".join(f"{node.unique_id}: {node.message}" for node in bad) or outcome.said
            raise dg.Failure(f"The run did not succeed.\n{reasons}", allow_retries=False)
        missing = [one.key.to_user_string() for one in self._assets.values() if one.unique_id not in self._ended]
        if missing:
            raise dg.Failure(f"The run said nothing of {', '.join(missing)}:\n{outcome.said}", allow_retries=False)

    def _ready(self, *, at_end: bool) -> Results:
        for unique_id in list(self._waiting):
            node = self._ended.get(unique_id)
            if node is None:
                continue
            before = self._before(unique_id)
            if not at_end and any(self._ids.get(key) in self._waiting for key in before):
                continue
            del self._waiting[unique_id]
            if unique_id in self._checks:
                if node.status != "skipped":
                    yield checked(self._checks[unique_id], node)
            elif node.good:
                yield dg.MaterializeResult(asset_key=self._assets[unique_id].key, metadata=dict(node.figures))

    def _before(self, unique_id: str) -> Sequence[dg.AssetKey]:
        """The assets that have to be told before the node."""
        asset = self._assets.get(unique_id)
        return asset.deps if asset else (self._checks[unique_id].asset,)


def checked(check: Check, node: Node) -> dg.AssetCheckResult:
    """The result of a *check* whose *node* has ended."""
    return dg.AssetCheckResult(
        passed=node.status in ("pass", "success"),
        asset_key=check.asset,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
        metadata=dict(node.figures),
        description=node.message or None,
    )
