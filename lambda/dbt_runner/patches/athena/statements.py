"""Statements of dbt-athena's that need no query: what Athena would have answered is known, or Glue does the same.

A DDL statement or a SELECT of a constant takes Athena most of a second and one of the account's queries at a time.
"""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from dbt.adapters.athena.config import get_boto3_config
from dbt.adapters.athena.connections import AthenaResultSet
from dbt.adapters.athena.constants import LOGGER

from dbt_runner.patches.athena import clients

# The last statement of tables and incremental models: the adapter's own text (`run_query_with_partitions_limit_catching`), sent to
# Athena and parsed out of the statement that was sent, never out of the answer (`process_query_stats`). With the query comment
# before or behind it.
_ROWCOUNT = re.compile(
    r"""(?:--[^\n]*\n)?\s*select\s+'(\{"rowcount":-?\d+,"data_scanned_in_bytes":\d+\})'\s*;?\s*(?:--[^\n]*)?""",
    re.IGNORECASE,
)
# After each Hive table (macro set_table_classification); never with a comment.
_CLASSIFICATION = re.compile(
    r"alter table `(?P<schema>[^`]+)`\.`(?P<table>[^`]+)` set tblproperties \('classification' = '(?P<format>[^']+)'\)"
)
_DEFAULT_CATALOG = "awsdatacatalog"

Answer = dict[str, Any]
"""The answer of GetQueryResults: https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html"""


def answer(sql: str, credentials: Any) -> AthenaResultSet | None:
    """The result of *sql* if it needs no query, else None; *credentials* are dbt's of the connection."""
    if found := _ROWCOUNT.fullmatch(sql):
        column = [{"Name": "_col0", "Type": "varchar"}]
        rows = [{"Data": [{"VarCharValue": value}]} for value in ("_col0", found.group(1))]
        return _result(
            {"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": column}}, "UpdateCount": 0}, False
        )
    if (found := _CLASSIFICATION.fullmatch(sql)) and _classify(found, credentials):
        return _result({"ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}, "UpdateCount": 0}, True)
    return None


def _classify(found: re.Match[str], credentials: Any) -> bool:
    """Set a Hive table's property as Athena does, by a new version of the table in Glue; False if that is Athena's to do.

    https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html
    """
    if credentials.database.lower() != _DEFAULT_CATALOG:
        return False
    config = get_boto3_config(num_retries=credentials.effective_num_retries)
    glue: Any = clients.session(credentials).client("glue", region_name=credentials.region_name, config=config)
    schema, name = found["schema"].lower(), found["table"].lower()
    try:
        table = glue.get_table(DatabaseName=schema, Name=name)["Table"]
        parameters = table.get("Parameters", {})
        # An Iceberg table's properties are in its metadata file, and a commit moves the pointer to it.
        if table.get("TableType") != "EXTERNAL_TABLE" or parameters.get("table_type", "").upper() == "ICEBERG":
            return False
        fields = glue.meta.service_model.operation_model("UpdateTable").input_shape.members["TableInput"].members
        changed = {key: value for key, value in table.items() if key in fields}
        changed["Parameters"] = {**parameters, "classification": found["format"]}
        version = {"VersionId": table["VersionId"]} if "VersionId" in table else {}
        glue.update_table(DatabaseName=schema, TableInput=changed, **version)
    except (BotoCoreError, ClientError) as error:
        LOGGER.debug(f"The classification of {schema}.{name} is left to Athena: {error}")
        return False
    return True


def _result(content: Answer, plain_text: bool) -> AthenaResultSet:
    athena: Any = _Known(content)
    return AthenaResultSet(athena, "", plain_text)


class _Known:
    """Stands in for Athena's client in a result set whose answer is there already."""

    def __init__(self, content: Answer) -> None:
        self._content = content

    def get_query_results(self, **_: Any) -> Answer:
        return self._content
