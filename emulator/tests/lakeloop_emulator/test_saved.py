"""Which saved state may be loaded: a whole one, of the same programs, that nobody else can write to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lakeloop_emulator import host, saved
from lakeloop_emulator.__main__ import main
from lakeloop_emulator.saved import Header, Report, Saved, Wish
from lakeloop_emulator.settings import VENV, EmulatorError, Settings, parse

STAMP = {"format": "1", "python": "3.13", "moto-ext": "5"}


@pytest.fixture
def state(tmp_path: Path) -> Saved:
    """A state of one object."""
    state = Saved(tmp_path / "saved")
    state.make()
    replace(state, b"memory", "one")
    return state


def replace(state: Saved, memory: bytes, name: str) -> None:
    (state.objects / name).write_bytes(b"content")
    state.replace(Header(STAMP, "today", saved.digest(memory), ["s3"], objects={name: 7}), memory)


def test_a_state_is_what_was_saved(state: Saved) -> None:
    assert state.check(STAMP).describe() == "today, 1 objects, 0.0 MB"
    assert state.payload() == b"memory"
    assert state.folder.stat().st_mode & 0o777 == state.objects.stat().st_mode & 0o777 == 0o700


def test_a_new_state_takes_the_place_of_the_old_one_and_of_its_contents(state: Saved) -> None:
    replace(state, b"later\nmemory", "two")
    state.check(STAMP)
    assert state.payload() == b"later\nmemory"
    assert [path.name for path in state.objects.iterdir()] == ["two"]


def test_a_save_that_came_to_nothing_leaves_the_state_as_it_was(state: Saved) -> None:
    (state.objects / "of the next").write_bytes(b"half")
    (state.folder / "state.new").write_bytes(b"half")
    state.check(STAMP)
    assert state.payload() == b"memory"


def test_a_state_of_another_version_is_refused_by_its_name(state: Saved) -> None:
    with pytest.raises(EmulatorError, match=r"of other versions \(moto-ext 5, here 6\).*`just forget` removes it"):
        state.check(STAMP | {"moto-ext": "6"})


def test_what_was_changed_or_lost_since_is_refused(state: Saved) -> None:
    contents = state.file.read_bytes()
    for broken, why in (
        (contents + b"x", "changed since"),
        (contents[:-1], "changed since"),
        (b"", "header cannot be read"),
        (b"[1]\n", "header cannot be read"),
    ):
        state.file.write_bytes(broken)
        with pytest.raises(EmulatorError, match=why):
            state.check(STAMP)
    state.file.write_bytes(contents)
    (state.objects / "one").write_bytes(b"cut")
    with pytest.raises(EmulatorError, match="missing or cut off"):
        state.check(STAMP)
    (state.objects / "one").unlink()
    with pytest.raises(EmulatorError, match="missing or cut off"):
        state.check(STAMP)


def test_a_state_that_others_may_write_to_is_refused(state: Saved) -> None:
    state.folder.chmod(0o777)
    with pytest.raises(EmulatorError, match="others may write"):
        state.check(STAMP)


def test_the_stamp_names_what_is_installed() -> None:
    (site_packages,) = VENV.glob("lib/python3.*/site-packages")
    stamp = saved.stamp(site_packages)
    assert stamp["python"] == "3.13" and stamp["localstack-core"] == "4.14.0"
    assert set(stamp) == {"format", "python", "lakeloop-emulator", "localstack-core", "moto-ext", "dill"}


def test_a_state_that_cannot_be_used_keeps_the_emulator_down(state: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(port=14397, state=state.folder.parent, persist=True)
    monkeypatch.setattr(host, "prepare", lambda: Path("/nowhere/localstack-supervisor"))
    with pytest.raises(EmulatorError, match="of other versions"):
        host.up(settings)
    assert host.pid(settings) is None
    assert not Wish(settings)
    assert state.exists()


def test_persist_is_a_wish_that_can_be_left_open() -> None:
    assert [parse(words).persist for words in ([], ["persist=1"], ["persist=0"])] == [None, True, False]
    for words, said in ((["persist=maybe"], "neither"), (["persist=1", "docker"], "emulator=host")):
        with pytest.raises(EmulatorError, match=said):
            parse(words)


def test_forgetting_says_what_is_gone(state: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(state=state.folder.parent)
    Wish(settings).set(True)
    monkeypatch.setattr(host, "pid", lambda settings: os.getpid())
    with pytest.raises(EmulatorError, match="runs on the saved state"):
        host.forget(settings)
    monkeypatch.setattr(host, "pid", lambda settings: None)
    assert host.forget(settings) == f"The saved state is gone ({state.folder})."
    assert host.forget(settings) == "There is no saved state."


def test_a_report_is_heard_once_it_was_said(tmp_path: Path) -> None:
    wish = Wish(Settings(state=tmp_path))
    assert wish.hear() is None
    wish.say(Report(error="disk full"))
    assert wish.hear() == Report(error="disk full")
    wish.forget_report()
    assert wish.hear() is None


def test_the_command_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", "persist=maybe"]) == 1
    assert "neither" in capsys.readouterr().err
