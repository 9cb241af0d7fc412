"""The folders that code and layers are unpacked to: once for all versions and environments that use the same zips."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from local_lambda.host_libraries import HostLibraries, Locked, locked
from local_lambda.model import LambdaError, architecture
from local_lambda.objects import refuse_foreign

MAX_UNZIPPED_BYTES = 262_144_000
"""Of code and layers together: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


@dataclass(frozen=True)
class Package:
    """A zip: of code, or of a layer."""

    name: str
    """The name for messages."""
    sha256: str
    """Any text that is the same for the same bytes only."""
    fetch: Callable[[BinaryIO], object]
    """Writes the zip's bytes into a file."""


class Folders:
    """Unpacked zips below *root*; each is kept as long as it has a user."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._users: dict[Path, set[str]] = {}

    def acquire(self, user: str, packages: Sequence[Package], host: HostLibraries | None = None) -> Path:
        """One read-only folder with what *packages* hold, of two files of one name the later. Raises ``LambdaError``.

        With *host*, libraries of packages that tell their lock are this machine's.
        """
        names = [package.sha256 for package in packages] + (["host"] if host else [])
        key = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
        folder = self._root / key
        with self._lock:
            if folder not in self._users:
                self._unpack(folder, packages, host)
            self._users.setdefault(folder, set()).add(user)
        return folder

    def release(self, user: str) -> None:
        """*user* is gone; so is what no one else uses."""
        with self._lock:
            for folder, users in list(self._users.items()):
                users.discard(user)
                if not users:
                    del self._users[folder]
                    remove(folder)

    def _unpack(self, folder: Path, packages: Sequence[Package], host: HostLibraries | None) -> None:
        aside = folder.with_suffix(".new")
        remove(aside)
        remove(folder)
        aside.mkdir(parents=True)
        try:
            libraries: list[Locked] = []
            for package in packages:
                with (self._root / f"{folder.name}.zip").open("w+b") as file:
                    package.fetch(file)
                    if left_out := _extract(package.name, file, aside, host is not None):
                        libraries.append(left_out)
            for one in reversed(libraries):  # of two the later
                assert host
                host.put(one, aside)
            _make_read_only(aside)
            aside.rename(folder)
        except BaseException:
            remove(aside)
            raise
        finally:
            (self._root / f"{folder.name}.zip").unlink(missing_ok=True)


def check_size(code: Path, layers: Path) -> None:
    """Refuse what is more than Lambda takes. Raises ``LambdaError``."""
    of_code, of_layers = size(code), size(layers)
    if of_code + of_layers > MAX_UNZIPPED_BYTES:
        raise LambdaError(
            f"Function code combined with layers exceeds the maximum allowed size of {MAX_UNZIPPED_BYTES} bytes. The actual "
            f"size is {of_code + of_layers} bytes, {of_code} of code and {of_layers} of layers."
        )


def size(folder: Path) -> int:
    """Bytes in the files below *folder*."""
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += (Path(directory) / name).lstat().st_size
    return total


def remove(folder: Path) -> None:
    """Remove *folder* if it is there, read-only or not."""
    for directory, _, _ in os.walk(folder):
        Path(directory).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _extract(name: str, file: BinaryIO, folder: Path, host: bool) -> Locked | None:
    """Unlike ``ZipFile.extractall``, with times, by which Python judges its .pyc files, permissions and links.

    Libraries that are to be this *host*'s, and of which the lock is told, are left out and returned.
    """
    made: set[Path] = set()
    try:
        with zipfile.ZipFile(file) as archive:
            libraries = locked(archive) if host else None
            if libraries is None:
                refuse_foreign(name, archive, architecture())
            for entry in archive.infolist():
                target = folder / entry.filename
                if ".." in target.parts or entry.filename.startswith("/"):
                    raise LambdaError(f"{name}: the zip's entry {entry.filename} points outside of the zip")
                if libraries and libraries.leaves_out(entry.filename):
                    continue
                directory = target if entry.is_dir() else target.parent
                if directory not in made:
                    directory.mkdir(parents=True, exist_ok=True)
                    made.add(directory)
                if not entry.is_dir():
                    _extract_file(archive, entry, target)
            return libraries
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise LambdaError(f"{name}: the zip cannot be unpacked: {error}") from error


def _extract_file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    mode = entry.external_attr >> 16
    if target.exists() or target.is_symlink():  # of an earlier layer
        target.unlink()
    if stat.S_ISLNK(mode):
        target.symlink_to(archive.read(entry).decode())
        return
    with archive.open(entry) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    written = datetime(*entry.date_time, tzinfo=UTC).timestamp()
    os.utime(target, (written, written))
    target.chmod(0o555 if mode & 0o111 else 0o444)


def _make_read_only(folder: Path) -> None:
    for directory, _, _ in os.walk(folder, topdown=False):
        Path(directory).chmod(0o555)
