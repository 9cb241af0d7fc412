"""Decides which tables need OPTIMIZE and VACUUM. No calls.

OPTIMIZE is paid for by what it reads, ten megabytes at the least, and writes what it reads anew; VACUUM lists the table's folder.
So neither is sent where it would find nothing, or next to nothing. The measures are the table's own: the properties that OPTIMIZE
and VACUUM follow themselves.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dbt_runner.upkeep.metadata import Snapshot, State

EXPIRED_SNAPSHOTS = 10
"""Snapshots that VACUUM would take for it to be worth sending: with a commit a day, once in ten days instead of every night."""
EXPIRED_SECONDS = 7 * 86_400
"""Seconds beyond its age at which one snapshot is enough: rows that were deleted leave S3 a week late at most."""
_DAY = 86_400


@dataclass(frozen=True)
class Properties:
    """A table's properties with Athena's defaults."""

    values: Mapping[str, str]

    def _number(self, name: str, default: int) -> int:
        value = self.values.get(name, "")
        return int(value) if value.isdecimal() else default

    @property
    def target_bytes(self) -> int:
        iceberg = self._number("write.target-file-size-bytes", 512 << 20)
        return self._number("write_target_data_file_size_bytes", iceberg) or iceberg

    @property
    def small_bytes(self) -> int:
        """OPTIMIZE rewrites files below this size: by default 0.75 of the target."""
        return self._number("optimize_rewrite_min_data_file_size_bytes", 0) or self.target_bytes * 3 // 4

    @property
    def files(self) -> int:
        """OPTIMIZE rewrites nothing if it would be fewer files than these."""
        return self._number("optimize_rewrite_data_file_threshold", 5)

    @property
    def delete_files(self) -> int:
        """OPTIMIZE rewrites a file that so many delete files belong to."""
        return self._number("optimize_rewrite_delete_file_threshold", 2)

    @property
    def snapshot_seconds(self) -> int:
        """VACUUM expires snapshots that are older."""
        return self._number("vacuum_max_snapshot_age_seconds", 432_000)

    @property
    def snapshots(self) -> int:
        """VACUUM keeps so many snapshots, however old they are."""
        return max(1, self._number("vacuum_min_snapshots_to_keep", 1))


@dataclass(frozen=True)
class Files:
    """The current snapshot's files as ``"t$files"`` tells them. ``spared``: files that would be gone if the small ones of each
    partition were put together up to the target size."""

    small: int
    spared: int


def may_need_optimize(state: State) -> bool:
    """Whether the totals leave it open that OPTIMIZE finds something: then, and only then, the files are looked at by a query."""
    properties = Properties(state.properties)
    if state.data_files is None or state.delete_files is None:
        return state.current is not None
    return state.data_files >= max(properties.files, 2) or state.delete_files >= properties.delete_files


def optimize(state: State, files: Files) -> str:
    """Why the table needs OPTIMIZE; empty if it does not.

    A partition's only file is small and stays so: it counts for nothing.
    """
    properties = Properties(state.properties)
    if files.spared and files.spared >= properties.files - 1:  # of five small files, four are gone
        small = f"{files.small:,} files below {properties.small_bytes >> 20:,} MB"
        return f"{small}, of which OPTIMIZE spares {files.spared:,}"
    if (state.delete_files or 0) >= properties.delete_files:
        return f"{state.delete_files:,} delete files, which each query reads"
    return ""


def vacuum(state: State, now: float) -> str:
    """Why the table needs VACUUM at *now*, in seconds since 1970; empty if it does not."""
    properties = Properties(state.properties)
    expired = _expired(state, properties, now)
    if not expired:
        return ""
    late = now - min(one.moment for one in expired) / 1000 - properties.snapshot_seconds
    if len(expired) < EXPIRED_SNAPSHOTS and late < EXPIRED_SECONDS:
        return ""
    return f"{len(expired):,} of {len(state.snapshots):,} snapshots are older than {_age(properties.snapshot_seconds)}"


def _expired(state: State, properties: Properties, now: float) -> list[Snapshot]:
    """Snapshots that VACUUM would expire: not the newest ones of the main line, and none that a branch or a tag holds."""
    by_id = {one.id: one for one in state.snapshots}
    kept, one = set(state.referenced), by_id.get(state.current or 0)
    for _ in range(properties.snapshots):
        if one is None:
            break
        kept.add(one.id)
        one = by_id.get(one.parent or 0)
    limit = (now - properties.snapshot_seconds) * 1000
    return [one for one in state.snapshots if one.moment < limit and one.id not in kept]


def _age(seconds: int) -> str:
    return f"{seconds // _DAY} days" if seconds >= _DAY and seconds % _DAY == 0 else f"{seconds:,} s"


def looked_at(state: State) -> str:
    """A name for what `optimize` looks at: as long as it is the same, so is the answer."""
    properties = Properties(state.properties)
    return f"{state.current} {properties.files} {properties.delete_files} {properties.small_bytes} {properties.target_bytes}"
