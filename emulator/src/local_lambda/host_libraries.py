"""Libraries of this machine in the place of those in a zip: the shared objects of a layer are Linux's, and of one processor.

A zip that was locked says beside its libraries, in ``lakeloop_host.json``, by which requirements they were installed; where
they do not fit, the same versions are installed for this machine, once for all zips of one lock. A link stands for each then,
whose file names and contents are those of a plain install: nothing of it is trimmed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from local_lambda import uv
from local_lambda.model import LambdaError, architecture
from local_lambda.runtimes import Runtime

DESCRIBED = "lakeloop_host.json"
"""Name of the file; of `lakeloop_layer.host`, which writes it."""
_making = threading.Lock()


@dataclass(frozen=True)
class Locked:
    """The libraries of a zip: all of *folder* in it, as the *requirements* for pip have them, but what is its *own*."""

    folder: PurePosixPath
    own: frozenset[str]
    requirements: str

    def leaves_out(self, path: str) -> bool:
        """Whether the zip's entry at *path* is one of the libraries, or the description of them."""
        try:
            inside = PurePosixPath(path).relative_to(self.folder).parts
        except ValueError:
            return False
        return bool(inside) and inside[0] not in self.own


def fits(machine: str) -> bool:
    """Whether shared objects for Lambda's *machine* (``arm64``) can be loaded here."""
    return sys.platform == "linux" and machine == architecture()


def locked(archive: zipfile.ZipFile) -> Locked | None:
    """Libraries of the zip as it describes them; None if it does not. Raises ``LambdaError`` if it cannot be understood."""
    for name in archive.namelist():
        path = PurePosixPath(name)
        if path.name == DESCRIBED and len(path.parts) <= 2:
            try:
                told = json.loads(archive.read(name))
                return Locked(path.parent, frozenset(map(str, told["own"])), str(told["requirements"]))
            except (ValueError, KeyError, TypeError) as error:
                raise LambdaError(
                    f"{name} is not what `just layer` writes ({error!r}): build the zip again."
                ) from error
    return None


@dataclass(frozen=True)
class HostLibraries:
    """Installs below *root*, for the Python of *runtime*."""

    runtime: Runtime
    root: Path

    def put(self, libraries: Locked, folder: Path) -> None:
        """Link *libraries* into the unpacked zip at *folder*. Raises ``LambdaError`` if they cannot be installed."""
        target = folder / libraries.folder
        target.mkdir(parents=True, exist_ok=True)
        for entry in sorted(self._installed(libraries.requirements).iterdir()):
            _link(entry, target / entry.name)

    def _installed(self, requirements: str) -> Path:
        key = hashlib.sha256(f"{self.runtime.name}\n{requirements}".encode()).hexdigest()[:16]
        folder = self.root / f"host-{self.runtime.name}-{key}"
        with _making:
            if not folder.exists():
                self._install(requirements, folder)
        return folder

    def _install(self, requirements: str, folder: Path) -> None:
        """Made aside, then moved: another emulator never sees half of it."""
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=self.root))
        try:
            (aside / "requirements.txt").write_text(requirements, "utf-8")
            said = uv.run(
                self.root,
                *("pip", "install", "--python", str(self.runtime.python), "--target", str(aside / "new")),
                *("--no-deps", "--require-hashes", "--compile-bytecode"),
                *("--requirement", str(aside / "requirements.txt")),
            )
            if said:
                raise LambdaError(
                    f"uv could not install the layer's libraries for this machine into {folder}: {said}\n"
                    "They come from PyPI: see that the package index can be reached, then deploy again."
                )
            (aside / "new").rename(folder)
        except OSError:
            if not folder.exists():  # else another emulator was quicker
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    """Let *target* lead to *source*; what another zip has there stays, and folders of both hold the files of both."""
    if target.is_symlink() and target.is_dir() and source.is_dir():
        before = target.resolve()
        target.unlink()
        target.mkdir()
        for entry in before.iterdir():
            (target / entry.name).symlink_to(entry)
    if target.is_dir() and source.is_dir():
        for entry in sorted(source.iterdir()):
            _link(entry, target / entry.name)
    elif not target.exists():
        target.symlink_to(source)
