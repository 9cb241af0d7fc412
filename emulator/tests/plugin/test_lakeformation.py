"""The plug-in's additions to moto's Lake Formation."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.asking import client, run_sql

pytestmark = pytest.mark.emulator
ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def lakeformation(emulator: Any) -> Any:
    return client("lakeformation", emulator.url)


def test_what_was_never_given_is_empty(lakeformation: Any, database: str) -> None:
    resource = {"Database": {"Name": database}}
    assert lakeformation.get_resource_lf_tags(Resource=resource).get("LFTagOnDatabase", []) == []
    assert lakeformation.list_data_cells_filter()["DataCellsFilters"] == []
    assert lakeformation.list_permissions()["PrincipalResourcePermissions"] == []


def test_filters_of_data_cells(lakeformation: Any, database: str) -> None:
    name = {"TableCatalogId": ACCOUNT, "DatabaseName": database, "TableName": "t", "Name": "f"}
    data = name | {"RowFilter": {"FilterExpression": "id > 1"}, "ColumnNames": ["id"]}
    table = {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": "t"}

    def refusal(call: Any, **arguments: Any) -> str:
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        return str(caught.value.response["Error"]["Code"])

    assert refusal(lakeformation.update_data_cells_filter, TableData=data) == "EntityNotFoundException"
    lakeformation.create_data_cells_filter(TableData=data)
    assert refusal(lakeformation.create_data_cells_filter, TableData=data) == "AlreadyExistsException"
    lakeformation.update_data_cells_filter(TableData=data | {"ColumnNames": ["id", "name"]})
    assert lakeformation.get_data_cells_filter(**name)["DataCellsFilter"]["ColumnNames"] == ["id", "name"]
    assert [f["Name"] for f in lakeformation.list_data_cells_filter(Table=table)["DataCellsFilters"]] == ["f"]
    assert not lakeformation.list_data_cells_filter(Table=table | {"Name": "u"})["DataCellsFilters"]
    lakeformation.delete_data_cells_filter(**name)
    assert refusal(lakeformation.delete_data_cells_filter, **name) == "EntityNotFoundException"


def test_grants_on_filters_of_data_cells(lakeformation: Any, database: str) -> None:
    name = {"TableCatalogId": ACCOUNT, "DatabaseName": database, "TableName": "t", "Name": "f"}
    who = {"DataLakePrincipalIdentifier": "arn:aws:iam::000000000000:role/reader"}
    grant = {"Id": "0", "Principal": who, "Resource": {"DataCellsFilter": name}, "Permissions": ["SELECT"]}

    def granted(to: str) -> list[Any]:
        resource = {"DataCellsFilter": name | {"Name": to}}
        found = lakeformation.list_permissions(Resource=resource)["PrincipalResourcePermissions"]
        return [permission["Principal"] for permission in found]

    lakeformation.batch_grant_permissions(CatalogId=ACCOUNT, Entries=[grant])
    assert (granted("f"), granted("g")) == ([who], [])
    lakeformation.batch_revoke_permissions(CatalogId=ACCOUNT, Entries=[grant])
    assert granted("f") == []


def test_a_grant_is_revoked_once(lakeformation: Any, database: str) -> None:
    who = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/reader"}
    one = {"Principal": who, "Resource": {"Database": {"Name": database}}, "Permissions": ["DESCRIBE"]}
    lakeformation.grant_permissions(**one)
    lakeformation.revoke_permissions(**one)
    with pytest.raises(ClientError, match=r"No permissions revoked\. Grantee has no DESCRIBE") as refused:
        lakeformation.revoke_permissions(**one)
    assert refused.value.response["Error"]["Code"] == "InvalidInputException"


REGION = "eu-west-1"  # settings are a region's: the other tests' stays open
OPEN = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}


class Governed:
    """A region whose catalog Lake Formation governs; clients of the account, and of roles."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.glue, self.lakeformation = (self.client(name) for name in ("glue", "lakeformation"))

    def client(self, service: str, **keys: str) -> Any:
        given = keys or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **given)

    def govern(self, *, yes: bool) -> None:
        allowed = [] if yes else OPEN
        defaults = {"CreateDatabaseDefaultPermissions": allowed, "CreateTableDefaultPermissions": allowed}
        self.lakeformation.put_data_lake_settings(DataLakeSettings=defaults)

    def role(self, name: str) -> dict[str, str]:
        """Credentials of a new role."""
        iam, sts = client("iam", self.url), client("sts", self.url)
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        given = sts.assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def grant(self, role: str, resource: dict[str, Any], *permissions: str) -> None:
        who = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/{role}"}
        self.lakeformation.grant_permissions(Principal=who, Resource=resource, Permissions=[*permissions])


@pytest.fixture
def governed(emulator: Any, s3: Any) -> Iterator[Governed]:
    region = Governed(emulator.url)
    region.govern(yes=True)
    yield region
    region.govern(yes=False)


def test_where_lake_formation_governs_a_role_without_a_grant_is_refused(governed: Governed) -> None:
    name, database = f"r{uuid.uuid4().hex[:12]}", f"d{uuid.uuid4().hex[:12]}"
    keys = governed.role(name)
    athena = governed.client("athena", **keys)
    create = f"create table {database}.t with (external_location = 's3://lake/{database}/t/') as select 1 as a"

    def ended(sql: str) -> tuple[str, str]:
        status = run_sql(athena, sql)["Status"]
        return status["State"], status.get("StateChangeReason", "")

    governed.glue.create_database(DatabaseInput={"Name": database})
    assert governed.glue.get_database(Name=database), "the account is its own administrator"
    state, reason = ended(create)
    assert state == "FAILED"
    assert "Insufficient Lake Formation permission(s): Required" in reason

    governed.grant(name, {"Database": {"Name": database}}, "DESCRIBE")
    state, reason = ended(create)
    assert (state, f"Required Create Table on {database}" in reason) == ("FAILED", True), reason
    governed.grant(name, {"Database": {"Name": database}}, "CREATE_TABLE")
    assert ended(create)[0] == "SUCCEEDED"
    assert ended(f"select * from {database}.t")[0] == "SUCCEEDED", "who made it may do everything with it"

    other = f"r{uuid.uuid4().hex[:12]}"
    glue = governed.client("glue", **governed.role(other))
    with pytest.raises(ClientError) as refused:
        glue.get_table(DatabaseName=database, Name="t")
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "Insufficient Lake Formation permission(s): Required Describe on t" in str(refused.value)
    governed.grant(other, {"Table": {"DatabaseName": database, "TableWildcard": {}}}, "SELECT")
    assert glue.get_table(DatabaseName=database, Name="t")["Table"]["Name"] == "t"
    with pytest.raises(ClientError, match="Required Drop on t"):
        glue.delete_table(DatabaseName=database, Name="t")


def test_what_was_made_before_it_governed_stays_open(governed: Governed) -> None:
    governed.govern(yes=False)
    database = f"d{uuid.uuid4().hex[:12]}"
    governed.glue.create_database(DatabaseInput={"Name": database})
    governed.govern(yes=True)
    glue = governed.client("glue", **governed.role(f"r{uuid.uuid4().hex[:12]}"))
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    assert glue.get_database(Name=database)["Database"]["Name"] == database
