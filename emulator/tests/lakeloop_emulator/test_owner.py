"""Proofs of whose an emulator is; nothing is started."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lakeloop_emulator import owner
from lakeloop_emulator.settings import token_file


def test_the_token_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(owner.token, [state] * 8))
    assert len(tokens) == 1
    assert len(tokens.pop()) == 64
    assert [path.name for path in state.iterdir()] == ["token"]
    assert stat.S_IMODE(token_file(state).stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_proof_is_of_one_token_one_port_and_one_number() -> None:
    proofs = {owner.proof(token, port, number) for token in "ab" for port in (1, 2) for number in ("x", "y")}
    assert len(proofs) == 8


def test_a_file_of_ones_own_with_the_number_in_it_shows_who_asks(tmp_path: Path) -> None:
    file = tmp_path / "ask"
    file.write_text("12ab")
    assert owner.asked_by_own_user(str(file), "12ab")
    assert not owner.asked_by_own_user(str(file), "12")
    file.write_text("")
    assert not owner.asked_by_own_user(str(file), "")


@pytest.mark.parametrize("kind", ["missing", "folder", "link", "pipe", "empty name", "device"])
def test_other_files_show_nothing(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "ask"
    real = tmp_path / "real"
    real.write_text("12ab")
    match kind:
        case "folder":
            file.mkdir()
        case "link":
            file.symlink_to(real)
        case "pipe":
            os.mkfifo(file)
    name = {"empty name": "", "device": "/dev/zero"}.get(kind, str(file))
    assert not owner.asked_by_own_user(name, "12ab")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_shows_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ask"
    file.write_text("12ab")
    os.chown(file, 1, 1)
    assert not owner.asked_by_own_user(str(file), "12ab")
