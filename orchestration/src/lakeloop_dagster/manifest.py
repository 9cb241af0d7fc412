"""Assets and checks as dbt's manifest tells them: https://schemas.getdbt.com/dbt/manifest/v12.json"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

_BUILT = ("model", "seed", "snapshot")
ARRIVED_FROM = "DBT_ARRIVED_FROM"
"""The variable by which a run tells dbt the first day that incremental models have to read (docs/EVENTS.md)."""
_LONGEST = 120


@dataclass(frozen=True)
class Check:
    """A test of dbt's: the asset that it is about, and others that it reads."""

    unique_id: str
    name: str
    asset: dg.AssetKey
    others: tuple[dg.AssetKey, ...]
    description: str
    select: str

    @property
    def key(self) -> dg.AssetCheckKey:
        return dg.AssetCheckKey(self.asset, self.name)


@dataclass(frozen=True)
class Asset:
    """A node that dbt builds, ``select`` being the words that choose it and nothing else."""

    unique_id: str
    key: dg.AssetKey
    deps: tuple[dg.AssetKey, ...]
    kind: str
    group: str
    description: str
    select: str
    tags: tuple[str, ...]
    days: str = ""
    """How a run of some days reads: ``arrival``, from the first of them on; ``event_time``, these alone; empty: it has no days."""
    begin: str = ""
    """The first day of a microbatch model, as its config has it."""


@dataclass(frozen=True)
class Export:
    """An exposure that the runner writes as files."""

    key: dg.AssetKey
    name: str
    deps: tuple[dg.AssetKey, ...]
    description: str


