"""A manifest as plain fields, which a pickle holds, and put together again with all that dbt would compute of it anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from dbt.compilation import Linker
from dbt.contracts.graph.manifest import Manifest
from dbt_common.invocation import get_invocation_id, get_invocation_started_at

from dbt_runner.patches import shortcuts
from dbt_runner.start.manifest import Parsed

# Made of the others, or of the files that a parse has just read.
_NOT_DATA = {"flat_graph", "files", "source_patches"}


def taken_apart(manifest: Manifest) -> Parsed:
    """The fields of *manifest*, with its graphs. The objects are the manifest's own."""
    plain, tested = Linker(), Linker()
    plain.link_graph(manifest)
    tested.link_graph(manifest)
    tested.add_test_edges_2(manifest)  # what `--use-fast-test-edges` asks for
    names = [name for name in manifest.__dataclass_fields__ if not name.startswith("_") and name not in _NOT_DATA]
    fields: dict[str, Any] = {name: getattr(manifest, name) for name in names}
    metadata = fields["metadata"]
    metadata.invocation_id = None
    metadata.generated_at = metadata.invocation_started_at = metadata.run_started_at = None
    # As plain data, so that equal schemas are equal bytes in the pickle.
    schemas = json.loads(json.dumps(shortcuts.schemas()))
    return Parsed(fields, plain.graph, tested.graph, schemas)


def put_together(parsed: Parsed) -> Manifest:
    """A manifest of these fields; the patches of dbt know its graphs and the schemas of dbt's classes."""
    manifest = Manifest(**parsed.fields)
    manifest.build_flat_graph()
    shortcuts.give_schemas(parsed.schemas)
    shortcuts.give_graphs(manifest, parsed.graph, parsed.graph_with_tests)
    return manifest


def begin(manifest: Manifest) -> None:
    """Make *manifest* one of the invocation of dbt that has just begun."""
    metadata: Any = manifest.metadata
    metadata.generated_at = datetime.now(UTC).replace(tzinfo=None)
    metadata.invocation_id = get_invocation_id()
    metadata.invocation_started_at = get_invocation_started_at()
    metadata.run_started_at = datetime.now(UTC)
