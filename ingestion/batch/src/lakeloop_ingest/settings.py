"""Pipelines: a team's files ``ingest/NAME.toml``.

Each names its kind, how the source is reached, and the tables to bring. A secret is never in a file: in its place stands the
name of a parameter of SSM, ``{ssm = "/acme/{environment}/ingest/token"}``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeloop_project.errors import UserError
from lakeloop_project.sources.types import Type, typed

from lakeloop_ingest.errors import IngestError

FOLDERS = ("ingest", "sample/ingest")
"""A team's, and the sample's, which goes with the sample."""
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # By kind: its own settings, and those of its tables.
    "dynamodb": (frozenset({"segments"}), frozenset({"from"})),
    "rest": (
        frozenset({"base_url", "auth", "headers", "paginator"}),
        frozenset({"path", "params", "rows", "paginator", "cursor_parameter", "start"}),
    ),
    "postgres": (frozenset({"connection"}), frozenset({"from"})),
}
_NEEDED = {"dynamodb": (), "rest": ("base_url",), "postgres": ("connection",)}
_OF_TABLES = frozenset({"columns", "cursor", "lag_seconds", "folder"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# Folders of one or two parts, as sources of the project have them; what begins with _ or . is hidden from Athena.
_TABLE_FOLDER = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_TAKEN = ("incoming", "quarantine")
_SECRET = re.compile(r"password|passwd|secret|token|api[_-]?key|authorization|credential", re.I)
_PASSWORD = re.compile(r"password\s*=|://[^/@\s:]+:[^/@\s]+@", re.I)
LAG_SECONDS = 300


@dataclass(frozen=True)
class Table:
    """A table to bring.

    ``columns`` are declared types by name. ``cursor`` is the column that rises with each change, None if all rows are brought in
    every run; rows that come up to ``lag_seconds`` late are found. ``more`` are the settings of its kind.
    """

    name: str
    folder: str
    columns: Mapping[str, Type] = field(default_factory=dict)
    cursor: str | None = None
    lag_seconds: int = LAG_SECONDS
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pipeline:
    """A pipeline; ``more`` are the settings of its kind."""

    name: str
    kind: str
    file: Path
    tables: tuple[Table, ...]
    more: Mapping[str, Any] = field(default_factory=dict)


def names(root: Path) -> list[str]:
    """The pipelines of the checkout *root*, sorted."""
    return sorted({file.stem for folder in FOLDERS for file in (root / folder).glob("*.toml")})


def read(root: Path, name: str) -> Pipeline:
    """The pipeline *name*. Raises ``IngestError`` if there is none or its file is no good."""
    if not _NAME.fullmatch(name):
        raise IngestError(f"{name!r} names no pipeline: lower-case letters, digits and underscores, a letter first.")
    places = [root / folder / f"{name}.toml" for folder in FOLDERS]
    file = next((place for place in places if place.is_file()), places[0])
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        known = ", ".join(names(root)) or "none yet; docs/INGEST.md shows one"
        raise IngestError(f"There is no pipeline {name!r}: {file} does not exist. Pipelines: {known}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IngestError(f"{file} is not TOML: {error}") from error
    kind = document.get("kind")
    if kind not in KINDS:
        raise IngestError(f"{file}: kind = {kind!r} is not known. Kinds: {', '.join(KINDS)}.")
    own, _ = KINDS[kind]
    _require_known(f"{file}", document, own | {"kind", "tables"})
    for needed in _NEEDED[kind]:
        if needed not in document:
            raise IngestError(f"{file}: {needed} is missing.")
    more = {key: value for key, value in document.items() if key in own}
    _require_no_secret(str(file), more)
    segments = more.get("segments", 1)
    if type(segments) is not int or not 1 <= segments <= 64:
        raise IngestError(f"{file}: segments is a whole number from 1 to 64.")
    tables = document.get("tables")
    if not isinstance(tables, dict) or not tables or not all(isinstance(one, dict) for one in tables.values()):
        raise IngestError(f"{file}: it names no table: [tables.NAME], one for each.")
    read_tables = tuple(_table(file, kind, name, said) for name, said in tables.items())
    folders = [table.folder for table in read_tables]
    if twice := sorted({folder for folder in folders if folders.count(folder) > 1}):
        raise IngestError(f"{file}: two tables have the folder {', '.join(twice)}.")
    return Pipeline(name, kind, file, read_tables, more)


def _table(file: Path, kind: str, name: str, said: Mapping[str, Any]) -> Table:
    where = f"{file}: tables.{name}"
    if not _NAME.fullmatch(name):
        raise IngestError(f"{where}: a table's name is lower-case letters, digits and underscores, a letter first.")
    _, own = KINDS[kind]
    _require_known(where, said, own | _OF_TABLES)
    _require_no_secret(where, said)
    folder, cursor, lag = said.get("folder", name), said.get("cursor"), said.get("lag_seconds", LAG_SECONDS)
    if not isinstance(folder, str) or not _TABLE_FOLDER.fullmatch(folder) or folder.split("/")[0] in _TAKEN:
        raise IngestError(f"{where}: folder = {folder!r} is no place in the raw bucket, such as orders or shop/orders.")
    if cursor is not None and not isinstance(cursor, str):
        raise IngestError(f"{where}: cursor is the name of a column.")
    if type(lag) is not int or lag < 0:
        raise IngestError(f"{where}: lag_seconds is a whole number from 0.")
    if "cursor_parameter" in said and cursor is None:
        raise IngestError(f"{where}: cursor_parameter needs a cursor, whose latest value it is sent.")
    columns = said.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(kind, str) for kind in columns.values()):
        raise IngestError(f'{where}: columns are types by name, {{ order_id = "bigint" }}.')
    types = {column: _type(f"{where}.columns.{column}", text) for column, text in columns.items()}
    return Table(name, folder, types, cursor, lag, {key: value for key, value in said.items() if key in own})


def _type(where: str, text: str) -> Type:
    try:
        found = typed(text, where)
    except UserError as error:
        raise IngestError(str(error)) from error
    if found.nested or not found.in_glue:
        raise IngestError(f"{where}: {text} is not for a column here: what is nested is kept as JSON in a varchar.")
    return found


def _require_known(where: str, said: Mapping[str, Any], known: frozenset[str] | set[str]) -> None:
    if unknown := sorted(said.keys() - known):
        raise IngestError(f"{where}: unknown setting {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def _require_no_secret(where: str, said: Any, name: str = "") -> None:
    """Raises ``IngestError`` for a text that looks like a secret: files are in git."""
    if isinstance(said, dict):
        if set(said) == {"ssm"}:
            return
        for key, value in said.items():
            _require_no_secret(where, value, key)
    elif isinstance(said, list):
        for value in said:
            _require_no_secret(where, value, name)
    elif isinstance(said, str) and ((_SECRET.search(name) and name != "paginator") or _PASSWORD.search(said)):
        if name in ("cursor_param", "cursor_path", "token_path", "cursor_parameter"):
            return
        raise IngestError(
            f"{where}: {name} looks like a secret, and this file is in git. Put it into a parameter and name that: "
            f'{name} = {{ ssm = "/acme/{{environment}}/ingest/{name}" }}.'
        )
