"""Data catalogs. https://docs.aws.amazon.com/athena/latest/APIReference/API_DataCatalog.html"""

from __future__ import annotations

from typing import Any

from local_athena.api.errors import InvalidRequestException
from local_athena.api.paging import page
from local_athena.api.store import Store
from local_athena.api.tags import as_dict
from local_athena.model import DEFAULT_CATALOG

DEFAULT_NAME = "AwsDataCatalog"


def create_data_catalog(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Register a Glue catalog under a name. Lambda, Hive and federated catalogs have nothing here to run them."""
    name = request["Name"]
    catalog = _catalog(request)
    with store.lock:
        if name in store.catalogs or name.lower() == DEFAULT_CATALOG:
            raise InvalidRequestException(f"DataCatalog {name} already exists", "INVALID_INPUT")
        store.catalogs[name] = catalog
        store.tags[store.identity.arn("datacatalog", name)] = as_dict(request.get("Tags"))
    return {"DataCatalog": {**catalog, "Status": "CREATE_COMPLETE"}}


def get_data_catalog(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """A catalog; its parameter ``catalog-id`` is the Glue catalog that it stands for."""
    return {"DataCatalog": find(store, request["Name"])}


def list_data_catalogs(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Summaries of all catalogs, the account's own first."""
    catalogs = [_default(store), *store.catalogs.values()]
    summaries = [{"CatalogName": catalog["Name"], "Type": catalog["Type"]} for catalog in catalogs]
    shown, rest = page(summaries, "catalogs", request.get("NextToken"), request.get("MaxResults") or 50)
    return {"DataCatalogsSummary": shown, **rest}


def update_data_catalog(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Replace a catalog's definition."""
    _own(store, request["Name"])
    store.catalogs[request["Name"]] = _catalog(request)
    return {}


def delete_data_catalog(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Forget a catalog; what it pointed at stays."""
    catalog = _own(store, request["Name"])
    del store.catalogs[request["Name"]]
    store.tags.pop(store.identity.arn("datacatalog", request["Name"]), None)
    return {"DataCatalog": {**catalog, "Status": "DELETE_COMPLETE"}}


def find(store: Store, name: str) -> dict[str, Any]:
    """The DataCatalog called *name*, in any case for the account's own. Raises ``InvalidRequestException``."""
    if name.lower() == DEFAULT_CATALOG:
        return _default(store)
    return _own(store, name)


def glue_catalog_id(store: Store, name: str) -> str:
    """The Glue CatalogId behind catalog *name*."""
    return str(find(store, name)["Parameters"]["catalog-id"])


def _default(store: Store) -> dict[str, Any]:
    return {"Name": DEFAULT_NAME, "Type": "GLUE", "Parameters": {"catalog-id": store.identity.account_id}}


def _own(store: Store, name: str) -> dict[str, Any]:
    if name not in store.catalogs:
        raise InvalidRequestException(f"Data Catalog {name} was not found", "INVALID_INPUT")
    return store.catalogs[name]


def _catalog(request: dict[str, Any]) -> dict[str, Any]:
    if request["Type"] != "GLUE":
        raise InvalidRequestException(
            f"Data catalogs of type {request['Type']} are not supported by local Athena; type GLUE is", "INVALID_INPUT"
        )
    parameters = dict(request.get("Parameters") or {})
    if "catalog-id" not in parameters:
        raise InvalidRequestException("A data catalog of type GLUE needs the parameter catalog-id", "INVALID_INPUT")
    catalog = {"Name": request["Name"], "Type": "GLUE", "Parameters": parameters}
    if request.get("Description"):
        catalog["Description"] = request["Description"]
    return catalog
