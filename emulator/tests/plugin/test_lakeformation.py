"""The plug-in's additions to moto's Lake Formation."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.api.helpers import client

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
