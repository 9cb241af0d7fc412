"""moto's Lake Formation: it keeps tags and grants and enforces none, as there are no permissions here to enforce."""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.services.moto import call_moto
from localstack.services.plugins import Service

from localstack_plugin.moto_service import service as moto_service


def service() -> Service:
    """The provider."""
    return moto_service("lakeformation", {"GetResourceLFTags": get_resource_lf_tags})


def get_resource_lf_tags(context: RequestContext, request: Any) -> Any:
    """A resource's tags; moto fails on a resource that never had any."""
    try:
        return call_moto(context)
    except KeyError:
        return {}
