"""An emulator that tests start ends with them, whatever ends them."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.plugin.conftest import free_port

from lakeloop_emulator import host, parent
from lakeloop_emulator.settings import Settings

# A pytest in the middle of a test, as far as the emulator can tell.
INTERRUPTED = """
import os, sys
from pathlib import Path
from lakeloop_emulator import host
from lakeloop_emulator.settings import PARENT, Settings

os.environ[PARENT] = str(os.getpid())
host.up(Settings(port=int(sys.argv[1]), state=Path(sys.argv[2])))
print("up", flush=True)
input()
"""


@pytest.fixture
def child() -> subprocess.Popen[bytes]:
    """A process that ends when its input does."""
    return subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux has it")
def test_the_end_of_a_process_is_waited_for(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    with ThreadPoolExecutor(1) as pool:
        pool.submit(child.stdin.close)
        parent.await_end(child.pid)
    # Ended, but not asked for its exit code yet: to kill(2), such a process is still there.
    assert os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    assert child.wait() == 0


def test_where_no_descriptor_tells_it_is_asked_for(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    monkeypatch.setattr(parent.time, "sleep", lambda seconds: child.communicate())
    parent.await_end(child.pid)
    assert child.returncode == 0


def test_a_process_that_is_gone_is_not_waited_for(child: subprocess.Popen[bytes]) -> None:
    child.communicate()
    parent.await_end(child.pid)


@pytest.mark.emulator
@pytest.mark.slow
def test_an_emulator_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    settings = Settings(port=free_port(), state=tmp_path)
    words = [sys.executable, "-c", INTERRUPTED, str(settings.port), str(settings.state)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tests:
        try:
            assert tests.stdout and any(line == b"up\n" for line in tests.stdout)
            emulator = host.pid(settings)
            assert emulator
            tests.kill()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(parent.await_end, emulator).result(timeout=60)
            assert host.pid(settings) is None
            assert not host.health.port_taken(settings)
        finally:
            tests.kill()
            host.down(settings)
