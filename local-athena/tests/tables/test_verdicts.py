"""The verdicts of settings hold for any value: what is harmless changes nothing, what is refused is refused, and each member of Glue's
descriptions has one.
"""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_athena.errors import AthenaError
from local_athena.model import TableName
from local_athena.tables.hive.description.formats import format_of
from local_athena.tables.hive.description.settings import SETTINGS, Setting, check
from local_athena.tables.hive.table import HiveTable

from .test_settings import BY_KIND, COLUMNS, NEEDED, _plan, table

NAME = TableName("db", "t")
_VALUES = st.one_of(
    st.sampled_from(["true", "FALSE", "", "0", "1", "|", "yyyy", "{}", "s3://lake/x"]), st.text(max_size=6)
)
_SETTINGS = st.sampled_from([*SETTINGS]).map(lambda known: (known, known.name.replace("*", "x.y")))


def _reads(known: Setting, kind: str) -> bool:
    return known.kinds is None or kind in known.kinds


@given(st.sampled_from([*BY_KIND]), _SETTINGS, _VALUES, st.booleans())
def test_a_verdict_holds_for_any_value(kind: str, named: tuple[Setting, str], value: str, parameter: bool) -> None:
    known, name = named
    described = table(kind, parameters={name: value}) if parameter else table(kind, {name: value})
    try:
        check(described)
    except AthenaError as error:
        assert known.verdict != "harmless" and _reads(known, kind), error
        return
    assert known.verdict != "refused" or not _reads(known, kind) or value.lower() == "false"
    if known.verdict == "harmless" or not _reads(known, kind):
        assert _plan(described) == _plan(table(kind))


# Of each member of a description: whether it counts, has no effect (as on AWS, for the reason given), or is refused.
TABLE = {
    "Name": "counts", "PartitionKeys": "counts", "StorageDescriptor": "counts", "Parameters": "counts", "TableType": "counts",
    "ViewOriginalText": "counts for a view", "ViewDefinition": "refused", "TargetTable": "refused", "FederatedTable": "refused",
    "Description": "a note", "Owner": "a note", "LastAccessTime": "a note", "LastAnalyzedTime": "a note", "Retention": "a note",
    "ViewExpandedText": "Presto's views hold it in ViewOriginalText",
}  # fmt: skip
STORAGE = {
    "Columns": "counts", "Location": "counts", "InputFormat": "counts", "SerdeInfo": "counts", "SchemaReference": "refused",
    "NumberOfBuckets": "counts for INSERT", "BucketColumns": "counts for INSERT",
    "OutputFormat": "INSERT goes by the SerDe", "Compressed": "a file's name tells", "SortColumns": "files are read whole",
    "SkewedInfo": "folders are read whole", "StoredAsSubDirectories": "folders are read whole",
    "AdditionalLocations": "a note of a crawler over Delta", "Parameters": "Trino's client of Glue does not read them",
}  # fmt: skip
SERDE = {"SerializationLibrary": "counts", "Parameters": "counts", "Name": "a note"}
PARTITION = {
    "Values": "counts", "StorageDescriptor": "counts", "Parameters": "Trino reads the table's", "LastAccessTime": "a note", "LastAnalyzedTime": "a note",
}  # fmt: skip
COLUMN = {"Name": "counts", "Type": "counts", "Comment": "counts", "Parameters": "a note"}
LATER = {"FederatedTable", "ViewDefinition", "AdditionalLocations"}
"""Members that older models of the API lack."""


@pytest.mark.parametrize(
    ("shape", "known"),
    [("TableInput", TABLE), ("StorageDescriptor", STORAGE), ("SerDeInfo", SERDE), ("PartitionInput", PARTITION), ("Column", COLUMN)],
)  # fmt: skip
def test_every_member_of_glues_descriptions_has_a_verdict(shape: str, known: dict[str, str]) -> None:
    members = botocore.session.get_session().get_service_model("glue").shape_for(shape).members
    assert {*members} - LATER == {*known} - LATER


_OTHER = {
    "Description": "x", "Owner": "x", "Retention": 3, "LastAccessTime": 1, "LastAnalyzedTime": 1, "ViewExpandedText": "x",
    "OutputFormat": "x", "Compressed": True, "SortColumns": [{"Column": "a", "SortOrder": 1}], "StoredAsSubDirectories": True,
    "SkewedInfo": {"SkewedColumnNames": ["a"], "SkewedColumnValueLocationMaps": {"1": "s3://lake/u/"}},
    "AdditionalLocations": ["s3://lake/u/"], "Parameters": {"field.delim": "|", "skip.header.line.count": "1"},
}  # fmt: skip


def _drawn(known: dict[str, str]) -> st.SearchStrategy[set[str]]:
    without = [name for name, verdict in known.items() if not verdict.startswith(("counts", "refused"))]
    return st.sets(st.sampled_from(without))


@given(st.sampled_from([*BY_KIND]), _drawn(TABLE), _drawn(STORAGE))
def test_members_without_effect_have_none(kind: str, tables: set[str], storages: set[str]) -> None:
    def seen(described: dict[str, Any]) -> tuple[Any, ...]:
        described["StorageDescriptor"]["Location"] = "s3://lake/t/"
        loaded = HiveTable.load(NAME, described)
        loaded.check()
        return loaded.data, loaded.keys, loaded.location, format_of(described), _plan(described)

    other = {name: _OTHER[name] for name in storages}
    assert seen({**table(kind, **other), **{name: _OTHER[name] for name in tables}}) == seen(table(kind))


@pytest.mark.parametrize(
    ("tables", "storages"),
    [({"TargetTable": {"Name": "u"}}, {}), ({"FederatedTable": {"Identifier": "x"}}, {}), ({}, {"SchemaReference": {"SchemaVersionId": "x"}})],
)  # fmt: skip
def test_members_that_are_refused(tables: dict[str, Any], storages: dict[str, Any]) -> None:
    storage = {"Location": "s3://lake/t/", "Columns": COLUMNS, **storages}
    with pytest.raises(AthenaError, match="is not supported by local Athena"):
        HiveTable.load(NAME, {**table("text", NEEDED.get("text"), **storage), **tables}).check()
