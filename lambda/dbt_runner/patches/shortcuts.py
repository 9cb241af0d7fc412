"""Caches and shortcuts for work that dbt repeats in every invocation, or does for a whole project when a part is selected.

The registry says of each why it is there (`dbt_runner.patches.PATCHES`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

import dbt.artifacts.schemas.base as artifacts
import networkx
from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.reference_keys import _ReferenceKey
from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.compilation import Compiler
from dbt.contracts.graph.manifest import Manifest
from dbt.graph import selector_methods
from dbt.graph.graph import Graph
from dbt_common import behavior_flags
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.exceptions import CompilationError
from dbt_common.utils.formatting import lowercase

from dbt import compilation
from dbt_runner import patches
from dbt_runner.patches import artifact_files

# dbt's own
DBT_COMPILE = Compiler.compile
DBT_SUBSET = Graph.get_subset_graph
DBT_IS_SELECTED = selector_methods.is_selected_node
DBT_CACHE_SCHEMAS = BaseAdapter._get_cache_schemas
DBT_GET_RELATION = BaseAdapter.get_relation
DBT_DEFAULT_SOURCE = behavior_flags.BehaviorFlagRendered._default_source
DBT_WRITE_MANIFEST = WritableManifest.write
DBT_JSON_SCHEMA: Any = vars(dbtClassMixin)["json_schema"].__func__

_json_schemas: dict[str, dict[str, Any]] = {}


def install() -> None:
    """Put them in the place of dbt's own, once for the process, unless the patches are off."""
    if not patches.on():
        return
    classes: Any = (Compiler, Graph, BaseAdapter, behavior_flags.BehaviorFlagRendered, dbtClassMixin, WritableManifest)
    compiler, graph, adapter, flag, contract, manifest = classes
    modules: Any = (selector_methods, artifacts)
    selecting, module = modules
    compiler.compile = _known_graph
    graph.get_subset_graph = _subset
    selecting.is_selected_node = _is_selected
    adapter._get_cache_schemas = _schemas
    adapter.get_relation = _relation
    flag._default_source = staticmethod(_module_of_the_caller)
    contract.json_schema = classmethod(_json_schema)
    module.write_json = artifact_files.write_json
    manifest.write = artifact_files.write_manifest


def give_schemas(known: Mapping[str, dict[str, Any]]) -> None:
    """Have dbt validate by these schemas of its classes, by the classes' full names."""
    _json_schemas.update(known)


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas that dbt has asked for in this process since `install`, sorted by the classes' full names."""
    return dict(sorted(_json_schemas.items()))


def give_graphs(manifest: Manifest, graph: Any, graph_with_tests: Any) -> None:
    """Have *manifest* compiled with these graphs: ``networkx.DiGraph`` of ids, without and with the edges from tests."""
    anything: Any = manifest
    anything.graphs = (len(manifest.nodes), graph, graph_with_tests)


def _known_graph(
    self: Any, manifest: Any, write: bool = True, add_test_edges: bool = False, catalogs: Any = None
) -> Graph:
    nodes, graph, graph_with_tests = getattr(manifest, "graphs", (-1, None, None))
    if len(manifest.nodes) != nodes:  # parsed just now, or with a node of `--inline`
        return DBT_COMPILE(self, manifest, write, add_test_edges, catalogs)
    self.initialize()
    if self.config.args.which != "list":
        compilation.print_compile_stats(compilation._generate_stats(manifest, catalogs))
    return Graph(graph_with_tests if add_test_edges else graph)


def _subset(self: Graph, selected: Iterable[Any]) -> Graph:
    """The *selected* nodes, with an edge from one to another where a path leads there past none of the others."""
    included = set(selected)
    missing = [node for node in included if node not in self.graph]
    if missing:
        raise CompilationError(f"Couldn't find model '{missing[0]}' -- does it exist or is it disabled?")
    found = networkx.DiGraph()
    found.add_nodes_from(node for node in self.graph if node in included)
    successors = self.graph.adj
    for node in included:
        passed: set[Any] = set()
        ahead = list(successors[node])
        while ahead:
            reached = ahead.pop()
            if reached in passed:
                continue
            passed.add(reached)
            if reached in included:
                found.add_edge(node, reached)
            else:
                ahead.extend(successors[reached])
    return Graph(found)


def _is_selected(fqn: list[str], node_selector: str, is_versioned: bool) -> bool:
    first = node_selector.partition(".")[0]
    elsewhere = (
        not is_versioned
        and fqn[-1] != node_selector
        and fqn[0].partition(".")[0] != first
        and not any(wildcard in first for wildcard in "*?[]")
    )
    return not elsewhere and DBT_IS_SELECTED(fqn, node_selector, is_versioned)


def _schemas(self: Any, relation_configs: Iterable[Any]) -> Any:
    one_each = {(node.database, node.schema, str(node.quoting_dict)): node for node in relation_configs}
    return DBT_CACHE_SCHEMAS(self, one_each.values())


def _relation(self: Any, database: str, schema: str, identifier: str) -> Any:
    if not self._schema_is_cached(database, schema):
        return DBT_GET_RELATION(self, database, schema, identifier)
    with self.cache.lock:
        known = self.cache.relations.get(_ReferenceKey(lowercase(database), lowercase(schema), lowercase(identifier)))
    matches = self._make_match([known.inner] if known else [], database, schema, identifier)
    return matches[0] if matches else None


def _json_schema(cls: Any) -> dict[str, Any]:
    name = f"{cls.__module__}.{cls.__qualname__}"
    if name not in _json_schemas:
        _json_schemas[name] = DBT_JSON_SCHEMA(cls)
    return _json_schemas[name]


def _module_of_the_caller() -> str:
    """The name of the module that makes a flag."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name not in ("", __name__, behavior_flags.__name__):
            return name
        frame = frame.f_back
    return "Unknown"
