"""uv, which makes the Pythons of functions and installs what they import."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from local_lambda.model import LambdaError


def run(folder: Path, *arguments: str) -> str:
    """Run uv below *folder*; what it says is wrong, empty if nothing is. Raises ``LambdaError`` if there is none.

    The folder decides: on the Pythons that pyenv shows, and against this project's limits on uv.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise LambdaError("The Python of functions is made by uv, which is not on the PATH. `make` fetches it.")
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    finished = subprocess.run(
        [uv, "--quiet", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return finished.stderr.strip() or f"exit code {finished.returncode}" if finished.returncode else ""
