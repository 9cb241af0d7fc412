"""Answers to callers, good and bad."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from tests.functions.helpers import Start, until

from local_lambda import environment

COUNTING = "count = 0\ndef handle(event, context):\n    global count\n    count += 1\n"


def test_the_handler_gets_the_event_and_its_context(start: Start) -> None:
    running = start(
        "import os\ndef handle(event, context):\n"
        "    return [event, context.aws_request_id, context.invoked_function_arn, context.function_name,\n"
        "        context.function_version, context.memory_limit_in_mb, os.environ['_X_AMZN_TRACE_ID'],\n"
        "        0 < context.get_remaining_time_in_millis() <= 120000]"
    )
    arn = "arn:aws:lambda:us-east-1:000000000000:function:f:live"
    assert running.value({"ä": [1]}) == [{"ä": [1]}, "request-1", arn, "f", "7", "256", "Root=1-2-3", True]


def test_a_warm_environment_keeps_its_process(start: Start) -> None:
    running = start(COUNTING + "    return count")
    assert [running.value() for _ in range(3)] == [1, 2, 3]


def test_an_exception_is_told_with_its_place_and_the_process_goes_on(start: Start) -> None:
    running = start(COUNTING + "    if event: raise ValueError(event)\n    return count")
    error = running.error("no such order")
    assert (error["errorType"], error["errorMessage"], error["requestId"]) == (
        "ValueError",
        "no such order",
        "request-1",
    )
    assert "in handle" in error["stackTrace"][0]
    assert running.value() == 2


def test_what_is_not_json_is_told(start: Start) -> None:
    assert start("def handle(event, context): return object()").error()["errorType"] == "Runtime.MarshalError"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("import ctypes; ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("os.abort()", "Runtime exited with error: signal: aborted"),
    ],
)
def test_the_end_of_a_process_is_told_and_the_next_event_finds_a_new_one(
    start: Start, statement: str, told: str
) -> None:
    running = start(
        "import os, pathlib, tempfile\nkept = pathlib.Path(tempfile.gettempdir(), 'kept')\n"
        + COUNTING
        + f"    if event:\n        kept.touch()\n        {statement}\n    return [count, kept.exists()]"
    )
    answer = running(True)
    assert json.loads(answer.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: request-1 Error: {told}",
    }
    assert f"RequestId: request-1 Error: {told}\nRuntime.ExitError\nEND RequestId: request-1\n" in answer.log
    assert answer.log.rstrip().endswith("Status: error\tError Type: Runtime.ExitError")
    assert running.value() == [1, True], "a new process, which finds /tmp as the old one left it"


def test_an_event_that_takes_too_long_is_ended_with_all_its_processes(start: Start) -> None:
    running = start(
        "import subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
        + COUNTING
        + "    if event: time.sleep(600)\n    return [child.pid, count]",
        timeout_seconds=2,
    )
    child, _ = running.value()
    answer = running(True)
    told = "RequestId: request-1 Error: Task timed out after 2.00 seconds"
    assert json.loads(answer.payload) == {"errorType": "Sandbox.Timedout", "errorMessage": told}
    assert "request-1 Task timed out after 2.00 seconds\n" in answer.log
    assert answer.log.rstrip().endswith("Status: timeout")
    assert until(lambda: not Path(f"/proc/{child}").exists())
    assert running.value()[1] == 1, "a new process"


@pytest.mark.parametrize(
    "statement",
    [
        "memory = b'x' * 200_000_000",
        "subprocess.run([sys.executable, '-c', \"memory = b'x' * 200_000_000; input()\"], stdin=os.pipe()[0])",
    ],
    ids=["itself", "a child"],
)
def test_a_process_that_takes_too_much_memory_is_killed(start: Start, statement: str) -> None:
    running = start(f"import os, subprocess, sys\n{COUNTING}    if event: {statement}\n    return count", memory_mb=128)
    answer = running(True)
    told = "RequestId: request-1 Error: Runtime exited with error: signal: killed"
    assert json.loads(answer.payload) == {"errorType": "Runtime.OutOfMemory", "errorMessage": told}
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB\t" in answer.log
    assert running.value() == 1


def test_six_megabytes_pass_and_more_do_not(start: Start) -> None:
    running = start("def handle(event, context): return 'x' * event")
    assert len(running.value(6_291_554)) == 6_291_554
    error = running.error(6_291_555)
    assert error == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert running.value(1) == "x"


def test_more_files_than_the_ephemeral_storage_holds_are_no_success(start: Start) -> None:
    running = start(
        "import os, pathlib, tempfile\nfile = pathlib.Path(tempfile.gettempdir(), 'file')\n"
        "def handle(event, context): file.write_bytes(bytes(event << 20))",
        storage_mb=2,
    )
    assert running.value(1) is None
    assert "[Errno 28] No space left on device" in running.error(3)["errorMessage"]
    assert running.value(1) is None


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "told"),
    [
        (
            "",
            "nowhere.handle",
            "Runtime.ImportModuleError",
            "Unable to import module 'nowhere': No module named 'nowhere'",
        ),
        (
            "import nothing",
            "app.handle",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing'",
        ),
        ("", "app.handle", "Runtime.HandlerNotFound", "Handler 'handle' missing on module 'app'"),
        ("def", "app.handle", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("", "app", "Runtime.MalformedHandlerName", "Bad handler 'app'"),
        ("raise KeyError('WAREHOUSE')", "app.handle", "KeyError", "'WAREHOUSE'"),
        (
            "import os; os._exit(4)",
            "app.handle",
            "Runtime.ExitError",
            "RequestId: request-1 Error: Runtime exited with error: exit status 4",
        ),
    ],
)
def test_a_function_that_cannot_be_initialised_says_why(
    start: Start, source: str, handler: str, error_type: str, told: str
) -> None:
    running = start(source, handler=handler)
    answer = running()
    error = json.loads(answer.payload)
    assert error["errorType"] == error_type
    assert error["errorMessage"].startswith(told)
    for phase in ("init", "invoke"):
        assert f"Phase: {phase}\tStatus: error\tError Type: {error_type}\n" in answer.log


def test_an_initialisation_that_failed_is_tried_again_with_the_event(start: Start) -> None:
    running = start(
        "import pathlib, tempfile\nflag = pathlib.Path(tempfile.gettempdir(), 'flag')\nif not flag.exists():\n"
        "    flag.touch()\n    raise OSError('not yet')\ndef handle(event, context): return 'now'"
    )
    assert running.value() == "now"


def test_an_initialisation_that_takes_too_long_is_ended_and_repeated_with_the_event(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "INIT_SECONDS", 0.5)
    running = start(
        "import pathlib, tempfile, time\nwhile not pathlib.Path(tempfile.gettempdir(), 'ready').exists(): time.sleep(0.01)\n"
        "def handle(event, context): return 'now'"
    )
    (running.folder / "tmp/ready").touch()
    answer = running()
    assert answer.payload == b'"now"'
    assert "Phase: init\tStatus: timeout\n" in answer.log


def test_nothing_runs_between_two_events(start: Start) -> None:
    running = start("import os\ndef handle(event, context): return os.getpid()")
    process = Path(f"/proc/{running.value()}/stat")
    assert until(lambda: process.read_text().rpartition(")")[2].split()[0] == "T"), "stopped by a signal"


def test_snap_start_runs_the_hooks_before_the_first_event(start: Start) -> None:
    running = start(
        "from snapshot_restore_py import register_after_restore, register_before_snapshot\nran = []\n"
        "register_before_snapshot(ran.append, 'before')\nregister_after_restore(ran.append, 'after')\n"
        "def handle(event, context): return ran",
        initialization="snap-start",
    )
    assert running.value() == ["before", "after"]


def test_an_environment_that_is_stopped_ends_the_event_in_it(start: Start) -> None:
    running = start(
        "import pathlib, tempfile, time\n"
        "def handle(event, context):\n    pathlib.Path(tempfile.gettempdir(), 'begun').touch()\n    time.sleep(600)"
    )
    answers: list[object] = []
    caller = threading.Thread(target=lambda: answers.append(running().payload))
    caller.start()
    assert until((running.folder / "tmp/begun").exists)
    running.environment.stop()
    caller.join()
    assert b"signal: killed" in bytes(answers[0])  # type: ignore[call-overload]
    assert not running.folder.exists()
