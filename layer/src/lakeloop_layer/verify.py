"""Whether Lambda will take the layer and the function, and be able to run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lakeloop_project.dbt_settings import DbtSettings

from lakeloop_layer.errors import LayerError
from lakeloop_layer.target import BUDGET_MB, GLIBC, Architecture
from lakeloop_layer.trim import size

_MEGABYTE = 1_000_000


def libraries(folder: Path, architecture: Architecture) -> int:
    """Check every shared object under *folder*; the number of them.

    Raises:
        LayerError: one is of another architecture, or needs a newer glibc than Lambda's.
    """
    from elftools.elf.elffile import ELFFile  # here, because most commands find a layer that was verified before

    checked = 0
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.open("rb").read(4) != b"\x7fELF":
            continue
        checked += 1
        name = file.relative_to(folder).as_posix()
        with file.open("rb") as stream:
            elf = ELFFile(stream)
            machine, needed = elf["e_machine"], _glibc(elf)
        if machine != architecture.elf_machine:
            raise LayerError(
                f"{name} is of another architecture: {machine}, not {architecture.elf_machine} ({architecture.name}). "
                f"Was the wheel forced? Remove .lakeloop/build and run `just layer arch={architecture.name}`."
            )
        if needed > GLIBC:
            raise LayerError(
                f"{name} needs glibc {needed[0]}.{needed[1]}; Lambda (Amazon Linux 2023) has {GLIBC[0]}.{GLIBC[1]}. "
                "Pin an older version of that package in lambda/pyproject.toml, then `uv lock`."
            )
    return checked


def _glibc(elf: Any) -> tuple[int, int]:
    """The newest version of glibc that *elf*'s symbols ask for; (0, 0) if none."""
    from elftools.elf.gnuversions import GNUVerNeedSection

    newest = (0, 0)
    for section in elf.iter_sections():
        if not isinstance(section, GNUVerNeedSection):
            continue
        for _, auxiliaries in section.iter_versions():
            for auxiliary in auxiliaries:
                found = re.fullmatch(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?", auxiliary.name)
                if found:
                    newest = max(newest, (int(found[1]), int(found[2])))
    return newest


def budget(layer: Path, function: Path | None = None) -> None:
    """Check the unzipped size of the layer, with the function if it is given.

    Raises:
        LayerError: it is over the budget, which is far below Lambda's 250 MB.
    """
    total = size(layer) + (size(function) if function else 0)
    if total > BUDGET_MB * _MEGABYTE:
        largest = sorted(((size(path), path.name) for path in layer.glob("*") if path.is_dir()), reverse=True)[:5]
        names = ", ".join(f"{name} {bytes_ / _MEGABYTE:.0f} MB" for bytes_, name in largest)
        raise LayerError(
            f"The layer is too large: {total / _MEGABYTE:.0f} MB unzipped, the budget is {BUDGET_MB} MB. "
            f"Largest: {names}. Trim what is not imported (layer/src/lakeloop_layer/trim.py)."
        )


def proof(layer: Path, function: Path, settings: DbtSettings | None = None) -> dict[str, float]:
    """Import the handler and parse the project from the two folders alone; the seconds of both.

    Args:
        settings: the variables that the function will have, and dbt's targets; dev's is parsed for.

    Raises:
        LayerError: something is missing.
    """
    settings = settings or DbtSettings()
    environment = next(iter(settings.targets), "dev")
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("proof.py"))]
        done = subprocess.run(
            [*command, str(layer), str(function), scratch, environment, settings.target(environment)],
            # As terraform/modules/runner sets them: dbt finds no variable of a team's that is not named.
            env={**os.environ, **settings.env, "DBT_ENVIRONMENT_NAMES": ",".join(settings.env)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        last = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-12:])
        trimmed = any(name in last for name in ("ImportError", "ModuleNotFoundError", "FileNotFoundError"))
        raise LayerError(
            f"The project cannot be parsed with the layer and the function alone:\n{last}"
            + ("\nSomething that is imported was trimmed? See layer/src/lakeloop_layer/trim.py." if trimmed else "")
        )
    seconds: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return seconds
