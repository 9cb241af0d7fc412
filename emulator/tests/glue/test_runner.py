"""Attempts at jobs: their ends, their logs, what they find around them, and that nothing of them is left."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local_glue import runner
from local_glue.environments import Environment
from local_glue.model import JobFailed, Outcome, Work
from local_glue.runner import Attempt, failure
from local_glue.runs import Run


class Here:
    """A place with files in memory."""

    def __init__(self, **files: str) -> None:
        self.files, self.lines = files, {"output": [], "error": []}  # type: ignore[var-annotated]
        self.began, self.printed = threading.Event(), threading.Event()

    def fetch(self, address: str) -> bytes:
        name = address.removeprefix("s3://b/").partition(".")[0]
        if name not in self.files:
            raise JobFailed(f"no {address}")
        return self.files[name].encode()

    def log(self, stream: str, lines: Sequence[str]) -> None:
        self.lines[stream] += lines
        self.printed.set()

    def running(self) -> None:
        self.began.set()


@pytest.fixture
def attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes attempts, under this very Python."""
    monkeypatch.setattr(runner, "provide", lambda root, spark: Environment(Path(sys.prefix)))

    def make(place: Here, *arguments: str, seconds: float = 60, **more: Any) -> Attempt:
        work = Work("jr_1", "s3://b/script.py", arguments, seconds, {"AWS_REGION": "r"}, spark=False, **more)
        return Attempt(work, place, tmp_path / "run", tmp_path)

    return make


def test_a_script_that_ends_has_succeeded_and_its_lines_are_in_their_streams(attempt: Any, tmp_path: Path) -> None:
    place = Here(
        script="import sys, os\nprint(sys.argv[1:], os.environ['AWS_REGION'])\nprint('bad', file=sys.stderr, end='')"
    )
    assert attempt(place, "--day", "1").run() == Outcome("SUCCEEDED")
    assert place.lines == {"output": ["['--day', '1'] r"], "error": ["bad"]}
    assert place.began.is_set()
    assert not (tmp_path / "run").exists()


def test_nothing_of_this_process_reaches_the_script(attempt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "x")
    place = Here(script="import os\nprint('A_SECRET' in os.environ)")
    attempt(place).run()
    assert place.lines["output"] == ["False"]


def test_only_glues_jobs_find_awsglue(attempt: Any) -> None:
    assert attempt(Here(script="import awsglue.utils")).run() == Outcome("SUCCEEDED")
    assert "No module named 'awsglue'" in attempt(Here(script="import awsglue"), awsglue=False).run().message


def test_modules_and_files_are_there(attempt: Any) -> None:
    place = Here(script="import mod\nprint(mod.x, open('data.txt').read())", mod="x = 1", data="d")
    assert attempt(place, modules=["s3://b/mod.py"], files=["s3://b/data.txt"]).run() == Outcome("SUCCEEDED")
    assert place.lines["output"] == ["1 d"]


def test_a_script_that_raises_has_failed_with_the_line_and_the_trace(attempt: Any) -> None:
    place = Here(script="def f():\n    raise ValueError('broken rows')\nf()")
    assert attempt(place).run() == Outcome(
        "FAILED", "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 2; ValueError: broken rows"
    )
    assert place.lines["error"][0].startswith("Traceback")


def test_a_script_that_exits_says_how(attempt: Any) -> None:
    assert "exited with status 3" in attempt(Here(script="raise SystemExit(3)")).run().message
    assert attempt(Here(script="raise SystemExit(0)")).run().state == "SUCCEEDED"
    assert "killed by signal 9" in attempt(Here(script="import os; os.kill(os.getpid(), 9)")).run().message


def test_a_script_that_is_not_there_never_begins(attempt: Any) -> None:
    place = Here()
    assert attempt(place).run() == Outcome("FAILED", "no s3://b/script.py")
    assert not place.began.is_set()


CHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(child.pid, flush=True)\ntime.sleep(600)"
)


def test_a_slow_script_is_ended_with_its_children(attempt: Any) -> None:
    place = Here(script=CHILD)
    assert attempt(place, seconds=2).run().state == "TIMEOUT"
    for pid in place.lines["output"]:
        assert not _runs(int(pid))


def test_a_script_that_is_stopped_ends_with_its_children(attempt: Any) -> None:
    place = Here(script=CHILD)
    made, ends = attempt(place), []
    thread = threading.Thread(target=lambda: ends.append(made.run()))
    thread.start()
    assert place.printed.wait(60)
    made.stop()
    thread.join()
    assert ends == [Outcome("STOPPED")]
    assert not _runs(int(place.lines["output"][0]))


def test_the_message_of_a_failure_has_the_whole_exception_and_no_trace_of_java() -> None:
    errors = [
        "Traceback (most recent call last):",
        '  File "/w/s.py", line 7, in <module>',
        "    x()",
        "py4j.Py4JJavaError: An error occurred while calling o45.load.",
        ": java.io.IOException: no",
        "\tat java.base/x",
    ]
    said = (
        "Failed Line Number: 7; py4j.Py4JJavaError: An error occurred while calling o45.load. : java.io.IOException: no"
    )
    assert failure(errors, "/w/s.py", 1) == f"Error Category: UNCLASSIFIED_ERROR; {said}"


def test_a_run_that_has_ended_stays_as_it_is_and_its_next_attempt_is_named_after_it() -> None:
    run = Run("j", "pythonshell", {"--a": "1"}, 5, id="jr_x", emulator="e")
    run.become("STOPPING")
    run.become("RUNNING")
    assert run.state == "STOPPING"
    run.become("FAILED", "no")
    run.become("SUCCEEDED")
    assert (run.described()["JobRunState"], run.described()["ErrorMessage"]) == ("FAILED", "no")
    following = run.again().again()
    assert (following.id, following.attempt, following.previous) == ("jr_x_attempt_2", 2, "jr_x_attempt_1")
    assert (following.arguments, following.emulator, following.state) == ({"--a": "1"}, "e", "STARTING")


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
