"""Two functions with the same project, each in a real process under AWS's runtime client: the runner, and the naive one."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lambda_process
import yaml
from fixed_athena import Endpoint, project
from lakeloop_layer import function, of_host
from lakeloop_layer.install import install
from lakeloop_project import profiles

from tests import zips

REPO = Path(__file__).parents[1]
_NAMES = {
    "ARTIFACTS_BUCKET": "bench-artifacts",
    "ATHENA_PRICE_PER_TB": "5",
    "ATHENA_RESULTS_BUCKET": "bench-athena-results",
    "ATHENA_WORKGROUP": "bench",
    "DBT_CHANGES_SCHEMA": "bench_changes",
    "DBT_RAW_SCHEMA": "bench_raw",
    "DBT_TARGET": "dev",
    "ENVIRONMENT": "dev",
    "GLUE_DATABASE_NAME": "bench",
    "LAMBDA_PRICE_PER_GB_SECOND": "0.0000133334",
    "PROCESSED_BUCKET_NAME": "bench-processed",
    "RAW_BUCKET_NAME": "bench-raw",
}
# An invocation in the bench may take longer than Lambda's 900 s.
_SECONDS = 3600.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Invoked:
    """Seconds to the first query and to the answer, seconds of processor until the answer; the process's peak memory in MB."""

    first_query: float
    answer: float
    cpu: float
    megabytes: float
    queries: int


@dataclass(frozen=True)
class Code:
    """The parts of a function: its own folder, its layer, its handler."""

    task: Path
    layer: Path
    handler: str


class Codes:
    """Both functions for projects of any size; layers are unpacked once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        architecture = of_host()
        if architecture is None:
            raise SystemExit("Lambda has no such machine as this one.")
        layer = zips.layer()
        self.sizes = (layer.layer.unzipped, layer.plain.unzipped)
        shutil.unpack_archive(layer.file, folder / "trimmed")
        install(REPO, architecture, folder / "plain")

    def runner(self, models: int) -> Code:
        """The runner, with its manifest, and the trimmed layer with its byte code."""
        task = self._folder / f"runner-{models}"
        if not task.exists():
            function.stage(self._checkout(models), task)
            function.parse(task)
        return Code(task, self._folder / "trimmed" / "python", "dbt_runner.handler.handle")

    def naive(self, models: int) -> Code:
        """The naive function, one thread, polling once a second, and the plain install."""
        task = self._folder / f"naive-{models}"
        if not task.exists():
            ((_, profile),) = (document := profiles.profile(self._checkout(models))).items()
            for settings in profile["outputs"].values():
                settings.update(threads=1, poll_interval=1.0)
            project.write(task / "dbt", models, yaml.safe_dump(document))
            shutil.copy(Path(__file__).with_name("naive_handler.py"), task)
        return Code(task, self._folder / "plain", "naive_handler.handle")

    def _checkout(self, models: int) -> Path:
        """A checkout with a project of *models*, whose profile is made of its environments."""
        root = self._folder / f"checkout-{models}"
        if not root.exists():
            project.write(root.with_name(f"project-{models}"), models, profiles=None)
            zips.checkout(root, root.with_name(f"project-{models}"))
        return root


class Process:
    """A running function."""

    def __init__(self, process: lambda_process.LambdaProcess, endpoint: Endpoint, started: float) -> None:
        self._process, self._endpoint, self._started = process, endpoint, started
        self._cpu = 0.0
        self._cold = True

    def invoke(self, command: str, *words: str) -> Invoked:
        """Run a dbt command; of the first one, the start of the process is a part."""
        before = len(self._endpoint.queries())
        began = self._started if self._cold else time.time()
        self._cold = False
        outcome, answer = self._process.invoke({"command": [command], "cli_args": list(words)}, _SECONDS)
        answered = time.time()
        if outcome != "response" or answer["status"] != "success":
            raise SystemExit(f"A bench of a failure is no bench: {answer}")
        queries = self._endpoint.queries()[before:]
        assert self._process.child is not None
        cpu, self._cpu = _cpu_seconds(self._process.child.pid) - self._cpu, _cpu_seconds(self._process.child.pid)
        first = queries[0]["submitted"] - began if queries else float("nan")
        return Invoked(first, answered - began, cpu, _peak_megabytes(self._process.child.pid), len(queries))


@contextmanager
def running(code: Code, endpoint: Endpoint) -> Iterator[Process]:
    """A new process of the function, whose AWS is *endpoint*, until the block ends. It starts while the first event waits."""
    endpoint.reset()
    with tempfile.TemporaryDirectory() as folder:
        started = time.time()
        variables = {**endpoint.environment, **_NAMES}
        with lambda_process.running(Path(folder), code.task, code.layer, variables, code.handler) as process:
            yield Process(process, endpoint, started)


def _cpu_seconds(pid: int) -> float:
    """https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak_megabytes(pid: int) -> float:
    """https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: VmHWM, in kB."""
    lines: Any = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
