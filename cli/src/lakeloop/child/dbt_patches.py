"""Replacements for parts of dbt that take no argument for what the offline build needs.

https://github.com/dbt-labs/dbt-core/blob/v1.12.6/core/dbt/task/runnable.py,
https://github.com/dbt-labs/dbt-core/blob/v1.12.6/core/dbt/task/retry.py
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from dbt.cli import requires
from dbt.contracts.graph.manifest import Manifest
from dbt.graph.cli import parse_union
from dbt.graph.selector_spec import SelectionDifference
from dbt.task import retry, runnable
from dbt.task.runnable import GraphRunnableTask


@contextmanager
def without(criteria: Sequence[str]) -> Iterator[None]:
    """Take what *criteria* select out of whatever is selected: ``--exclude`` counts for nothing beside ``--selector``."""
    if not criteria:
        yield
        return
    original = GraphRunnableTask.get_selection_spec

    def get_selection_spec(task: Any) -> SelectionDifference:
        excluded = parse_union(list(criteria), expect_exists=False)
        return SelectionDifference(components=[original(task), excluded])

    with patch.object(GraphRunnableTask, "get_selection_spec", get_selection_spec):
        yield


@contextmanager
def no_manifest() -> Iterator[None]:
    """Leave ``manifest.json`` and ``semantic_manifest.json`` as they are: they are of the same parse (``ready``)."""
    with patch.object(runnable, "write_manifest", lambda *_, **__: None):
        yield


@contextmanager
def retrying(manifest: Manifest) -> Iterator[None]:
    """Give *manifest* to ``dbt retry``, which otherwise parses by itself whatever it is given."""

    wire: Any = requires._wire_adapter_for_external_manifest

    def parse_manifest(config: Any, *_: Any) -> Manifest:
        wire(config, manifest, [])  # a parse does so, too
        return manifest

    with patch.object(retry, "parse_manifest", parse_manifest):
        yield
