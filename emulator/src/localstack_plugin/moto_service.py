"""A service of LocalStack's that is moto's, some of its operations replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service

Handler = Callable[[RequestContext, Any], Any]


class Provider:
    """The members that LocalStack reads of a provider besides its operations."""

    def __init__(self, service: str) -> None:
        self.service = service


def service(name: str, handlers: Mapping[str, Handler] | None = None, default: Handler | None = None) -> Service:
    """Service *name*: *handlers* for the operations they name, *default* (moto) for all others."""
    fallback = default or _moto
    table = dict.fromkeys(load_service(name).operation_names, fallback) | dict(handlers or {})
    return Service.for_provider(Provider(name), dispatch_table_factory=lambda provider: table)


def _moto(context: RequestContext, request: Any) -> Any:
    return call_moto(context)
