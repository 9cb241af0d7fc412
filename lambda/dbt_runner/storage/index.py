"""``runs/index.json``: the last runs that changed the lake, the newest first.

A listing of ``runs/`` has every object of every run and no order in time, since whoever begins a run may name it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dbt_runner import errors
from dbt_runner.logs import logger
from dbt_runner.storage.store import Store

KEY = "runs/index.json"
_KEPT = 100


def add(store: Store, summary: dict[str, Any]) -> None:
    """Put the run with this *summary* first. To be called by who holds the lease; a bucket that refuses is only logged."""
    entry = {
        **{name: summary[name] for name in ("run_id", "status", "command", "begun_at", "seconds", "bytes_scanned")},
        "ended_at": datetime.now(UTC).isoformat(),
        "dollars": summary["cost"]["dollars"],
    }
    try:
        found = store.get(KEY)
        earlier = [run for run in (found.content if found else []) if run["run_id"] != summary["run_id"]]
        store.put(KEY, [entry, *earlier][:_KEPT])
    except errors.RunnerError as error:
        logger.warning(f"The run is not in the index of runs: {error}")
