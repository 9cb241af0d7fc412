"""Writes exports: Athena into a folder of the run's own, then the pointer to it, ``exports/<name>/latest.json``, in one step.

Whoever reads the pointer finds whole files, of this run or of the one before, however the run ends:

    exports/<name>/<moment>-<run_id>-<round>/<table>/...   the files
    exports/<name>/<moment>-<run_id>-<round>/manifest.json their names; the same text as the pointer
    exports/<name>/latest.json                             the pointer
    runs/<run_id>/exports.json (artifacts)                 what of this run is written, for the next round
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from dbt_runner import errors
from dbt_runner.configuration import Configuration
from dbt_runner.exports.athena import Athena, QueryFailed
from dbt_runner.exports.columns import selection
from dbt_runner.exports.description import Export
from dbt_runner.exports.folder import Folder
from dbt_runner.logs import logger
from dbt_runner.storage.store import Store

_KEPT = 3
"""Versions of an export that stay, the newest: links to those before the last one open for twelve hours."""


@dataclass
class Written:
    """The ends of a run's exports."""

    done: list[dict[str, Any]] = field(default_factory=list)
    """``name``, ``uri`` (the file, or the list of files where there are several), ``files``, ``bytes``, ``notify``."""
    failed: list[dict[str, Any]] = field(default_factory=list)
    """As the answer's ``failed``: with what Athena or S3 said."""
    left: int = 0
    """Exports for which there is no time: the next invocation writes them."""


def due(exports: Iterable[Export], built: Sequence[str], whole: bool) -> list[Export]:
    """The *exports* of a run that has succeeded and has *built* these nodes; *whole*: it built everything."""
    nodes = set(built)
    return [
        one
        for one in exports
        if (whole or one.when == "each_run") and nodes.intersection(table.unique_id for table in one.tables)
    ]


def write(
    exports: Sequence[Export],
    settings: Configuration,
    store: Store,
    run_id: str,
    number: int,
    until: float,
    lost: Callable[[], bool],
) -> Written:
    """Write *exports*; those that an earlier invocation of the run has written are not written again.

    Args:
        number: of the invocation in its run.
        until: the moment of ``time.monotonic()`` at which queries are cancelled.
        lost: whether another run has the environment: nothing more is written then.

    Raises:
        TerminalError, TransientError: the artifacts bucket refuses.
    """
    written = Written()
    if not exports:
        return written
    key = f"runs/{run_id}/exports.json"
    found = store.get(key)
    known: dict[str, Any] = found.content if found else {}
    athena = Athena(settings.workgroup, until, lost)
    for position, export in enumerate(exports):
        if export.name in known:
            written.done.append(known[export.name])
            continue
        if lost() or time.monotonic() >= until:
            written.left = len(exports) - position
            break
        version = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{run_id}-{number}"
        try:
            entry = _write(export, Folder(settings.processed_bucket, export.name, version), athena)
        except TimeoutError:
            written.left = len(exports) - position
            break
        except (errors.RunnerError, QueryFailed) as error:
            logger.error(f"The export {export.name} was not written: {error}")
            written.failed.append(_failure(export, str(error)))
            continue
        known[export.name] = entry
        store.put(key, known)
        written.done.append(entry)
        logger.info(f"The export {export.name} is written", extra={"export": entry})
    return written


def _write(export: Export, folder: Folder, athena: Athena) -> dict[str, Any]:
    for table in export.tables:
        source = f'"{table.schema}"."{table.table}"'
        if export.format == "parquet":
            query = f"select {selection(table.schema, table.table)} from {source}"
            athena.run(f"unload ({query}) to '{folder.uri(table.table)}/' with (format = 'PARQUET')")
        else:
            # UNLOAD writes text without a header and without quotes; the result of a query is CSV with both.
            result = athena.run(f"select * from {source}")
            folder.take(result, f"{table.table}/{table.table}.csv")
    files = folder.files()
    about: dict[str, Any] = {
        "name": export.name,
        "exposure": export.unique_id,
        "format": export.format,
        "version": folder.version,
        "written_at": datetime.now(UTC).isoformat(),
        "tables": [asdict(one) for one in export.tables],
    }
    listing = folder.publish({**about, "files": files})
    folder.forget(_KEPT)
    return {
        "name": export.name,
        "uri": files[0]["uri"] if len(files) == 1 else listing,
        "files": len(files),
        "bytes": sum(one["bytes"] for one in files),
        "notify": export.notify,
    }


def _failure(export: Export, message: str) -> dict[str, Any]:
    return {
        "unique_id": export.unique_id,
        "name": export.name,
        "status": "error",
        "message": f"The tables are built; their export was not written, and {export.name} is as it was before. {message}",
        "compiled_path": None,
    }
