"""Builds the two zips under ``.lakeloop/build``; at once when nothing they are made of has changed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lakeloop_project
from lakeloop_project import profiles

from lakeloop_layer import archive, bytecode, function, host, standins, target, trim, verify
from lakeloop_layer.install import install
from lakeloop_layer.made import build_folder, digest, known, own_sources, record, remember
from lakeloop_layer.target import Architecture

_OPT = "/opt/python"
STAMP = "dbt_runner_layer.json"


@dataclass(frozen=True)
class Sizes:
    """Bytes on disk when unpacked, and of the zip."""

    unzipped: int
    zipped: int


@dataclass(frozen=True)
class Layer:
    """A layer that was built and verified."""

    file: Path
    layer: Sizes
    plain: Sizes
    libraries: int
    # Seconds for the import of the handler and for a parse, on the architecture of the host only.
    proof: dict[str, float] | None
    new: bool


def build_layer(root: Path, architecture: Architecture, progress: Callable[[str], None] = lambda _: None) -> Layer:
    """The layer's zip for *architecture*, of the checkout *root*; built if what it is made of has changed.

    Args:
        progress: told each step as it begins.

    Raises:
        LayerError: it cannot be built, or Lambda would not take it. The last good zip stays.
    """
    target.require_python()
    file = build_folder(root) / f"layer-{architecture.name}.zip"
    key = _layer_key(root, architecture)
    before = known(file, key)
    if before:
        return Layer(
            file, Sizes(**before["layer"]), Sizes(**before["plain"]), before["libraries"], before["proof"], new=False
        )
    build_folder(root).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".layer-", dir=build_folder(root)) as temporary:
        scratch = Path(temporary)
        python, code = scratch / "python", scratch / "task"
        progress("installing")
        requirements = install(root, architecture, python)
        progress("measuring the plain install")
        plain = _zipped(python, scratch / "plain.zip")
        progress("trimming")
        trim.trim(python)
        standins.write(python)
        _stamp(python, architecture)
        host.describe(python, requirements)
        progress("compiling")
        bytecode.compile_layer(python, _OPT)
        trim.remove_empty_folders(python)
        progress("verifying")
        libraries = verify.libraries(python, architecture)
        archive.unpack(build_function(root), code)
        verify.budget(python, code)
        seconds = verify.proof(python, code, function.dbt_settings(root)) if architecture == target.of_host() else None
        progress("zipping")
        sizes = _zipped(python, scratch / file.name)
        (scratch / file.name).replace(file)
    layer = Layer(file, sizes, plain, libraries, seconds, new=True)
    remember(file, key, {name: value for name, value in asdict(layer).items() if name not in ("file", "new")})
    return layer


def _stamp(python: Path, architecture: Architecture) -> None:
    """Write the stamp that `dbt_runner.start.layer` compares with the machine it runs on."""
    stamp = {"machine": architecture.machine, "python": target.PYTHON}
    (python / STAMP).write_text(json.dumps(stamp), "utf-8")


def build_function(root: Path) -> Path:
    """The function's zip, of the checkout *root*; built if what it is made of has changed.

    Raises:
        LayerError: the dbt project does not parse. The last good zip stays.
        UserError: packages of the project are not installed, or a file of the team's is no good.
    """
    target.require_python()
    file = build_folder(root) / "function.zip"
    settings = function.dbt_settings(root)
    made_of = json.dumps([profiles.profile(root), settings.env, settings.targets])
    reading = sorted(Path(lakeloop_project.__file__).parent.rglob("*.py"))
    key = digest(
        [*function.sources(root), *own_sources(), *reading], root, made_of, version("dbt-core"), version("dbt-athena")
    )
    if known(file, key) is not None:
        return file
    build_folder(root).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".function-", dir=build_folder(root)) as scratch:
        function.stage(root, Path(scratch))
        declared = function.parse(Path(scratch), settings)
        function.write(Path(scratch), file)
    remember(file, key, {"declared": declared})
    return file


def declared_tables(root: Path) -> dict[str, Any]:
    """The raw tables that the project of the checkout *root* declares, by target. Raises as ``build_function`` does."""
    return dict(record(build_function(root))["declared"])


def _zipped(python: Path, file: Path) -> Sizes:
    archive.write({"python/": python}, file)
    return Sizes(trim.size(python), file.stat().st_size)


def _layer_key(root: Path, architecture: Architecture) -> str:
    files = [root / "uv.lock", root / "lambda" / "pyproject.toml", *own_sources()]
    return digest(files, root, architecture.name)
