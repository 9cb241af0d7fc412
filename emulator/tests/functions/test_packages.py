"""How zips become folders."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.functions.helpers import package, zipped

from local_lambda import folders
from local_lambda.folders import Folders, Package
from local_lambda.model import LambdaError
from local_lambda.objects import refuse_foreign

NAMES = st.sampled_from(["a.py", "b.py", "python/a.py", "python/b/c.py", "bin/tool"])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.dictionaries(NAMES, st.text(max_size=5), max_size=4), max_size=3))
def test_a_folder_holds_every_file_and_of_two_the_later(tmp_path_factory: pytest.TempPathFactory, zips: Any) -> None:
    packages = Folders(tmp_path_factory.mktemp("packages"))
    folder = packages.acquire("user", [package(files) for files in zips])
    expected = {name: content for files in zips for name, content in files.items()}
    found = {str(path.relative_to(folder)): path.read_bytes().decode() for path in folder.rglob("*") if path.is_file()}
    assert found == expected
    assert not any(path.stat().st_mode & 0o222 for path in [folder, *folder.rglob("*")]), "read-only"
    packages.release("user")
    assert not folder.exists()


def test_times_permissions_and_links_are_those_of_the_zip(tmp_path: Path) -> None:
    content = io.BytesIO(zipped({"tool": "#!/bin/sh", "data": "1"}))
    with zipfile.ZipFile(content, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "data")
    folder = Folders(tmp_path).acquire("user", [Package("zip", "1", _writer(content.getvalue()))])
    assert (folder / "tool").stat().st_mode & 0o777 == 0o555
    assert (folder / "data").stat().st_mode & 0o777 == 0o444
    assert (folder / "data").stat().st_mtime == 1720141324  # 2024-07-05T01:02:04Z
    assert (folder / "link").readlink() == Path("data")


def test_a_folder_is_kept_as_long_as_it_has_a_user(tmp_path: Path) -> None:
    packages = Folders(tmp_path)
    folder = packages.acquire("one", [package({"a": "1"})])
    assert packages.acquire("two", [package({"a": "1"})]) == folder
    assert packages.acquire("two", [package({"a": "2"})]) != folder
    packages.release("one")
    assert (folder / "a").read_text() == "1"
    packages.release("two")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no zip", "test.zip: the zip cannot be unpacked"),
        (zipped({"../evil": "1"}), "test.zip: the zip's entry ../evil points outside of the zip"),
        (zipped({"python/../../evil": "1"}), "points outside of the zip"),
        (zipped({"/evil": "1"}), "the zip's entry /evil points outside of the zip"),
    ],
)
def test_a_bad_zip_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(LambdaError, match=told):
        Folders(tmp_path / "packages").acquire("user", [Package("test.zip", "1", _writer(content))])
    assert not list((tmp_path / "packages").iterdir())
    assert not (tmp_path / "evil").exists()


def test_more_than_lambda_takes_is_refused_in_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "code").write_bytes(bytes(60))
    folders.check_size(tmp_path, tmp_path)
    monkeypatch.setattr(folders, "MAX_UNZIPPED_BYTES", 100)
    with pytest.raises(
        LambdaError, match="Function code combined with layers exceeds the maximum allowed size of 100 bytes"
    ):
        folders.check_size(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        ({"python/a.py": "1"}, False),
        ({"a.so": "no ELF"}, False),
        ({"a.so": 62}, False),
        ({"a.so": 183}, True),
        ({"lib/a.so.1.2": 183, "b.so": 183}, True),
        ({"a.so": 183, "b.so": 62}, False),
        ({"a.so": 8}, True),
        ({"a.txt": 183}, False),
    ],
)
def test_shared_objects_of_another_machine_are_refused(files: dict[str, Any], refused: bool) -> None:
    contents = {name: _elf(content) if isinstance(content, int) else content for name, content in files.items()}
    with zipfile.ZipFile(io.BytesIO(zipped(contents))) as archive:
        if refused:
            with pytest.raises(LambdaError, match="the layer was built for"):
                refuse_foreign("the layer", archive, "x86_64")
        else:
            refuse_foreign("the layer", archive, "x86_64")


def test_no_shared_object_of_linux_fits_another_system() -> None:
    with (
        zipfile.ZipFile(io.BytesIO(zipped({"a.so": _elf(183)}))) as archive,
        pytest.raises(LambdaError, match=r"this machine is arm64 with darwin.*`just up emulator=docker`"),
    ):
        refuse_foreign("the layer", archive, "arm64", "darwin")


def _elf(machine: int) -> bytes:
    return b"\x7fELF" + bytes(14) + struct.pack("<H", machine) + bytes(40)


def _writer(content: bytes) -> Any:
    def fetch(file: BinaryIO) -> None:
        file.write(content)

    return fetch
