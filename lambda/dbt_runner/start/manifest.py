"""The manifest made when the function was built: ``manifest/<target>.pickle`` beside the dbt project in the function's zip.

It is the object of one version of dbt, one project, one target and the environment variables that parsing read. Those that
Terraform sets to the names of resources differ between environments, so the build parses with stand-ins for them, and
loading puts the environment's own names into their places: one zip serves every environment. All else must be as it was at
build time, or the manifest is refused by name (`Unfit`) and dbt parses. `docs/adr/0016-manifest-at-build-time.md`.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle  # nosec B403: of files that are part of the function's own code
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

FOLDER = "manifest"
# Variables that Terraform sets to names of resources: parsing puts them into relations, locations and the like.
NAMES = (
    "ARTIFACTS_BUCKET",
    "ATHENA_RESULTS_BUCKET",
    "ATHENA_WORKGROUP",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "DBT_CHANGES_SCHEMA",
    "DBT_RAW_SCHEMA",
    "GLUE_DATABASE_NAME",
    "PROCESSED_BUCKET_NAME",
    "RAW_BUCKET_NAME",
)
# The folder that the zip is unpacked in: dbt keeps where a seed lies.
ROOT = "LAMBDA_TASK_ROOT"
# As in dbt's own check of a saved parse, the number of threads is nothing that models depend on.
_IRRELEVANT = {"DBT_THREADS"}
# `--vars` as a variable: https://docs.getdbt.com/reference/project-configs/vars
_ALWAYS = {"DBT_VARS": None, "DBT_ENGINE_VARS": None}
_PACKAGES = ("dbt-core", "dbt-adapters", "dbt-athena", "dbt-common", "networkx")


class Unfit(Exception):
    """There is no manifest for what runs; the message says what differs."""


@dataclass(frozen=True)
class Conditions:
    """Conditions under which a manifest holds."""

    versions: dict[str, str]
    project: str
    """The hash of the project's files."""
    variables: dict[str, str | None]
    """Environment variables that parsing read; None for those not set."""


@dataclass(frozen=True)
class Parsed:
    """A manifest's fields, its graphs, and the JSON schemas of dbt's classes that starting dbt asks for.

    The graphs are ``networkx.DiGraph`` of ids, without and with the edges from tests (``dbt build``).
    """

    fields: dict[str, Any]
    graph: Any
    graph_with_tests: Any
    schemas: dict[str, dict[str, Any]]
    """By the class's full name."""


def conditions(project: Path, variables: Mapping[str, str | None]) -> Conditions:
    """Conditions under which a parse of *project* that read *variables* holds."""
    relevant = {name: value for name, value in variables.items() if name not in _IRRELEVANT}
    return Conditions(versions(), digest(project), dict(sorted({**relevant, **_ALWAYS}.items())))


def versions() -> dict[str, str]:
    """The versions of the packages whose objects a manifest holds."""
    return {name: version(name) for name in _PACKAGES}


@cache
def digest(project: Path) -> str:
    """A hash of the names and contents of a project's files, which do not change while a function runs."""
    found, root = hashlib.sha256(), str(project)
    # Texts: as objects of pathlib, a thousand files take ten times as long.
    for name in sorted(f"{folder}/{name}" for folder, _, files in os.walk(root) for name in files):
        with open(name, "rb", buffering=0) as file:  # noqa: PTH123
            content = file.read()
        found.update(f"{name.removeprefix(root)}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def write(file: Path, of: Conditions, parsed: Parsed, stand_ins: Mapping[str, str]) -> None:
    """Write *parsed* for `load`; the texts of *stand_ins*, by variable, become places for the environment's names."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        pickle.dump(of, stream, protocol=5)
        _Pickler(stream, stand_ins).dump(parsed)


def load(file: Path, project: str, variables: Mapping[str, str]) -> Parsed:
    """The manifest in *file*, with the names that are in *variables*.

    Args:
        project: the hash of the project's files now.

    Raises:
        Unfit: there is none, or it is the object of something else than what runs.
    """
    if not file.is_file():
        raise Unfit(f"the function's zip holds none for this target ({file.parent.name}/{file.name})")
    with file.open("rb") as stream, _without_gc():
        of: Conditions = pickle.load(stream)  # nosec B301: part of the function's own code
        _require(of, project, variables)
        parsed: Parsed = _Unpickler(stream, variables).load()
    return parsed


def _require(of: Conditions, project: str, variables: Mapping[str, str]) -> None:
    now = versions()
    if of.versions != now:
        changed = [
            f"{name} {of.versions.get(name)} then, {now[name]} now"
            for name in now
            if now[name] != of.versions.get(name)
        ]
        raise Unfit(f"it was made by other versions: {', '.join(changed)}")
    if of.project != project:
        raise Unfit("the project's files are not those that it was made of")
    for name, value in of.variables.items():
        found = variables.get(name)
        if name in NAMES:
            if not found:
                raise Unfit(f"the environment variable {name}, which parsing reads, is not set")
        elif found != value:
            then, now_ = ("not set" if text is None else "another value" for text in (value, found))
            raise Unfit(
                f"the environment variable {name}, which parsing reads, was {then} at build time and is {now_} now"
            )


class _Pickler(pickle.Pickler):
    """Writes a text that holds stand-ins as its parts, the variables' names between them."""

    def __init__(self, stream: BinaryIO, stand_ins: Mapping[str, str]) -> None:
        super().__init__(stream, protocol=5)
        self._variables = {stand_in: name for name, stand_in in stand_ins.items()}
        self._pattern = re.compile("|".join(map(re.escape, self._variables)))

    def persistent_id(self, value: Any) -> Any:
        if type(value) is not str or not self._pattern.search(value):
            return None
        literals = self._pattern.split(value)
        names = [self._variables[found] for found in self._pattern.findall(value)]
        return (tuple(literals), tuple(names))


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: BinaryIO, variables: Mapping[str, str]) -> None:
        super().__init__(stream)
        self._variables = variables
        self._texts: dict[Any, str] = {}

    def persistent_load(self, parts: Any) -> str:
        if parts not in self._texts:
            literals, names = parts
            values = [*(self._variables[name] for name in names), ""]
            self._texts[parts] = "".join(literal + value for literal, value in zip(literals, values, strict=True))
        return self._texts[parts]


@contextmanager
def _without_gc() -> Iterator[None]:
    """Loading makes objects and no rubbish; the collector would look through all of them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
