"""boto3 clients inside LocalStack's process that hand their requests to its gateway without a socket in between.

The requests are the same, and so is what handles them; what is spared is two trips through the HTTP server.
"""

from __future__ import annotations

import io
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from localstack.aws.api import RequestContext
from localstack.aws.client import create_http_request
from localstack.http import Response
from localstack.runtime import get_current_runtime


class _Body(io.BytesIO):
    """A response's body as botocore reads it."""

    def stream(self, size: int = 65536, decode_content: bool | None = None) -> Any:
        while chunk := self.read(size):
            yield chunk

    def release_conn(self) -> None:
        """There is no connection."""


def attach(client: Any) -> None:
    """Have *client* send to the gateway of this very process."""
    gateway = get_current_runtime().components.gateway

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        if hasattr(request.body, "read"):
            request.body = request.body.read()
        response = Response()
        gateway.handle(RequestContext(request=create_http_request(request)), response)
        return AWSResponse(request.url, response.status_code, response.headers, _Body(response.get_data()))

    client.meta.events.register_first("before-send.*.*", send)
