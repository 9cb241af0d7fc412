"""What dbt-core does anew in each invocation although it is known, or costs seconds although nobody reads it.

Checked against dbt-core 1.12.6. ``tests/test_start_patches.py`` fails when an upgrade moves one of these:

- ``Compiler.compile``: builds the graph of the whole project from the manifest, looks for cycles in it, and writes it to
  ``graph.gpickle`` and ``graph_summary.json``, whatever part of the project is selected: seconds at 2,000 models. A manifest
  made at build time comes with its graphs; the two files are diagnostics that no run keeps.
- ``dbt.artifacts.schemas.base.write_json``: writes ``manifest.json`` and ``run_results.json`` with the encoder of
  ``json.dump``, which is Python's own; ``json.dumps`` has the same output from C.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dbt.artifacts.schemas.base as artifacts
from dbt.compilation import Compiler
from dbt.contracts.graph.manifest import Manifest
from dbt.graph.graph import Graph
from dbt_common.utils.encoding import JSONEncoder

from dbt import compilation

_compile = Compiler.compile


def install() -> None:
    """Put them in the place of dbt's own, once for the process."""
    compiler: Any = Compiler
    compiler.compile = _known_graph
    module: Any = artifacts
    module.write_json = _write_json


def give_graphs(manifest: Manifest, graph: Any, graph_with_tests: Any) -> None:
    """Have *manifest* compiled with these graphs: ``networkx.DiGraph`` of ids, without and with the edges from tests."""
    anything: Any = manifest
    anything.graphs = (len(manifest.nodes), graph, graph_with_tests)


def _known_graph(
    self: Any, manifest: Any, write: bool = True, add_test_edges: bool = False, catalogs: Any = None
) -> Graph:
    nodes, graph, graph_with_tests = getattr(manifest, "graphs", (-1, None, None))
    if len(manifest.nodes) != nodes:  # parsed just now, or with a node of `--inline`
        return _compile(self, manifest, write, add_test_edges, catalogs)
    self.initialize()
    if self.config.args.which != "list":
        compilation.print_compile_stats(compilation._generate_stats(manifest, catalogs))
    return Graph(graph_with_tests if add_test_edges else graph)


def _write_json(path: str, data: dict[str, Any]) -> bool:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data, cls=JSONEncoder), "utf-8")
    return True
