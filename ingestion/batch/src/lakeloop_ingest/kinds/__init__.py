"""Kinds of sources. Each reads a table in pages of rows, from a value of its cursor on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from lakeloop_project.sources.types import Type

from lakeloop_ingest.cursor import Row
from lakeloop_ingest.errors import IngestError
from lakeloop_ingest.settings import Pipeline, Table


class Source(Protocol):
    """A source of rows."""

    def types(self, table: Table) -> Mapping[str, Type]:
        """The types that the source itself knows, by column; empty where it knows none."""

    def pages(self, table: Table, start: Any) -> Iterator[list[Row]]:
        """The rows of *table* whose cursor is *start* or later, all without one. Others may be among them."""


def source_of(pipeline: Pipeline, settings: Mapping[str, Any]) -> Source:
    """The source of *pipeline*; *settings* are those of its kind, with secrets in their places. Raises ``IngestError``."""
    # Each brings libraries that the others do not need.
    if pipeline.kind == "dynamodb":
        from lakeloop_ingest.kinds.dynamodb import DynamoDb

        return DynamoDb(settings)
    if pipeline.kind == "rest":
        from lakeloop_ingest.kinds.rest import Rest

        return Rest(pipeline, settings)
    if pipeline.kind == "postgres":
        from lakeloop_ingest.kinds.postgres import Postgres

        return Postgres(settings)
    raise IngestError(f"{pipeline.file}: kind = {pipeline.kind!r} is not known.")
