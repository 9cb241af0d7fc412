"""The function that one writes first, which the bench of the runner is against: each invocation has dbt parse the project."""

import os
import threading
from multiprocessing import context

# Without this, dbt does not run on Lambda at all: there is no shared memory.
context.BaseContext.Lock = lambda _self: threading.Lock()
context.BaseContext.RLock = lambda _self: threading.RLock()

from dbt.cli.main import dbtRunner  # noqa: E402


def handle(event, _context):
    """Run a dbt command: one thread, a query's state asked for every second (``profiles.yml``)."""
    project = f"{os.environ['LAMBDA_TASK_ROOT']}/dbt"
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", os.environ["TMPDIR"]]
    folders += ["--log-path", os.environ["TMPDIR"], "--no-partial-parse", "--no-send-anonymous-usage-stats"]
    result = dbtRunner().invoke([*event["command"], *event.get("cli_args", []), *folders])
    if result.exception:
        raise result.exception
    return {"status": "success" if result.success else "error"}
