"""One invocation's work on tables: looks at each, and does what it needs.

``runs/upkeep.json`` says of each table at which snapshot nothing was left to put together: until there is another one, no query
asks for its files.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import boto3

from dbt_runner.configuration import Configuration
from dbt_runner.storage import client
from dbt_runner.storage.store import Store
from dbt_runner.upkeep import asked, metadata, needs
from dbt_runner.upkeep.metadata import State, Table
from dbt_runner.upkeep.statements import Statements

LOOKED_AT = "runs/upkeep.json"


@dataclass
class Look:
    """A table, and what it needs. Texts say why, and are empty where it needs nothing."""

    state: State
    optimize: str
    vacuum: str
    files_asked: bool


@dataclass
class Worker:
    """The calls of one invocation."""

    settings: Configuration
    store: Store
    statements: Statements
    glue: Any = field(default_factory=lambda: boto3.client("glue"))
    s3: Any = field(default_factory=client.s3)
    looked_at: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        found = self.store.get(LOOKED_AT)
        self.looked_at = found.content if found else {}
        self._known = dict(self.looked_at)

    def remember(self) -> None:
        """Write down what was looked at, for the next upkeep. To be called by who holds the lease."""
        if self.looked_at != self._known:
            self.store.put(LOOKED_AT, self.looked_at)

    def tables(self, words: asked.Asked) -> list[Table]:
        """The Iceberg tables that are asked for."""
        settings = self.settings
        places = [(database, settings.processed_bucket) for database in settings.databases]
        changes = [(settings.changes_database, settings.raw_bucket)] if settings.changes_database else []
        return words.chosen(metadata.tables(self.glue, [*places, *changes]))

    def look(self, table: Table) -> Look:
        """See what *table* needs; a query is sent only if the metadata leaves it open."""
        state = metadata.read(self.s3, table)
        open_ = needs.may_need_optimize(state) and self.looked_at.get(table.full_name) != needs.looked_at(state)
        optimize = ""
        if open_:
            optimize = needs.optimize(state, self.statements.files(table, needs.Properties(state.properties)))
        return Look(state, optimize, needs.vacuum(state, time.time()), open_)

    def keep(self, table: Table) -> dict[str, Any]:
        """Do what *table* needs; what was done, why, and its figures before and after."""
        look, did, why = self.look(table), [], []
        state = look.state
        if look.optimize:
            self.statements.optimize(table)
            did.append("OPTIMIZE")
            why.append(look.optimize)
            state = metadata.read(self.s3, metadata.again(self.glue, table))
        if look.files_asked:
            self.looked_at[table.full_name] = needs.looked_at(state)
        if reason := needs.vacuum(state, time.time()):
            self.statements.vacuum(table)
            did.append("VACUUM")
            why.append(reason)
            state = metadata.read(self.s3, metadata.again(self.glue, table))
        return {
            "table": table.full_name,
            "did": did,
            "why": why,
            "before": look.state.told(),
            "after": state.told(),
        }
