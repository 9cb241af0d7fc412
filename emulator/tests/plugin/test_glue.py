"""The plug-in's additions to moto's Glue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.emulator


def definition(name: str, **more: Any) -> dict[str, Any]:
    storage = {"Columns": [{"Name": "id", "Type": "int"}], "Location": "s3://lake/t"}
    keys = [{"Name": "d", "Type": "date"}, {"Name": "n", "Type": "int"}]
    return {"Name": name, "StorageDescriptor": storage, "PartitionKeys": keys, "Parameters": {}, **more}


def code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return str(caught.value.response["Error"]["Code"])


def test_names_are_folded(glue: Any, database: str) -> None:
    upper = database.upper()
    glue.create_table(DatabaseName=upper, TableInput=definition("MyTable"))
    assert glue.get_table(DatabaseName=database, Name="mytable")["Table"]["Name"] == "mytable"
    assert glue.get_table(DatabaseName=upper, Name="MYTABLE")["Table"]["Name"] == "mytable"
    glue.update_table(DatabaseName=upper, TableInput=definition("MyTable", Description="new"))
    assert glue.get_table(DatabaseName=database, Name="MyTable")["Table"]["Description"] == "new"
    assert [t["Name"] for t in glue.get_tables(DatabaseName=upper)["TableList"]] == ["mytable"]
    assert len(glue.get_table_versions(DatabaseName=upper, TableName="MyTable")["TableVersions"]) == 2
    glue.delete_table(DatabaseName=upper, Name="MyTable")
    assert code(glue.get_table, DatabaseName=database, Name="mytable") == "EntityNotFoundException"
    assert code(glue.create_database, DatabaseInput={"Name": upper}) == "AlreadyExistsException"


def test_what_is_missing_is_entity_not_found(glue: Any, database: str) -> None:
    assert code(glue.get_tables, DatabaseName="missing") == "EntityNotFoundException"
    assert code(glue.get_database, Name="missing") == "EntityNotFoundException"
    glue.create_table(DatabaseName=database, TableInput=definition("t"))
    where = {"DatabaseName": database, "TableName": "t"}
    assert code(glue.delete_table_version, **where, VersionId="7") == "EntityNotFoundException"
    assert code(glue.delete_table_version, **where, VersionId="1") == "InvalidInputException", "the current version"


def test_versions_are_archived_unless_told_otherwise(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput=definition("t"))
    glue.update_table(DatabaseName=database, TableInput=definition("t"))
    glue.update_table(DatabaseName=database, TableInput=definition("t"), SkipArchive=True)
    where = {"DatabaseName": database, "TableName": "t"}
    versions = glue.get_table_versions(**where)["TableVersions"]
    assert sorted(v["VersionId"] for v in versions) == ["1", "3"]
    assert all(v["Table"]["StorageDescriptor"]["Location"] == "s3://lake/t" for v in versions)
    glue.delete_table_version(**where, VersionId="1")
    assert [v["VersionId"] for v in glue.get_table_versions(**where)["TableVersions"]] == ["3"]


def test_of_many_writers_from_one_version_one_wins(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput=definition("t"))

    def update(number: int) -> str:
        try:
            table = definition("T", Description=str(number))
            glue.update_table(DatabaseName=database, TableInput=table, VersionId="1", SkipArchive=True)
            return "done"
        except ClientError as error:
            return str(error.response["Error"]["Code"])

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(update, range(8)))
    assert answers == ["ConcurrentModificationException"] * 7 + ["done"]
    assert glue.get_table(DatabaseName=database, Name="t")["Table"]["VersionId"] == "2"


def test_partitions_by_expression_and_their_deletion(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput=definition("t"))
    where = {"DatabaseName": database, "TableName": "t"}
    values = [["2024-01-01", "1"], ["2024-01-01", "10"], ["2024-01-02", "2"]]
    partitions = [{"Values": v, "StorageDescriptor": {"Location": f"s3://lake/t/{v[1]}"}} for v in values]
    glue.batch_create_partition(**where, PartitionInputList=partitions)
    found = glue.get_partitions(**where, Expression="(d='2024-01-01' and n=10) or (n>1 and n<3)")["Partitions"]
    assert [p["Values"] for p in found] == values[1:]
    answer = glue.batch_delete_partition(**where, PartitionsToDelete=[{"Values": values[0]}, {"Values": ["x", "y"]}])
    assert [e["ErrorDetail"]["ErrorCode"] for e in answer["Errors"]] == ["EntityNotFoundException"]
    assert [p["Values"] for p in glue.get_partitions(**where)["Partitions"]] == values[1:]


def test_partitions_by_keys_of_types_with_a_length_or_a_precision(glue: Any, database: str) -> None:
    keys = [
        {"Name": "v", "Type": "varchar(2)"},
        {"Name": "c", "Type": "char(1)"},
        {"Name": "n", "Type": "decimal(10,2)"},
    ]
    glue.create_table(DatabaseName=database, TableInput=definition("t", PartitionKeys=keys))
    where = {"DatabaseName": database, "TableName": "T"}
    values = [["p1", "x", "1.50"], ["p1", "y", "2.00"], ["p2", "x", "1.50"]]
    partitions = [{"Values": v, "StorageDescriptor": {"Location": "s3://lake/t"}} for v in values]
    glue.batch_create_partition(**where, PartitionInputList=partitions)
    for expression, expected in (("v='p1'", values[:2]), ("c in ('x') and n=1.5", values[::2]), ("v>'p1'", values[2:])):
        found = glue.get_partitions(**where, Expression=expression)["Partitions"]
        assert [partition["Values"] for partition in found] == expected, expression
    assert code(glue.get_partitions, **where, Expression="unknown='p1'") == "InvalidInputException"


def test_open_table_format_input_makes_an_iceberg_table(glue: Any, s3: Any, database: str) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_OpenTableFormatInput.html: metadata included, or refused by name."""
    wanted = definition("ice", PartitionKeys=[], Description="mine", Parameters={"owner": "me"})
    wanted["StorageDescriptor"] = {**wanted["StorageDescriptor"], "Location": f"s3://lake/{database}/ice"}
    iceberg = {"MetadataOperation": "CREATE", "Version": "2"}
    where = {"DatabaseName": database, "TableInput": wanted}
    for changed in ({"Version": "3"}, {"MetadataOperation": "DROP"}):
        refused = {"OpenTableFormatInput": {"IcebergInput": {**iceberg, **changed}}}
        assert code(glue.create_table, **where, **refused) == "InvalidInputException"
    keyed = {**where, "TableInput": definition("ice"), "OpenTableFormatInput": {"IcebergInput": iceberg}}
    assert code(glue.create_table, **keyed) == "InvalidInputException"
    glue.create_table(**where, OpenTableFormatInput={"IcebergInput": iceberg})
    made = glue.get_table(DatabaseName=database, Name="ice")["Table"]
    assert (made["Parameters"]["table_type"].upper(), made["Parameters"]["owner"], made["Description"]) == (
        "ICEBERG",
        "me",
        "mine",
    )
    assert made["Parameters"]["metadata_location"].startswith(f"s3://lake/{database}/ice/metadata/")
    assert code(glue.create_table, **where, OpenTableFormatInput={"IcebergInput": iceberg}) == "AlreadyExistsException"
