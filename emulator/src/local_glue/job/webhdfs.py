"""S3 for Spark: a server that speaks WebHDFS, whose client is inside PySpark, and keeps everything in S3.

Spark on AWS has a file system for ``s3://`` (EMRFS, S3A), whose jars no package index of Python's has. Hadoop's client
does have WebHDFS: ``ViewFileSystemOverloadScheme`` sends ``s3://bucket/key`` to ``webhdfs://127.0.0.1:PORT/TOKEN/bucket/key``,
which is this program. Nothing is staged: a file that the job writes is an object when it is closed, and every call is the job
role's.

Runs as ``python -m webhdfs TOKEN`` under the job's Python and prints its port.
https://hadoop.apache.org/docs/r3.3.4/hadoop-project-dist/hadoop-hdfs/WebHDFS.html
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, unquote, urlsplit

import boto3
from botocore.exceptions import ClientError

BLOCK = 128 * 1024 * 1024
"""Bytes of a block, by which Spark splits its reads."""
_COPIED_AT_ONCE = 5 * 1024**3
"""Bytes that CopyObject takes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"""
_CHUNK = 1024 * 1024
_MISSING = ("404", "NoSuchKey", "NotFound", "NoSuchBucket")
_PREFIX = "/webhdfs/v1/"


class Refused(Exception):
    """An error of HDFS's: the class in Java that the client raises, and its message."""

    def __init__(self, java: str, message: str, status: int = 404) -> None:
        super().__init__(message)
        self.java, self.status = java, status


