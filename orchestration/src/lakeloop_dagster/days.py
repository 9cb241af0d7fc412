"""Days of a project as Dagster's partitions, and the days that a run of some of them asks for.

The newest partition is the ordinary run: models read what is new by themselves. Earlier ones are a backfill, one run for a whole
range: models by event time make these days again, those by arrival everything from the first of them on, which is the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg

from lakeloop_dagster.manifest import Asset


def partitions(assets: Iterable[Asset], first: date | None) -> dg.DailyPartitionsDefinition | None:
    """The days of those *assets* that have any, today's among them; None without such assets, or without a first day.

    Args:
        first: the first day of which there is a raw file; None if there is none.
    """
    days = [date.fromisoformat(asset.begin[:10]) for asset in assets if asset.days == "event_time" and asset.begin]
    if first and any(asset.days == "arrival" for asset in assets):
        days.append(first)
    return dg.DailyPartitionsDefinition(start_date=min(days).isoformat(), end_offset=1) if days else None


def asked(context: Any, days: dg.DailyPartitionsDefinition | None, arrived_from: str = "") -> tuple[date, date] | None:
    """The first and the last day that a run is of; None if it has none, or is the ordinary one.

    Args:
        arrived_from: the first day of files that have arrived, which goes before the run's partitions.
    """
    if arrived_from:
        return date.fromisoformat(arrived_from), datetime.now(UTC).date()
    if days is None or not (context.has_partition_key or context.has_partition_key_range):
        return None
    keys = context.partition_key_range
    if keys.start == keys.end == days.get_last_partition_key():
        return None
    return date.fromisoformat(keys.start), date.fromisoformat(keys.end)


def day_of(folder: str) -> date | None:
    """The day in a folder's name such as ``dt=2026-01-31``; None if it is of none."""
    try:
        return date.fromisoformat(folder.partition("=")[2])
    except ValueError:
        return None
