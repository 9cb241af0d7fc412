"""One file that has arrived against the table that its key names: its place, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lakeloop_project.sources import SourceTable
from lakeloop_raw import Problem, arrivals, check_table
from lakeloop_raw.formats import ENDINGS, data_format, is_hidden

from gate.event import Arrival

Tables = Mapping[tuple[str, str], SourceTable]
# The name of a folder has at most 255 bytes on the disks that the file is looked at on.
_LONGEST_VALUE = 150


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong with a file, and what to do about it; ``column`` if it is about one."""

    what: str
    todo: str
    column: str | None = None


@dataclass(frozen=True)
class Place:
    """The place of a good file: its table, the folders of its partitions below the table's, and its key in the raw bucket."""

    table: SourceTable
    folders: tuple[str, ...]
    key: str


def place_of(arrival: Arrival, tables: Tables, day: date) -> Place | Reason:
    """The place of *arrival* in the raw bucket, or why it has none.

    Args:
        day: of its arrival, for a table by day whose file lies in no folder of one.
    """
    source, _, rest = arrival.key.removeprefix(arrivals.INCOMING).partition("/")
    name, _, inner = rest.partition("/")
    table = tables.get((source, name))
    if table is None or not inner:
        known = ", ".join(sorted(f"{arrivals.INCOMING}{'/'.join(key)}/" for key in tables)[:20]) or "none"
        return Reason(
            "is of no table: the project declares no such raw table",
            f"Deliver into one of: {known}; or declare the source",
        )
    if not table.complete:
        return Reason(
            f"nothing says what is right: {table.file} does not declare the format, the columns and the types of "
            f"{table.full_name}",
            "Declare them, deploy, and release the file; or bring files in with `just load`, which looks at them",
        )
    *folders, file = inner.split("/")
    if is_hidden(file):
        return Reason("begins with . or _, and Athena passes over such files", "Deliver it under another name")
    return _in_folders(arrival, table, folders, file, day)


def _in_folders(arrival: Arrival, table: SourceTable, folders: Sequence[str], file: str, day: date) -> Place | Reason:
    """The place below the folders of *table*'s partitions, whose values the file's own *folders* say."""
    keys = [key.name for key in table.partition_keys]
    found = {part.partition("=")[0].lower(): part.partition("=")[2] for part in folders if "=" in part}
    by_day = len(keys) == 1 and table.partition_keys[0].type is not None and table.partition_keys[0].type.name == "date"
    if by_day and keys[0].lower() not in found:
        found[keys[0].lower()] = day.isoformat()
    wanted = f"{arrivals.INCOMING}{table.source}/{table.name}/" + "".join(f"{key}=VALUE/" for key in keys)
    if missing := [key for key in keys if key.lower() not in found]:
        what = f"lies in no folder of {', '.join(missing)}, by which {table.full_name} is partitioned"
        return Reason(what, f"Deliver into {wanted}")
    if extra := [name for name in found if name not in {key.lower() for key in keys}]:
        what = (
            f"lies in a folder of {extra[0][:80]}, which the sources declare no partition column of {table.full_name}"
        )
        return Reason(what, f"Declare it, or deliver into {wanted}")
    if any(len(value.encode()) > _LONGEST_VALUE for value in found.values()):
        return Reason(f"lies in a folder whose value has more than {_LONGEST_VALUE} bytes", "Shorten it")
    inside = tuple(f"{key}={found[key.lower()]}" for key in keys)
    return Place(table, inside, "/".join([table.folder, *inside, arrivals.named(file, arrival.id)]))


def before_reading(arrival: Arrival, max_bytes: int) -> Reason | None:
    """Reasons that need no look into the file: empty, too large, of no known format."""
    if arrival.size == 0:
        return Reason("is empty", "Deliver the file again")
    if arrival.size > max_bytes:
        return Reason(
            f"has {arrival.size / 1e6:,.0f} MB, and the gate looks at files of at most {max_bytes / 1e6:,.0f} MB",
            "Deliver it in parts, or raise `max_file_mb` of Terraform's variable `arrivals`",
        )
    if data_format(Path(arrival.name)) is None:
        return Reason("is not a data file", f"Known endings: {', '.join(ENDINGS)}")
    return None


def look(arrival: Arrival, place: Place, scratch: Path, fetch: Callable[[Path], None]) -> list[Reason]:
    """All that ``just load`` would say of the file; empty if it is in order.

    Args:
        scratch: an empty folder.
        fetch: brings the file to a path.
    """
    file = scratch / Path(place.key)
    file.parent.mkdir(parents=True)
    fetch(file)
    _, problems = check_table(scratch, place.table, athena=True)
    return [_reason(problem, scratch, file, arrival.name) for problem in problems]


def _reason(problem: Problem, scratch: Path, file: Path, name: str) -> Reason:
    """The problem without the paths of this machine."""

    def plain(text: str) -> str:
        return text.replace(str(file), name).replace(f"{scratch}/", "")

    at = "" if problem.where == file else f"{plain(str(problem.where))}: "
    return Reason(at + plain(problem.what), plain(problem.todo), problem.column)
