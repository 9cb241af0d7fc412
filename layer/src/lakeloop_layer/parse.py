"""Parses the project when the function is built; run in a process of its own, by the workspace's Python:

    python parse.py <function's folder> <JSON: which environment has a target, by the target>

What a parse makes depends on the project and its target, on dbt's version (the layer's and the workspace's are of one lock)
and on the environment variables that it reads. Those that hold names of resources have stand-ins here, which
`dbt_runner.start.manifest` replaces when it loads a file. That nothing but the stand-ins themselves depends on them is
checked: a parse with other stand-ins must give the same nodes. Prints one JSON object, with the declared raw tables by target.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from dbt_common.tests import enable_test_caching
from dbt_runner.patches import lazy_classes
from dbt_runner.start import collector
from lakeloop_project import DbtProject, UserError
from lakeloop_project.exports import exports
from lakeloop_project.sources import RAW_SCHEMA, SourceTable, describe, raw_of, source_tables, to_plain

lazy_classes.install()
with collector.paused():
    from dbt.cli.exceptions import ExceptionExit
    from dbt.cli.main import cli
    from dbt.constants import DEFAULT_ENV_PLACEHOLDER
    from dbt.contracts.graph.manifest import Manifest
    from dbt_runner import exports as to_export
    from dbt_runner.patches import shortcuts
    from dbt_runner.raw import description
    from dbt_runner.start import fields
    from dbt_runner.start import manifest as made

# Nothing that a project says by itself; of two lengths and spellings, so that whatever is done to them shows.
_STAND_INS = ("lakeloopstandin{}x", "lakeloopstandin{}yyyy")
_TIMES = (
    "exposures",
    "functions",
    "macros",
    "metrics",
    "nodes",
    "saved_queries",
    "semantic_models",
    "sources",
    "unit_tests",
)


def main(folder: Path, environments: Mapping[str, str]) -> None:
    began = time.perf_counter()
    shortcuts.install()
    enable_test_caching()  # dbt keeps the macros that it has parsed: every target has the same
    collector.settle()
    project = folder / "dbt"
    names = [
        {**{name: text.format(place) for place, name in enumerate(made.NAMES)}, made.ROOT: str(folder)}
        for text in _STAND_INS
    ]
    nodes: list[dict[str, str]] = []
    declared: dict[str, list[dict[str, Any]]] = {}
    targets = _targets(project)
    for place, target in enumerate(targets):
        stand_ins = names[place % 2]
        manifest, read = _parse(project, target, environments.get(target, target), stand_ins)
        nodes.append(_text(manifest, stand_ins))
        file = folder / made.FOLDER / f"{target}.pickle"
        made.write(file, made.conditions(project, read), fields.taken_apart(manifest), stand_ins)
        description.write(to_export.file_of(project, target), _exports(manifest), stand_ins)
        raw = _raw_tables(manifest, stand_ins)
        description.write(description.file_of(project, target), [describe(table) for table in raw], stand_ins)
        declared[target] = [to_plain(table) for table in raw]
    # Two targets that agree have shown it: mostly, a project is the same for all of them.
    if len(nodes) < 2 or any(found != nodes[0] for found in nodes):
        for place, target in enumerate(targets):
            stand_ins = names[(place + 1) % 2]
            _compare(
                nodes[place], _text(_parse(project, target, environments.get(target, target), stand_ins)[0], stand_ins)
            )
    told = {"targets": targets, "nodes": len(nodes[0]), "seconds": time.perf_counter() - began, "declared": declared}
    print(json.dumps(told))


def _raw_tables(manifest: Manifest, names: dict[str, str]) -> list[SourceTable]:
    """The raw tables that the project declares."""
    plain = {
        "sources": {unique_id: node.to_dict(omit_none=False) for unique_id, node in manifest.sources.items()},
        "nodes": {
            unique_id: {"resource_type": str(node.resource_type), "schema": node.schema, "alias": node.alias}
            for unique_id, node in manifest.nodes.items()
        },
    }
    try:
        return raw_of(source_tables(plain, names[RAW_SCHEMA]))
    except UserError as error:
        raise SystemExit(str(error)) from None


def _exports(manifest: Manifest) -> list[dict[str, Any]]:
    """The exports that the project declares, as the function writes them."""
    plain = {
        "exposures": {unique_id: node.to_dict(omit_none=False) for unique_id, node in manifest.exposures.items()},
        "nodes": {
            unique_id: {
                "resource_type": str(node.resource_type),
                "schema": node.schema,
                "alias": node.alias,
                "config": {"materialized": node.config.materialized},
            }
            for unique_id, node in manifest.nodes.items()
        },
    }
    try:
        return exports(plain)
    except UserError as error:
        raise SystemExit(str(error)) from None


def _targets(project: Path) -> list[str]:
    """The targets of the project's profile that are Athena's, which the function can have."""
    profile = yaml.safe_load((project / "profiles.yml").read_text("utf-8"))
    outputs = profile[DbtProject.read(project).profile]["outputs"]
    return sorted(target for target, settings in outputs.items() if settings["type"] == "athena")


def _parse(
    project: Path, target: str, environment: str, names: dict[str, str]
) -> tuple[Manifest, dict[str, str | None]]:
    """dbt's own parse, and the environment variables that it read; None for those that were not set."""
    os.environ.update({**names, "DBT_TARGET": target, "ENVIRONMENT": environment})
    with tempfile.TemporaryDirectory() as scratch:
        words = ["parse", "--project-dir", str(project), "--profiles-dir", str(project), "--target", target]
        words += ["--target-path", scratch, "--log-path", scratch, "--log-level", "error", "--log-level-file", "none"]
        words += ["--no-partial-parse", "--no-write-json", "--no-send-anonymous-usage-stats", "--no-use-colors"]
        context: Any = cli.make_context("dbt", words)
        context.obj = {"callbacks": []}
        try:
            cli.invoke(context)  # what dbtRunner does, which keeps the configuration to itself
        except ExceptionExit as error:
            raise SystemExit(f"dbt parse: {error.exception}") from None
    config, manifest = context.obj["runtime_config"], context.obj["manifest"]
    read = {**config.profile_env_vars, **config.project_env_vars, **manifest.env_vars}
    _forget_when(manifest)
    return manifest, {name: None if value == DEFAULT_ENV_PLACEHOLDER else str(value) for name, value in read.items()}


def _forget_when(manifest: Manifest) -> None:
    """The same inputs give the same bytes: no moments and no order of a folder's listing."""
    for name in _TIMES:
        for node in getattr(manifest, name).values():
            if hasattr(node, "created_at"):
                node.created_at = 0.0
    for nodes in manifest.disabled.values():
        for node in nodes:
            node.created_at = 0.0


def _text(manifest: Manifest, stand_ins: dict[str, str]) -> dict[str, str]:
    """Each node as text, the variables' names in the place of their stand-ins."""
    found = {}
    for kind in _TIMES:
        for unique_id, node in getattr(manifest, kind).items():
            text = json.dumps(node.to_dict(), default=str)
            for name, stand_in in stand_ins.items():
                text = text.replace(stand_in, f"<{name}>")
            found[unique_id] = text
    return found


def _compare(first: dict[str, str], second: dict[str, str]) -> None:
    changed = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
    if changed:
        raise SystemExit(
            f"{', '.join(changed[:5])}: what parsing makes of these depends on how the names of resources are spelt "
            f"({', '.join(made.NAMES)}), so no manifest can be built before they are known. Cut, hash or compare them when "
            "the model runs (in its SQL, under `execute`), and ask for `target.name` where an environment is meant."
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