class Project:
    """A manifest's assets by key, each after those that it reads; its sources, checks and exports by key.

    ``freshness`` are checks of sources that say how old their rows may be.
    """

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._name = manifest["metadata"]["project_name"]
        self._readers = _readers(manifest.get("macros", {}))
        self._nodes: dict[str, Any] = {**manifest["nodes"], **manifest["sources"], **manifest.get("unit_tests", {})}
        found = {asset.key: asset for asset in self._assets()}
        # Each after those that it reads: so Dagster wants to be told of them.
        order = TopologicalSorter({key: set(asset.deps) & found.keys() for key, asset in found.items()}).static_order()
        self.assets = {key: found[key] for key in order}
        self.sources = {self._key(unique_id): node for unique_id, node in manifest["sources"].items()}
        self.checks = {check.key: check for check in self._checks()}
        self.freshness = {check.key: check for check in self._fresh()}
        self._assets_by_id = {asset.unique_id: asset for asset in self.assets.values()}
        self._checks_by_id = {one.unique_id: one for one in (*self.checks.values(), *self.freshness.values())}
        self.exports = {export.key: export for export in self._exports(manifest.get("exposures", {}))}

    def asset_of(self, unique_id: str) -> Asset | None:
        """The asset that a node is; None if it is none."""
        return self._assets_by_id.get(unique_id)

    def check_of(self, unique_id: str) -> Check | None:
        """The check that a test, or a source in `source freshness`, is; None if it is none."""
        return self._checks_by_id.get(unique_id)

    def downstream(self, sources: Collection[str]) -> list[dg.AssetKey]:
        """The assets that depend on *sources* (``shop.orders``), through others, each after those that it reads."""
        found = {dg.AssetKey(source.split(".", 1)) for source in sources}
        for key, asset in self.assets.items():
            if found.intersection(asset.deps):
                found.add(key)
        return [key for key in self.assets if key in found]

    def _assets(self) -> Iterator[Asset]:
        for unique_id, node in self._nodes.items():
            if self._is_built(unique_id):
                yield Asset(
                    unique_id,
                    self._key(unique_id),
                    tuple(dict.fromkeys(self._upstream(unique_id))),
                    node["resource_type"],
                    _group(node),
                    node.get("description", ""),
                    "fqn:" + ".".join(node["fqn"]),
                    tuple(node.get("tags", ())),
                    self._days(node),
                    str(node["config"].get("begin") or ""),
                )

    def _days(self, node: Mapping[str, Any]) -> str:
        config = node["config"]
        if config.get("materialized") != "incremental":
            return ""
        if config.get("incremental_strategy") == "microbatch":
            return "event_time" if config.get("batch_size") == "day" else ""
        # Not by the macros that it depends on: dbt parses it as if it were no incremental run.
        return "arrival" if self._readers.search(node.get("raw_code") or "") else ""

    def _fresh(self) -> Iterator[Check]:
        for unique_id, node in self._nodes.items():
            limits = node.get("freshness") or {}
            if node["resource_type"] == "source" and any(
                (limits.get(name) or {}).get("count") for name in ("warn_after", "error_after")
            ):
                select = f"source:{node['source_name']}.{node['name']}"
                key = self._key(unique_id)
                yield Check(unique_id, "freshness", key, (), "The age of the latest rows.", select)

    def _exports(self, exposures: Mapping[str, Any]) -> Iterator[Export]:
        for exposure in exposures.values():
            metas = (exposure.get("meta"), (exposure.get("config") or {}).get("meta"))
            asked = next((meta["export"] or {} for meta in metas if meta and "export" in meta), None)
            if asked is not None:
                reads = (one for one in exposure["depends_on"]["nodes"] if one in self._nodes and self._is_built(one))
                name = str(asked.get("name", exposure["name"]))
                deps = tuple(self._key(one) for one in reads)
                yield Export(dg.AssetKey(["exports", _word(name)]), name, deps, exposure.get("description", ""))

    def _checks(self) -> Iterator[Check]:
        names: set[tuple[dg.AssetKey, str]] = set()
        for unique_id, node in self._nodes.items():
            if node["resource_type"] not in ("test", "unit_test"):
                continue
            about = self._about(unique_id)
            if not about:
                continue
            name = _word(node["name"])
            if len(name) > _LONGEST or (about[0], name) in names:
                name = f"{name[:_LONGEST]}_{hashlib.sha256(unique_id.encode()).hexdigest()[:8]}"
            names.add((about[0], name))
            select = "fqn:" + ".".join(node["fqn"])
            yield Check(unique_id, name, about[0], tuple(about[1:]), node.get("description", ""), select)

    def _about(self, unique_id: str) -> list[dg.AssetKey]:
        """The assets and sources that a test reads, the one that it stands beside first."""
        node = self._nodes[unique_id]
        attached = node.get("attached_node")
        own = [self._key(attached)] if attached in self._nodes and self._is_known(attached) else []
        return list(dict.fromkeys([*own, *self._upstream(unique_id)]))

    def _upstream(self, unique_id: str) -> Iterator[dg.AssetKey]:
        """The assets and sources that a node reads, through models that are ephemeral."""
        for needed in self._nodes[unique_id]["depends_on"].get("nodes", ()):
            if needed not in self._nodes:
                continue
            if self._is_known(needed):
                yield self._key(needed)
            elif self._nodes[needed]["resource_type"] == "model":
                yield from self._upstream(needed)

    def _is_known(self, unique_id: str) -> bool:
        return self._nodes[unique_id]["resource_type"] == "source" or self._is_built(unique_id)

    def _is_built(self, unique_id: str) -> bool:
        node = self._nodes[unique_id]
        return node["resource_type"] in _BUILT and node["config"].get("materialized") != "ephemeral"

    def _key(self, unique_id: str) -> dg.AssetKey:
        """``[fct_orders]``; ``[package, model]`` for a package's, ``[source, table]`` for a source's."""
        node = self._nodes[unique_id]
        if node["resource_type"] == "source":
            return dg.AssetKey([node["source_name"], node["name"]])
        version = f"_v{node['version']}" if node.get("version") else ""
        name = f"{node['name']}{version}"
        return dg.AssetKey([name] if node["package_name"] == self._name else [node["package_name"], name])


def _readers(macros: Mapping[str, Any]) -> re.Pattern[str]:
    """A pattern of what reads the first day: the variable, or a macro that does so itself or calls one that does."""
    found = {ARRIVED_FROM}
    while True:
        pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(found))) + r")\b")
        more = {macro["name"] for macro in macros.values() if pattern.search(macro["macro_sql"])} - found
        if not more:
            return pattern
        found |= more


def _group(node: Mapping[str, Any]) -> str:
    """The folder of a model; of what has none, its kind."""
    kind, folders = node["resource_type"], node["fqn"][1:-1]
    return _word(folders[0] if kind == "model" and folders else f"{kind}s")


def _word(text: str) -> str:
    """*text* as Dagster takes names: letters, digits and underscores."""
    return re.sub(r"\W", "_", text, flags=re.ASCII) or "_"
