"""Zips that tests share: built once, and kept in ``.lakeloop/tests`` for other workers and the next run."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from lakeloop_layer import Layer, build_function, build_layer, of_host

from tests.projects import SHOP, lay

REPO = Path(__file__).parents[1]
_KEPT = REPO / ".lakeloop" / "tests"


def folder(project: Path = SHOP) -> Path:
    """The build folder of tests' checkouts with *project*; a layer that the checkout has lies in it."""
    kept = _KEPT / project.name
    kept.mkdir(parents=True, exist_ok=True)
    # The note last: by it a zip is known.
    for file in sorted((REPO / ".lakeloop" / "build").glob("layer-*"), key=lambda file: file.suffix == ".json"):
        copy = kept / file.name
        if not copy.exists() or copy.stat().st_mtime_ns < file.stat().st_mtime_ns:
            aside = kept / f".{file.name}"
            shutil.copy2(file, aside)
            aside.replace(copy)
    return kept


@cache
def layer() -> Layer:
    """The layer of this machine, of a checkout with the shop."""
    from tests.clone import clone  # which needs this module

    target = of_host()
    assert target is not None
    with _locked("layer"), tempfile.TemporaryDirectory() as temporary:
        built = build_layer(clone(Path(temporary) / "checkout"), target)
    return Layer(folder() / built.file.name, built.layer, built.plain, built.libraries, built.proof, built.new)


@cache
def function(project: Path) -> Path:
    """The zip of the runner with *project*."""
    with _locked(project.name), tempfile.TemporaryDirectory() as temporary:
        root = checkout(Path(temporary), project)
        (root / ".lakeloop").mkdir()
        (root / ".lakeloop" / "build").symlink_to(folder(project))
        build_function(root)
    return folder(project) / "function.zip"


def checkout(root: Path, project: Path) -> Path:
    """Lay what a function's zip is made of, the runner and *project*, in *root*; *root*."""
    lay(root, project)
    (root / "lambda").symlink_to(REPO / "lambda")
    return root


@contextmanager
def _locked(name: str) -> Iterator[None]:
    """One worker builds, the others wait for what it built."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
