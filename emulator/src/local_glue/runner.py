"""One attempt at a job: its files are fetched, its process is started and followed, its end is judged."""

from __future__ import annotations

import re
import secrets
import shutil
import threading
from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from local_glue import spark
from local_glue.environments import Environment, provide
from local_glue.model import JobFailed, Outcome, Place, Work
from local_glue.process import Process

JOB = Path(__file__).with_name("job")
"""Modules that the job's Python finds beside its own packages: ``awsglue`` and the server of S3."""
_TRACE = "Traceback (most recent call last):"
_KEPT = 200
"""Lines of the error stream in which the failure is looked for."""
_SERVER_SECONDS = 60.0
_FRAME = re.compile(r'  File "(.+)", line (\d+), in ')


class Attempt:
    """A run of *work*; everything of its own lies in *folder* and goes with its end. Environments are made below *root*."""

    def __init__(self, work: Work, place: Place, folder: Path, root: Path) -> None:
        self._work, self._place, self._folder, self._root = work, place, folder, root
        self._processes: list[Process] = []
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._errors: deque[str] = deque(maxlen=_KEPT)

    def run(self) -> Outcome:
        """The outcome, whatever the job does."""
        try:
            return self._run()
        except JobFailed as error:
            return Outcome("STOPPED") if self._stopped.is_set() else Outcome("FAILED", str(error))
        finally:
            for process in self._processes:
                process.end()
            shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """Have it end STOPPED."""
        with self._lock:
            self._stopped.set()
            for process in self._processes:
                process.end()

    def _run(self) -> Outcome:
        environment = provide(self._root, self._work.spark)
        here = self._folder / "work"
        here.mkdir(parents=True)
        script = self._put(self._work.script, here)
        fetched = [self._put(address, self._folder / "modules") for address in self._work.modules]
        # Archives are entries of the path themselves, files lie in one.
        modules = {str(path.parent if path.suffix == ".py" else path): None for path in fetched}
        for address in self._work.files:
            self._put(address, here)
        variables = self._variables(environment, list(modules))
        if self._work.spark:
            variables["SPARK_CONF_DIR"] = str(self._serve(environment, variables))
        process = self._start([str(environment.python), str(script), *self._work.arguments], here, variables)
        self._place.running()
        code = process.wait(self._work.seconds)
        if self._stopped.is_set():
            return Outcome("STOPPED")
        process.end()
        if code is None:
            return Outcome("TIMEOUT", "Job run timed out.")
        return Outcome("SUCCEEDED") if code == 0 else Outcome("FAILED", failure(list(self._errors), str(script), code))

    def _serve(self, environment: Environment, variables: dict[str, str]) -> Path:
        """Start the server that S3 is for Spark; the folder of Spark's settings."""
        token, port, heard = secrets.token_hex(16), "", threading.Event()

        def told(stream: str, lines: Sequence[str]) -> None:
            nonlocal port
            if stream == "output":
                port = lines[0]
                heard.set()
            else:
                self._place.log("error", lines)

        self._start([str(environment.python), str(JOB / "webhdfs.py"), token], self._folder, variables, told)
        if not heard.wait(_SERVER_SECONDS):
            raise JobFailed("The server that gives Spark its S3 did not start; the error log says why.")
        folder = self._folder / "conf"
        folder.mkdir()
        spark.configure(folder, int(port), token, self._work.buckets, self._work.settings)
        return folder

    def _start(self, command: list[str], folder: Path, variables: dict[str, str], told: object = None) -> Process:
        with self._lock:
            if self._stopped.is_set():
                raise JobFailed("stopped")
            process = Process(command, folder, variables, told or self._told)  # type: ignore[arg-type]
            self._processes.append(process)
        return process

    def _told(self, stream: str, lines: Sequence[str]) -> None:
        if stream == "error":
            self._errors.extend(lines)
        self._place.log(stream, lines)

    def _put(self, address: str, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / address.rpartition("/")[2]
        path.write_bytes(self._place.fetch(address))
        return path

    def _variables(self, environment: Environment, modules: list[str]) -> dict[str, str]:
        """The process's variables: nothing of this machine's shell is among them."""
        scratch = self._folder / "tmp"
        scratch.mkdir()
        java = {"JAVA_HOME": str(environment.java)} if environment.java else {}
        return {
            **self._work.variables,
            **java,
            "GLUE_PYTHON_VERSION": "3",
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "PATH": f"{environment.folder / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "PYSPARK_PYTHON": str(environment.python),
            "PYTHONPATH": ":".join([*modules, *([str(JOB)] if self._work.awsglue else [])]),
            "PYTHONUNBUFFERED": "1",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "TMPDIR": str(scratch),
            "TZ": "UTC",
        }


def failure(errors: Sequence[str], script: str, code: int) -> str:
    """The message of a script that failed: its exception with the line, or how its process ended.

    As Glue words it: https://docs.aws.amazon.com/glue/latest/dg/error-logging-spark-etl-jobs.html
    """
    traces = [number for number, line in enumerate(errors) if line == _TRACE]
    after = errors[traces[-1] + 1 :] if traces else []
    # The exception begins with the first line behind the frames.
    ends = [number for number, line in enumerate(after) if line and not line.startswith(" ")]
    if not ends:
        killed = f"was killed by signal {-code}" if code < 0 else f"exited with status {code}"
        return f"Error Category: UNCLASSIFIED_ERROR; The script {killed}"
    frames = [found for line in after if (found := _FRAME.match(line)) and found[1] == script]
    place = f"Failed Line Number: {frames[-1][2]}; " if frames else ""
    said = " ".join(line.strip() for line in takewhile(lambda line: not line.startswith("\tat "), after[ends[0] :]))
    return f"Error Category: UNCLASSIFIED_ERROR; {place}{said}"[:4000]
