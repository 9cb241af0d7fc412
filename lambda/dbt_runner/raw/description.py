"""The raw tables that the project declares, as they were written into the function's zip: ``manifest/<target>.raw.json``.

The file is made with the manifest and holds places (``${DBT_RAW_SCHEMA}``) for the names of an environment's resources.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dbt_runner.errors import TerminalError
from dbt_runner.event import Shape
from dbt_runner.start import manifest as made


@dataclass(frozen=True)
class Description:
    """A raw table. ``shape`` is None where the project does not declare all of it and the loader has to send it.

    ``source`` is ``shop.orders``; ``database`` and ``table`` are Glue's names; ``folder`` is its place in the raw bucket.
    """

    source: str
    database: str
    table: str
    folder: str
    shape: Shape | None


def file_of(project: Path, target: str) -> Path:
    """The file that describes the raw tables of *project* for *target*."""
    return project.parent / made.FOLDER / f"{target}.raw.json"


def write(file: Path, tables: list[dict[str, Any]], stand_ins: Mapping[str, str]) -> None:
    """Write *tables* (``lakeloop_project.sources.describe``) for `read`, places for the texts of *stand_ins*."""
    text = json.dumps(tables, indent=1)
    for name, stand_in in stand_ins.items():
        text = text.replace(stand_in, f"${{{name}}}")
    file.write_text(text, "utf-8")


def read(file: Path, variables: Mapping[str, str], sent: Mapping[str, Shape]) -> list[Description]:
    """The raw tables in *file*, with the names that are in *variables*, and what the loader has *sent* of some.

    Raises:
        TerminalError: something was sent for a table that the project does not have, or declares itself.
    """
    text = file.read_text("utf-8") if file.is_file() else "[]"
    for name in made.NAMES:
        text = text.replace(f"${{{name}}}", variables.get(name, ""))
    found = [_description(table) for table in json.loads(text)]
    known = {table.source: table for table in found}
    for source in sent:
        if source in known and known[source].shape is not None:
            raise TerminalError(
                f"`raw_tables`: the deployed project declares all of {source} itself. It is another version than the one that the "
                "files were looked at with: deploy, then load again."
            )
    # Of a table that is new, the answer says nothing, from which the loader knows.
    return [replace(table, shape=table.shape or sent.get(table.source)) for table in found]


def _description(table: dict[str, Any]) -> Description:
    shape = Shape.of(table) if table["format"] else None
    return Description(table["source"], table["database"], table["table"], table["folder"], shape)
