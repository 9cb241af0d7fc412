"""The Pythons that functions run in: one environment per runtime, holding AWS's runtime client, boto3 and nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from local_lambda.model import LambdaError

SUPPORTED = ("python3.12", "python3.13")
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_STAMP = "lakeloop-requirements"
_making = threading.Lock()


@dataclass(frozen=True)
class Runtime:
    """A runtime that is there."""

    name: str
    """As Lambda calls it: python3.12"""
    folder: Path
    """The virtual environment, which stands for Lambda's /var/lang."""

    @property
    def python(self) -> Path:
        return self.folder / "bin" / self.name

    @property
    def packages(self) -> Path:
        """The folder of the runtime client and of boto3, in the place of Lambda's /var/runtime."""
        return self.folder / "lib" / self.name / "site-packages"


def provide(name: str, root: Path) -> Runtime:
    """The runtime *name* below *root*, made if it is missing or out of date. Raises ``LambdaError``."""
    if name not in SUPPORTED:
        raise LambdaError(f"The runtime {name} does not run here without Docker; {' and '.join(SUPPORTED)} do.")
    if sys.platform != "linux":
        raise LambdaError(
            "Functions run without Docker on Linux only: AWS's runtime client is built for no other system, and neither are "
            "layers. `just up emulator=docker` runs them in the emulator's container."
        )
    runtime = Runtime(name, root / name)
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
    try:
        _uv(runtime, "venv", "--no-project", "--no-python-downloads", "--python", version, str(made.folder))
        _uv(
            runtime,
            *("pip", "install", "--python", str(made.python), "--require-hashes", "--only-binary", ":all:"),
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
    uv = shutil.which("uv")
    if uv is None:
        raise LambdaError(
            f"The Lambda runtime {runtime.name} is made by uv, which is not on the PATH. `make` fetches it."
        )
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    # There, because the folder decides: on the Pythons that pyenv shows, and against this project's limits on uv.
    here = runtime.folder.parent
    finished = subprocess.run([uv, "--quiet", *arguments], cwd=here, env=environment, capture_output=True, text=True)
    if finished.returncode == 0:
        return
    said = finished.stderr.strip()
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
