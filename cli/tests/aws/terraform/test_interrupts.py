"""A child process in Terraform's place sends its parent what a terminal would."""

import os
import signal
import subprocess
import sys

import pytest
from lakeloop.aws.terraform import interrupts
from lakeloop.aws.terraform.interrupts import FINISHING, INTERRUPTED, run
from lakeloop.interrupted import EXIT_CODE

CTRL_C = "os.kill(os.getppid(), signal.SIGINT); "
TERRAFORM = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]); "


def terraform(code, tmp_path, finish):
    return run([sys.executable, "-c", TERRAFORM + code], tmp_path, os.environ, finish=finish)


@pytest.mark.parametrize("finish", [True, False])
@pytest.mark.parametrize("code", [0, 1])
def test_its_exit_code_is_terraforms(finish, code, tmp_path):
    assert terraform(f"sys.exit({code})", tmp_path, finish) == code


@pytest.mark.parametrize("presses", [1, 2])
def test_what_changes_something_ends_by_itself(presses, tmp_path, capfd):
    """Twice within a second is what uv makes of one."""
    ends = "signal.sigtimedwait([signal.SIGINT], 0.5) or open('ended', 'x')"
    assert terraform(CTRL_C * presses + ends, tmp_path, finish=True) == EXIT_CODE
    assert (tmp_path / "ended").exists()
    assert capfd.readouterr().err == f"\n{FINISHING}\n"


def test_a_second_ctrl_c_interrupts_what_changes_something_after_its_requests(tmp_path, capfd, monkeypatch):
    """It is stopped while they come to their end, and gets one interrupt."""
    monkeypatch.setattr(interrupts, "_SAME_SECONDS", 0.0)
    monkeypatch.setattr(interrupts, "_SETTLE_SECONDS", 0.4)
    # As a provider has: a process of its own, whose answers wait in a pipe.
    requests = "read, write = os.pipe(); os.fork() or (time.sleep(0.2), os.write(write, b'made'), os._exit(0)); "
    press = CTRL_C + "time.sleep(0.05); " + CTRL_C
    took = "os.set_blocking(read, False); signal.sigtimedwait([signal.SIGINT], 20) and open('state', 'wb').write(os.read(read, 9))"
    assert terraform(f"import time; {requests}{press}{took}", tmp_path, finish=True) == EXIT_CODE
    assert (tmp_path / "state").read_bytes() == b"made"
    assert capfd.readouterr().err == f"\n{FINISHING}\n\n{INTERRUPTED}\n"


@pytest.mark.parametrize(
    ("finish", "code"), [(True, "open('ended', 'x')"), (False, "time.sleep(20) or open('ended', 'x')")]
)
def test_a_ctrl_c_that_comes_while_it_begins_is_not_lost(finish, code, tmp_path, capfd, monkeypatch):
    popen = subprocess.Popen

    def begun(*command, **settings):
        os.kill(os.getpid(), signal.SIGINT)
        return popen(*command, **settings)

    monkeypatch.setattr(interrupts.subprocess, "Popen", begun)
    assert run([sys.executable, "-c", f"import time; {code}"], tmp_path, os.environ, finish=finish) == EXIT_CODE
    assert (tmp_path / "ended").exists() is finish
    assert capfd.readouterr().err.startswith(f"\n{FINISHING if finish else INTERRUPTED}\n")


def test_what_changes_nothing_is_interrupted_at_once(tmp_path, capfd):
    waits = "signal.sigtimedwait([signal.SIGINT], 20) and open('interrupted', 'x')"
    assert terraform(CTRL_C + waits, tmp_path, finish=False) == EXIT_CODE
    assert (tmp_path / "interrupted").exists()
    assert capfd.readouterr().err == f"\n{INTERRUPTED}\n"


def test_a_reader_that_goes_away_ends_nothing(tmp_path):
    def show(line):
        raise BrokenPipeError

    code = TERRAFORM + "[print('x' * 1000, flush=True) for _ in range(1000)]; open('ended', 'x')"
    with pytest.raises(BrokenPipeError):
        run([sys.executable, "-c", code], tmp_path, os.environ, finish=True, show=show)
    assert (tmp_path / "ended").exists()
