"""Shows that layer and function are whole: run by a bare interpreter that sees nothing else.

    python -I -S proof.py <layer's python folder> <function's folder> <scratch folder> <environment> <dbt's target>

Imports the handler and parses the project, as Lambda would if it had to, and then starts dbt from the manifest that the function
holds, as Lambda does: without shared memory, with nothing written beside the code. Prints one JSON object with the seconds
that import and parse took.
"""

import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


class _NoSharedMemory:
    """A semaphore that fails as Lambda's do."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, *_: Any) -> None:
        raise OSError(38, "Function not implemented")


def prove(layer: str, function: str, scratch: str, environment: str, target: str) -> None:
    sys.path[:0] = [layer, function]
    import_module("_multiprocessing").__dict__["SemLock"] = _NoSharedMemory
    os.environ.update(TMPDIR=scratch, AWS_REGION="us-east-1")
    os.environ.pop("HOME", None)

    began = time.perf_counter()
    from dbt_runner import handler, run
    from dbt_runner.configuration import Configuration
    from dbt_runner.event import Request
    from dbt_runner.start import manifest, ready

    imported = time.perf_counter()
    os.environ.update(dict.fromkeys(manifest.NAMES, "proof"), LAMBDA_TASK_ROOT=function)
    os.environ.update(ENVIRONMENT=environment, DBT_TARGET=target)
    configuration = Configuration(environment, target, "unused", "unused", Path(function) / "dbt")
    outcome = run.execute(run.begin("proof"), Request(("parse",), ()), configuration)
    parsed = time.perf_counter()
    if not outcome.result.success:
        raise SystemExit(f"dbt parse: {outcome.result.exception}")
    listed = run.execute(run.begin("proof"), Request(("ls",), ()), configuration)
    unfit = ready.manifests(configuration).unfit
    if unfit or not listed.result.success:
        raise SystemExit(f"dbt ls, from the manifest: {unfit or listed.result.exception}")
    strangers = sorted(
        name
        for name, module in sys.modules.items()
        if "site-packages" in (file := str(getattr(module, "__file__", None))) and not file.startswith(layer)
    )
    if strangers:
        raise SystemExit(f"Loaded from elsewhere: {', '.join(strangers)}")
    assert callable(handler.handle)
    print(json.dumps({"import": imported - began, "parse": parsed - imported}))


if __name__ == "__main__":
    prove(*sys.argv[1:6])
