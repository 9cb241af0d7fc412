"""The fate of files that were sent: looked at, in quarantine, waiting for a run, in the marts."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from lakeloop_raw import arrivals
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lakeloop import terminal
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.errors import UserError
from lakeloop.interrupted import EXIT_CODE
from lakeloop.plural import counted

_POLL_SECONDS = 1.0
_SHOWN = 10
_READERS = 8


@dataclass
class Fate:
    """Ids of files by what has become of them; ``apart`` with the reasons."""

    incoming: set[str]
    apart: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    run: str | None = None
    failed: str | None = None

    @property
    def done(self) -> bool:
        return not self.incoming and (not self.waiting or (self.failed is not None and self.run is None))

    def line(self, count: int) -> str:
        looked = f"{count - len(self.incoming)} of {count} looked at"
        apart = f", {len(self.apart)} in quarantine" if self.apart else ""
        waits = f", {len(self.waiting)} wait for a run" if self.waiting and not self.run else ""
        return looked + apart + (f", the run {self.run} builds" if self.run and self.waiting else waits)


class Lake:
    """The two buckets, as far as they tell of *sent* files (key by id)."""

    def __init__(self, place: Place, lake: Outputs, sent: Mapping[str, str]) -> None:
        self._s3 = place.client("s3", max_pool_connections=_READERS)
        self._sqs = place.client("sqs")
        self._lake, self._sent = lake, sent
        self.fate = Fate(set(sent))

    def look(self) -> Fate:
        """The fate of the files now."""
        fate = self.fate
        # The marker is there before the file leaves incoming/: this order sees each file in one place at least.
        there = self._keys(self._lake.raw_bucket, arrivals.INCOMING) if fate.incoming else set()
        gone = {identity for identity in fate.incoming if self._sent[identity] not in there}
        apart = self._apart(gone) if gone else {}
        with ThreadPoolExecutor(_READERS) as pool:
            for identity, reason in zip(
                apart, pool.map(lambda key: self._json(self._lake.raw_bucket, key), apart.values()), strict=True
            ):
                if reason is not None:
                    fate.apart[identity] = reason
        fate.incoming -= gone
        # The run is read first: when its markers are gone, it was that one which took them.
        state = self._json(self._lake.artifacts_bucket, arrivals.STATE) or {"run": None, "failed": None}
        keys = self._keys(self._lake.artifacts_bucket, arrivals.WAITING)
        fate.waiting = {arrivals.waiting_of(key)[2] for key in keys} & self._sent.keys()
        fate.run, fate.failed = state["run"], None
        if state["failed"] and fate.waiting:
            taken = self._json(self._lake.artifacts_bucket, f"{arrivals.RUNS}{state['failed']}.json") or {"markers": []}
            if fate.waiting <= {arrivals.waiting_of(key)[2] for key in taken["markers"]}:
                fate.failed = state["failed"]
        return fate

    def dead_letters(self) -> int:
        """Messages that nobody could do."""
        asked = self._sqs.get_queue_attributes(
            QueueUrl=self._lake.arrivals_dead_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(asked["Attributes"]["ApproximateNumberOfMessages"])

    def _apart(self, gone: set[str]) -> dict[str, str]:
        """Keys of the reasons, by id, of those of *gone* that lie in quarantine: few of many."""
        there = self._keys(self._lake.raw_bucket, arrivals.QUARANTINE)
        keys = {one: arrivals.quarantine_key(self._sent[one], one) + arrivals.REASON for one in gone}
        return {one: key for one, key in keys.items() if key in there}

    def _keys(self, bucket: str, prefix: str) -> set[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", ())}

    def _json(self, bucket: str, key: str) -> Any:
        try:
            return json.loads(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise


def follow(place: Place, lake: Outputs, sent: Mapping[str, str]) -> int:
    """Wait until the files *sent* (keys by id) are in the marts or in quarantine, and say so; an exit code as ``send``'s."""
    watched = Lake(place, lake, sent)
    dead, count, began = watched.dead_letters(), len(sent), time.monotonic()
    console = terminal.console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    said = ""
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_interactive) as bar:
            task = bar.add_task("arriving", total=count)
            while not (fate := watched.look()).done:
                line = fate.line(count)
                bar.update(task, description=line, completed=count - len(fate.incoming) - len(fate.waiting))
                if not console.is_interactive and line != said:
                    console.print(line, soft_wrap=True)
                    said = line
                if fate.incoming and watched.dead_letters() > dead:
                    raise UserError(
                        f"{counted(len(fate.incoming), 'file lies', 'files lie')} in incoming/, "
                        "which the gate could not take: its log is "
                        f"/aws/lambda/{_gate(lake)}. `just redrive env={place.environment}` has it try again."
                    )
                time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        print("\nThe files go their way all the same.")
        return EXIT_CODE
    return _tell(place, fate, count, time.monotonic() - began)


def _gate(lake: Outputs) -> str:
    return lake.function_name.removesuffix("-runner") + "-gate"


def _tell(place: Place, fate: Fate, count: int, seconds: float) -> int:
    for reason in list(fate.apart.values())[:_SHOWN]:
        first = reason["reasons"][0]
        print(f"quarantine: {reason['key'].removeprefix(arrivals.INCOMING)}: {first['what']}. {first['todo']}.")
    if len(fate.apart) > _SHOWN:
        print(f"quarantine: ... and {len(fate.apart) - _SHOWN} more: `just quarantine env={place.environment}`.")
    if fate.waiting:
        print(
            f"The run {fate.failed} failed; {counted(len(fate.waiting), 'file waits', 'files wait')} for the next one: "
            f"`just report run={fate.failed} env={place.environment}`. They are taken with the next file, or when a run of yours "
            "has succeeded.",
            file=sys.stderr,
        )
        return 1
    print(f"{count - len(fate.apart)} of {counted(count, 'file is', 'files are')} in the marts ({seconds:.0f} s).")
    return 1 if fate.apart else 0
