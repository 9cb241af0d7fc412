"""Objects in memory: what dbt-athena and the runner ask of S3. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html"""

from __future__ import annotations

import hashlib
import re
import threading
import uuid
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, unquote, urlsplit

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_KEYS = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)
_PART_NUMBERS = re.compile(rb"<PartNumber>(\d+)</PartNumber>")


@dataclass(frozen=True)
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Objects:
    """Every bucket is there; an object is bytes."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._parts: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()

    def reset(self) -> None:
        self._objects.clear()

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[str, Response]:
        """The operation's name and its answer; *headers* have names in lower case."""
        split = urlsplit(url)
        name, query = unquote(split.path).lstrip("/"), parse_qs(split.query, keep_blank_values=True)
        if "aws-chunked" in headers.get("content-encoding", ""):
            body = _unchunked(body)
        if method == "POST" or "uploadId" in query:
            return self._several(name, query, body)
        if method == "PUT":
            return "PutObject", self._put(name, headers, body)
        if method == "DELETE":
            with self._lock:
                self._objects.pop(name, None)
            return "DeleteObject", Response(204)
        if "/" not in name.rstrip("/") or not name.partition("/")[2]:
            return "ListObjects", self._list(name.strip("/"), query.get("prefix", [""])[0])
        return f"{method.capitalize()}Object", self._get(name, method)

    def _put(self, name: str, headers: dict[str, str], body: bytes) -> Response:
        with self._lock:
            there = self._objects.get(name)
            if (headers.get("if-none-match") == "*" and there is not None) or (
                "if-match" in headers and (there is None or headers["if-match"] != _etag(there))
            ):
                return _error(412, "PreconditionFailed")
            self._objects[name] = body
        return Response(headers={"ETag": _etag(body)})

    def _get(self, name: str, method: str) -> Response:
        with self._lock:
            body = self._objects.get(name)
        if body is None:
            return _error(404, "NoSuchKey") if method == "GET" else Response(404)
        return Response(body=body, headers={"ETag": _etag(body)})

    def _list(self, bucket: str, prefix: str) -> Response:
        with self._lock:
            keys = sorted(name for name in self._objects if name.startswith(f"{bucket}/{prefix}"))
            sizes = {name.partition("/")[2]: len(self._objects[name]) for name in keys}
        entries = "".join(
            f"<Contents><Key>{escape(key, quote=False)}</Key><Size>{size}</Size></Contents>"
            for key, size in sizes.items()
        )
        listing = f"<Name>{bucket}</Name><IsTruncated>false</IsTruncated>{entries}"
        return Response(body=f"{_XML}<ListBucketResult>{listing}</ListBucketResult>".encode())

    def _several(self, name: str, query: dict[str, list[str]], body: bytes) -> tuple[str, Response]:
        if "delete" in query:
            bucket, deleted = name.strip("/"), [unquote(key.decode()) for key in _KEYS.findall(body)]
            with self._lock:
                for key in deleted:
                    self._objects.pop(f"{bucket}/{key}", None)
            listing = "".join(f"<Deleted><Key>{escape(key, quote=False)}</Key></Deleted>" for key in deleted)
            return "DeleteObjects", Response(body=f"{_XML}<DeleteResult>{listing}</DeleteResult>".encode())
        if "uploads" in query:
            upload = uuid.uuid4().hex
            self._parts[upload] = {}
            answer = f"<UploadId>{upload}</UploadId>"
            return "CreateMultipartUpload", Response(
                body=f"{_XML}<InitiateMultipartUploadResult>{answer}</InitiateMultipartUploadResult>".encode()
            )
        parts = self._parts[query["uploadId"][0]]
        if "partNumber" in query:
            parts[int(query["partNumber"][0])] = body
            return "UploadPart", Response(headers={"ETag": _etag(body)})
        whole = b"".join(parts[int(number)] for number in _PART_NUMBERS.findall(body))
        with self._lock:
            self._objects[name] = whole
        answer = f"<ETag>{escape(_etag(whole), quote=False)}</ETag>"
        return "CompleteMultipartUpload", Response(
            body=f"{_XML}<CompleteMultipartUploadResult>{answer}</CompleteMultipartUploadResult>".encode()
        )


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _error(status: int, code: str) -> Response:
    return Response(status, f"{_XML}<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())


def _unchunked(body: bytes) -> bytes:
    """The content of a body in chunks with a trailer of checksums.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
    """
    content, position = b"", 0
    while True:
        end = body.index(b"\r\n", position)
        size = int(body[position:end].split(b";")[0], 16)
        if size == 0:
            return content
        content += body[end + 2 : end + 2 + size]
        position = end + 2 + size + 2
