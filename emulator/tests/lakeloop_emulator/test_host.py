"""The emulator's process is found again, whatever the terminal looks like."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lakeloop_emulator import __main__ as main
from lakeloop_emulator import host
from lakeloop_emulator.settings import EmulatorError, Settings


def test_a_process_is_found_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    command = [sys.executable, "-c", "input()", "x" * 200, host._NAMES[0]]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    try:
        assert host._alive(process.pid)
    finally:
        process.communicate(b"\n")
    assert not host._alive(process.pid)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(port=port, state=tmp_path)
    yield settings
    host.down(settings)


def test_a_pid_file_that_outlived_its_process_is_no_emulator(settings: Settings) -> None:
    settings.state.joinpath("pid").write_text(f"{os.getpid()} {settings.port}\n")  # a stranger has the number now
    assert host.pid(settings) is None
    assert host.status(settings) == (False, "The emulator is down. `just up` starts it.")
    assert host.down(settings) == "The emulator is not running."
    assert not settings.state.joinpath("pid").exists()


def test_a_port_that_a_stranger_has_is_named(settings: Settings) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", settings.port))
        stranger.listen()
        with pytest.raises(EmulatorError, match=f"Port {settings.port} on 127.0.0.1 is taken .*just up port="):
            host.up(settings)


def test_a_process_that_dies_shows_its_last_words(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = settings.state / "localstack-supervisor"
    dying.write_text("#!/bin/sh\necho no such module\nexit 3\n")
    dying.chmod(0o755)
    monkeypatch.setattr(host, "prepare", lambda: dying)
    with pytest.raises(EmulatorError, match=r"(?s)died while it started.*no such module"):
        host.up(settings)
    assert host.pid(settings) is None


@pytest.mark.emulator
def test_an_emulator_whose_port_another_took_as_it_started_ends(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host.health, "port_taken", lambda settings: False)  # it was free a moment ago
    with socket.socket() as quicker:
        quicker.bind(("127.0.0.1", settings.port))
        quicker.listen()
        with pytest.raises(
            EmulatorError, match=rf"died while it started[^~]*{settings.port}: .*Address already in use"
        ):
            host.up(settings)
    assert host.pid(settings) is None


def test_an_emulator_on_another_port_is_not_taken_for_the_one_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "_alive", lambda number: True)
    monkeypatch.setattr(host.health, "answer", lambda settings: {"services": {}})  # a stranger's, on the port asked for
    settings.state.joinpath("pid").write_text(f"1 {settings.port + 1}\n")
    with pytest.raises(EmulatorError, match=f"runs on port {settings.port + 1}"):
        host.up(settings)
    settings.state.joinpath("pid").unlink()


@pytest.mark.emulator
@pytest.mark.slow
def test_an_emulator_whose_supervisor_was_killed_is_found_and_stopped(settings: Settings) -> None:
    host.up(settings)
    supervisor = host.pid(settings)
    assert supervisor
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
    assert host.status(settings)[0]
    assert host.down(settings) == f"The emulator is down (process {supervisor})."
    assert not host.health.port_taken(settings)


@pytest.mark.emulator
@pytest.mark.slow
def test_up_twice_status_and_down(settings: Settings) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(host.up, (settings, settings)))
    assert "The emulator is up already: " in first
    assert "The emulator is up: " in second
    process = host.pid(settings)
    assert "up already" in host.up(settings)
    assert host.pid(settings) == process
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, Signature=0"}
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(urllib.request.Request(f"{settings.url}/no-such-bucket", headers=signed), timeout=60)
    assert not list(settings.state.glob("files/var/lib/localstack/cache/service-catalog-*")), "made for every emulator"
    assert host.current(Settings(port=4999, state=settings.state)).port == settings.port
    up, said = host.status(settings)
    assert (up, settings.url in said) == (True, True)
    assert host.down(settings) == f"The emulator is down (process {process})."
    assert host.pid(settings) is None
    assert not settings.state.joinpath("files").exists()


def test_an_emulator_whose_number_cannot_be_written_down_is_not_left_running(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = settings.state / "localstack-supervisor"
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")
    sleeper.chmod(0o700)
    started: list[int] = []

    class Started(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *given: object, **more: object) -> None:
            super().__init__(*given, **more)  # type: ignore[call-overload]
            started.append(self.pid)

    with monkeypatch.context() as patch:
        patch.setattr(host.subprocess, "Popen", Started)
        patch.setattr(host, "_pid_file", lambda settings: Path("/dev/full"))
        with pytest.raises(OSError, match="No space left on device"):
            host._start(settings, sleeper)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_a_folder_that_takes_nothing_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(main, "parse", lambda words: Settings(state=tmp_path / "file" / "state"))
    for word in ("up", "down"):
        assert main.main([word]) == 1
        assert capsys.readouterr().err == f"Not a directory: {tmp_path / 'file' / 'state'}\n"


def test_the_log_is_shown_without_what_a_terminal_would_obey(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host.log(settings).write_bytes(b"one\x1b]0;title\x07\r\ntwo \xff\xc2\x9b31m\n")
    monkeypatch.setattr(main, "parse", lambda words: settings)
    assert main.main(["logs"]) == 0
    assert capsys.readouterr().out == "one\\x1b]0;title\\x07\\x0d\ntwo \ufffd\\x9b31m\n"
