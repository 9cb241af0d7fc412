"""Whether the layer fits the machine: the libraries in it are of one architecture, its byte code of one Python."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

# Written into the layer when it is built. What is installed otherwise has none, and fits by the installer's care.
STAMP = "dbt_runner_layer.json"


def require(path: Sequence[str]) -> None:
    """Check the layer found on *path*, before an import of something in it fails with words that say less.

    Raises:
        ImportError: there is no dbt, or the layer is of another architecture or Python. Lambda reports it as
            ``Runtime.ImportModuleError``, without a trace.
    """
    if find_spec("dbt") is None:
        raise ImportError("The function has no layer: dbt is not there. Build it (`just layer`) and apply Terraform.")
    for folder in path:
        stamp = Path(folder) / STAMP
        if stamp.is_file():
            _compare(json.loads(stamp.read_text("utf-8")))


def _compare(layer: dict[str, str]) -> None:
    """Compare the layer's stamp, ``{"machine": "aarch64", "python": "3.12"}``, with what runs."""
    machine, python = platform.machine(), ".".join(map(str, sys.version_info[:2]))
    if (layer["machine"], layer["python"]) != (machine, python):
        raise ImportError(
            f"The layer is for {layer['machine']} and Python {layer['python']}; the function runs on {machine} with "
            f"Python {python}. Build the layer for the function's architecture (`just layer arch=...`) and apply "
            "Terraform with the same `architecture` and `python_runtime`."
        )
