"""A function's surroundings: folders, layers, environment variables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.functions.helpers import Start, until

from local_lambda import sandbox
from local_lambda.runtimes import Runtime

TRY_TO_WRITE = """
import os
def handle(event, context):
    refused = []
    for path in event:
        try:
            with open(os.path.expandvars(path), "w"): pass
        except OSError as error:
            refused.append([path, error.strerror])
    return refused
"""


def test_layers_lie_in_opt_and_the_later_wins(start: Start, anywhere: bool) -> None:
    site = "python/lib/python3.12/site-packages"
    running = start(
        "import one, two, three, subprocess\n"
        "def handle(event, context): return [one.FROM, two.FROM, three.FROM, subprocess.check_output('tool', text=True)]",
        layers=[
            {"python/one.py": "FROM = 'first'", "python/two.py": "FROM = 'first'", f"{site}/three.py": "FROM = 'site'"},
            {
                "python/two.py": "FROM = 'second'",
                "python/three.py": "FROM = 'second'",
                "bin/tool": "#!/bin/sh\necho hi",
            },
        ],
    )
    assert running.value() == ["first", "second", "site", "hi\n"]


def test_the_function_comes_before_its_layers(start: Start, anywhere: bool) -> None:
    source = "import sys\nFROM = 'function'\ndef handle(event, context): return [FROM, sys.path[:4]]"
    running = start(source, layers=[{"python/app.py": "FROM = 'layer'"}])
    origin, path = running.value()
    assert origin == "function"
    if anywhere:
        assert path == ["/var/task", "/opt/python/lib/python3.12/site-packages", "/opt/python", "/var/runtime"]


@pytest.mark.parametrize(
    ("task", "layer", "found"),
    [
        (False, False, "the runtime's"),
        (False, True, "the layer's"),
        (True, True, "the function's"),
    ],
)
def test_boto3_is_the_runtimes_unless_the_function_or_a_layer_has_its_own(
    start: Start, anywhere: bool, task: bool, layer: bool, found: str
) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-searchpath"""
    source = (
        "import boto3\ndef handle(event, context):\n"
        "    return getattr(boto3, 'FROM', \"the runtime's\"), hasattr(boto3, 'client')"
    )
    layers = [{"python/boto3/__init__.py": 'FROM = "the layer\'s"'}] if layer else []
    files = {"boto3/__init__.py": 'FROM = "the function\'s"'} if task else {}
    assert start(source, layers=layers, files=files).value() == [found, found == "the runtime's"]


