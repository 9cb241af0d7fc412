"""The catalog beside the Athena of fixed answering time: https://docs.aws.amazon.com/glue/latest/webapi/API_Operations.html"""

from __future__ import annotations

import threading
from typing import Any

_COLUMNS = [{"Name": "id", "Type": "bigint"}]


class Refused(Exception):
    """An answer with an error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Catalog:
    """The operations of Glue that dbt-athena calls, on tables that have one column and no partitions."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], dict[str, Any]] = {}
        self._lock = threading.Lock()

    def reset(self) -> None:
        self._tables.clear()

    def create(self, schema: str, name: str, kind: str, location: str) -> None:
        """A table (*kind* is hive or iceberg) or a view, in the place of whatever has the name."""
        parameters = {"table_type": "ICEBERG"} if kind.lower() == "iceberg" else {}
        with self._lock:
            self._tables[schema.lower(), name.lower()] = {
                "DatabaseName": schema.lower(),
                "Name": name.lower(),
                "TableType": "VIRTUAL_VIEW" if kind == "view" else "EXTERNAL_TABLE",
                "Parameters": parameters,
                "StorageDescriptor": {"Columns": _COLUMNS, "Location": location},
                "PartitionKeys": [],
                "VersionId": "0",
            }

    def rename(self, schema: str, name: str, to_schema: str, to_name: str) -> None:
        with self._lock:
            table = self._tables.pop((schema.lower(), name.lower()), None)
            if table is not None:
                key = (to_schema.lower(), to_name.lower())
                self._tables[key] = {**table, "DatabaseName": key[0], "Name": key[1]}

    def set_property(self, schema: str, name: str, key: str, value: str) -> None:
        with self._lock:
            table = self._tables.get((schema.lower(), name.lower()))
            if table is not None:
                table["Parameters"][key] = value

    def drop(self, schema: str, name: str) -> None:
        with self._lock:
            self._tables.pop((schema.lower(), name.lower()), None)

    def get_databases(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"DatabaseList": [{"Name": schema} for schema in sorted({schema for schema, _ in self._tables})]}

    def get_database(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Database": {"Name": request["Name"]}}

    def get_tables(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            found = [table for (schema, _), table in self._tables.items() if schema == request["DatabaseName"].lower()]
        return {"TableList": found}

    def get_table(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Table": self._table(request["DatabaseName"], request["Name"])}

    def update_table(self, request: dict[str, Any]) -> dict[str, Any]:
        given = request["TableInput"]
        table = self._table(request["DatabaseName"], given["Name"])
        expected = request.get("VersionId")
        if expected is not None and expected != table["VersionId"]:
            raise Refused("ConcurrentModificationException", "Update table failed due to concurrent modifications.")
        table.update(given, VersionId=str(int(table["VersionId"]) + 1))
        return {}

    def delete_table(self, request: dict[str, Any]) -> dict[str, Any]:
        self._table(request["DatabaseName"], request["Name"])
        self.drop(request["DatabaseName"], request["Name"])
        return {}

    def get_table_versions(self, request: dict[str, Any]) -> dict[str, Any]:
        table = self._table(request["DatabaseName"], request["TableName"])
        return {"TableVersions": [{"VersionId": table["VersionId"], "Table": table}]}

    def delete_table_version(self, request: dict[str, Any]) -> dict[str, Any]:
        return {}

    def get_partitions(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"Partitions": []}

    def _table(self, schema: str, name: str) -> dict[str, Any]:
        with self._lock:
            table = self._tables.get((schema.lower(), name.lower()))
        if table is None:
            raise Refused("EntityNotFoundException", f"Table {name} not found.")
        return table
