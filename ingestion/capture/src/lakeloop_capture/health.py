"""How the capture goes: one line of the log a minute, metrics in CloudWatch, a file for `just cdc-status`."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lakeloop_capture.database import Slot

NAMESPACE = "Lakeloop"


class Log(Protocol):
    """A writer of one line."""

    def __call__(self, event: str, /, **facts: object) -> None:
        """Write *event* and what belongs to it."""


class Health:
    """Tells of one run.

    Args:
        source: the database's name, a dimension of the metrics.
        environment: the other dimension; None: no metrics.
        file: taken by `just cdc-status`; None: none is written.
    """

    def __init__(self, source: str, environment: str | None, file: Path | None, log: Log, client: Any = None) -> None:
        self._source = source
        self._environment = environment
        self._file = file
        self._log = log
        self._client = client
        self._before = 0

    def tell(self, sent: Counter[str], last: datetime | None, slot: Slot | None, now: datetime) -> None:
        """Tell of records *sent* since the start, the time of the *last* change, and the *slot*, None if it is gone."""
        total = sent.total()
        silence = None if last is None else max((now - last).total_seconds(), 0.0)
        figures = {
            "records": total - self._before,
            "slot_lag_bytes": None if slot is None else slot.lag,
            "seconds_since_change": None if silence is None else round(silence, 3),
        }
        self._before = total
        self._log("health", **figures, sent=total)
        if self._file is not None:
            told = {"at": now.isoformat(timespec="seconds"), "sent": dict(sorted(sent.items())), **figures}
            # Aside, then in its place: whoever reads it finds it whole.
            aside = self._file.with_suffix(".new")
            aside.write_text(json.dumps(told))
            aside.replace(self._file)
        if self._environment is not None:
            self._measure({name: value for name, value in figures.items() if value is not None})

    def _measure(self, figures: dict[str, Any]) -> None:
        units = {"records": ("CaptureRecords", "Count"), "slot_lag_bytes": ("CaptureSlotLag", "Bytes")}
        dimensions = [{"Name": "Environment", "Value": self._environment}, {"Name": "Source", "Value": self._source}]
        data = []
        for name, value in figures.items():
            metric, unit = units.get(name, ("CaptureSilence", "Seconds"))
            data.append({"MetricName": metric, "Unit": unit, "Value": float(value), "Dimensions": dimensions})
        try:
            if self._client is None:
                self._client = boto3.client(
                    "cloudwatch", config=Config(retries={"mode": "standard"}, connect_timeout=5)
                )
            self._client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        except (ClientError, BotoCoreError) as error:
            # A capture that ended because nobody can be told of it would be the worse news.
            self._log("metrics failed", error=str(error)[:300])
