"""Tags of workgroups and data catalogs. https://docs.aws.amazon.com/athena/latest/ug/tags.html"""

from __future__ import annotations

from typing import Any

from local_athena.api.errors import ResourceNotFoundException
from local_athena.api.paging import page
from local_athena.api.store import Store

_PAGE = 75


def tag_resource(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Add tags or replace their values."""
    _tags(store, request["ResourceARN"]).update(as_dict(request["Tags"]))
    return {}


def untag_resource(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Remove tags by key."""
    tags = _tags(store, request["ResourceARN"])
    for key in request["TagKeys"]:
        tags.pop(key, None)
    return {}


def list_tags_for_resource(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """The tags of a resource."""
    arn = request["ResourceARN"]
    tags = [{"Key": key, "Value": value} for key, value in _tags(store, arn).items()]
    shown, rest = page(tags, arn, request.get("NextToken"), request.get("MaxResults") or _PAGE)
    return {"Tags": shown, **rest}


def as_dict(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """The API's TagList as a dict."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags or ()}


def _tags(store: Store, arn: str) -> dict[str, str]:
    kind, _, name = arn.rpartition(":")[2].partition("/")
    exists = name in store.workgroups if kind == "workgroup" else name in store.catalogs
    if not exists:
        raise ResourceNotFoundException(f"Resource {arn} was not found", arn)
    return store.tags.setdefault(arn, {})
