"""The emulator's process is found again, whatever the terminal looks like."""

import subprocess
import sys

from lakeloop_emulator import host


def test_a_process_is_found_in_a_narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "10")
    process = subprocess.Popen([sys.executable, "-c", "input()", "x" * 200, host._NAME], stdin=subprocess.PIPE)
    try:
        assert host._alive(process.pid)
    finally:
        process.communicate(b"\n")
    assert not host._alive(process.pid)