class Files:
    """Folders and files of S3, as Hadoop thinks of them. Paths are ``bucket/key``; S3 has no folder without a file."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3
        self._made: set[str] = set()
        """Folders that were made and may be empty yet."""
        self._lock = threading.Lock()

    def status(self, path: str) -> dict[str, Any]:
        """A FileStatus. Raises ``Refused`` if there is nothing."""
        bucket, key = _split(path)
        if key and (found := self._head(bucket, key)) is not None:
            return _file("", found["ContentLength"], found["LastModified"])
        if not key or path in self._made or self._first(bucket, f"{key}/"):
            return _folder("")
        raise _missing(path)

    def children(self, path: str) -> list[dict[str, Any]]:
        """The FileStatus of everything in a folder, or of the file itself."""
        status = self.status(path)
        if status["type"] == "FILE":
            return [status]
        bucket, key = _split(path)
        prefix = f"{key}/" if key else ""
        found: dict[str, dict[str, Any]] = {}
        for page in self._pages(Bucket=bucket, Prefix=prefix, Delimiter="/"):
            for folder in page.get("CommonPrefixes", ()):
                name = folder["Prefix"][len(prefix) :].rstrip("/")
                found[name] = _folder(name)
            for one in page.get("Contents", ()):
                if name := one["Key"][len(prefix) :]:
                    found[name] = _file(name, one["Size"], one["LastModified"])
        for made in self._made:
            parent, _, name = made.rpartition("/")
            if parent == path:
                found.setdefault(name, _folder(name))
        return [found[name] for name in sorted(found)]

    def open(self, path: str, offset: int, length: int | None) -> tuple[int, Any]:
        """The number of bytes, and the object's body from *offset* on; behind its end there are none."""
        if length == 0:
            return 0, None
        bucket, key = _split(path)
        last = "" if length is None else offset + length - 1
        try:
            answer = self._s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={offset}-{last}")
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return 0, None
            if error.response["Error"]["Code"] in _MISSING:
                raise _missing(path) from None
            raise
        return int(answer["ContentLength"]), answer["Body"]

    def create(self, path: str, body: BinaryIO, overwrite: bool) -> None:
        """Write a file; nothing is there until *body* has come to its end."""
        bucket, key = _split(path)
        if not overwrite and self._head(bucket, key) is not None:
            raise Refused("org.apache.hadoop.fs.FileAlreadyExistsException", f"/{path} already exists", 403)
        self._s3.upload_fileobj(body, bucket, key)

    def make(self, path: str) -> None:
        """A folder and those it lies in."""
        with self._lock:
            while "/" in path and path not in self._made:
                self._made.add(path)
                path = path.rpartition("/")[0]

    def delete(self, path: str, recursive: bool) -> bool:
        """Whether there was something to take away."""
        bucket, key = _split(path)
        keys = [key] if self._head(bucket, key) is not None else []
        below = [one["Key"] for one in self._below(bucket, f"{key}/")]
        if below and not recursive:
            raise Refused("java.io.IOException", f"/{path} is not empty", 403)
        self._remove(bucket, keys + below)
        return bool(keys or below or self._forget(path))

    def rename(self, source: str, target: str) -> bool:
        """Move a file or a folder; into *target* if that is a folder. Objects are copied, as by every file system on S3."""
        with contextlib.suppress(Refused):
            if self.status(target)["type"] == "FILE":
                return False
            target = f"{target}/{source.rpartition('/')[2]}"
        (bucket, key), (to_bucket, to_key) = _split(source), _split(target)
        file = self._head(bucket, key)
        moved = list(self._below(bucket, f"{key}/")) if file is None else [{"Key": key, "Size": file["ContentLength"]}]
        if not moved and source not in self._made:
            return False
        for one in moved:
            self._copy(bucket, one, to_bucket, to_key + one["Key"][len(key) :])
        self._remove(bucket, [one["Key"] for one in moved])
        self._forget(source)
        if not moved:
            self.make(target)
        return True

    def _copy(self, bucket: str, file: Any, to_bucket: str, to_key: str) -> None:
        """Copy at once what S3 copies at once, in parts what is larger."""
        source = {"Bucket": bucket, "Key": file["Key"]}
        if file["Size"] <= _COPIED_AT_ONCE:
            self._s3.copy_object(Bucket=to_bucket, Key=to_key, CopySource=source)
        else:
            self._s3.copy(source, to_bucket, to_key)

    def _remove(self, bucket: str, keys: list[str]) -> None:
        for first in range(0, len(keys), 1000):
            several = [{"Key": one} for one in keys[first : first + 1000]]
            errors = self._s3.delete_objects(Bucket=bucket, Delete={"Objects": several, "Quiet": True}).get("Errors")
            if errors:
                raise Refused(_DENIED, f"{errors[0]['Key']}: {errors[0].get('Message', errors[0]['Code'])}", 403)

    def _forget(self, path: str) -> bool:
        with self._lock:
            gone = {made for made in self._made if made == path or made.startswith(f"{path}/")}
            self._made -= gone
        return bool(gone)

    def _head(self, bucket: str, key: str) -> Any | None:
        try:
            return self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise

    def _first(self, bucket: str, prefix: str) -> bool:
        return bool(self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1).get("KeyCount"))

    def _below(self, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
        for page in self._pages(Bucket=bucket, Prefix=prefix):
            yield from page.get("Contents", ())

    def _pages(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        yield from self._s3.get_paginator("list_objects_v2").paginate(**arguments)


class Handler(BaseHTTPRequestHandler):
    """One request of Hadoop's client."""

    protocol_version = "HTTP/1.1"
    files: Files
    token: str

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_DELETE = do_GET  # noqa: N815 - names of the base class's

    def log_message(self, *_: Any) -> None:
        """Requests are not logged: they are as many as Spark's calls."""

    def _answer(self) -> None:
        url = urlsplit(self.path)
        given = dict(parse_qsl(url.query))
        operation = given.get("op", "").upper()
        if operation == "GETHOMEDIRECTORY":  # asked before anything is opened; every path of a job is absolute
            self.send({"Path": "/"})
            return
        try:
            path = self._path(unquote(url.path).removeprefix(_PREFIX.rstrip("/")))
            _OPERATIONS.get(operation, _unsupported)(self, path, given)
        except Refused as refused:
            self._refuse(refused.status, refused.java, str(refused))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            java = _DENIED if code in ("403", "AccessDenied") else "java.io.IOException"
            self._refuse(403, java, str(error))
        except (ConnectionError, _Cut):
            self.close_connection = True  # the client is gone

    def _path(self, path: str) -> str:
        """``bucket/key`` of a path that begins with the token."""
        token, _, rest = path.strip("/").partition("/")
        if token != self.token:
            raise Refused(_DENIED, "This server serves the job that it was started for.", 403)
        return re.sub("/+", "/", rest)

    def send(self, value: Any = None, status: int = 200, **headers: str) -> None:
        """Answer with JSON."""
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        for name, text in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: int, java: str, message: str) -> None:
        told = {"exception": java.rpartition(".")[2], "javaClassName": java, "message": message}
        self.send({"RemoteException": told}, status)
        self.close_connection = True  # a body may be left unread

    def status_of(self, path: str, given: dict[str, str]) -> None:
        self.send({"FileStatus": self.files.status(path)})

    def list_(self, path: str, given: dict[str, str]) -> None:
        self.send({"FileStatuses": {"FileStatus": self.files.children(path)}})

    def open_(self, path: str, given: dict[str, str]) -> None:
        length = int(given["length"]) if "length" in given else None
        size, body = self.files.open(path, int(given.get("offset", 0)), length)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        while body is not None and (chunk := body.read(_CHUNK)):
            self.wfile.write(chunk)

    def create(self, path: str, given: dict[str, str]) -> None:
        """Hadoop's client sends the file to where the first answer says: here, again."""
        if "data" not in given:
            self.send(None, 307, Location=f"http://{self.headers['Host']}{self.path}&data=true")
            return
        self.files.create(path, _Body(self), given.get("overwrite", "false") == "true")  # type: ignore[arg-type]
        self.send(None, 201)

    def make(self, path: str, given: dict[str, str]) -> None:
        self.files.make(path)
        self.send({"boolean": True})

    def delete(self, path: str, given: dict[str, str]) -> None:
        self.send({"boolean": self.files.delete(path, given.get("recursive", "false") == "true")})

    def rename(self, path: str, given: dict[str, str]) -> None:
        self.send({"boolean": self.files.rename(path, self._path(given["destination"]))})

    def blocks(self, path: str, given: dict[str, str]) -> None:
        """No block lies on any machine that would be nearer than another."""
        of = {"fileLength": self.files.status(path)["length"], "locatedBlocks": [], "lastLocatedBlock": None}
        self.send({"LocatedBlocks": {**of, "isLastBlockComplete": True, "isUnderConstruction": False}})

    def nothing(self, path: str, given: dict[str, str]) -> None:
        """Owners, permissions and times, which S3 has not and no job needs."""
        self.send({"boolean": True})


class _Cut(Exception):
    """A body that ended before its end."""


class _Body:
    """The body of a request as a file, chunked or not. Raises ``_Cut`` where the client went away before the end."""

    def __init__(self, handler: Handler) -> None:
        self._file = handler.rfile
        self._chunked = "chunked" in handler.headers.get("Transfer-Encoding", "")
        self._left = 0 if self._chunked else int(handler.headers.get("Content-Length", 0))
        self._ended = not self._chunked and self._left == 0

    def read(self, size: int = -1) -> bytes:
        found = bytearray()
        while not self._ended and (size < 0 or len(found) < size):
            if self._left == 0 and not self._next():
                break
            wanted = self._left if size < 0 else min(self._left, size - len(found))
            part = self._file.read(wanted)
            if len(part) < wanted:
                raise _Cut
            found += part
            self._left -= len(part)
            if self._left == 0:
                self._ended = not self._chunked
                if self._chunked:
                    self._file.readline()
        return bytes(found)

    def _next(self) -> bool:
        line = self._file.readline()
        if not line.strip():
            raise _Cut
        self._left = int(line.split(b";")[0], 16)
        if self._left == 0:
            self._file.readline()
            self._ended = True
        return not self._ended


_DENIED = "org.apache.hadoop.security.AccessControlException"
_Operation = Callable[[Handler, str, dict[str, str]], None]


def _unsupported(handler: Handler, path: str, given: dict[str, str]) -> None:
    raise Refused("java.lang.UnsupportedOperationException", f"S3 has no {given.get('op')}", 400)


_OPERATIONS: dict[str, _Operation] = {
    "GETFILESTATUS": Handler.status_of,
    "LISTSTATUS": Handler.list_,
    "OPEN": Handler.open_,
    "CREATE": Handler.create,
    "MKDIRS": Handler.make,
    "DELETE": Handler.delete,
    "RENAME": Handler.rename,
    "GET_BLOCK_LOCATIONS": Handler.blocks,
    **dict.fromkeys(("SETPERMISSION", "SETOWNER", "SETTIMES", "SETREPLICATION", "CHECKACCESS"), Handler.nothing),
}


def _split(path: str) -> tuple[str, str]:
    bucket, _, key = path.partition("/")
    return bucket, key


def _missing(path: str) -> Refused:
    return Refused("java.io.FileNotFoundException", f"File does not exist: s3://{path}")


def _file(name: str, size: int, changed: Any) -> dict[str, Any]:
    return _status(name, "FILE", "644", size, int(changed.timestamp() * 1000))


def _folder(name: str) -> dict[str, Any]:
    return _status(name, "DIRECTORY", "755", 0, 0)


def _status(name: str, kind: str, permission: str, size: int, changed: int) -> dict[str, Any]:
    own = {"owner": "glue", "group": "glue", "permission": permission, "replication": 1, "blockSize": BLOCK}
    times = {"modificationTime": changed, "accessTime": changed}
    return (
        own
        | times
        | {"pathSuffix": name, "type": kind, "length": size, "childrenNum": 0, "fileId": 0, "storagePolicy": 0}
    )


def main(token: str) -> None:
    """Serve on a free port of loopback until the process is ended; the port is printed first."""
    Handler.files, Handler.token = Files(boto3.client("s3")), token
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
