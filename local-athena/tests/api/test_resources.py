"""Workgroups, catalogs, metadata, named queries, prepared statements, tags."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.api.helpers import OUTPUT, Run, rows
from tests.api.standin import CTAS

ARN = "arn:aws:athena:us-east-1:000000000000:{}/{}"


def test_a_workgroup_is_created_changed_and_deleted(athena: Any) -> None:
    configuration = {
        "ResultConfiguration": {"OutputLocation": OUTPUT, "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}},
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": False,
        "BytesScannedCutoffPerQuery": 10_000_000,
        "EngineVersion": {"SelectedEngineVersion": "Athena engine version 3"},
    }
    athena.create_work_group(
        Name="wg", Configuration=configuration, Description="mine", Tags=[{"Key": "team", "Value": "data"}]
    )
    with pytest.raises(ClientError, match=r"WorkGroup is already created$"):
        athena.create_work_group(Name="wg")
    found = athena.get_work_group(WorkGroup="wg")["WorkGroup"]
    assert (found["State"], found["Description"]) == ("ENABLED", "mine")
    effective = {"EffectiveEngineVersion": "Athena engine version 3"}
    assert found["Configuration"] == {
        **configuration,
        "RequesterPaysEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
        "EngineVersion": configuration["EngineVersion"] | effective,
    }
    athena.update_work_group(
        WorkGroup="wg",
        State="DISABLED",
        ConfigurationUpdates={
            "ResultConfigurationUpdates": {"RemoveEncryptionConfiguration": True},
            "RemoveBytesScannedCutoffPerQuery": True,
        },
    )
    found = athena.get_work_group(WorkGroup="wg")["WorkGroup"]
    assert found["State"] == "DISABLED"
    assert found["Configuration"]["ResultConfiguration"] == {"OutputLocation": OUTPUT}
    assert "BytesScannedCutoffPerQuery" not in found["Configuration"]
    with pytest.raises(ClientError, match="disabled"):
        athena.start_query_execution(QueryString="select 1", WorkGroup="wg")
    assert [w["Name"] for w in athena.list_work_groups()["WorkGroups"]] == ["primary", "wg"]
    athena.delete_work_group(WorkGroup="wg")
    with pytest.raises(ClientError, match=r"WorkGroup is not found\.$"):
        athena.get_work_group(WorkGroup="wg")
    for call, name in ((athena.delete_work_group, "WorkGroup"), (athena.create_work_group, "Name")):
        with pytest.raises(ClientError, match="primary"):
            call(**{name: "primary"})


def test_an_enforced_output_location_wins(run: Run, athena: Any, engine: Any) -> None:
    athena.create_work_group(
        Name="wg", Configuration={"ResultConfiguration": {"OutputLocation": "s3://results/enforced"}}
    )
    execution = run("select 1", output="s3://results/mine/", WorkGroup="wg")
    assert execution["ResultConfiguration"]["OutputLocation"].startswith("s3://results/enforced/")
    assert (engine.contexts[-1].output_location, engine.contexts[-1].enforced) == ("s3://results/enforced/", True)
    athena.update_work_group(WorkGroup="wg", ConfigurationUpdates={"EnforceWorkGroupConfiguration": False})
    execution = run("select 1", output="s3://results/mine/", WorkGroup="wg")
    assert execution["ResultConfiguration"]["OutputLocation"].startswith("s3://results/mine/")
    assert engine.contexts[-1].enforced is False


def test_a_workgroup_with_contents_is_deleted_recursively_only(run: Run, athena: Any) -> None:
    athena.create_work_group(Name="wg")
    athena.create_named_query(Name="n", Database="d", QueryString="select 1", WorkGroup="wg")
    with pytest.raises(ClientError, match="not empty"):
        athena.delete_work_group(WorkGroup="wg")
    athena.delete_work_group(WorkGroup="wg", RecursiveDeleteOption=True)
    athena.create_work_group(Name="wg")
    assert athena.list_named_queries(WorkGroup="wg")["NamedQueryIds"] == []
    run("select 1", WorkGroup="wg")
    with pytest.raises(ClientError, match="WorkGroup wg is not empty"):
        athena.delete_work_group(WorkGroup="wg")


def test_a_workgroup_without_a_description_has_none(athena: Any) -> None:
    """https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/work-groups.md (#9)."""
    assert "Description" not in athena.get_work_group(WorkGroup="primary")["WorkGroup"]
    assert athena.list_work_groups()["WorkGroups"][0]["Description"] == ""


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"EngineVersion": {"SelectedEngineVersion": "Athena engine version 2"}}, "Athena engine version 3"),
        ({"BytesScannedCutoffPerQuery": 1}, "bytesScannedCutoffPerQuery"),
        ({"ResultConfiguration": {"OutputLocation": "nowhere"}}, "S3 path"),
        (
            {
                "ManagedQueryResultsConfiguration": {"Enabled": True},
                "ResultConfiguration": {"OutputLocation": "s3://results/"},
            },
            "cannot both be set",
        ),
        (
            {"ResultConfiguration": {"EncryptionConfiguration": {"EncryptionOption": "CSE_KMS", "KmsKey": "k"}}},
            "CSE_KMS",
        ),
        ({"ResultConfiguration": {"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS"}}}, "KmsKey"),
        ({"AdditionalConfiguration": "{}"}, "AdditionalConfiguration is not supported by local Athena"),
        ({"ExecutionRole": "arn:aws:iam::000000000000:role/x"}, "ExecutionRole"),
        ({"CustomerContentEncryptionConfiguration": {"KmsKey": "alias/k"}}, "CustomerContentEncryptionConfiguration"),
        ({"IdentityCenterConfiguration": {"EnableIdentityCenter": True}}, "IdentityCenterConfiguration"),
        (
            {
                "QueryResultsS3AccessGrantsConfiguration": {
                    "EnableS3AccessGrants": True,
                    "AuthenticationType": "DIRECTORY_IDENTITY",
                }
            },
            "QueryResultsS3AccessGrantsConfiguration",
        ),
        ({"MonitoringConfiguration": {"ManagedLoggingConfiguration": {"Enabled": True}}}, "MonitoringConfiguration"),
    ],
)
def test_a_workgroup_that_cannot_be_is_refused(athena: Any, configuration: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        athena.create_work_group(Name="wg", Configuration=configuration)
    assert len(athena.list_work_groups()["WorkGroups"]) == 1


def test_what_is_switched_off_may_be_set(athena: Any) -> None:
    off = {
        "IdentityCenterConfiguration": {"EnableIdentityCenter": False},
        "QueryResultsS3AccessGrantsConfiguration": {
            "EnableS3AccessGrants": False,
            "AuthenticationType": "DIRECTORY_IDENTITY",
        },
        "MonitoringConfiguration": {"CloudWatchLoggingConfiguration": {"Enabled": False}},
    }
    athena.create_work_group(Name="wg", Configuration=off)
    assert athena.get_work_group(WorkGroup="wg")["WorkGroup"]["Configuration"].items() >= off.items()


KMS = {"EncryptionOption": "SSE_KMS", "KmsKey": "alias/results"}


@pytest.mark.parametrize(
    ("own", "given", "encryption", "key"),
    [
        ({"ResultConfiguration": {"EncryptionConfiguration": KMS}}, {}, "aws:kms", "alias/results"),
        ({}, {"EncryptionConfiguration": KMS}, "aws:kms", "alias/results"),
        ({}, {"EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}, "AES256", None),
        ({"EnableMinimumEncryptionConfiguration": True}, {}, "AES256", None),
        ({"EnableMinimumEncryptionConfiguration": True}, {"EncryptionConfiguration": KMS}, "aws:kms", "alias/results"),
    ],
)
@pytest.mark.parametrize("sql", ["select 1", "show tables", CTAS, "drop table gone"])
def test_results_are_encrypted(
    run: Run,
    athena: Any,
    aws: Any,
    sql: str,
    own: dict[str, Any],
    given: dict[str, Any],
    encryption: str,
    key: str | None,
) -> None:
    athena.create_work_group(Name="wg", Configuration=own)
    execution = run(sql, output=None, WorkGroup="wg", ResultConfiguration={"OutputLocation": OUTPUT, **given})
    assert execution["ResultConfiguration"]["EncryptionConfiguration"].get("KmsKey") == key
    files = aws.s3.list_objects_v2(Bucket="results")["Contents"]
    for head in (aws.s3.head_object(Bucket="results", Key=file["Key"]) for file in files):
        assert (head["ServerSideEncryption"], head.get("SSEKMSKeyId")) == (encryption, key)


def test_a_minimum_of_encryption_is_one(athena: Any) -> None:
    configuration = {
        "ResultConfiguration": {"EncryptionConfiguration": KMS},
        "EnableMinimumEncryptionConfiguration": True,
    }
    athena.create_work_group(Name="wg", Configuration=configuration)
    weaker = {"OutputLocation": OUTPUT, "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}
    with pytest.raises(ClientError, match="below the minimum"):
        athena.start_query_execution(QueryString="select 1", WorkGroup="wg", ResultConfiguration=weaker)


def test_results_are_their_buckets_owners(run: Run, aws: Any) -> None:
    acl = {"AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"}, "ExpectedBucketOwner": "000000000000"}
    calls: list[dict[str, Any]] = []
    aws.s3.meta.events.register("provide-client-params.s3.PutObject", lambda params, **_: calls.append(params))
    run("select 1", output=None, ResultConfiguration={"OutputLocation": OUTPUT, **acl})
    assert {(call["ACL"], call["ExpectedBucketOwner"]) for call in calls} == {
        ("bucket-owner-full-control", "000000000000")
    }


def test_engine_versions(athena: Any) -> None:
    versions = athena.list_engine_versions()["EngineVersions"]
    assert {v["EffectiveEngineVersion"] for v in versions} == {"Athena engine version 3"}


@pytest.mark.parametrize("name", ["AwsDataCatalog", "awsdatacatalog"])
def test_the_accounts_own_catalog_is_always_there(athena: Any, name: str) -> None:
    catalog = athena.get_data_catalog(Name=name)["DataCatalog"]
    assert (catalog["Type"], catalog["Parameters"]) == ("GLUE", {"catalog-id": "000000000000"})


def test_a_catalog_is_created_changed_and_deleted(athena: Any) -> None:
    given = {"Name": "other", "Type": "GLUE", "Parameters": {"catalog-id": "111111111111"}}
    athena.create_data_catalog(**given, Description="theirs", Tags=[{"Key": "k", "Value": "v"}])
    found = athena.get_data_catalog(Name="other")["DataCatalog"]
    assert found == {**given, "Description": "theirs"}
    assert athena.list_tags_for_resource(ResourceARN=ARN.format("datacatalog", "other"))["Tags"] == [
        {"Key": "k", "Value": "v"}
    ]
    athena.update_data_catalog(Name="other", Type="GLUE", Parameters={"catalog-id": "222222222222"})
    assert athena.get_data_catalog(Name="other")["DataCatalog"]["Parameters"] == {"catalog-id": "222222222222"}
    names = [c["CatalogName"] for c in athena.list_data_catalogs()["DataCatalogsSummary"]]
    assert names == ["AwsDataCatalog", "other"]
    athena.delete_data_catalog(Name="other")
    with pytest.raises(ClientError, match="not found"):
        athena.get_data_catalog(Name="other")
    with pytest.raises(ClientError, match="LAMBDA"):
        athena.create_data_catalog(Name="f", Type="LAMBDA", Parameters={"function": "x"})


def test_metadata_is_glues(athena: Any, aws: Any) -> None:
    aws.glue.create_database(DatabaseInput={"Name": "shop", "Description": "all of it"})
    for name in ("orders", "items", "customers"):
        aws.glue.create_table(
            DatabaseName="shop",
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"classification": "parquet"},
                "StorageDescriptor": {
                    "Columns": [{"Name": "id", "Type": "bigint", "Comment": "key"}],
                    "Location": "s3://lake/x/",
                    "SerdeInfo": {"SerializationLibrary": "a.Serde", "Parameters": {"field.delim": ","}},
                },
                "PartitionKeys": [{"Name": "day", "Type": "date"}],
            },
        )
    where = {"CatalogName": "AwsDataCatalog", "DatabaseName": "shop"}
    assert athena.get_database(**where)["Database"]["Description"] == "all of it"
    assert [d["Name"] for d in athena.list_databases(CatalogName="awsdatacatalog")["DatabaseList"]] == [
        "default",
        "shop",
    ]
    assert athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="default")["Database"]["Name"] == "default"
    table = athena.get_table_metadata(**where, TableName="orders")["TableMetadata"]
    assert table["Columns"] == [{"Name": "id", "Type": "bigint", "Comment": "key"}]
    assert table["PartitionKeys"] == [{"Name": "day", "Type": "date"}]
    # As AWS answers: https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/test_model.py
    assert table["Parameters"] == {
        "classification": "parquet",
        "location": "s3://lake/x",
        "serde.serialization.lib": "a.Serde",
        "serde.param.field.delim": ",",
    }
    pages = athena.get_paginator("list_table_metadata").paginate(**where, PaginationConfig={"PageSize": 2})
    assert [t["Name"] for page in pages for t in page["TableMetadataList"]] == ["orders", "items", "customers"]
    found = athena.list_table_metadata(**where, Expression=".*s|x")["TableMetadataList"]
    assert [t["Name"] for t in found] == ["orders", "items", "customers"]


