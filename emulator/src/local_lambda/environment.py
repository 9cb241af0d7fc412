"""An execution environment: initialised once, then one event after another, begun anew after what Lambda begins anew for.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

from local_lambda import folders
from local_lambda.instance import Instance
from local_lambda.model import Answer, Function, Invocation, LambdaError
from local_lambda.outcome import Outcome, judge, storage_exceeded
from local_lambda.report import Measured, Report
from local_lambda.runtime_api import Event, InitFailed, Ready
from local_lambda.runtimes import Runtime
from local_lambda.sandbox import places

INIT_SECONDS = 10.0
"""How long the initialisation may take before Lambda ends it and repeats it as part of the first invocation."""
PREPARED_INIT_SECONDS = 130.0
"""The same where Lambda initialises ahead of the first invocation: provisioned concurrency and SnapStart."""
EXIT_SECONDS = 1.0
"""How long a runtime may take to exit after it has said that it cannot go on."""
MB = 1024 * 1024


class Environment:
    """One environment of *function*, its code in *task* and its layers in *opt*; what is its own lies in *folder*."""

    def __init__(self, function: Function, runtime: Runtime, task: Path, opt: Path, folder: Path) -> None:
        self._function, self._runtime, self._folder = function, runtime, folder
        self._tmp = folder / "tmp"
        self._tmp.mkdir(parents=True)
        self._places = places(runtime, task, opt, self._tmp)
        self._report = Report(function)
        self._log = _Log(folder / "log")
        self._instance: Instance | None = None
        self._init_seconds: float | None = None
        self._peak_memory = 0
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> Outcome | None:
        """Initialise. What goes wrong is returned and stands in the log; the first invocation tries again."""
        self._log.write(self._report.init_start() + (self._report.portable() if self._runtime.portable else ""))
        began = time.monotonic()
        limit = INIT_SECONDS if self._function.initialization == "on-demand" else PREPARED_INIT_SECONDS
        failed = self._initialise("init", began + limit, "")
        if not failed:
            self._init_seconds = time.monotonic() - began
        return failed

    def invoke(self, invocation: Invocation) -> Answer:
        """Answer one event, whatever the function does with it. One at a time."""
        self._log.write(self._report.start(invocation.request_id))
        began = time.monotonic()
        limit = self._function.timeout_seconds
        outcome = self._run(invocation, began + limit)
        seconds = min(time.monotonic() - began, limit)
        memory_mb = min(-(-self._peak_memory // MB), self._function.memory_mb)
        measured = Measured(seconds, self._init_seconds, memory_mb, outcome)
        self._init_seconds = None
        self._log.write(outcome.log + self._report.end(invocation.request_id, measured))
        return Answer(outcome.payload, outcome.status != "success", self._log.take(), seconds)

    def stop(self) -> None:
        """End it for good; an invocation that is under way answers that its process was killed."""
        with self._lock:
            self._stopped = True
            if self._instance:
                self._instance.end()
        folders.remove(self._folder)

    def log(self) -> str:
        """Lines logged since the last answer."""
        return self._log.text()

    def _run(self, invocation: Invocation, deadline: float) -> Outcome:
        if self._instance is None:
            failed = self._initialise("invoke", deadline, invocation.request_id)
            if failed:
                return failed
        assert self._instance
        self._instance.offer(invocation, deadline)
        event = self._wait(deadline)
        while isinstance(event, Ready):  # it asks for another without having answered: it gets none
            event = self._wait(deadline)
        outcome = judge(event, self._function, invocation.request_id)
        # The invocation lasts until the runtime asks for the next: only then is the log complete.
        if outcome.process_lives and isinstance(self._wait(deadline), Ready):
            self._instance.freeze()
        else:
            self._end_instance()
        if outcome.status == "success" and folders.size(self._tmp) > self._function.storage_mb * MB:
            return storage_exceeded(self._function, self._places.tmp)
        return outcome

    def _initialise(self, phase: str, deadline: float, request_id: str) -> Outcome | None:
        """Start the process; answers what went wrong."""
        began = time.monotonic()
        with self._lock:
            if self._stopped:
                raise LambdaError(f"{self._function.name}: this execution environment was stopped")
            self._instance = Instance(self._function, self._runtime, self._places, self._log.path)
        event = self._wait(deadline)
        if isinstance(event, Ready):
            self._instance.freeze()
            return None
        outcome = judge(event, self._function, request_id)
        if isinstance(event, InitFailed):
            self._wait(min(deadline, time.monotonic() + EXIT_SECONDS))  # it says why it exits, then exits
        self._end_instance()
        self._log.write(self._report.init_failed(phase, time.monotonic() - began, outcome))
        return outcome

    def _wait(self, deadline: float) -> Event:
        assert self._instance
        event = self._instance.wait(deadline)
        self._peak_memory = self._instance.peak_memory
        return event

    def _end_instance(self) -> None:
        with self._lock:
            if self._instance:
                self._instance.end()
            self._instance = None


class _Log:
    """Lambda's own lines between those of the process, which come through a file: whatever the process printed before
    it answered is there when the answer is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()
        self._read = 0
        self._parts: list[str] = []

    def write(self, text: str) -> None:
        self._drain()
        self._parts.append(text)

    def text(self) -> str:
        self._drain()
        return "".join(self._parts)

    def take(self) -> str:
        text = self.text()
        self._parts = []
        return text

    def _drain(self) -> None:
        printed = b""
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as file:  # a stopped environment has none
            file.seek(self._read)
            printed = file.read()
        self._read += len(printed)
        if printed:
            self._parts.append(printed.decode(errors="replace").removesuffix("\n") + "\n")
