"""The raw tables that the project declares, as they were written into the zip when it was built."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from lakeloop_project.sources import SourceTable, from_plain

from gate.errors import TerminalError

FILE = "declared.json"


@cache
def declared(target: str, root: Path = Path(__file__).parents[1]) -> dict[tuple[str, str], SourceTable]:
    """The tables for dbt's *target*, by source and name.

    Raises:
        TerminalError: the zip holds none for the target.
    """
    by_target = json.loads((root / FILE).read_text("utf-8"))
    if target not in by_target:
        raise TerminalError(
            f"The zip has no tables of the target {target}, but of {', '.join(by_target) or 'none'}. Apply again."
        )
    tables = [from_plain(described) for described in by_target[target]]
    return {(table.source, table.name): table for table in tables}