@pytest.mark.parametrize("call", ["get_database", "list_table_metadata", "get_table_metadata"])
def test_what_glue_misses_is_said_in_its_envelope(athena: Any, call: str) -> None:
    """Clients tell by it that nothing is there: https://github.com/DyfanJones/noctua/issues/205."""
    name = {"TableName": "missing"} if call == "get_table_metadata" else {}
    with pytest.raises(ClientError) as raised:
        getattr(athena, call)(CatalogName="AwsDataCatalog", DatabaseName="missing", **name)
    assert raised.value.response["Error"]["Code"] == "MetadataException"
    assert re.fullmatch(
        r"Entity Not Found \(Service: AmazonDataCatalog; Status Code: 400; "
        r"Error Code: EntityNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)",
        raised.value.response["Error"]["Message"],
    )


def _glue_column(name: str, current: str) -> dict[str, Any]:
    return {"Name": name, "Type": "int", "Parameters": {"iceberg.field.current": current}}


@pytest.mark.parametrize(
    ("table", "parameters"),
    [
        # A view has an empty location, and its SerDe has no library.
        (
            {"Parameters": {"presto_view": "true"}, "StorageDescriptor": {"Location": "", "SerdeInfo": {}}},
            {"presto_view": "true", "location": ""},
        ),
        # The storage descriptor goes before a parameter of the same name.
        (
            {
                "Parameters": {"location": "s3://old", "inputformat": "old", "serde.param.a": "old"},
                "StorageDescriptor": {"Location": "s3://new", "SerdeInfo": {"Parameters": {"a": "new"}}},
            },
            {"location": "s3://new", "serde.param.a": "new"},
        ),
    ],
)
def test_parameters_of_a_table_as_athena_flattens_them(
    aws: Any, athena: Any, table: dict[str, Any], parameters: dict[str, str]
) -> None:
    """https://github.com/pyathena-dev/PyAthena/blob/master/tests/pyathena/test_glue.py."""
    columns = [_glue_column("a2", "true"), _glue_column("a", "false")]
    aws.glue.create_database(DatabaseInput={"Name": "shop"})
    table = {**table, "StorageDescriptor": {**table["StorageDescriptor"], "Columns": columns}}
    aws.glue.create_table(DatabaseName="shop", TableInput={"Name": "t", **table})
    found = athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="shop", TableName="t")["TableMetadata"]
    assert found["Parameters"] == parameters
    assert [column["Name"] for column in found["Columns"]] == ["a2"]


