"""Athena of fixed answering time, and the catalog that its statements leave: https://docs.aws.amazon.com/athena/latest/APIReference/

Statements are told apart by the texts that dbt-athena 1.11 writes; what they do to the catalog is done when they are submitted.
"""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from .glue import Catalog, Refused

_NAME = r'(?:"\w+"\.)?["`](\w+)["`]\.["`](\w+)["`]'
_CTAS = re.compile(rf"create table {_NAME}\s+with \(\s*table_type='(\w+)'", re.IGNORECASE)
_LOCATION = re.compile(r"location='([^']+)'")
_VIEW = re.compile(rf"create or replace view\s+{_NAME}", re.IGNORECASE)
_RENAME = re.compile(rf"alter table {_NAME} rename to {_NAME}", re.IGNORECASE)
_PROPERTY = re.compile(rf"alter table {_NAME} set tblproperties \('(\w+)' = '(\w+)'\)", re.IGNORECASE)
_DROP = re.compile(rf"drop (?:table|view) if exists {_NAME}", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:--[^\n]*\n|/\*.*?\*/)\s*", re.DOTALL)
_DDL = ("create", "alter", "drop")
# The select list of dbt's data tests: https://docs.getdbt.com/reference/resource-configs/fail_calc
_TEST_COLUMNS = (("failures", "bigint", "0"), ("should_warn", "boolean", "false"), ("should_error", "boolean", "false"))


class Athena:
    """The operations of Athena that dbt-athena and the runner call."""

    def __init__(self, catalog: Catalog, seconds: float) -> None:
        self._catalog = catalog
        self._seconds = seconds
        self._queries: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        self._queries.clear()

    def submitted(self) -> list[dict[str, Any]]:
        """``sql``, ``submitted`` and ``ended`` (seconds since the epoch) of every statement, oldest first."""
        return [
            {"sql": query["sql"], "submitted": query["submitted"], "ended": query["ends"]}
            for query in list(self._queries.values())
        ]

    def start_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        query_id, now = str(uuid.uuid4()), time.time()
        self._queries[query_id] = {
            "sql": request["QueryString"],
            "workgroup": request.get("WorkGroup", "primary"),
            "submitted": now,
            "ends": now + self._seconds,
            "state": "SUCCEEDED",
        }
        self._take_effect(request["QueryString"])
        return {"QueryExecutionId": query_id}

    def get_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"QueryExecution": self._execution(request["QueryExecutionId"])}

    def batch_get_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"QueryExecutions": [self._execution(query_id) for query_id in request["QueryExecutionIds"]]}

    def list_query_executions(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"QueryExecutionIds": list(reversed(self._queries))[:50]}

    def stop_query_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        query, now = self._query(request["QueryExecutionId"]), time.time()
        if now < query["ends"]:
            query.update(state="CANCELLED", ends=now)
        return {}

    def get_query_results(self, request: dict[str, Any]) -> dict[str, Any]:
        sql = self._query(request["QueryExecutionId"])["sql"]
        if _body(sql).startswith(("insert", "merge", "update", "delete", *_DDL)):
            return {"UpdateCount": 1, "ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}}
        is_test = "should_error" in sql
        columns = _TEST_COLUMNS if is_test else (("id", "bigint", ""),)
        rows = [[name for name, _, _ in columns], *([[value for _, _, value in columns]] if is_test else [])]
        return {
            "UpdateCount": 0,
            "ResultSet": {
                "Rows": [{"Data": [{"VarCharValue": value} for value in row]} for row in rows],
                "ResultSetMetadata": {"ColumnInfo": [{"Name": name, "Type": kind} for name, kind, _ in columns]},
            },
        }

    def get_work_group(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"WorkGroup": {"Name": request["WorkGroup"], "State": "ENABLED", "Configuration": {}}}

    def _query(self, query_id: str) -> dict[str, Any]:
        if query_id not in self._queries:
            raise Refused("InvalidRequestException", f"QueryExecution {query_id} was not found")
        return self._queries[query_id]

    def _execution(self, query_id: str) -> dict[str, Any]:
        query = self._query(query_id)
        ended = time.time() >= query["ends"]
        kind = "DDL" if _body(query["sql"]).startswith(_DDL) else "DML"
        milliseconds = int(1000 * (min(time.time(), query["ends"]) - query["submitted"]))
        return {
            "QueryExecutionId": query_id,
            "Query": query["sql"],
            "StatementType": kind,
            "WorkGroup": query["workgroup"],
            "Status": {"State": query["state"] if ended else "RUNNING", "SubmissionDateTime": query["submitted"]},
            "Statistics": {
                "DataScannedInBytes": 0,
                "EngineExecutionTimeInMillis": milliseconds,
                "TotalExecutionTimeInMillis": milliseconds,
            },
        }

    def _take_effect(self, sql: str) -> None:
        statement = _COMMENT.sub("", sql)
        if found := _CTAS.match(statement):
            schema, name, kind = found.groups()
            location = _LOCATION.search(statement)
            self._catalog.create(schema, name, kind, location.group(1) if location else f"s3://unset/{schema}/{name}")
        elif found := _VIEW.match(statement):
            schema, name = found.groups()
            self._catalog.create(schema, name, "view", "")
        elif found := _RENAME.match(statement):
            schema, name, to_schema, to_name = found.groups()
            self._catalog.rename(schema, name, to_schema, to_name)
        elif found := _PROPERTY.match(statement):
            schema, name, key, value = found.groups()
            self._catalog.set_property(schema, name, key, value)
        elif found := _DROP.match(statement):
            schema, name = found.groups()
            self._catalog.drop(schema, name)


def _body(sql: str) -> str:
    return _COMMENT.sub("", sql).lstrip().lower()
