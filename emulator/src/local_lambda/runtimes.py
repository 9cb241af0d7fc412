"""The Pythons that functions run in: one environment per runtime, holding AWS's runtime client, boto3 and nothing else."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from local_lambda import uv
from local_lambda.model import LambdaError

SUPPORTED = ("python3.12", "python3.13")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_STAMP = "lakeloop-requirements"
_NATIVE = sys.platform == "linux"
_making = threading.Lock()


@dataclass(frozen=True)
class Runtime:
    """A runtime that is there."""

    name: str
    """As Lambda calls it: python3.12"""
    folder: Path
    """The virtual environment, which stands for Lambda's /var/lang."""
    portable: bool = False
    """Whether functions run without what Linux alone has: ``portable.py`` serves them, at this machine's paths."""

    @property
    def python(self) -> Path:
        return self.folder / "bin" / self.name

    @property
    def packages(self) -> Path:
        """The folder of the runtime client and of boto3, in the place of Lambda's /var/runtime."""
        return self.folder / "lib" / self.name / "site-packages"


def provide(name: str, root: Path, portable: bool = False) -> Runtime:
    """The runtime *name* below *root*, made if it is missing or out of date; *portable* outside of Linux in any case.

    Raises:
        LambdaError: it cannot be made.
    """
    if name not in SUPPORTED:
        raise LambdaError(f"The runtime {name} does not run here without Docker; {' and '.join(SUPPORTED)} do.")
    runtime = Runtime(name, root / name, portable or not _NATIVE)
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    with _making:
        if not _is_current(runtime, wanted):
            _make(runtime, wanted)
    return runtime


def _is_current(runtime: Runtime, wanted: str) -> bool:
    stamp = runtime.folder / _STAMP
    return runtime.python.exists() and stamp.exists() and stamp.read_text() == wanted


def _make(runtime: Runtime, wanted: str) -> None:
    """Made aside, then moved: whoever looks meanwhile, another emulator say, never sees half of it."""
    root = runtime.folder.parent
    root.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{runtime.name}-", dir=root))
    made = Runtime(runtime.name, aside / "new")
    version = runtime.name.removeprefix("python")
    # AWS builds no client for other systems; of its source, what is Python is installed there.
    wheels = ("--only-binary", ":all:") if _NATIVE else ()
    try:
        _uv(runtime, "venv", "--no-project", "--no-python-downloads", "--python", version, str(made.folder))
        _uv(
            runtime,
            *("pip", "install", "--python", str(made.python), "--require-hashes", *wheels),
            *("--compile-bytecode", "--requirement", str(REQUIREMENTS)),
        )
        (made.folder / _STAMP).write_text(wanted)
        if runtime.folder.exists():
            runtime.folder.rename(aside / "old")
        made.folder.rename(runtime.folder)
    except OSError:
        if not _is_current(runtime, wanted):  # else another emulator was quicker
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _uv(runtime: Runtime, *arguments: str) -> None:
    said = uv.run(runtime.folder.parent, *arguments)
    if not said:
        return
    version = runtime.name.removeprefix("python")
    if arguments[0] == "venv":
        raise LambdaError(
            f"The Lambda runtime {runtime.name} needs Python {version}, and uv finds none: install it with `uv python "
            f"install {version}` or your system's packages, then deploy again. uv says: {said}"
        )
    raise LambdaError(
        f"uv could not install AWS's runtime client for {runtime.name} into {runtime.folder.parent}: {said}\n"
        "It comes from PyPI: see that the package index can be reached, then deploy again."
    )
