"""A process that runs one statement and kills itself (SIGKILL) in the middle of it."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from local_athena.engine import Engine
from local_athena.model import QueryContext
from local_athena.storage import AwsClients

COUNTED = "requests"


def run(endpoint: str, folder: str, sql: str, moment: int | None, delay: float) -> None:
    """Run *sql* with an engine of its own, against the AWS at *endpoint*, and die *delay* seconds after request *moment*.

    A request counts when it leaves and when its answer is there. Without a moment the process lives, and writes into
    *folder* how many there were.
    """
    aws = AwsClients.connect(endpoint, access_key="test", secret_key="test")
    engine, moments = Engine(aws, Path(folder) / uuid.uuid4().hex), itertools.count()

    def die() -> None:
        time.sleep(delay)
        os.kill(os.getpid(), signal.SIGKILL)

    def pass_by(**_: Any) -> None:
        if next(moments) == moment:
            threading.Thread(target=die).start() if delay else die()

    for client in (aws.s3, aws.glue):
        for event in ("before-send", "after-call"):
            client.meta.events.register_first(event, pass_by)
    engine.execute(sql, QueryContext(str(uuid.uuid4()), database="db", output_location="s3://lake/results/"))
    (Path(folder) / COUNTED).write_text(str(next(moments)))
