"""The state that outlives the emulator: where it lies, whether this emulator may load it, how it is forgotten.

``state`` is one file: a line of JSON (``Header``), then what ``localstack_plugin.state`` made of the services' memory.
``objects/`` has the contents of S3's objects, each under a name that is used once. A new state is written beside the old
one and takes its place by one rename, so there is always a whole one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from lakeloop_emulator.settings import EmulatorError, Settings

FORMAT = 1
"""To be raised with what ``localstack_plugin.state`` and those it asks put into a state."""
_PACKAGES = ("lakeloop-emulator", "localstack-core", "moto-ext", "dill")


@dataclass
class Header:
    """The part of a saved state that can be read without loading it."""

    stamp: dict[str, str]
    """Of which programs' memory it is. Others' classes may look otherwise."""
    saved_at: str
    digest: str
    services: list[str]
    left_out: dict[str, str] = field(default_factory=dict)
    """Services whose memory could not be written, and why."""
    objects: dict[str, int] = field(default_factory=dict)
    """Sizes of the files in ``objects/``."""

    def describe(self) -> str:
        """For people: when, and how much."""
        megabytes = sum(self.objects.values()) / 1e6
        return f"{self.saved_at}, {len(self.objects)} objects, {megabytes:.1f} MB"


@dataclass
class Report:
    """The last thing that the emulator did about its state."""

    restored: bool = False
    saved: bool = False
    error: str = ""


class Saved:
    """The saved state of one emulator."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file, self.objects = folder / "state", folder / "objects"

    def exists(self) -> bool:
        """Whether anything was saved."""
        return self.file.exists()

    def header(self) -> Header:
        """Read its header. Raises ``EmulatorError``."""
        try:
            with self.file.open("rb") as file:
                return Header(**json.loads(file.readline()))
        except (OSError, ValueError, TypeError) as error:
            raise self._unusable(f"its header cannot be read ({error})") from error

    def check(self, stamp: dict[str, str]) -> Header:
        """Refuse what this emulator must not load. Raises ``EmulatorError``."""
        about = self.folder.stat()
        if about.st_uid != os.getuid() or about.st_mode & 0o022:
            raise self._unusable("others may write to it, and to load a state is to run what it says")
        header = self.header()
        other = [
            f"{name} {header.stamp.get(name)}, here {here}"
            for name, here in stamp.items()
            if header.stamp.get(name) != here
        ]
        if other:
            raise self._unusable(f"it is of other versions ({'; '.join(other)})")
        with self.file.open("rb") as file:
            file.readline()
            if hashlib.sha256(file.read()).hexdigest() != header.digest:
                raise self._unusable("its contents have changed since")
        for name, size in header.objects.items():
            path = self.objects / name
            if not path.is_file() or path.stat().st_size != size:
                raise self._unusable(f"the contents of an object are missing or cut off ({path})")
        return header

    def payload(self) -> bytes:
        """The bytes after the header."""
        with self.file.open("rb") as file:
            file.readline()
            return file.read()

    def replace(self, header: Header, payload: bytes) -> None:
        """Make this the state, in one step, and remove the contents that only the one before it had."""
        new = self.folder / "state.new"
        with new.open("wb") as file:
            file.write(json.dumps(asdict(header)).encode() + b"\n" + payload)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.file)
        for path in self.objects.iterdir():
            if path.name not in header.objects:
                path.unlink()

    def abandon(self) -> None:
        """Remove what a save that came to nothing has left: the state before needs none of it, and the disk may be full."""
        needed = self.header().objects if self.exists() else {}
        (self.folder / "state.new").unlink(missing_ok=True)
        for path in self.objects.iterdir():
            if path.name not in needed:
                path.unlink()

    def make(self) -> None:
        """The folders, for the user's eyes only."""
        for folder in (self.folder, self.objects):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)

    def forget(self) -> str:
        """Remove it; answers what to tell the user."""
        if not self.folder.exists():
            return "There is no saved state."
        shutil.rmtree(self.folder)
        return f"The saved state is gone ({self.folder})."

    def _unusable(self, why: str) -> EmulatorError:
        return EmulatorError(f"The saved state at {self.folder} cannot be used: {why}. {self.ways_out()}")

    @staticmethod
    def ways_out() -> str:
        """Advice for a state that cannot be loaded."""
        return (
            "`just up` starts clean and leaves it alone; `just forget` removes it, and then `just up persist=1` begins "
            "a new one."
        )


def of(settings: Settings) -> Saved:
    """The saved state that belongs to *settings*."""
    return Saved(settings.state / "saved")


def digest(payload: bytes) -> str:
    """``Header.digest`` of *payload*."""
    return hashlib.sha256(payload).hexdigest()


def stamp(site_packages: Path) -> dict[str, str]:
    """The versions of all whose classes lie in a state, as installed in *site_packages*."""
    versions = {
        name: found.version for name in _PACKAGES for found in distributions(name=name, path=[str(site_packages)])
    }
    return {"format": str(FORMAT), "python": site_packages.parent.name.removeprefix("python"), **versions}


class Wish:
    """Whether the state is to be saved when the emulator stops, and what the emulator says of that: two small files."""

    def __init__(self, settings: Settings) -> None:
        self._wish, self._report = settings.state / "persist", settings.state / "persist.said"

    def __bool__(self) -> bool:
        return self._wish.exists()

    def set(self, wanted: bool) -> None:
        """From now on it is *wanted*, or not."""
        if wanted:
            self._wish.touch(0o600)
        else:
            self._wish.unlink(missing_ok=True)

    def say(self, report: Report) -> None:
        """The emulator's side: leave *report*, whole or not at all. Where there is no room for it the wish goes, which needs none:
        nobody is to wait for a report then."""
        new = self._report.with_suffix(".new")
        try:
            new.write_text(json.dumps(asdict(report)))
            new.replace(self._report)
        except OSError:
            new.unlink(missing_ok=True)
            self.set(False)

    def hear(self) -> Report | None:
        """The host's side: the last report, None if there is none."""
        try:
            said: dict[str, Any] = json.loads(self._report.read_text())
        except FileNotFoundError:
            return None
        return Report(**said)

    def forget_report(self) -> None:
        """Before something new is asked for."""
        self._report.unlink(missing_ok=True)
