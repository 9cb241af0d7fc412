"""``just quarantine``: files that did not pass the gate, why, their rows; released after a mend, or dropped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lakeloop_raw import arrivals
from lakeloop_raw.arrivals import file_id

from lakeloop.arguments import meant, take
from lakeloop.arrivals.awaited import awaiting, explained
from lakeloop.arrivals.excerpt import excerpt
from lakeloop.arrivals.follow import follow
from lakeloop.aws.place import Place
from lakeloop.aws.terraform.outputs import Outputs
from lakeloop.confirm import confirm
from lakeloop.errors import UserError
from lakeloop.plural import counted
from lakeloop.rows import print_rows, style
from lakeloop.workspace import Workspace

_USAGE = (
    "Usage: just quarantine [env=dev] [format=table|tsv|json], just quarantine show|release|drop NAME ...|all [env=dev]"
)
_WORDS = ("show", "release", "drop")
_ALL = "all"
_READERS = 8


@dataclass(frozen=True)
class Apart:
    """A file in quarantine: its key there, and what the gate has written of it."""

    key: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        return self.key.removeprefix(arrivals.QUARANTINE)


def quarantine(workspace: Workspace, words: Sequence[str]) -> int:
    """List what is in quarantine, or do with what is named (a part of the name is enough) as the first word says.

    Raises:
        UserError: an unknown word or name, no agreement to drop, an environment that awaits no files.
    """
    arguments, rest = take(words, {"env", "on", "format", "confirm"})
    shown = style(arguments.get("format"))
    if rest and (rest[0] not in _WORDS or len(rest) == 1):
        unknown = f"Unknown word {rest[0]!r}.{meant(rest[0], _WORDS)} " if rest[0] not in _WORDS else ""
        raise UserError(f"{unknown}{_USAGE}")
    place, lake = awaiting(workspace, arguments.get("env"), arguments.get("on"))
    with explained(place):
        s3 = place.client("s3", max_pool_connections=_READERS)
        found = _all(s3, lake.raw_bucket)
        if not rest:
            print_rows(shown, ("file", "table", "bytes", "arrived", "reason"), [_row(one) for one in found])
            return 0
        chosen = _chosen(found, rest[1:])
        if rest[0] == "show":
            for one in chosen:
                _show(s3, lake, one)
            return 0
        if rest[0] == "release":
            return _release(place, s3, lake, chosen)
        files = counted(len(chosen), "file goes", "files go")
        question = f"{files} from {place.environment}'s quarantine, whose old versions stay for 90 days. Drop?"
        confirm(question, place.environment, arguments.get("confirm"), by_name=False)
        for one in chosen:
            _remove(s3, lake, one)
        print(f"{counted(len(chosen), 'file')} dropped.")
    return 0


def _all(s3: Any, bucket: str) -> list[Apart]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=arrivals.QUARANTINE)
    keys = [
        entry["Key"] for page in pages for entry in page.get("Contents", ()) if entry["Key"].endswith(arrivals.REASON)
    ]

    def read(key: str) -> Apart:
        told = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        return Apart(key.removesuffix(arrivals.REASON), told)

    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(read, keys))


def _row(one: Apart) -> Sequence[object]:
    reason, *more = one.told["reasons"]
    column = f"column {reason['column']}: " if reason["column"] else ""
    said = f"{column}{reason['what']}{f' (and {len(more)} more)' if more else ''}"
    return one.name, one.told["table"] or "", one.told["bytes"], one.told["arrived_at"][:19], said


def _chosen(found: Sequence[Apart], names: Sequence[str]) -> list[Apart]:
    if list(names) == [_ALL]:
        return list(found)
    chosen = []
    for name in names:
        matches = [one for one in found if name in (one.name, one.key)] or [one for one in found if name in one.name]
        if len(matches) != 1:
            what = (
                f"{counted(len(matches), 'file matches', 'files match')} {name!r}"
                if matches
                else f"No file {name!r} is in quarantine"
            )
            known = ", ".join(one.name for one in (matches or found)[:10]) or "none"
            raise UserError(f"{what}. {'These do' if matches else 'There are'}: {known}.")
        chosen.append(matches[0])
    return chosen


def _show(s3: Any, lake: Outputs, one: Apart) -> None:
    print(f"{one.name}: arrived as {one.told['key']}, {counted(one.told['bytes'], 'byte')}")
    for reason in one.told["reasons"]:
        column = f"column {reason['column']}: " if reason["column"] else ""
        print(f"  {column}{reason['what']}. {reason['todo']}.")
    for line in excerpt(s3, lake.raw_bucket, one.key, [reason["what"] for reason in one.told["reasons"]]):
        print(f"  | {line}")


def _release(place: Place, s3: Any, lake: Outputs, chosen: Sequence[Apart]) -> int:
    """Have the gate look at the files again, under the keys under which they came, and follow them."""
    sent = {}
    for one in chosen:
        source = {"Bucket": lake.raw_bucket, "Key": one.key}
        s3.copy(source, lake.raw_bucket, one.told["key"])
        etag = s3.head_object(Bucket=lake.raw_bucket, Key=one.told["key"])["ETag"]
        sent[file_id(one.told["key"], etag)] = one.told["key"]
        _remove(s3, lake, one)
    print(f"{counted(len(sent), 'file lies', 'files lie')} in incoming/ again.", flush=True)
    return follow(place, lake, sent) if sent else 0


def _remove(s3: Any, lake: Outputs, one: Apart) -> None:
    # The reason last: by it a file is known.
    for key in (one.key, one.key + arrivals.REASON):
        s3.delete_object(Bucket=lake.raw_bucket, Key=key)
