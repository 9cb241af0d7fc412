"""Web pages, in a real browser, against the emulator: what they do to one whose guard is off, and not to one whose guard is on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.asking import client
from tests.browser import CHROMIUM, NONE, Browser, browsing
from tests.plugin.conftest import free_port

from lakeloop_emulator import host
from lakeloop_emulator.settings import Settings

pytestmark = [pytest.mark.emulator, pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason=NONE)]

LOOPBACK, FOREIGN, REBOUND = "127.0.0.1", "attacker.test", "rebound.test"
QUEUES = "2012-11-05"


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The proof that the attacks are some."""
    settings = Settings(port=free_port(), state=Path(tmp_path_factory.mktemp("unguarded")))
    said = host.up(replace(settings, guard=False))
    assert "WARNING: the guard is off" in said
    yield settings
    host.down(settings)


@pytest.fixture(scope="module")
def attacker() -> Iterator[int]:
    """The port of the attacker's server, which has one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(Path(__file__).with_name("attack.html").read_bytes())

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    names = {FOREIGN: "127.0.0.1", REBOUND: "127.0.0.1"}
    with browsing(tmp_path_factory.mktemp("chromium") / "profile", names) as browser:
        yield browser


def attack(browser: Browser, attacker: int, page: str, target: Settings) -> str:
    """Have *page* send what it can to the query protocol of SQS; answers all that it read."""
    browser.open(f"http://{page}:{attacker}/")
    read: str = browser.run(f"attack('{target.url}', 'CreateQueue', '{QUEUES}')")
    browser.follow(f"{target.url}/?Action=CreateQueue&Version={QUEUES}&QueueName=navigation{page.replace('.', '-')}")
    return read


def queues(settings: Settings) -> set[str]:
    found = client("sqs", settings.url).list_queues().get("QueueUrls", [])
    return {url.rsplit("/", 1)[-1] for url in found}


def test_an_emulator_without_a_guard_obeys_pages(browser: Browser, attacker: int, unguarded: Settings) -> None:
    for page in (LOOPBACK, FOREIGN):
        attack(browser, attacker, page, unguarded)
        name = page.replace(".", "-")
        assert {f"navigation{name}", f"image{name}", f"script{name}", f"frame{name}"} <= queues(unguarded)


@pytest.mark.parametrize("page", [LOOPBACK, FOREIGN])
def test_pages_change_nothing_by_query_and_read_nothing(
    browser: Browser, attacker: int, emulator: Settings, page: str
) -> None:
    before = queues(emulator)  # of other modules, which have the same emulator
    assert attack(browser, attacker, page, emulator) == ""
    assert queues(emulator) == before


@pytest.mark.parametrize("page", [LOOPBACK, FOREIGN])
def test_pages_overwrite_and_read_no_object(browser: Browser, attacker: int, emulator: Settings, page: str) -> None:
    s3 = client("s3", emulator.url)
    s3.create_bucket(Bucket="raw")
    s3.put_object(Bucket="raw", Key="orders.csv", Body=b"ours")
    browser.open(f"http://{page}:{attacker}/")
    assert browser.run(f"overwrite('{emulator.url}/raw', 'orders.csv')") == ""
    assert s3.get_object(Bucket="raw", Key="orders.csv")["Body"].read() == b"ours"
    assert s3.list_objects_v2(Bucket="raw")["KeyCount"] == 1


def test_without_a_guard_a_form_overwrites_objects(browser: Browser, attacker: int, unguarded: Settings) -> None:
    s3 = client("s3", unguarded.url)
    s3.create_bucket(Bucket="raw")
    s3.put_object(Bucket="raw", Key="orders.csv", Body=b"ours")
    browser.open(f"http://{FOREIGN}:{attacker}/")
    browser.run(f"overwrite('{unguarded.url}/raw', 'orders.csv')")
    assert s3.get_object(Bucket="raw", Key="orders.csv")["Body"].read() == b"theirs"


@pytest.mark.parametrize("page", [LOOPBACK, FOREIGN])
def test_pages_get_nothing_from_the_emulators_own_paths(
    browser: Browser, attacker: int, emulator: Settings, page: str
) -> None:
    browser.open(f"http://{page}:{attacker}/")
    assert browser.run(f"own('{emulator.url}')") == ""
    assert host.status(emulator)[0], "a page has stopped it"


@pytest.mark.parametrize(("guarded", "obeyed"), [(False, True), (True, False)])
def test_a_name_that_was_rebound_to_this_machine(
    browser: Browser, emulator: Settings, unguarded: Settings, guarded: bool, obeyed: bool
) -> None:
    """The last step of DNS rebinding: a page of the attacker's name and the emulator's port, which now leads here."""
    target = emulator if guarded else unguarded
    browser.open(f"http://{REBOUND}:{target.port}/")
    signature = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
    read = ""
    for name, headers in (("rebound", {}), ("signed", {"Authorization": signature})):
        url = f"/?Action=CreateQueue&Version={QUEUES}&QueueName={name}"
        options = {"headers": headers, "referrerPolicy": "no-referrer"}
        read += browser.run(f"fetch('{url}', {json.dumps(options)}).then((answer) => answer.text())")
    assert ({"rebound", "signed"} <= queues(target)) == obeyed
    assert ("CreateQueueResponse" in read) == obeyed