def test_the_environment_is_lambdas_and_the_functions_and_nothing_of_this_machine(
    start: Start, anywhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_USER", "1")
    monkeypatch.setenv("PYTHONSTARTUP", "1")
    running = start(
        "import os, pathlib\ndef handle(event, context): return [dict(os.environ), str(pathlib.Path.home()), os.getcwd()]",
        environment={"AWS_SECRET_ACCESS_KEY": "k", "MINE": "1", "TZ": "Europe/Berlin", "_HANDLER": "reserved"},
        log_format="JSON",
        application_log_level="WARN",
    )
    variables, home, directory = running.value()
    assert directory == variables["LAMBDA_TASK_ROOT"]
    assert not Path(home).exists()
    assert {name: variables.pop(name) for name in ("MINE", "TZ", "_HANDLER", "AWS_SECRET_ACCESS_KEY")} == {
        "MINE": "1",
        "TZ": "Europe/Berlin",
        "_HANDLER": "app.handle",
        "AWS_SECRET_ACCESS_KEY": "k",
    }
    assert {
        name: value for name, value in variables.items() if name.startswith("AWS_LAMBDA") and "API" not in name
    } == {
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "WARN",
    }
    others = {name for name in variables if not name.startswith("AWS_LAMBDA")}
    assert others - {"LC_CTYPE"} == {  # which Python itself sets where the machine has no en_US
        *(() if anywhere else ("TMPDIR",)),
        *("LANG", "PATH", "HOME", "LD_LIBRARY_PATH", "PYTHONPATH", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
        *("AWS_EXECUTION_ENV", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "_X_AMZN_TRACE_ID"),
    }


def test_each_environment_has_a_tmp_of_its_own_that_goes_with_it(start: Start, anywhere: bool) -> None:
    source = (
        "import os, pathlib, tempfile\ndef handle(event, context):\n"
        "    pathlib.Path(tempfile.gettempdir(), event).touch()\n    return sorted(os.listdir(tempfile.gettempdir()))"
    )
    one, two = start(source), start(source)
    assert [one.value("a"), two.value("b"), one.value("c")] == [["a"], ["b"], ["a", "c"]]
    one.environment.stop()
    assert not one.folder.exists()
    assert two.value("d") == ["b", "d"]


@pytest.mark.skipif(os.getuid() == 0, reason="root writes wherever nothing is mounted")
def test_code_and_layers_are_read_only_for_who_is_not_root(start: Start, anywhere: bool) -> None:
    running = start(TRY_TO_WRITE, layers=[{"python/one.py": ""}])
    refused = running.value(["$LAMBDA_TASK_ROOT/app.py", "$LAMBDA_TASK_ROOT/new", "$TMPDIR/new"])
    assert [path for path, _ in refused] == ["$LAMBDA_TASK_ROOT/app.py", "$LAMBDA_TASK_ROOT/new"]


class TestMounted:
    """On a machine that can mount, the file system is Lambda's."""

    @pytest.fixture(autouse=True)
    def mounted(self, runtime: Runtime) -> None:
        if not sandbox.can_mount(runtime):
            pytest.skip("this machine gives no mount namespace")

    def test_only_tmp_can_be_written_to(self, start: Start, tmp_path: Path) -> None:
        running = start(TRY_TO_WRITE, layers=[{"python/one.py": ""}])
        refused = running.value(
            ["/var/task/new", "/opt/new", "/var/runtime/new", "/etc/new", f"{tmp_path}/x", "/tmp/new", "/dev/null"]
        )
        assert [path for path, said in refused if said == "Read-only file system"] == [
            *("/var/task/new", "/opt/new", "/var/runtime/new", "/etc/new"),
        ]
        assert (running.folder / "tmp/new").exists()
        assert not (tmp_path / "x").exists()

    def test_there_is_no_shared_memory(self, start: Start) -> None:
        running = start(
            "import multiprocessing, os\ndef handle(event, context):\n"
            "    try: multiprocessing.Lock()\n    except OSError as error: return [os.path.exists('/dev/shm'), type(error).__name__]"
        )
        assert running.value() == [False, "FileNotFoundError"]

    def test_what_is_mounted_for_a_function_is_mounted_for_it_alone(self, start: Start) -> None:
        start("def handle(event, context): return None").value()
        assert not any("/var/task" in line for line in Path("/proc/self/mounts").read_text().splitlines())


def test_a_machine_that_cannot_mount_is_found_out(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "launcher.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(sandbox, "_LAUNCHER", broken)
    assert not sandbox.can_mount.__wrapped__(runtime)


PARENT = """
import sys, time
from pathlib import Path
from lakeloop_emulator.settings import RUNTIMES
from local_lambda import runtimes
from local_lambda.environment import Environment
from local_lambda.model import Function, Invocation

folder = Path(sys.argv[1])
function = Function("f", "1", "python3.12", "app.handle", 128, 600, 512)
environment = Environment(function, runtimes.provide("python3.12", RUNTIMES), folder, folder, folder / "own")
environment.start()
environment.invoke(Invocation("1", "arn", b"{}"))
"""


def test_a_function_does_not_outlive_the_emulator(tmp_path: Path) -> None:
    """Even if the emulator is killed and the function is in the middle of an event."""
    (tmp_path / "app.py").write_text(
        "import os, pathlib, tempfile, time\ndef handle(event, context):\n"
        "    pathlib.Path(tempfile.gettempdir(), 'pid').write_text(str(os.getpid()))\n    time.sleep(600)"
    )
    emulator = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)])
    written = tmp_path / "own/tmp/pid"
    assert until(lambda: written.exists() and written.read_text())
    process = Path("/proc", written.read_text())
    assert process.exists()
    emulator.kill()
    emulator.wait()
    assert until(lambda: not process.exists())
