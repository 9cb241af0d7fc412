"""The runner's patches of dbt, and of what dbt stands on: each with its target, its reason and its test.

dbt has no interface for these. An upgrade that moves a target, or makes a replacement answer otherwise than what it replaces, fails
the patch's test; ``just patches-next`` tries the newest dbt and dbt-athena, as a workflow does each week.

``RUNNER_PATCHES=off`` leaves out those that only make dbt quicker: results are the same. The others stay, for without them the
function would not run on Lambda, show dbt its role's keys, or lose what a killed invocation has built.

Standard library only: `dbt_runner` itself asks `on` before dbt is imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "RUNNER_PATCHES"

CHECKED = {
    "dbt-adapters": "1.24.5",
    "dbt-athena": "1.11.1",
    "dbt-common": "1.39.0",
    "dbt-core": "1.12.6",
    "mashumaro": "3.17",
}
"""Versions that the patches were checked against."""


@dataclass(frozen=True)
class Patch:
    """One replacement.

    ``targets`` are ``module:attribute``, ``of`` distributions of `CHECKED`, ``test`` a file or folder of lambda/tests/patches.
    """

    name: str
    module: str
    targets: tuple[str, ...]
    of: tuple[str, ...]
    why: str
    test: str
    quicker: bool = True
    """Whether dbt does the same without it, in more time or memory."""


PATCHES = (
    Patch(
        "known graph",
        "shortcuts",
        ("dbt.compilation:Compiler.compile",),
        ("dbt-core",),
        "Builds the graph of the whole project, looks for cycles in it and writes it to graph.gpickle and graph_summary.json: "
        "seconds at 2,000 models. A manifest made at build time comes with its graphs; no run keeps the two files.",
        "test_shortcuts.py",
    ),
    Patch(
        "subset of the graph",
        "shortcuts",
        ("dbt.graph.graph:Graph.get_subset_graph",),
        ("dbt-core",),
        "Copies the whole graph and takes out, one after the other, the nodes that are not selected.",
        "test_shortcuts.py",
    ),
    Patch(
        "selection by name",
        "shortcuts",
        ("dbt.graph.selector_methods:is_selected_node",),
        ("dbt-core",),
        "Takes the whole name of every node apart, twice for each criterion. Most names differ from it in their first part.",
        "test_shortcuts.py",
    ),
    Patch(
        "schemas of the cache",
        "shortcuts",
        ("dbt.adapters.base.impl:BaseAdapter._get_cache_schemas",),
        ("dbt-adapters",),
        "Makes a relation of every node to know their schemas, of which there are one or two.",
        "test_shortcuts.py",
    ),
    Patch(
        "relation by name",
        "shortcuts",
        ("dbt.adapters.base.impl:BaseAdapter.get_relation",),
        ("dbt-adapters",),
        "Looks at every relation of the schema for one, several times a node: work that grows with the square of the project. The "
        "adapter's cache has them by name.",
        "test_shortcuts.py",
    ),
    Patch(
        "source of a flag",
        "shortcuts",
        ("dbt_common.behavior_flags:BehaviorFlagRendered._default_source",),
        ("dbt-common",),
        "Reads the source of every frame of the stack for the name of the module that declares a flag, which frames know.",
        "test_shortcuts.py",
    ),
    Patch(
        "schemas of dbt's classes",
        "shortcuts",
        ("dbt_common.dataclass_schema:dbtClassMixin.json_schema",),
        ("dbt-common",),
        "Builds the schemas that project and profile are validated by at each start. Those of the function's build come with the "
        "manifest.",
        "test_shortcuts.py",
    ),
    Patch(
        "artifacts",
        "artifact_files",
        ("dbt.artifacts.schemas.base:write_json", "dbt.artifacts.schemas.manifest:WritableManifest.write"),
        ("dbt-core",),
        "Makes dictionaries of a whole manifest before the first byte is written, by an encoder in Python.",
        "test_artifact_files.py",
    ),
    Patch(
        "serializers on first use",
        "lazy_classes",
        ("mashumaro.mixins.dict:compile_mixin_packer", "mashumaro.mixins.dict:compile_mixin_unpacker"),
        ("mashumaro",),
        "Writes and compiles four functions for each of dbt's 350 dataclasses while it is imported: a third of a start.",
        "test_lazy_classes.py",
    ),
    Patch(
        "connections to Athena",
        "athena",
        (
            "dbt.adapters.athena.connections:AthenaConnection",
            "dbt.adapters.athena.connections:AthenaCursor",
            "dbt.adapters.athena.impl:boto3_client_lock",
        ),
        ("dbt-athena",),
        "Makes AWS clients anew under one lock, waits whole seconds, and sends statements whose answers nobody reads (ADR 19).",
        "athena",
    ),
    Patch(
        "rounds of a run",
        "rounds",
        (
            "dbt.task.runnable:GraphRunnableTask.call_runner",
            "dbt.task.runnable:GraphRunnableTask._handle_result",
            "dbt.task.run:RunTask.safe_run_hooks",
            "dbt.artifacts.schemas.run.v5.run:process_run_result",
            "dbt.tracking:active_user",
            "dbt_common.invocation:_INVOCATION_ID",
            "dbt_common.invocation:_INVOCATION_STARTED_AT",
        ),
        ("dbt-core", "dbt-common"),
        "dbt cannot leave a node to a later invocation, nor take over one that has run (ADR 14).",
        "test_round_patches.py",
        quicker=False,
    ),
    Patch(
        "variables that dbt finds",
        "environment",
        ("dbt.cli.requires:get_env",),
        ("dbt-core",),
        "`env_var()` finds every variable of the process: the keys of the function's role among them.",
        "test_environment.py",
        quicker=False,
    ),
    Patch(
        "macros that an event may run",
        "operations",
        ("dbt.task.run_operation:RunOperationTask._get_macro_parts",),
        ("dbt-core",),
        "`run-operation` runs macros of dbt's and of packages that evaluate or send a text, which would be the caller's.",
        "test_operations.py",
        quicker=False,
    ),
    Patch(
        "locks without shared memory",
        "no_shm",
        tuple(
            f"multiprocessing.context:BaseContext.{name}" for name in ("Lock", "RLock", "Semaphore", "BoundedSemaphore")
        ),
        (),
        "Lambda has no /dev/shm, which the locks need that dbt takes of multiprocessing.",
        "test_no_shm.py",
        quicker=False,
    ),
)


def on(variables: Mapping[str, str] = os.environ) -> bool:
    """Whether the patches that make dbt quicker are in place.

    Raises:
        ImportError: the variable has another value than on and off. Lambda reports it as ``Runtime.ImportModuleError``.
    """
    said = variables.get(VARIABLE, "on")
    if said not in ("on", "off"):
        raise ImportError(
            f"{VARIABLE} is {said!r}: set it to off for dbt without what makes it quicker, or take it away."
        )
    return said == "on"
