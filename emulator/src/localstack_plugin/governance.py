"""Lake Formation's say in the catalog: databases and tables that are made while it governs are open to who has a grant alone.

It governs where the settings give new databases and tables no ``IAM_ALLOWED_PRINCIPALS``; by default they do, and nothing is
asked here. What was made before stays open, as on AWS. Who made a thing has every right on it.
https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html

Not enforced: permissions on columns, rows and tags, on data locations, and CREATE_DATABASE on the catalog.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from moto.glue.models import glue_backends
from moto.lakeformation.models import lakeformation_backends

from local_iam.permissions import Call
from local_iam.principal import Principal

_OPEN = "IAM_ALLOWED_PRINCIPALS"
_ANY = "DESCRIBE"
# Permission on the table, or on the database, that a call of Glue's needs. Any permission lets one see a thing.
_ON_TABLES = {
    **dict.fromkeys(("GetTable", "GetTableVersion", "GetTableVersions", "GetPartition", "GetPartitions"), _ANY),
    **dict.fromkeys(("UpdateTable", "BatchCreatePartition", "CreatePartition", "BatchDeletePartition"), "ALTER"),
    **dict.fromkeys(("DeletePartition", "UpdatePartition", "DeleteTableVersion"), "ALTER"),
    **dict.fromkeys(("DeleteTable", "BatchDeleteTable"), "DROP"),
}
_ON_DATABASES = {
    "GetDatabase": _ANY,
    "CreateTable": "CREATE_TABLE",
    "UpdateDatabase": "ALTER",
    "DeleteDatabase": "DROP",
}
_WORDS = {"CREATE_TABLE": "Create Table", _ANY: "Describe", "ALTER": "Alter", "DROP": "Drop"}

_Thing = tuple[str, str, str, str]
"""Account, region, database and table; of a database the table is empty."""
_lock = threading.Lock()
_closed: dict[_Thing, str | None] = {}
"""Things that were made while Lake Formation governed, each with the role that made it; None is the account itself."""


def refusal(principal: Principal, call: Call) -> str | None:
    """Lake Formation's words if *principal* has no grant for *call*, one of Glue's; None if it may, as far as this goes.

    A call that makes a thing is noted with who makes it.
    """
    database, tables = _named(call)
    if call.service != "glue" or not database:
        return None
    with _lock:
        refused = _refused(principal, call, database, tables)
        if refused is None:
            _note(principal, call, database, tables)
        return refused


def _refused(principal: Principal, call: Call, database: str, tables: list[str]) -> str | None:
    if principal.role is None:
        return None  # the account is its own data lake administrator
    for needed, table in _needed(call.operation, tables):
        thing = (call.account, call.region, database, table or "")
        if thing not in _closed or _closed[thing] == principal.role:
            continue
        granted = _granted(call, principal.role, database, table)
        if not (granted if needed == _ANY else granted & {needed, "ALL"}):
            return f"Insufficient Lake Formation permission(s): Required {_WORDS[needed]} on {table or database}"
    return None


def _needed(operation: str, tables: list[str]) -> Iterator[tuple[str, str | None]]:
    """Permissions that *operation* needs, each with its table; None: on the database."""
    if operation in _ON_DATABASES:
        yield _ON_DATABASES[operation], None
    if operation in _ON_TABLES:
        yield from ((_ON_TABLES[operation], table) for table in tables)


def _granted(call: Call, role: str, database: str, table: str | None) -> set[str]:
    """Permissions of *role* on the *table*; None: on the database."""
    catalog = lakeformation_backends[call.account][call.region].grants.get(call.account)
    found: set[str] = set()
    for grant in catalog.permissions if catalog else ():
        if grant.principal["DataLakePrincipalIdentifier"].rsplit("/", 1)[-1] != role:
            continue
        if table is None and grant.resource.get("Database", {}).get("Name") == database:
            found |= {*grant.permissions}
        on = grant.resource.get("Table") or {}
        of_it = "TableWildcard" in on or on.get("Name") == table
        if table is not None and of_it and on["DatabaseName"] == database:
            found |= {*grant.permissions}
    return found


def _note(principal: Principal, call: Call, database: str, tables: list[str]) -> None:
    place = (call.account, call.region)
    there = glue_backends[call.account][call.region].databases.get(database)
    if call.operation == "CreateDatabase" and there is None:
        _close((*place, database, ""), principal, _governs(call, "CreateDatabaseDefaultPermissions"))
    elif call.operation == "CreateTable":
        for table in tables:
            if there is None or table not in there.tables:
                _close((*place, database, table), principal, _governs(call, "CreateTableDefaultPermissions"))


def _close(thing: _Thing, principal: Principal, governed: bool) -> None:
    if governed:
        _closed[thing] = principal.role
    else:
        _closed.pop(thing, None)  # another one of that name was closed once


def _governs(call: Call, default: str) -> bool:
    settings = lakeformation_backends[call.account][call.region].get_data_lake_settings(call.account)
    return not any(each["Principal"]["DataLakePrincipalIdentifier"] == _OPEN for each in settings.get(default) or [])


def _named(call: Call) -> tuple[str, list[str]]:
    """The database and the tables of a call, in lower case as Glue has them."""
    parameters: Mapping[str, Any] = call.parameters
    of_database = call.operation in ("GetDatabase", "UpdateDatabase", "DeleteDatabase")
    database = parameters.get("DatabaseName") or (parameters.get("DatabaseInput") or {}).get("Name")
    database = database or (parameters.get("Name") if of_database else "")
    return str(database or "").lower(), [name.lower() for name in _tables(parameters, of_database)]


def _tables(parameters: Mapping[str, Any], of_database: bool) -> Iterator[str]:
    yield from parameters.get("TablesToDelete") or ()
    name = parameters.get("TableName") or (parameters.get("TableInput") or {}).get("Name")
    if name := name or ("" if of_database else parameters.get("Name")):
        yield str(name)
