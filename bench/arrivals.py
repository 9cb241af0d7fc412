"""``just bench-arrivals``: from a file in ``incoming/`` to its row in the marts, and files a minute through the gate.

- ``rounds=5``: single files, one after the other, each from its upload to the end of the run that took it;
- ``files=500``: as many at once, until the last has left ``incoming/``, and until the last is in the marts, also from its own
  upload on;
- ``quiet=2``: the quiet window in seconds, which the first figure holds.

In an emulator of its own, with a lake that Terraform makes there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import boto3
from lakeloop.arguments import take
from lakeloop_raw.arrivals import INCOMING, WAITING
from rich.console import Console
from rich.table import Table

from tests import local_aws
from tests.clone import clone
from tests.projects import raw

from lakeloop_emulator.settings import STATE_FOLDER  # isort: skip - local_aws has put it on the path

_RAW, _ARTIFACTS = "lakeloop-dev-raw", "lakeloop-dev-artifacts"
_POLL_SECONDS = 0.1
_SENDERS = 8


def main() -> None:
    given, _ = take(sys.argv[1:], {"rounds", "files", "quiet"})
    rounds, count, quiet = (
        int(given.get(name, usual)) for name, usual in (("rounds", 5), ("files", 500), ("quiet", 2))
    )
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as folder, local_aws.running(Path(folder) / "emulator") as aws:
        home = clone(Path(folder) / "checkout")
        settings = home / "terraform" / "envs" / "dev.tfvars"
        settings.write_text(f"{settings.read_text('utf-8')}arrivals = {{ quiet_seconds = {quiet} }}\n", "utf-8")
        shell = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))}
        shell[STATE_FOLDER] = str(Path(folder) / "emulator")
        raw.write(home / "data" / "raw")
        with console.status("a lake"):
            for recipe in ("just tf-apply env=dev", "just send data/raw env=dev"):
                subprocess.run(["bash", "-c", recipe], cwd=home, env=shell, check=True, capture_output=True)
        with local_aws.pointed_at(aws):
            console.print(_measured(boto3.client("s3", region_name="eu-central-1"), rounds, count, quiet))


def _measured(s3: Any, rounds: int, count: int, quiet: int) -> Table:
    table = Table(
        "", "s", "files a minute", title=f"Files that arrive, a quiet window of {quiet} s", title_justify="left"
    )
    single = []
    for number in range(rounds):
        began = time.monotonic()
        _send(s3, 10_000 + number)
        _until_none(s3, _RAW, INCOMING)
        _until_none(s3, _ARTIFACTS, WAITING)
        single.append(time.monotonic() - began)
    table.add_row("one file, to the marts (median)", f"{median(single):.1f}", "")
    began = time.monotonic()
    with ThreadPoolExecutor(_SENDERS) as pool:
        list(pool.map(lambda number: _send(s3, number), range(20_000, 20_000 + count)))
    sent = time.monotonic() - began
    _until_none(s3, _RAW, INCOMING)
    looked = time.monotonic() - began
    _until_none(s3, _ARTIFACTS, WAITING)
    built = time.monotonic() - began
    for name, seconds in ((f"{count} files, through the gate", looked), (f"{count} files, to the marts", built)):
        table.add_row(name, f"{seconds:.1f}", f"{count / seconds * 60:,.0f}")
    table.add_row("the last of them, to the marts", f"{built - sent:.1f}", "")
    return table


def _send(s3: Any, number: int) -> None:
    row = f"customer_id,customer_name,country,joined_on\n{number},Customer {number},de,2023-05-01\n"
    s3.put_object(Bucket=_RAW, Key=f"{INCOMING}till/customers/{number}.csv", Body=row.encode())


def _until_none(s3: Any, bucket: str, prefix: str) -> None:
    while s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)["KeyCount"]:
        time.sleep(_POLL_SECONDS)


if __name__ == "__main__":
    main()
