"""Empty tables in the place of source tables whose rows are elsewhere: by them, models show whether they compile and run.

Columns and types are Glue's where Glue can be asked, else those that the project declares, else text: a guess, and marked as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

_TEXT = "string"
GLUE, DECLARED, GUESSED = "Glue", "declared", "guessed"
_CATALOGS = ("", "awsdatacatalog")


@dataclass
class StandIn:
    """A table of a source: Glue's types by column, and whence each comes."""

    unique_id: str
    source: str
    database: str
    table: str
    catalog: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        return f"{self.database}.{self.table}".lower()

    @property
    def federated(self) -> bool:
        """Whether it is in a catalog that is not Glue's, which needs a connector."""
        return self.catalog.lower() not in _CATALOGS

    @property
    def guessed(self) -> list[str]:
        return [name for name, origin in self.origins.items() if origin == GUESSED]

    def add(self, name: str, kind: str, origin: str) -> None:
        """A column, unless it is known already. Names with ``$`` are hidden columns of every table."""
        if not name.startswith("$") and name.lower() not in self.columns:
            self.columns[name.lower()] = kind
            self.origins[name.lower()] = origin
