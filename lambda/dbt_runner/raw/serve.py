"""``{"command": ["create-raw-tables"]}``: make or change the raw tables that the project declares.

A table holds no data of its own. It is written at once, so that a query meanwhile sees the old one or the new one.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from dbt_runner import answer, errors
from dbt_runner.configuration import Configuration
from dbt_runner.event import Request
from dbt_runner.logs import logger
from dbt_runner.raw import COMMAND, description, partitions
from dbt_runner.raw.description import Description
from dbt_runner.raw.table_input import is_same, shape_of, table_input
from dbt_runner.rounds import orphans
from dbt_runner.rounds.journal import Journal
from dbt_runner.rounds.lease import Lease
from dbt_runner.run import Run
from dbt_runner.start import ready
from dbt_runner.storage import client
from dbt_runner.storage.artifacts import Artifacts
from dbt_runner.storage.store import Store

CREATED, CHANGED, KEPT = "created", "changed", "as they were"


class _NotMade(Exception):
    """A table could not be made; the message says why, and what to do."""


def check(request: Request) -> None:
    """Raises ``TerminalError`` unless *request* is the command alone."""
    if len(request.command) > 1 or request.cli_args:
        words = " ".join([*request.command[1:], *request.cli_args])
        raise errors.TerminalError(f"`{COMMAND}` takes no words and no options, not {ascii(words)[:120]}.")


def serve(this: Run, request: Request, settings: Configuration, context: Any) -> dict[str, Any]:
    """Make the tables, alone in the environment.

    Returns:
        the answer: ``raw_tables`` are those that the project declares, each with what was done.

    Raises:
        LeaseHeld: a run has the environment.
        TerminalError, TransientError: nothing could be done, or the run_id is that of another command's run.
    """
    began, store = time.time(), Store(settings.artifacts_bucket)
    Journal(store, this.run_id).reserve(request)
    unfit = ready.manifests(settings).unfit
    if unfit:
        raise errors.TerminalError(
            f"The raw tables that the function's zip describes are not those of what runs: {unfit}."
        )
    file = description.file_of(settings.project, settings.target)
    tables = description.read(file, os.environ, request.raw_tables)
    artifacts = Artifacts(settings.artifacts_bucket, this)
    lost: list[str] = []
    with Lease(
        store,
        settings.environment,
        run_id=this.run_id,
        holder=context.aws_request_id,
        command=COMMAND,
        progress=dict,
        lost=lost.append,
        stop=partial(orphans.stop, store, settings.workgroup),
    ):
        artifacts.open(request)
        made, failed = [], []
        for table in tables:
            if lost:
                raise errors.TransientError(f"The run {this.run_id} was stopped: {lost[0]}.")
            named = {"source": table.source, "table": f"{table.database}.{table.table}"}
            try:
                made.append({**named, "did": _make(table, settings.raw_bucket)})
            except _NotMade as error:
                failed.append(
                    {"unique_id": table.source, "name": table.source, "status": "error", "message": str(error)}
                )
        logger.info("Raw tables", extra={"raw_tables": made})
        summary = {
            "status": "error" if failed else "success",
            "run_id": this.run_id,
            "command": request.words,
            "counts": dict(Counter(table["did"] for table in made)),
            "raw_tables": made,
            "failed": failed,
            "seconds": round(time.time() - began, 3),
            "bytes_scanned": 0,
            "artifacts": artifacts.uri,
            "output": "\n".join(f"{table['source']}: {table['table']}, {table['did']}" for table in made),
        }
        artifacts.close(summary)
    return answer.bounded(summary)


def refresh(sources: Sequence[str], settings: Configuration) -> None:
    """Make or change the raw tables of *sources* (``shop.orders``), so that they know the files that have arrived.

    A table of which no file has ever come is made without rows: what reads it beside others is built all the same. Sources that
    the project no longer has are passed over: nothing reads them.

    Raises:
        TerminalError, TransientError: a table could not be made.
    """
    if not sources:
        return
    tables = description.read(description.file_of(settings.project, settings.target), os.environ, {})
    arrived = [table for table in tables if table.source in sources]
    for table in (*arrived, *_unknown([table for table in tables if table not in arrived and table.shape])):
        try:
            did = _make(table, settings.raw_bucket, empty=table not in arrived)
        except _NotMade as error:
            raise errors.TerminalError(f"The raw table of {table.source} could not be made: {error}") from None
        logger.info("Raw table", extra={"source": table.source, "did": did})


def _unknown(tables: Sequence[Description]) -> list[Description]:
    """Those of *tables* that are not in Glue."""
    there = {(database, name) for database in {table.database for table in tables} for name in _names(database)}
    return [table for table in tables if (table.database, table.table) not in there]


def _names(database: str) -> set[str]:
    """The names of the tables of *database*."""
    glue: Any = boto3.client("glue")
    try:
        pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
        return {table["Name"] for page in pages for table in page["TableList"]}
    except (BotoCoreError, ClientError) as error:
        raise errors.from_exception(f"The tables of {database} could not be listed", error) from None


def _make(table: Description, bucket: str, *, empty: bool = False) -> str:
    """Make or change the table; *empty*: also if no file is there. What was done."""
    where, name = f"s3://{bucket}/{table.folder}/", f"{table.database}.{table.table}"
    glue: Any = boto3.client("glue")
    try:
        there = _there(glue, table)
        if there is not None:
            _require_ours(there, name, bucket)
        shape = table.shape or (shape_of(there) if there is not None else None)
        if shape is None:
            raise _NotMade(
                "the project does not declare its format, columns and types, and they have never been looked at: `just load` "
                "looks at the files, or declare them."
            )
        projection = partitions.projection(client.s3(), bucket, table.folder, shape.partitions)
        if projection is None and not empty:
            raise _NotMade(f"no files in {where}, so there is no table over them. `just load` sends some.")
        # Without a projection, Athena asks Glue for partitions, and there are none.
        wanted = table_input(table.table, shape, where, projection or {})
        if there is None:
            glue.create_table(DatabaseName=table.database, TableInput=wanted)
            return CREATED
        if is_same(there, wanted):
            return KEPT
        glue.update_table(DatabaseName=table.database, TableInput=wanted, SkipArchive=True)
        return CHANGED
    except errors.TerminalError as error:
        raise _NotMade(error.message) from None
    except (BotoCoreError, ClientError) as error:
        failure = errors.from_exception(f"{name} over {where} could not be made", error)
        if isinstance(failure, errors.TransientError):
            raise failure from None
        raise _NotMade(failure.message) from None


def _there(glue: Any, table: Description) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = glue.get_table(DatabaseName=table.database, Name=table.table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return None
    return found


def _require_ours(there: Mapping[str, Any], name: str, bucket: str) -> None:
    """Refuse a declaration whose name is taken in Glue by something else than a table over the raw bucket."""
    location = str((there.get("StorageDescriptor") or {}).get("Location", ""))
    if shape_of(there) is None or not location.startswith(f"s3://{bucket}/"):
        kind = f"{there.get('TableType')} at {location or 'no location'}"
        raise _NotMade(
            f"{name} exists already and is no raw table ({kind}); it is left as it is. Take `meta.format` from the source if it "
            "is this table, or give the source another `identifier`."
        )
