"""REST APIs: dlt's client with its paginators, and its ways to prove who calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import requests
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.rest_api.config_setup import create_auth, create_paginator
from lakeloop_project.sources.types import Type

from lakeloop_ingest.cursor import Row
from lakeloop_ingest.errors import IngestError, deepest, in_a_line
from lakeloop_ingest.settings import Pipeline, Table


class Rest:
    """An API at ``base_url``. ``auth`` and ``paginator`` are dlt's: https://dlthub.com/docs/dlt-ecosystem/verified-sources/rest_api/basic"""

    def __init__(self, pipeline: Pipeline, settings: Mapping[str, Any]) -> None:
        self._file = pipeline.file
        self._paginator = settings.get("paginator")
        self._client = RESTClient(
            base_url=settings["base_url"],
            headers=dict(settings.get("headers", {})),
            auth=self._made(create_auth, "auth", settings.get("auth")),
        )

    def types(self, table: Table) -> Mapping[str, Type]:
        """None: JSON has no schema."""
        return {}

    def pages(self, table: Table, start: Any) -> Iterator[list[Row]]:
        """The answers' rows, page by page. Raises ``IngestError`` for an answer that is no page of objects."""
        words = dict(table.more.get("params", {}))
        said = start if start is not None else table.more.get("start")
        if said is not None and "cursor_parameter" in table.more:
            words[table.more["cursor_parameter"]] = said.isoformat() if isinstance(said, date) else said
        path = table.more.get("path", f"/{table.name}")
        paginator = table.more.get("paginator", self._paginator)
        try:
            for page in self._client.paginate(
                path,
                params=words,
                paginator=self._made(create_paginator, "paginator", paginator),
                data_selector=table.more.get("rows"),
            ):
                if not all(isinstance(row, dict) for row in page):
                    raise IngestError(
                        f"{table.name}: {path} answers with something else than objects. `rows` in {self._file} says where in the "
                        "answer they are, such as data.items."
                    )
                yield list(page)
        except (requests.RequestException, ValueError) as error:
            raise IngestError(f"{table.name}: {self._client.base_url}{path}: {_said(error)}") from error

    def _made(self, make: Any, name: str, said: Any) -> Any:
        try:
            return make(said)
        except Exception as error:  # dlt's many kinds of complaints about settings
            raise IngestError(f"{self._file}: {name}: {in_a_line(deepest(error))}") from error


def _said(error: Exception) -> str:
    """The server's own words, where it has some. An address that is in the error is not said: secrets may be in it."""
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"{answer.status_code} {answer.reason}: {' '.join(answer.text.split())[:300]}"
    if isinstance(error, requests.ConnectionError):
        return "nothing answers there."
    return in_a_line(error)
