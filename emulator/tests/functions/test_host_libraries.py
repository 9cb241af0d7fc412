"""Functions with libraries of this machine, of the lock that their zips tell, and without what Linux alone has."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.functions.helpers import Start, package, until, zipped

from lakeloop_emulator.settings import RUNTIMES
from local_lambda import host_libraries, memory, runtimes
from local_lambda.folders import Folders, Package
from local_lambda.host_libraries import DESCRIBED, HostLibraries
from local_lambda.model import LambdaError, architecture
from local_lambda.runtimes import Runtime

COUNTING = "count = 0\ndef handle(event, context):\n    global count\n    count += 1\n"
SIX = re.search(r"^six==.*?(?=^    # via)", runtimes.REQUIREMENTS.read_text("utf-8"), re.M | re.S)
assert SIX
FOREIGN = b"\x7fELF" + bytes(60)
LOCKED = {
    f"python/{DESCRIBED}": json.dumps({"own": ["mine.py"], "requirements": SIX[0].rstrip().rstrip("\\")}),
    "python/six.py": "FROM = 'the zip'",
    "python/_native.so": FOREIGN,
    "python/mine.py": "FROM = 'the zip'",
    "bin/tool": "#!/bin/sh\necho hi",
}


@pytest.fixture
def portable(runtime: Runtime) -> Runtime:
    return replace(runtime, portable=True)


@pytest.fixture
def host(portable: Runtime, tmp_path: Path) -> HostLibraries:
    (tmp_path / "runtimes").mkdir()
    return HostLibraries(portable, tmp_path / "runtimes")


def test_libraries_that_are_locked_are_this_machines_and_the_rest_is_the_zips(
    host: HostLibraries, tmp_path: Path
) -> None:
    folder = Folders(tmp_path / "packages").acquire("user", [package(LOCKED)], host)
    python = folder / "python"
    assert "def ensure_str" in (python / "six.py").read_text()
    assert (python / "mine.py").read_text() == "FROM = 'the zip'"
    assert (folder / "bin" / "tool").exists()
    assert not (python / "_native.so").exists()

    # WHEN another zip has a file in a folder of theirs THEN both are there, and what is installed stays as it is
    more = {"python/six-1.17.0.dist-info/NOTE": "2", "python/six.py": "FROM = 'the second'"}
    both = Folders(tmp_path / "others").acquire("user", [package(LOCKED), package(more)], host)
    assert {"NOTE", "METADATA"} <= {file.name for file in (both / "python" / "six-1.17.0.dist-info").iterdir()}
    assert (both / "python" / "six.py").read_text() == "FROM = 'the second'"
    (installed,) = host.root.iterdir()
    assert not (installed / "six-1.17.0.dist-info" / "NOTE").exists()


def test_a_zip_that_tells_no_lock_is_refused_if_it_does_not_fit(host: HostLibraries, tmp_path: Path) -> None:
    folders = Folders(tmp_path / "packages")
    with pytest.raises(LambdaError, match="cannot be loaded"):
        folders.acquire("user", [package({"a.so": FOREIGN})], host)
    with pytest.raises(LambdaError, match=r"python/lakeloop_host.json is not what `just layer` writes"):
        folders.acquire("user", [package({f"python/{DESCRIBED}": "{}"})], host)
    assert (folders.acquire("user", [package({"app.py": "1"})], host) / "app.py").exists()
    assert not list(host.root.iterdir())


def test_libraries_that_cannot_be_installed_are_told_and_leave_nothing(host: HostLibraries, tmp_path: Path) -> None:
    unlocked = {f"python/{DESCRIBED}": json.dumps({"own": [], "requirements": "six==1.17.0"})}
    with pytest.raises(LambdaError, match="could not install the layer's libraries for this machine"):
        Folders(tmp_path / "packages").acquire("user", [package(unlocked)], host)
    assert not list(host.root.iterdir())
    assert not list((tmp_path / "packages").iterdir())


def test_what_fits_is_linux_for_this_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"x86_64": "arm64", "arm64": "x86_64"}[architecture()]
    assert (host_libraries.fits(architecture()), host_libraries.fits(other)) == (True, False)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not host_libraries.fits(architecture())


def test_a_portable_function_answers_as_with_awss_client(start: Start, portable: Runtime) -> None:
    running = start(
        COUNTING + "    import six, sys\n    if event == 'no': raise ValueError('no such order')\n"
        "    assert 0 < context.get_remaining_time_in_millis() <= 120000\n"
        "    return [count, context.aws_request_id, hasattr(six, 'ensure_str'), sys.path[0], 'ä' * (event or 0)]",
        layers=[LOCKED],
        function=portable,
    )
    count, request, installed, first, text = running.value(1_000_000)
    assert (count, request, installed, len(text)) == (1, "request-1", True, 1_000_000)
    assert (Path(first) / "app.py").exists()
    error = running.error("no")
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such order")
    assert running.value()[0] == 3, "the process is the same"
    assert "(layer=host)" in start("def handle(event, context): print('hi')", function=portable)().log


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("time.sleep(600)", "Task timed out after 1.00 seconds"),
        ("b'x' * 200_000_000; time.sleep(600)", "signal: killed"),
    ],
)
def test_a_portable_function_that_ends_is_begun_anew(
    start: Start, portable: Runtime, monkeypatch: pytest.MonkeyPatch, statement: str, told: str
) -> None:
    monkeypatch.setattr(memory, "resident", memory.of_ps)
    source = f"import os, time\n{COUNTING}    if event:\n        kept = {statement}\n    return count"
    timeout = 1 if told.startswith("Task") else 60
    running = start(source, function=portable, memory_mb=128, timeout_seconds=timeout)
    assert told in running.error(True)["errorMessage"]
    assert running.value() == 1


ALONE = """
import sys
from pathlib import Path
from dataclasses import replace
from lakeloop_emulator.settings import RUNTIMES
from local_lambda import runtimes
from local_lambda.environment import Environment
from local_lambda.model import Function, Invocation

