"""The function's code: ``dbt_runner``, the dbt project that it runs under ``dbt/``, and what parsing made of it, ``manifest/``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from lakeloop_project import DbtProject, packages, profiles, read_settings
from lakeloop_project.dbt_settings import DbtSettings

from lakeloop_layer import archive, bytecode
from lakeloop_layer.errors import LayerError

_TASK_ROOT = "/var/task"


def sources(root: Path) -> list[Path]:
    """The files of the checkout that go into the zip, sorted; the profile is made of others (``lakeloop_project.profiles``)."""
    found = [*(root / "lambda" / "dbt_runner").rglob("*.py")]
    return sorted([*found, *DbtProject.read(root / "dbt").files()])


def stage(root: Path, folder: Path) -> None:
    """Lay the function's code out in *folder* as it will be in ``/var/task``.

    Raises:
        UserError: packages of the project are not installed.
    """
    packages.require_installed(DbtProject.read(root / "dbt"))
    for file in sources(root):
        inside = root / "lambda" if "dbt_runner" in file.parts else root
        copy = folder / file.relative_to(inside)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    profiles.write(root, folder / "dbt")
    bytecode.compile_function(folder / "dbt_runner", f"{_TASK_ROOT}/dbt_runner")


def dbt_settings(root: Path) -> DbtSettings:
    """``[dbt]`` of the checkout's ``lakeloop.toml``, with a target for every environment."""
    return DbtSettings(read_settings(root).dbt.env, profiles.targets(root))


def parse(folder: Path, settings: DbtSettings | None = None) -> dict[str, Any]:
    """Parse the project that was laid out in *folder*, for each of its targets on Athena (``parse.py``).

    Args:
        settings: variables that the function will have, and which environment has which target; without, none and its own.

    Returns:
        the raw tables that the project declares (``lakeloop_project.sources.to_plain``), by target.

    Raises:
        LayerError: the project does not parse, or cannot be parsed before the names of resources are known.
    """
    settings = settings or DbtSettings()
    environments = {target: environment for environment, target in settings.targets.items()}
    # Nothing of this machine may decide what is in the zip; texts have the same hashes in every build.
    of_machine = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("parse.py")), str(folder), json.dumps(environments)],
        env={**of_machine, **settings.env, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout.strip() + "\n" + done.stderr.strip()).strip().splitlines()[-12:])
        raise LayerError(
            f"The dbt project cannot be parsed, so the function is not built (`just parse` tries it alone):\n{said}"
        )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return dict(told["declared"])


def write(folder: Path, file: Path) -> None:
    """Zip what was laid out in *folder*."""
    archive.write({"": folder}, file)