def test_named_queries(athena: Any) -> None:
    given = {"Name": "n", "Database": "d", "QueryString": "select 1", "Description": "one"}
    query_id = athena.create_named_query(**given)["NamedQueryId"]
    assert athena.get_named_query(NamedQueryId=query_id)["NamedQuery"] == {
        **given,
        "NamedQueryId": query_id,
        "WorkGroup": "primary",
    }
    athena.update_named_query(NamedQueryId=query_id, Name="m", QueryString="select 2")
    batch = athena.batch_get_named_query(NamedQueryIds=[query_id, "missing"])
    assert [q["Name"] for q in batch["NamedQueries"]] == ["m"]
    assert [q["NamedQueryId"] for q in batch["UnprocessedNamedQueryIds"]] == ["missing"]
    athena.delete_named_query(NamedQueryId=query_id)
    assert athena.list_named_queries()["NamedQueryIds"] == []


def test_prepared_statements(athena: Any) -> None:
    where = {"StatementName": "stmt", "WorkGroup": "primary"}
    athena.create_prepared_statement(**where, QueryStatement="select ?", Description="one")
    with pytest.raises(ClientError, match="already exists"):
        athena.create_prepared_statement(**where, QueryStatement="select ?")
    found = athena.get_prepared_statement(**where)["PreparedStatement"]
    assert (found["QueryStatement"], found["WorkGroupName"]) == ("select ?", "primary")
    athena.update_prepared_statement(**where, QueryStatement="select ?, ?")
    batch = athena.batch_get_prepared_statement(PreparedStatementNames=["stmt", "missing"], WorkGroup="primary")
    assert [s["QueryStatement"] for s in batch["PreparedStatements"]] == ["select ?, ?"]
    assert [s["StatementName"] for s in batch["UnprocessedPreparedStatementNames"]] == ["missing"]
    names = [s["StatementName"] for s in athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]]
    assert names == ["stmt"]
    athena.delete_prepared_statement(**where)
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*stmt was not found in workGroup primary"):
        athena.get_prepared_statement(**where)


