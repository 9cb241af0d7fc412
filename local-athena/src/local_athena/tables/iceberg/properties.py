"""The table properties that Athena knows for Iceberg.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html#querying-iceberg-table-properties
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local_athena.errors import AthenaError, NotSupported

_DEFAULTS = {
    "format": "parquet",
    "write_compression": "zstd",
    "compression_level": "3",
    "optimize_rewrite_data_file_threshold": "5",
    "optimize_rewrite_delete_file_threshold": "2",
    "optimize_rewrite_min_data_file_size_bytes": "",
    "optimize_rewrite_max_data_file_size_bytes": "",
    "vacuum_min_snapshots_to_keep": "1",
    "vacuum_max_snapshot_age_seconds": "432000",
    "vacuum_max_metadata_files_to_keep": "100",
    "write_target_data_file_size_bytes": str(512 << 20),
}
#: What CREATE TABLE and CTAS take besides, and where they end up is not in the table's properties.
_STRUCTURAL = {"table_type", "location", "is_external", "partitioning", "external_location"}
_CODECS = {
    "none": "uncompressed",
    "uncompressed": "uncompressed",
    "snappy": "snappy",
    "gzip": "gzip",
    "zstd": "zstd",
    "lz4": "lz4",
}
#: What Athena writes as Iceberg's own property, so that other engines follow it.
_ICEBERG = {
    "format": "write.format.default",
    "write_compression": "write.parquet.compression-codec",
    "write_target_data_file_size_bytes": "write.target-file-size-bytes",
    "vacuum_max_metadata_files_to_keep": "write.metadata.previous-versions-max",
}


@dataclass(frozen=True)
class Properties:
    """An Iceberg table's properties, read with Athena's names and defaults."""

    values: dict[str, str]

    def _get(self, name: str) -> str:
        return self.values.get(name) or self.values.get(_ICEBERG.get(name, ""), "") or _DEFAULTS[name]

    def _number(self, name: str) -> int:
        return int(self._get(name))

    @property
    def codec(self) -> str:
        """DuckDB's name of the Parquet compression; an unknown one of another engine's falls back to the default."""
        return _CODECS.get(self._get("write_compression").lower(), "zstd")

    @property
    def target_bytes(self) -> int:
        return self._number("write_target_data_file_size_bytes")

    @property
    def small_bytes(self) -> int:
        """OPTIMIZE rewrites files below this size: by default 0.75 of the target."""
        return int(self._get("optimize_rewrite_min_data_file_size_bytes") or 0) or self.target_bytes * 3 // 4

    @property
    def large_bytes(self) -> int:
        """OPTIMIZE splits files above this size: by default 1.8 of the target."""
        return int(self._get("optimize_rewrite_max_data_file_size_bytes") or 0) or self.target_bytes * 9 // 5

    @property
    def data_file_threshold(self) -> int:
        return self._number("optimize_rewrite_data_file_threshold")

    @property
    def max_snapshot_age_seconds(self) -> int:
        return self._number("vacuum_max_snapshot_age_seconds")

    @property
    def min_snapshots(self) -> int:
        return self._number("vacuum_min_snapshots_to_keep")

    @property
    def delete_file_threshold(self) -> int:
        return self._number("optimize_rewrite_delete_file_threshold")


def checked(given: dict[str, str]) -> dict[str, str]:
    """*given* as it is kept in the table's metadata.

    :raises AthenaError: ``INVALID_TABLE_PROPERTY`` for a name or value that Athena refuses, ``NOT_SUPPORTED`` for data
        formats that local Athena does not write.
    """
    kept: dict[str, str] = {}
    for name, value in ((name.lower(), str(value)) for name, value in given.items()):
        if name in _STRUCTURAL:
            continue
        if name not in _DEFAULTS and name != "write_compression_level":
            raise AthenaError("INVALID_TABLE_PROPERTY", f"Unsupported table property key: {name}")
        if name == "format" and value.lower() != "parquet":
            if value.lower() in ("orc", "avro"):
                raise NotSupported(f"Iceberg data in {value.upper()} files")
            raise AthenaError("INVALID_TABLE_PROPERTY", f"Unsupported value for table property format: {value}")
        if name == "write_compression" and value.lower() not in _CODECS:
            raise AthenaError("INVALID_TABLE_PROPERTY", f"Unsupported value for write_compression: {value}")
        if name == "compression_level" and not (value.isdigit() and 1 <= int(value) <= 22):
            raise AthenaError("INVALID_TABLE_PROPERTY", f"Invalid value for table property {name}: {value}")
        if name not in ("format", "write_compression") and not value.isdigit():
            raise AthenaError("INVALID_TABLE_PROPERTY", f"Invalid value for table property {name}: {value}")
        kept[name] = value
        if name in _ICEBERG:
            kept[_ICEBERG[name]] = value.lower()
    if "write_compression" in kept and kept["write_compression"].lower() == "none":
        kept["write.parquet.compression-codec"] = "uncompressed"
    return kept


def of_athena(values: Mapping[str, str]) -> dict[str, str]:
    """Those of a table's properties that CREATE TABLE takes, and the compression, which is always told (#146, #160):
    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md
    """
    codec = values.get(_ICEBERG["write_compression"]) or _DEFAULTS["write_compression"]
    return {"write_compression": codec, **{name: value for name, value in values.items() if name in _DEFAULTS}}


def of_ctas(given: dict[str, str]) -> dict[str, str]:
    """*given* with what CREATE TABLE AS writes down although nobody asked for it (#146)."""
    chosen = {
        "format": "PARQUET",
        "write_compression": "ZSTD",
        **{name.lower(): value for name, value in given.items()},
    }
    return chosen if chosen["write_compression"].upper() != "ZSTD" else {"compression_level": "3", **chosen}


def stored_names(names: Iterable[str]) -> list[str]:
    """The keys in the metadata that belong to Athena's property *names*."""
    lowered = [name.lower() for name in names]
    return lowered + [_ICEBERG[name] for name in lowered if name in _ICEBERG]
