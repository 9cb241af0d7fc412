"""dbt's selection for files that have changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from lakeloop.watch.changes import Changed

_BUILT = (".sql", ".py", ".csv", ".parquet")
_LISTED = ("models", "seeds", "snapshots", "unit_tests")


def selection(project: Path, changed: Changed, folders: Iterable[Path], last: list[str]) -> list[str]:
    """Words of ``--select`` for *changed*: models by their files, those that a YAML file names; else *last*, built last.

    Args:
        folders: those whose files are models, seeds and snapshots; a file elsewhere is a macro, a test or a setting.
        last: the selection before this one.

    Returns:
        nothing where only files are gone: there is nothing to build, and the project is parsed.
    """
    built = tuple(folders)
    words: list[str] = []
    other = False
    for file in changed.written:
        here = any(file.is_relative_to(folder) for folder in built)
        if here and file.suffix in _BUILT:
            words.append(f"path:{file.relative_to(project).as_posix()}")
        elif file.suffix in (".yml", ".yaml") and (named := _named(file)):
            words += named
        else:
            other = True
    if words:
        return list(dict.fromkeys(words))
    return last if other else []


def _named(file: Path) -> list[str]:
    """The nodes that a YAML file describes; none for a file that is no YAML, which dbt says."""
    try:
        document = yaml.safe_load(file.read_text("utf-8"))
        listed = [one for key in _LISTED for one in document.get(key) or []]
        return [str(one.get("model") or one["name"]) for one in listed]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, KeyError):
        return []