def test_prepare_execute_deallocate(run: Run, athena: Any) -> None:
    assert run("PREPARE p FROM select ? as a, ? as b")["Status"]["State"] == "SUCCEEDED"
    for sql, arguments in (("EXECUTE p USING 'x,(', -1", {}), ("execute p", {"ExecutionParameters": ["'x,('", "-1"]})):
        execution = run(sql, **arguments)
        assert execution["Status"]["State"] == "SUCCEEDED"
        found = rows(athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"]))
        assert found == [["a", "b"], ["x,(", "-1"]]
    assert "found 1" in run("EXECUTE p USING 1")["Status"]["StateChangeReason"]
    for sql in ("prepare q from select 1", "execute p", "Deallocate prepare p"):
        reason = run(f"PREPARE r FROM {sql}")["Status"]["StateChangeReason"]
        assert reason == f"NOT_SUPPORTED: Invalid statement type for prepared statement: {sql.split()[0].upper()}"
    assert run("DEALLOCATE PREPARE p")["Status"]["State"] == "SUCCEEDED"
    words = "PreparedStatement p was not found in workGroup primary"
    for sql in ("EXECUTE p USING 1, 2", "DEALLOCATE PREPARE p"):
        assert run(sql)["Status"]["StateChangeReason"] == words


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("prepare", "line 1:8: mismatched input '<EOF>'. Expecting: <identifier>"),
        ("prepare p from select nope from", "line 1:32: mismatched input '<EOF>'. Expecting: '(', 'LATERAL', 'TABLE', 'UNNEST', <identifier>"),
        ("-- c\nexecute p using *", "line 2:17: mismatched input '*'. Expecting: <expression>"),
        ("execute immediate 'select 1'", "line 1:19: mismatched input ''select 1''. Expecting: 'USING', <EOF>"),
        ("deallocate p", "line 1:12: mismatched input 'p'. Expecting: 'PREPARE'"),
    ],
)  # fmt: skip
def test_a_prepared_statement_that_cannot_be_read_is_not_started(run: Run, sql: str, words: str) -> None:
    with pytest.raises(ClientError) as caught:
        run(sql)
    assert caught.value.response["Error"]["Message"] == words


def test_tags(athena: Any) -> None:
    arn = ARN.format("workgroup", "primary")
    athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    athena.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        athena.list_tags_for_resource(ResourceARN=ARN.format("workgroup", "missing"))
