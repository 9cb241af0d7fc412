"""A bucket asked for without boto3: what no answer says is there is not."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from lakeloop.aws.terraform.bucket_there import there

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "se/cr+et", "AWS_REGION": "eu-central-1"}


@contextmanager
def answering(status):
    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked = self.path == "/state" and "Signature=" in self.headers["authorization"]
            self.send_response(status if asked else 500)
            self.end_headers()

        def log_message(self, *words):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("status", "found"), [(200, True), (404, False), (403, False)])
def test_only_a_bucket_that_is_there_is_there(status, found):
    with answering(status) as endpoint:
        assert there("state", {**KEYS, "AWS_ENDPOINT_URL": endpoint}) is found
        assert not there("state", {"AWS_REGION": "x", "AWS_ENDPOINT_URL": endpoint})
    assert not there("state", {**KEYS, "AWS_ENDPOINT_URL": endpoint})
