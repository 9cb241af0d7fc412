"""Small functions: each is a member of the workspace, ``lambda/<name>/``, and a zip of its own, without a layer.

A zip holds the function's package, the members of the workspace that it depends on, and the wheels of the rest as the lock has
them. boto3 stays out: Lambda's Python has one.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-package-dependencies
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeloop_layer import archive, bytecode, host, target, trim, verify
from lakeloop_layer.errors import LayerError
from lakeloop_layer.install import export, install_wheels
from lakeloop_layer.made import build_folder, digest, known, own_sources, remember
from lakeloop_layer.target import Architecture
from lakeloop_layer.texts import texts

_TASK_ROOT = "/var/task"
_EDITABLE = "-e "
SWITCHED = {"cdc_apply": "changes"}
"""Functions that only an environment with a setting has, by that setting: no other builds them."""
# Unzipped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LIMIT_MB = 250
# In Lambda's Python already, with all that they bring.
OF_THE_RUNTIME = ("boto3", "botocore")


@dataclass(frozen=True)
class Parts:
    """A function's package, the first, and those of the workspace, by their names; ``requirements`` is a text for pip."""

    packages: Mapping[str, Path]
    requirements: str


def names(root: Path) -> list[str]:
    """The small functions of the checkout *root*, sorted."""
    return sorted(file.parent.name for file in (root / "lambda").glob("*/pyproject.toml"))


def build_small(root: Path, name: str, architecture: Architecture) -> Path:
    """The zip of the function *name* for *architecture*, built if what it is made of has changed.

    Raises:
        LayerError: it cannot be built, or Lambda could not run it. The last good zip stays.
    """
    return build(root, name, architecture, _parts(root, name), texts(root, name))


def build(
    root: Path,
    name: str,
    architecture: Architecture,
    parts: Parts,
    beside: Mapping[str, str],
    unused: Sequence[str] = (),
    needed: Sequence[str] = (),
) -> Path:
    """The zip ``<name>-<architecture>.zip`` of *parts*, with the texts *beside* them.

    Args:
        unused: patterns of paths of libraries that stay out, beside those of every zip.
        needed: patterns of paths that other zips do without, and this one has.

    Raises:
        LayerError: as ``build_small`` does.
    """
    target.require_python()
    file = build_folder(root) / f"{name}-{architecture.name}.zip"
    sources = [source for folder in parts.packages.values() for source in sorted(folder.rglob("*.py"))]
    words = (name, architecture.name, parts.requirements, json.dumps(dict(beside)), *unused, *needed)
    key = digest([*sources, *own_sources()], root, *words)
    if known(file, key) is not None:
        return file
    build_folder(root).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=build_folder(root)) as temporary:
        folder = Path(temporary) / "task"
        folder.mkdir()
        if "==" in parts.requirements:
            install_wheels(root, architecture, folder, parts.requirements)
            trim.trim(folder, unused, needed)
            bytecode.compile_layer(folder, _TASK_ROOT)
            trim.remove_empty_folders(folder)
        verify.libraries(folder, architecture)
        for package, source in parts.packages.items():
            shutil.copytree(source, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
            bytecode.compile_function(folder / package, f"{_TASK_ROOT}/{package}")
        for path, text in beside.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        if "==" in parts.requirements:
            own = {*parts.packages, *(Path(path).parts[0] for path in beside)}
            host.describe(folder, parts.requirements, own)
        _within_limit(folder, name)
        if architecture == target.of_host():
            _prove(folder, next(iter(parts.packages)))
        archive.write({"": folder}, file)
    remember(file, key, {})
    return file


def _parts(root: Path, name: str) -> Parts:
    """Packages and requirements of the function *name*, as the lock tells them."""
    declared = root / "lambda" / name / "pyproject.toml"
    if not declared.is_file():
        known_names = ", ".join(names(root)) or "none"
        raise LayerError(f"There is no function {name!r}: {declared} does not exist. Known: {known_names}.")
    prune = [word for package in OF_THE_RUNTIME for word in ("--prune", package)]
    lines = export(root, f"lakeloop-{name}", *prune).splitlines()
    packages: dict[str, Path] = {}
    for line in lines:
        if line.startswith(_EDITABLE):
            for file in sorted((root / line.removeprefix(_EDITABLE) / "src").glob("*/__init__.py")):
                packages[file.parent.name] = file.parent
    if name not in packages:
        raise LayerError(f"The function {name} has no package: looked for lambda/{name}/src/{name}/__init__.py.")
    packages = {name: packages.pop(name), **packages}
    return Parts(packages, "\n".join(line for line in lines if not line.startswith(_EDITABLE)))


def _within_limit(folder: Path, name: str) -> None:
    size = trim.size(folder)
    if size > _LIMIT_MB * 1_000_000:
        raise LayerError(
            f"The function {name} is too large: {size / 1e6:.0f} MB unzipped, and Lambda takes {_LIMIT_MB}. "
            "Trim what is not imported (layer/src/lakeloop_layer/trim.py)."
        )


def _prove(folder: Path, name: str) -> None:
    """Import every module of the function *name* from *folder*, with the packages of Lambda's Python alone beside it."""
    script = Path(__file__).with_name("small_proof.py")
    command = [sys.executable, "-I", "-S", str(script), str(folder), name, sysconfig.get_path("purelib")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-12:])
        raise LayerError(
            f"The function {name} cannot be imported from its zip alone:\n{last}\n"
            f"Does lambda/{name}/pyproject.toml declare all that it imports? Then `uv lock`."
        )
