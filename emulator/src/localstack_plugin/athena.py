"""Local Athena as a provider of LocalStack's: the library, in the same process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.spec import load_service
from localstack.http import Response
from localstack.runtime import get_current_runtime
from localstack.runtime.server.core import RuntimeServer
from localstack.services.plugins import Service
from localstack.state import StateVisitor
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from local_athena.api import Identity, LocalAthena
from local_athena.api.errors import ApiError
from local_athena.api.wire import CONTENT_TYPE, encode
from local_athena.engine import Engine
from local_athena.storage import AwsClients
from localstack_plugin import iam
from localstack_plugin.moto_service import Handler, Provider
from localstack_plugin.server import Server
from localstack_plugin.shortcuts import direct


def service() -> Service:
    """The provider: every operation that the API's model names goes to the library, which refuses what it has not."""
    cache = Path(config.dirs.cache) / "athena"

    def engine(identity: Identity, aws: AwsClients) -> Engine:
        return Engine(aws, cache / identity.account_id / identity.region, identity.account_id)

    athena = iam.GuardedAthena(clients_of, engine)
    server = get_current_runtime().components.runtime_server
    if isinstance(server, Server):
        server.athena = athena
    table = {operation: _handler(athena, operation, server) for operation in load_service("athena").operation_names}
    return Service.for_provider(_Provider(athena), dispatch_table_factory=lambda provider: table)


class _Provider(Provider):
    """Its memory is the library's."""

    service_name = "athena"

    def __init__(self, athena: LocalAthena) -> None:
        super().__init__("athena")
        self._athena = athena

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(self)

    def keep(self, _folder: Path) -> tuple[Any, set[str]]:
        """All of it; the files are objects of S3."""
        return self._athena.keep(), set()

    def restore(self, _folder: Path, kept: Any) -> None:
        self._athena.restore(kept)


def clients_of(identity: Identity) -> AwsClients:
    """The clients by which Athena reaches S3 and Glue for *identity*."""
    # LocalStack takes a twelve-digit access key for the account's id.
    clients = AwsClients.connect(config.internal_service_url(), identity.region, identity.account_id, "test")
    for client in (clients.glue, clients.s3):
        direct.attach(client, identity)
        iam.attach(client, identity)

    def on_cached(bucket: str, key: str) -> None:
        iam.on_behalf("s3", "GetObject", {"Bucket": bucket, "Key": key}, identity)

    return replace(clients, on_cached=on_cached)


def _handler(athena: iam.GuardedAthena, operation: str, server: RuntimeServer) -> Handler:
    def handle(context: RequestContext, request: Any) -> Any:
        identity = Identity(context.account_id, context.region)
        key = extract_access_key_id_from_auth_header(context.request.headers) or ""
        principal = iam.principal_of(key, context.account_id)
        if isinstance(server, Server):
            server.learn(context.request.headers.get("Authorization", ""), principal, identity)
        try:
            answer = athena.call_as(principal, operation, request or {}, identity)
        except ApiError as error:
            refusal = CommonServiceException(error.code, error.message, status_code=error.status)
            for name, value in error.fields.items():
                setattr(refusal, name, value)
            raise refusal from error
        # A page of results has thousands of values: LocalStack's serializer would look up the shape of each.
        context.service_response = answer
        return Response(encode(answer), 200, {"Content-Type": CONTENT_TYPE})

    return handle
