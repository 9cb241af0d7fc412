"""moto's Lake Formation: it keeps tags, settings and grants; what they mean in the catalog is ``governance``'s.

Completed by filters of data cells, which are kept as well: dbt-athena's ``lf_grants`` makes, changes and drops them.
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.moto import call_moto
from localstack.services.plugins import Service
from moto.lakeformation.models import lakeformation_backends

from localstack_plugin.moto_service import service as moto_service

_KEY = ("TableCatalogId", "DatabaseName", "TableName", "Name")
_Key = tuple[str, ...]
_filters: dict[tuple[str, str], dict[_Key, dict[str, Any]]] = {}
"""The filters of each account and region."""


def service() -> Service:
    """The provider."""
    return moto_service(
        "lakeformation",
        {
            "GetResourceLFTags": get_resource_lf_tags,
            "ListPermissions": list_permissions,
            "RevokePermissions": revoke_permissions,
            "CreateDataCellsFilter": create_data_cells_filter,
            "UpdateDataCellsFilter": update_data_cells_filter,
            "DeleteDataCellsFilter": delete_data_cells_filter,
            "GetDataCellsFilter": get_data_cells_filter,
            "ListDataCellsFilter": list_data_cells_filter,
        },
    )


def get_resource_lf_tags(context: RequestContext, request: Any) -> Any:
    """A resource's tags; moto fails on a resource that never had any."""
    try:
        return call_moto(context)
    except KeyError:
        return {}


def list_permissions(context: RequestContext, request: Any) -> Any:
    """The grants; moto has no data cells filters to ask about."""
    resource = (request or {}).get("Resource", {})
    if "DataCellsFilter" not in resource:
        return call_moto(context)
    catalog = request.get("CatalogId") or context.account_id
    granted = lakeformation_backends[context.account_id][context.region].grants.get(catalog)
    found = [permission for permission in granted.permissions if permission.resource == resource] if granted else []
    return {"PrincipalResourcePermissions": [permission.to_external_form() for permission in found]}


def revoke_permissions(context: RequestContext, request: Any) -> Any:
    """Take a grant back. One that is not there is an error: Terraform's provider revokes until it gets it."""
    granted = lakeformation_backends[context.account_id][context.region].grants.get(
        request.get("CatalogId") or context.account_id
    )
    asked = {*request["Permissions"]}
    held = any(
        grant.principal == request["Principal"]
        and grant.resource == request["Resource"]
        and asked & {*grant.permissions}
        for grant in (granted.permissions if granted else ())
    )
    if not held:
        message = f"No permissions revoked. Grantee has no {', '.join(sorted(asked))} on the resource."
        raise CommonServiceException("InvalidInputException", message)
    return call_moto(context)


def create_data_cells_filter(context: RequestContext, request: Any) -> Any:
    """Keep a new filter."""
    filters, data = _of(context), request["TableData"]
    if _key(data) in filters:
        raise CommonServiceException("AlreadyExistsException", f"Data cells filter already exists: {data['Name']}")
    filters[_key(data)] = data
    return {}


def update_data_cells_filter(context: RequestContext, request: Any) -> Any:
    """Replace a filter."""
    _find(context, request["TableData"]).update(request["TableData"])
    return {}


def delete_data_cells_filter(context: RequestContext, request: Any) -> Any:
    """Forget a filter."""
    del _of(context)[_key(_find(context, request))]
    return {}


def get_data_cells_filter(context: RequestContext, request: Any) -> Any:
    """A filter."""
    return {"DataCellsFilter": _find(context, request)}


def list_data_cells_filter(context: RequestContext, request: Any) -> Any:
    """A table's filters, or all."""
    table = (request or {}).get("Table")
    of_table = table and (table.get("CatalogId", context.account_id), table["DatabaseName"], table.get("Name"))
    found = [data for key, data in _of(context).items() if not of_table or key[:3] == of_table]
    return {"DataCellsFilters": found}


def _of(context: RequestContext) -> dict[_Key, dict[str, Any]]:
    return _filters.setdefault((context.account_id, context.region), {})


def _find(context: RequestContext, named: dict[str, Any]) -> dict[str, Any]:
    try:
        return _of(context)[_key(named)]
    except KeyError:
        message = f"Data cells filter not found: {named['Name']}"
        raise CommonServiceException("EntityNotFoundException", message) from None


def _key(named: dict[str, Any]) -> _Key:
    return tuple(named[member] for member in _KEY)
