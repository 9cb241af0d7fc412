"""Tables and partitions as a crawler writes them into the catalog."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from local_glue.crawler.files import Object
from local_glue.crawler.formats import Schema
from local_glue.crawler.grouping import Found
from local_glue.crawler.hive_types import Column

UPDATED = "UPDATED_BY_CRAWLER"
DEPRECATED = "DEPRECATED_BY_CRAWLER"
_TEXT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_HIVE = "org.apache.hadoop.hive.ql.io"
_FORMATS: dict[str, tuple[str, str, str]] = {
    "parquet": (
        f"{_HIVE}.parquet.MapredParquetInputFormat",
        f"{_HIVE}.parquet.MapredParquetOutputFormat",
        f"{_HIVE}.parquet.serde.ParquetHiveSerDe",
    ),
    "orc": (f"{_HIVE}.orc.OrcInputFormat", f"{_HIVE}.orc.OrcOutputFormat", f"{_HIVE}.orc.OrcSerde"),
    "avro": (
        f"{_HIVE}.avro.AvroContainerInputFormat",
        f"{_HIVE}.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "json": (_TEXT, _TEXT_OUT, "org.openx.data.jsonserde.JsonSerDe"),
    "csv": (_TEXT, _TEXT_OUT, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"),
}


def table_name(root: str, bucket: str, prefix: str) -> str:
    """The name of the table at *root*: the folder's or the file's, in Glue's letters."""
    own = root.rstrip("/").rpartition("/")[2] or bucket
    if match := re.fullmatch(r"[^=]+=(.*)", own):
        own = match[0]
    return prefix + re.sub(r"[^a-z0-9_]", "_", own.lower())


def other_name(name: str, location: str) -> str:
    """A name for a table whose own is another table's."""
    return f"{name}_{hashlib.sha256(location.encode()).hexdigest()[:32]}"


def location(found: Found) -> str:
    """The address of a table's root."""
    return f"s3://{found.files[0][0].bucket}/{found.root}"


def table(found: Found, name: str, crawler: str, columns: Sequence[Column]) -> dict[str, Any]:
    """A TableInput."""
    parameters = _parameters(found.files, found.schema)
    versions = {"CrawlerSchemaDeserializerVersion": "1.0", "CrawlerSchemaSerializerVersion": "1.0"}
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in found.keys],
        "Parameters": {**parameters, **versions, UPDATED: crawler},
        "StorageDescriptor": _storage(location(found), columns, found.schema, parameters),
    }


def partition(
    values: Sequence[str],
    prefix: str,
    files: Sequence[tuple[Object, Schema]],
    columns: Sequence[Column],
) -> dict[str, Any]:
    """A PartitionInput."""
    parameters = _parameters(files, files[0][1])
    place = f"s3://{files[0][0].bucket}/{prefix}"
    return {
        "Values": list(values),
        "Parameters": parameters,
        "StorageDescriptor": _storage(place, columns, files[0][1], parameters),
    }


def _parameters(files: Sequence[tuple[Object, Schema]], schema: Schema) -> dict[str, str]:
    size = sum(file.size for file, _ in files)
    records = sum(one.records for _, one in files)
    return {
        **schema.parameters,
        "averageRecordSize": str(size // records if records else 0),
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(len(files)),
        "recordCount": str(records),
        "sizeKey": str(size),
        "typeOfData": "file",
    }


def _storage(place: str, columns: Sequence[Column], schema: Schema, parameters: Mapping[str, str]) -> dict[str, Any]:
    read, write, serde = _FORMATS[schema.classification]
    return {
        "Location": place,
        "Columns": [{"Name": name.lower(), "Type": kind} for name, kind in columns],
        "InputFormat": read,
        "OutputFormat": write,
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"serialization.format": "1", **schema.serde}},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }
