"""Files on a disk that takes no more: the one before stays, nothing lies beside it, one message says what is lacking."""

import resource
import shutil
import sys
from pathlib import Path

import pytest
from lakeloop import commands, files
from lakeloop.errors import UserError


@pytest.fixture
def full():
    """No file may grow beyond 1 kB, which a program finds out as it does that a disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full")
def test_a_file_that_cannot_be_written_is_as_it_was(tmp_path):
    file = tmp_path / "lakeloop.toml"
    files.write(file, "before")
    file.chmod(0o640)
    with pytest.raises(
        UserError, match=r"lakeloop.toml cannot be written: File too large. What was there before is there"
    ):
        files.write(file, "x" * 2000)
    assert (file.read_text("utf-8"), list(tmp_path.iterdir())) == ("before", [file])
    files.write(file, b"after")
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == ("after", 0o640)


def test_a_new_file_has_the_usual_mode_and_a_link_stays_one(tmp_path):
    (tmp_path / "usual").touch()
    files.write(tmp_path / "folder" / "file", "x")
    assert (tmp_path / "folder" / "file").stat().st_mode == (tmp_path / "usual").stat().st_mode
    (tmp_path / "link").symlink_to(tmp_path / "usual")
    files.write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "usual").read_text("utf-8") == "new"


@pytest.mark.parametrize(
    ("failing", "message"),
    [
        (lambda folder: Path("/dev/full").write_text("x"), "No space left on device: "),
        (lambda folder: (folder / "none" / "file").write_text("x"), "No such file or directory: {folder}/none/file"),
        (lambda folder: shutil.copytree(folder / "from", folder / "file" / "to"), "Not a directory: {folder}/file/to"),
        (
            lambda folder: shutil.copytree(folder / "with_link", folder / "to"),
            "{folder}/with_link/link cannot be copied: ",
        ),
    ],
)
def test_what_the_system_refuses_is_one_message(tmp_path, monkeypatch, capsys, failing, message):
    (tmp_path / "from").mkdir()
    (tmp_path / "with_link").mkdir()
    (tmp_path / "with_link" / "link").symlink_to("nowhere")
    (tmp_path / "file").touch()
    monkeypatch.setitem(commands.COMMANDS, "load", lambda here, words: failing(tmp_path))
    monkeypatch.setattr(sys, "argv", ["lakeloop", "load"])
    assert commands.main() == 2
    assert capsys.readouterr().err.startswith(f"error: {message.format(folder=tmp_path)}")


def test_dbt_is_not_begun_on_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 10**9, 1_000))
    with pytest.raises(UserError, match=r"has 0.0 MB free, and dbt writes its log.*free 4 MB. Nothing was done"):
        files.require_room(tmp_path)
