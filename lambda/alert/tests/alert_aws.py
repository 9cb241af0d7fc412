# ruff: noqa: N803 - boto3's names
"""A bucket, a topic and a webhook that remember what they were told."""

from __future__ import annotations

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.exceptions import ClientError

SUMMARY = {
    "status": "error",
    "run_id": "nightly-1",
    "command": ["build"],
    "counts": {"success": 36, "error": 1, "skipped": 3, "fail": 0},
    "failed": [
        {
            "unique_id": "model.acme.fct_orders",
            "name": "fct_orders",
            "status": "error",
            "message": "Runtime Error in model fct_orders\n  COLUMN_NOT_FOUND: line 5:12: Column 'amount' cannot be resolved "
            "or requester is not authorized to access requested resources <b>",
            "compiled_path": "s3://artifacts/runs/nightly-1/compiled/fct_orders.sql",
        }
    ],
    "seconds": 41.234,
    "cost": {"dollars": 0.0031},
    "artifacts": "s3://artifacts/runs/nightly-1/",
    "nodes": [{"unique_id": "model.acme.fct_orders", "status": "error", "seconds": 9.1, "dollars": 0.0001}],
    "begun_at": "2026-11-29T04:02:00+00:00",
}


class Aws:
    """S3 with conditional writes, SNS and Systems Manager, in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.published: list[dict[str, str]] = []
        self.parameters: dict[str, str] = {}
        self.down = False

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        if Key not in self.objects:
            raise _error("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.objects[Key]), "ETag": str(hash(self.objects[Key]))}

    def put_object(
        self,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str,
        IfMatch: str | None = None,
        IfNoneMatch: str | None = None,
    ) -> dict[str, Any]:
        there = self.objects.get(Key)
        if (IfNoneMatch and there is not None) or (IfMatch and (there is None or str(hash(there)) != IfMatch)):
            raise _error("PreconditionFailed", "PutObject")
        self.objects[Key] = Body
        return {"ETag": str(hash(Body))}

    def generate_presigned_url(self, operation: str, Params: dict[str, str], ExpiresIn: int) -> str:
        return f"https://{Params['Bucket']}.s3.example/{Params['Key']}?X-Amz-Expires={ExpiresIn}"

    def publish(self, **message: str) -> None:
        if self.down:
            raise _error("InternalError", "Publish")
        self.published.append(message)

    def get_parameter(self, Name: str, WithDecryption: bool) -> dict[str, Any]:
        if Name not in self.parameters:
            raise _error("ParameterNotFound", "GetParameter")
        return {"Parameter": {"Value": self.parameters[Name]}}

    def summary(self, content: dict[str, Any], run_id: str = "nightly-1") -> None:
        self.objects[f"runs/{run_id}/summary.json"] = json.dumps(content).encode()

    def record(self, key: str = "nightly-1") -> dict[str, Any]:
        return dict(json.loads(self.objects[f"alerts/sent/{key}.json"]))


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class Webhook:
    """A server on this machine that answers with ``statuses`` in their order, then 200."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = told.statuses.pop(0) if told.statuses else 200
                if status == 200:
                    told.got.append(body)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/SECRET"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
