"""Settings of one command typed to another, and ports on which nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lakeloop_emulator import __main__ as main
from lakeloop_emulator import host
from lakeloop_emulator.settings import ORIGINS, Settings
from lakeloop_emulator.taken import TAKEN


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """An emulator on port 4570, as its pid file has it."""
    (tmp_path / "pid").write_text("17 4570 lambda\n")
    monkeypatch.setattr(host, "_alive", lambda number: True)
    monkeypatch.setattr(host, "_stop", lambda *given: pytest.fail("it was stopped"))
    parse = main.parse
    monkeypatch.setattr(main, "parse", lambda words: parse(words, tmp_path))
    return Settings(port=4570, state=tmp_path)


@pytest.mark.parametrize("command", sorted(set(TAKEN) - {"forget"}))
def test_another_port_than_that_of_the_emulator_is_refused(
    running: Settings, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main([command, "port=4571"]) == 1
    said = capsys.readouterr()
    assert (said.out, "runs on port 4570, not on 4571: nothing was done." in said.err) == ("", True)


def test_its_own_port_is_as_good_as_none(running: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["env", "port=4570"]) == 0
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:4570" in capsys.readouterr().out


def test_an_emulator_that_runs_is_up_whatever_its_port(
    running: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(host.health, "answer", lambda settings: {"services": {}} if settings.port == 4570 else None)
    assert main.main(["up"]) == 0
    assert "The emulator is up already: http://127.0.0.1:4570" in capsys.readouterr().out
    assert main.main(["up", "port=4571"]) == 1
    assert "runs on port 4570" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("down guard=off", "guard= means nothing to `just down`, which takes emulator=, port=, persist=."),
        ("forget port=4570", "port= means nothing to `just forget`"),
        ("status persist=1", "persist= means nothing to `just status`"),
        ("env origins=http://localhost:3000", "origins= means nothing to `just env`"),
        ("logs memory=4GB", "memory= means nothing to `just logs`"),
        ("down layer=host", "layer= means nothing to `just down`"),
        ("down colour=red", "unknown setting 'colour'"),
    ],
)
def test_a_setting_that_would_be_left_unread_is_refused(
    running: Settings, typed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(typed.split()) == 1
    assert said in capsys.readouterr().err


def test_a_setting_of_the_shell_is_nobodys_word(
    running: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ORIGINS, "http://localhost:3000")
    assert main.main(["env"]) == 0
    assert "4570" in capsys.readouterr().out
