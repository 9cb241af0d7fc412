"""Zips that tests share: built once, and kept in ``.lakeloop/tests`` for other workers and the next run."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from lakeloop_layer import Layer, build_function, build_layer, build_small, of_host
from lakeloop_layer.small import names

from tests.projects import SHOP, lay

REPO = Path(__file__).parents[1]
_KEPT = REPO / ".lakeloop" / "tests"


@cache
def layer() -> Layer:
    """The layer of this machine, of a checkout with the shop: the user's own, if there is one and it is not stale."""
    from tests.clone import copy_product  # which needs this module

    target = of_host()
    assert target is not None
    kept = _KEPT / "layer"
    with _locked("layer"), tempfile.TemporaryDirectory() as temporary:
        # The note last: by it a zip is known.
        for file in sorted((REPO / ".lakeloop" / "build").glob("layer-*"), key=lambda file: file.suffix == ".json"):
            copy = kept / file.name
            if not copy.exists() or copy.stat().st_mtime_ns < file.stat().st_mtime_ns:
                shutil.copy2(file, copy)
        built = build_layer(_building_in(kept, lay(copy_product(Path(temporary)))), target)
    return replace(built, file=kept / built.file.name)


@cache
def function(project: Path) -> Path:
    """The zip of the runner with *project*."""
    kept = _KEPT / project.name
    with _locked(project.name), tempfile.TemporaryDirectory() as temporary:
        build_function(_building_in(kept, checkout(Path(temporary), project)))
    return kept / "function.zip"


@cache
def small(name: str) -> Path:
    """The zip of the small function *name* for this machine, of a checkout with the shop."""
    from tests.clone import copy_product

    target = of_host()
    assert target is not None
    kept = _KEPT / SHOP.name
    function(SHOP)
    with _locked(SHOP.name), tempfile.TemporaryDirectory() as temporary:
        return kept / build_small(_building_in(kept, lay(copy_product(Path(temporary)))), name, target).name


def lend(root: Path) -> None:
    """Copy the zips of a checkout with the shop to the one at *root*: a layer takes half a minute to build."""
    build = root / ".lakeloop" / "build"
    build.mkdir(parents=True)
    if of_host() is not None:
        for file in (layer().file, function(SHOP), *(small(name) for name in names(REPO))):
            shutil.copy2(file, build)
            shutil.copy2(file.with_suffix(".json"), build)


def checkout(root: Path, project: Path) -> Path:
    """Lay what a function's zip is made of, the runner and *project*, in *root*; *root*."""
    lay(root, project)
    (root / "lambda").symlink_to(REPO / "lambda")
    return root


def _building_in(kept: Path, root: Path) -> Path:
    """Let the checkout at *root* build in the folder *kept*; *root*."""
    (root / ".lakeloop").mkdir()
    (root / ".lakeloop" / "build").symlink_to(kept)
    return root


@contextmanager
def _locked(name: str) -> Iterator[None]:
    """One worker builds in the folder *name*, the others wait for what it built."""
    (_KEPT / name).mkdir(parents=True, exist_ok=True)
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
