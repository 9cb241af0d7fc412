"""The supervisor: started again after a failure, left alone after a refusal, gone after a signal."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lakeloop_capture import supervise

SAID = 'print(\'{"event": "x", "message": "the database is away"}\', flush=True); '


def child(tmp_path, *codes):
    """A program that ends with each of *codes*, one after another, and keeps what it was asked."""
    script = f"""
import os, sys
from pathlib import Path
file = Path({str(tmp_path / "runs")!r})
runs = file.read_text().splitlines() if file.exists() else []
file.write_text("\\n".join([*runs, os.environ.get("CAPTURE_AGAIN", "-")]))
{SAID}
if len(runs) == 1:
    Path(os.environ["LAKELOOP_CAPTURE_STATUS"]).touch()
sys.exit({list(codes)!r}[len(runs)])
"""
    return sys.executable, "-c", script


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT", 0.01)
    monkeypatch.setattr(supervise, "_LONGEST_WAIT", 0.01)


def run(tmp_path, *codes):
    code = supervise.Supervisor(tmp_path, child(tmp_path, *codes)).run()
    return code, json.loads((tmp_path / "status.json").read_text()), (tmp_path / "runs").read_text().split("\n")


def test_it_is_started_again_until_it_is_refused_and_says_why(tmp_path, quick):
    code, status, runs = run(tmp_path, 1, 137, 2)
    assert (code, status["state"], status["starts"], len(runs)) == (2, "refused", 3, 3)
    assert status["message"] == "the database is away"


def test_a_capture_that_was_stopped_stays_so(tmp_path, quick):
    code, status, runs = run(tmp_path, 0)
    assert (code, status["state"], len(runs)) == (0, "stopped", 1)


def test_a_snapshot_is_asked_for_until_a_run_has_begun(tmp_path, quick, monkeypatch):
    monkeypatch.setenv("CAPTURE_AGAIN", "snapshot")
    assert run(tmp_path, 1, 1, 1, 0)[2] == ["snapshot", "snapshot", "-", "-"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_capture_with_it(tmp_path, number):
    endless = "import signal, sys; signal.signal(15, lambda *_: sys.exit(0)); print('up', flush=True); signal.pause()"
    source = (
        "import sys; from pathlib import Path; from lakeloop_capture.supervise import Supervisor; "
        f"sys.exit(Supervisor(Path({str(tmp_path)!r}), [sys.executable, '-c', {endless!r}]).run())"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", source], cwd=Path(supervise.__file__).parents[1])
    try:
        while not (tmp_path / "capture.log").exists() or b"up" not in (tmp_path / "capture.log").read_bytes():
            assert supervisor.poll() is None
        supervisor.send_signal(number)
        assert supervisor.wait(30) == 0
    finally:
        supervisor.kill()
        supervisor.wait()
    assert json.loads((tmp_path / "status.json").read_text())["state"] == "stopped"