folder = Path(sys.argv[1])
function = Function("f", "1", "python3.12", "app.handle", 128, 600, 512)
runtime = runtimes.provide("python3.12", RUNTIMES, portable=True)
environment = Environment(function, runtime, folder, folder, folder / "own")
environment.start()
print(environment.invoke(Invocation("1", "arn", b"{}")).payload.decode(), flush=True)
sys.stdin.read()
"""


def test_a_portable_function_that_waits_ends_with_the_emulator(tmp_path: Path) -> None:
    """The kernel is not asked: on other systems there is nothing to ask it."""
    (tmp_path / "app.py").write_text(
        "import ctypes, os, signal\ndef handle(event, context):\n"
        "    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # as if it had not been told to\n    return os.getpid()"
    )
    emulator = subprocess.Popen(
        [sys.executable, "-c", ALONE, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert emulator.stdout
    process = Path("/proc", emulator.stdout.readline().strip())
    assert process.exists()
    emulator.send_signal(signal.SIGKILL)
    emulator.communicate()
    assert until(lambda: not process.exists())


def test_ps_tells_the_memory_of_a_process_and_of_those_that_it_started() -> None:
    child = "kept = b'x' * 80_000_000; print('there', flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert process.stdout
        process.stdout.readline()
        alone, together = (memory.of_ps(process.pid, children) for children in (False, True))
        assert 1_000_000 < alone < 60_000_000
        assert together > 80_000_000
        assert abs(together - memory.resident(process.pid, True)) < 20_000_000
    finally:
        process.communicate(b"\n")
    assert memory.of_ps(process.pid, True) == 0


def test_a_code_zip_keeps_its_own_packages_beside_its_libraries(host: HostLibraries, tmp_path: Path) -> None:
    files = {name.removeprefix("python/"): content for name, content in LOCKED.items()}
    content = zipped({**files, "mine.py": "1"})
    one = Package("f", "1", lambda file: file.write(content))
    task = Folders(tmp_path / "packages").acquire("user", [one], host)
    assert (task / "mine.py").exists()
    assert (task / "six.py").is_symlink()
    assert not (task / "_native.so").exists()


def test_the_kept_runtime_is_shared_with_functions_whose_layers_fit() -> None:
    assert runtimes.provide("python3.12", RUNTIMES, portable=True).folder == RUNTIMES / "python3.12"
