"""The project's manifest, from the last parse for as long as nothing that a parse reads has changed.

A pickle in dbt's target folder, one for each set of options and variables that a parse depends on; the manifest's fields and
graphs are those that the function's zip holds (``dbt_runner.start``). dbt's own partial parse, which takes the place of a parse
where a file has changed, has the same limits: macros that ask the clock while the project is parsed are not asked again.
https://docs.getdbt.com/reference/parsing#partial-parsing
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle  # nosec B403: of files that this module has written into the checkout
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt_runner.start import collector, fields
from dbt_runner.start import manifest as made
from lakeloop_project import DbtProject
from lakeloop_project.errors import UserError as ProjectError

from lakeloop import files
from lakeloop.child import parsing, words
from lakeloop.errors import UserError
from lakeloop.plain import printable

# click's names of options that `dbt parse` has and that nothing in a manifest of one target depends on.
_IRRELEVANT_OPTIONS = {
    "cache_selected_only",
    "debug",
    "fail_fast",
    "log_format",
    "log_format_file",
    "log_level",
    "log_level_file",
    "log_path",
    "printer_width",
    "quiet",
    "target",  # is part of the file's name
    "threads",
    "use_colors",
    "use_colors_file",
    "write_json",
}
# The same of dbt's environment variables, by their beginnings.
_IRRELEVANT = ("DBT_LOG_", "DBT_QUIET", "DBT_STATE", "DBT_THREADS", "DBT_USE_COLORS", "DBT_WRITE_JSON")
_KEPT = 6
# Commands after which manifest.json is looked into for what they compiled.
_COMPILING = {"compile", "docs generate"}
_NOTE = "manifest.json.of"


_of_now: str | None = None
"""The parse that this process goes by; None if it is kept for no other command."""


@dataclass(frozen=True)
class _Kept:
    """A parse, and the conditions under which it holds."""

    versions: dict[str, str]
    files: str
    variables: dict[str, str | None]
    warnings: list[str]
    parsed: made.Parsed


def manifest(asked: words.Command, options: list[str]) -> Manifest:
    """The project's manifest for a command with *options* of ``dbt parse``; its warnings are on stderr by then.

    Raises:
        UserError: dbt cannot parse the project.
    """
    global _of_now
    quiet, _of_now = bool(asked.value("quiet")), None
    if any(option.name not in _IRRELEVANT_OPTIONS for option in asked.parse_options()) or "--vars" in options:
        return parsing.parse(options, quiet=quiet).manifest
    file = _file(asked)
    digest = _digest()
    _of_now = f"{file.stem} {digest}"
    kept = _read(file, digest)
    if kept is None:
        found = parsing.parse(options, quiet=quiet)
        kept = _Kept(made.versions(), digest, found.variables, found.warnings, fields.taken_apart(found.manifest))
        _write(file, kept)
    elif not quiet:
        for warning in kept.warnings:
            print(printable(warning), file=sys.stderr)
    manifest = fields.put_together(kept.parsed)
    collector.settle()
    return manifest


def folder(target: Path) -> Path:
    """The folder below dbt's *target* for what commands remember."""
    return target / "ready"


def written(asked: words.Command) -> bool:
    """Whether dbt's target folder has the ``manifest.json`` of this parse, from an earlier command; half a second of most."""
    if asked.name in _COMPILING or _of_now is None:
        return False
    target = Path(os.environ["DBT_TARGET_PATH"])
    with suppress(FileNotFoundError):  # the note, or the file itself
        return (folder(target) / _NOTE).read_text("utf-8") == f"{_of_now} {_stamp(target)}"
    return False


def note_written(asked: words.Command) -> None:
    """Note of which parse the ``manifest.json`` is that the command has left."""
    if _of_now is not None and not written(asked):
        target = Path(os.environ["DBT_TARGET_PATH"])
        with suppress(OSError, UserError):
            files.write(folder(target) / _NOTE, f"{_of_now} {_stamp(target)}")


def _stamp(target: Path) -> int:
    """Of the file, which any other dbt may write."""
    return (target / "manifest.json").stat().st_mtime_ns


def _file(asked: words.Command) -> Path:
    """The pickle for the target and variables of now; variables that the project reads are looked at when it is read."""
    told = {name: value for name, value in os.environ.items() if name.startswith("DBT_")}
    told = {name: value for name, value in told.items() if not name.startswith(_IRRELEVANT)}
    told["DBT_TARGET"] = asked.value("target") or told.get("DBT_TARGET", "")
    told["LAKELOOP_DATABASE"] = os.environ.get("LAKELOOP_DATABASE", "")
    key = hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()[:16]
    return folder(Path(os.environ["DBT_TARGET_PATH"])) / f"{key}.pickle"


def _digest() -> str:
    """A hash of every file that dbt reads of the project and its profile."""
    found = hashlib.sha256()
    try:
        project = DbtProject.read(Path(os.environ["DBT_PROJECT_DIR"]))
        names = [*map(str, project.files()), os.environ["DBT_PROFILES_DIR"] + "/profiles.yml"]
    except ProjectError as error:
        raise UserError(str(error)) from None
    for name in names:
        with open(name, "rb", buffering=0) as file:  # noqa: PTH123  # a thousand files: pathlib takes ten times as long
            content = file.read()
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _read(file: Path, digest: str) -> _Kept | None:
    gc.disable()  # loading makes objects and no rubbish
    try:
        with file.open("rb") as stream:
            if pickle.load(stream) != (made.versions(), digest):  # nosec B301: written by `_write`
                return None
            kept: _Kept = pickle.load(stream)  # nosec B301
    except Exception:  # none, half of one, or of a version of this program whose classes were others: dbt parses
        return None
    finally:
        gc.enable()
    return kept if _same(kept.variables, os.environ) else None


def _same(then: Mapping[str, str | None], now: Mapping[str, str]) -> bool:
    return all(now.get(name) == value for name, value in then.items())


def _write(file: Path, kept: _Kept) -> None:
    """Keep a parse; on a full disk nothing is kept, which costs the next command a parse."""
    pickler: Any = pickle.dumps
    try:
        files.write(file, pickler((kept.versions, kept.files), 5) + pickler(kept, 5))
        others = sorted(file.parent.glob("?" * len(file.name)), key=lambda one: one.stat().st_mtime)
        for old in others[:-_KEPT]:
            old.unlink(missing_ok=True)
    except (UserError, OSError) as error:
        print(printable(f"The parse is not kept for the next command: {error}"), file=sys.stderr)
