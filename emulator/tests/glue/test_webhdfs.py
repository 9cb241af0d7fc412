"""S3 as Spark's file system sees it: folders that are not there, names of AWS's and of HDFS's, writes that were cut."""

from __future__ import annotations

import importlib.util
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from local_athena.storage import AwsClients
from local_glue.runner import JOB

_spec = importlib.util.spec_from_file_location("webhdfs", JOB / "webhdfs.py")
assert _spec and _spec.loader
webhdfs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(webhdfs)


@pytest.fixture
def files(aws: AwsClients) -> Any:
    for key in ("raw/a.csv", "raw/deep/b.csv", "rawer.csv"):
        aws.s3.put_object(Bucket="lake", Key=key, Body=b"0123456789")
    return webhdfs.Files(aws.s3)


def names(files: Any, path: str) -> list[tuple[str, str]]:
    return [(one["pathSuffix"], one["type"]) for one in files.children(path)]


def test_a_folder_is_there_as_long_as_a_file_lies_in_it(files: Any) -> None:
    assert names(files, "lake/raw") == [("a.csv", "FILE"), ("deep", "DIRECTORY")]
    assert names(files, "lake") == [("raw", "DIRECTORY"), ("rawer.csv", "FILE")]
    assert files.delete("lake/raw/deep", recursive=True)
    assert names(files, "lake/raw") == [("a.csv", "FILE")]
    with pytest.raises(webhdfs.Refused, match="does not exist: s3://lake/raw/deep"):
        files.status("lake/raw/deep")


def test_the_beginning_of_a_name_is_no_folder(files: Any) -> None:
    with pytest.raises(webhdfs.Refused):
        files.status("lake/raw/a")


def test_a_folder_that_was_made_is_there_though_it_is_empty(files: Any) -> None:
    files.make("lake/out/_temporary/0")
    assert names(files, "lake/out") == [("_temporary", "DIRECTORY")]
    assert names(files, "lake/out/_temporary/0") == []
    assert files.delete("lake/out", recursive=True)
    assert not files.delete("lake/out", recursive=True)


def test_a_part_of_a_file_is_read(files: Any) -> None:
    size, body = files.open("lake/raw/a.csv", 2, 3)
    assert (size, body.read()) == (3, b"234")
    size, body = files.open("lake/raw/a.csv", 7, None)
    assert (size, body.read()) == (3, b"789")
    size, body = files.open("lake/raw/a.csv", 8, 5)
    assert (size, body.read()) == (2, b"89")
    assert files.open("lake/raw/a.csv", 10, 5) == (0, None)
    assert files.open("lake/raw/a.csv", 0, 0) == (0, None)
    with pytest.raises(webhdfs.Refused, match="does not exist: s3://lake/raw"):
        files.open("lake/raw", 0, None)


def test_an_empty_file_has_no_bytes(files: Any, aws: AwsClients) -> None:
    aws.s3.put_object(Bucket="lake", Key="empty", Body=b"")
    assert files.open("lake/empty", 0, None) == (0, None)


def test_a_folder_that_is_not_empty_is_not_deleted_by_the_way(files: Any) -> None:
    with pytest.raises(webhdfs.Refused, match="not empty"):
        files.delete("lake/raw", recursive=False)


def test_a_rename_moves_all_of_a_folder_and_into_a_folder_that_is_there(files: Any) -> None:
    assert files.rename("lake/raw", "lake/new")
    assert names(files, "lake/new") == [("a.csv", "FILE"), ("deep", "DIRECTORY")]
    assert files.rename("lake/rawer.csv", "lake/new")
    assert ("rawer.csv", "FILE") in names(files, "lake/new")
    assert not files.rename("lake/nothing", "lake/x")
    assert not files.rename("lake/new/a.csv", "lake/new/rawer.csv")  # a file is not written over


@pytest.fixture
def url(files: Any) -> Iterator[str]:
    handler = type("OfThisTest", (webhdfs.Handler,), {"files": files, "token": "s"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/webhdfs/v1"
    server.shutdown()
    server.server_close()


def refused(url: str, method: str = "GET") -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(urllib.request.Request(url, method=method))
    return raised.value.code, json.loads(raised.value.read())["RemoteException"]["javaClassName"]


def test_errors_are_those_that_hadoops_client_knows(url: str) -> None:
    assert refused(f"{url}/s/lake/none?op=GETFILESTATUS") == (404, "java.io.FileNotFoundException")
    assert refused(f"{url}/s/lake/none?op=APPEND") == (400, "java.lang.UnsupportedOperationException")
    assert refused(f"{url}/other/lake/raw?op=LISTSTATUS") == (403, "org.apache.hadoop.security.AccessControlException")
    exists = f"{url}/s/lake/rawer.csv?op=CREATE&overwrite=false&data=true"
    assert refused(exists, "PUT") == (403, "org.apache.hadoop.fs.FileAlreadyExistsException")


def test_a_file_is_written_in_chunks_and_not_at_all_if_the_writer_goes_away(url: str, files: Any) -> None:
    host, port = url.split("/")[2].split(":")
    head = "PUT /webhdfs/v1/s/lake/{}?op=CREATE&data=true HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((host, int(port))) as client:
        client.sendall(
            head.format("k=v/whole file").replace(" file", "%20file").encode() + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        assert b" 201 " in client.recv(4096)
    with socket.create_connection((host, int(port))) as client:
        client.sendall(head.format("cut").encode() + b"3\r\nabc\r\n9\r\nd")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(4096) == b""
    assert files.open("lake/k=v/whole file", 0, None)[1].read() == b"abcde"
    with pytest.raises(webhdfs.Refused):
        files.status("lake/cut")


def test_hadoop_is_sent_to_the_same_place_to_write(url: str) -> None:
    request = urllib.request.Request(f"{url}/s/lake/x?op=CREATE&overwrite=true", method="PUT")

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            """It is looked at."""

    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.build_opener(Stay).open(request)
    assert raised.value.code == 307
    assert raised.value.headers["Location"] == f"{url}/s/lake/x?op=CREATE&overwrite=true&data=true"
