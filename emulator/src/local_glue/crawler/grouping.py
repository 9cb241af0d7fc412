"""Tables out of folders: folders whose files look alike are partitions of one table, others are tables of their own.

https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from local_glue.crawler.files import Object
from local_glue.crawler.formats import UNKNOWN, Schema
from local_glue.crawler.hive_types import Column, merged

SIMILAR = 0.7
"""Share of columns that schemas have in common, and of folders that are alike, to be one table."""
_HIVE = re.compile(r"([^=/]+)=(.*)")


@dataclass(frozen=True)
class Found:
    """A table: its root, and the files below it by the folders between."""

    root: str
    """Prefix with a slash at the end, or the key of a single file."""
    files: tuple[tuple[Object, Schema], ...]
    keys: tuple[str, ...] = ()

    @property
    def columns(self) -> list[Column]:
        """All files' columns, without those of the folders."""
        return [
            (name, kind) for name, kind in merged(schema.columns for _, schema in self.files) if name not in self.keys
        ]

    @property
    def schema(self) -> Schema:
        return self.files[0][1]

    @property
    def partitions(self) -> dict[tuple[str, ...], tuple[str, list[tuple[Object, Schema]]]]:
        """By values: the prefix, and the files in it."""
        found: dict[tuple[str, ...], tuple[str, list[tuple[Object, Schema]]]] = {}
        for file, schema in self.files:
            levels = file.key[len(self.root) :].split("/")[: len(self.keys)]
            prefix = self.root + "".join(f"{level}/" for level in levels)
            found.setdefault(tuple(map(_value, levels)), (prefix, []))[1].append((file, schema))
        return found


def tables(root: str, files: Sequence[tuple[Object, Schema]], level: int | None = None) -> list[Found]:
    """The tables below the prefix *root*; *level* is TableLevelConfiguration's, in which the bucket is the first."""
    known = [(file, schema) for file, schema in files if schema is not UNKNOWN]
    if level is None:
        return _tables(root, known)
    groups: dict[str, list[tuple[Object, Schema]]] = defaultdict(list)
    for file, schema in known:
        folders = file.folder.split("/")[:-1]
        if len(folders) >= level - 1:
            groups["".join(f"{folder}/" for folder in folders[: level - 1])].append((file, schema))
    return [
        _as_one(prefix, several)
        for prefix, several in sorted(groups.items())
        if len({one.kind for _, one in several}) == 1
    ]


def _tables(root: str, files: Sequence[tuple[Object, Schema]]) -> list[Found]:
    own = [(file, schema) for file, schema in files if file.folder == root]
    below: dict[str, list[tuple[Object, Schema]]] = defaultdict(list)
    for file, schema in files:
        if file.folder != root:
            below[root + file.key[len(root) :].split("/")[0] + "/"].append((file, schema))
    if not below:
        return _of_files(root, own)
    children = {prefix: _tables(prefix, several) for prefix, several in sorted(below.items())}
    return [*_of_folders(root, children), *(found for one in own for found in [Found(one[0].key, (one,))])]


def _of_files(root: str, own: Sequence[tuple[Object, Schema]]) -> list[Found]:
    """The files of a folder that has no other: one table if they are alike, else one each."""
    if own and all(alike(own[0][1], schema) for _, schema in own[1:]):
        return [Found(root, tuple(own))]
    return [Found(file.key, ((file, schema),)) for file, schema in own]


def _of_folders(root: str, children: Mapping[str, list[Found]]) -> list[Found]:
    """One table of the folders that are alike if they are the most, and what is left as it is.

    A folder with a single one in it is a partition only if it is named as one (``dt=2026-01-01``): alone it is like nothing.
    """
    single = {prefix: found[0] for prefix, found in children.items() if len(found) == 1 and found[0].root == prefix}
    groups: list[list[str]] = []
    for prefix, found in single.items():
        for group in groups:
            first = single[group[0]]
            same_depth = len(first.keys) == len(found.keys)
            if (
                same_depth
                and first.schema.kind == found.schema.kind
                and _share(first.columns, found.columns) >= SIMILAR
            ):
                group.append(prefix)
                break
        else:
            groups.append([prefix])
    largest = max(groups, key=len, default=[])
    named = all(_HIVE.fullmatch(prefix[len(root) : -1]) for prefix in largest)
    if largest and len(largest) / len(children) >= SIMILAR and (len(largest) > 1 or named):
        files = [file for prefix in largest for file in single[prefix].files]
        rest = [found for prefix, several in children.items() if prefix not in largest for found in several]
        return [_as_one(root, files), *rest]
    return [found for several in children.values() for found in several]


def _as_one(root: str, files: Iterable[tuple[Object, Schema]]) -> Found:
    """A table with a key for each folder that all files lie under."""
    several = tuple(files)
    paths = [file.folder[len(root) :].split("/")[:-1] for file, _ in several]
    depth = min(map(len, paths))
    keys = []
    for number in range(depth):
        names = {match[1] if (match := _HIVE.fullmatch(path[number])) else "" for path in paths}
        name = names.pop() if len(names) == 1 else ""
        keys.append(name.lower() or f"partition_{number}")
    return Found(root, several, tuple(keys))


def alike(one: Schema, other: Schema) -> bool:
    """Whether two files can be of one table."""
    return one.kind == other.kind and _share(one.columns, other.columns) >= SIMILAR


def _share(one: Sequence[Column], other: Sequence[Column]) -> float:
    """Of the columns of the wider schema, those that both have."""
    names, others = {name.lower() for name, _ in one}, {name.lower() for name, _ in other}
    return len(names & others) / max(len(names), len(others), 1)


def _value(level: str) -> str:
    match = _HIVE.fullmatch(level)
    return match[2] if match else level
