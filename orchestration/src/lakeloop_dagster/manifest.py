"""Assets and checks as dbt's manifest tells them: https://schemas.getdbt.com/dbt/manifest/v12.json"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

_BUILT = ("model", "seed", "snapshot")
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


class Project:
    """A manifest's assets by key, each after those that it reads; its sources by key; its checks by key."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._name = manifest["metadata"]["project_name"]
        self._nodes: dict[str, Any] = {**manifest["nodes"], **manifest["sources"], **manifest.get("unit_tests", {})}
        found = {asset.key: asset for asset in self._assets()}
        # Each after those that it reads: so Dagster wants to be told of them.
        order = TopologicalSorter({key: set(asset.deps) & found.keys() for key, asset in found.items()}).static_order()
        self.assets = {key: found[key] for key in order}
        self.sources = {self._key(unique_id): node for unique_id, node in manifest["sources"].items()}
        self.checks = {check.key: check for check in self._checks()}

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
                )

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


def _group(node: Mapping[str, Any]) -> str:
    """The folder of a model; of what has none, its kind."""
    kind, folders = node["resource_type"], node["fqn"][1:-1]
    return _word(folders[0] if kind == "model" and folders else f"{kind}s")


def _word(text: str) -> str:
    """*text* as Dagster takes names: letters, digits and underscores."""
    return re.sub(r"\W", "_", text, flags=re.ASCII) or "_"
