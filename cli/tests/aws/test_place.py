import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lakeloop.aws import place
from lakeloop.aws.place import choose
from lakeloop.errors import UserError
from lakeloop.workspace import find


@pytest.fixture
def listening():
    """The address of something that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def regions() -> dict[str, str]:
    """Variables that programs read the region from."""
    return dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), find().settings.region)


@pytest.fixture
def emulator(monkeypatch):
    """Make `just env` say that the emulator listens at an address."""
    return lambda endpoint: monkeypatch.setattr(
        "lakeloop.aws.place._emulator_exports",
        lambda workspace: {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_REGION": "us-east-1"},
    )


def test_the_emulator_is_where_commands_go_and_the_shells_account_does_not_reach_it(emulator, listening):
    emulator(listening)
    chosen = choose(find(), "dev", None, {"AWS_PROFILE": "mine", "AWS_ACCESS_KEY_ID": "AKIA", "PATH": "/bin"})
    assert str(chosen) == f"dev at {listening}"
    assert chosen.variables["AWS_ENDPOINT_URL"] == listening
    assert chosen.variables["AWS_ACCESS_KEY_ID"] == "test"
    assert chosen.variables["PATH"] == "/bin"
    assert "AWS_PROFILE" not in chosen.variables
    assert chosen.region == chosen.variables["AWS_DEFAULT_REGION"] == find().settings.region


def test_an_emulator_that_is_down_is_one_message_with_what_to_do(emulator, listening):
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}"
    emulator(closed)
    with pytest.raises(UserError, match=f"Nothing answers at {closed}.*just up"):
        choose(find(), "dev", None, {})


def test_the_shells_endpoint_is_taken_as_it_is_in_the_environments_region(listening):
    shell = {"AWS_ENDPOINT_URL": listening, "AWS_PROFILE": "mine", "AWS_REGION": "us-west-2"}
    assert choose(find(), "prod", None, shell).variables == {**shell, **regions()}


def test_aws_is_the_shell_in_the_environments_region():
    chosen = choose(find(), "dev", "aws", {"AWS_PROFILE": "mine"})
    assert chosen.variables == {"AWS_PROFILE": "mine", **regions()}
    assert str(chosen) == "dev at AWS (mine)"


@pytest.mark.parametrize(
    ("on", "shell", "message"),
    [
        ("mars", {}, "on=mars is no place. Known: on=aws"),
        ("aws", {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, "unset AWS_ENDPOINT_URL"),
        (None, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "AWS_ENDPOINT_URL of this shell"),
    ],
)
def test_what_cannot_be_meant_is_refused(on, shell, message):
    with pytest.raises(UserError, match=message):
        choose(find(), "dev", on, shell)


@pytest.fixture
def on_port(monkeypatch, tmp_path):
    """Have `just env` look at a port, as it does at 4566 when nothing is said and this checkout's emulator is down.

    `make demo` leaves it up.
    """
    ask = place.ask_emulator
    down = {"LAKELOOP_EMULATOR_STATE": str(tmp_path)}
    return lambda port: monkeypatch.setattr(
        place,
        "ask_emulator",
        lambda workspace, shell, *words: ask(workspace, {**shell, **down}, *words, f"port={port}"),
    )


def test_the_emulators_address_is_what_just_env_prints(on_port):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    on_port(free)
    assert place._emulator_exports(find())["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{free}"


@pytest.fixture
def another():
    """The port of another checkout's emulator, and the headers of the requests that it got."""
    headers = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            headers.append(dict(self.headers))
            said = {"proof": "0", "guarded": True, "origins": [], "state": "/home/me/other/.lakeloop/emulator"}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *args):
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port, headers
        server.shutdown()


def test_another_checkouts_emulator_on_the_port_is_refused_by_name(another, on_port):
    port, headers = another
    on_port(port)
    with pytest.raises(UserError, match=rf"taken by the emulator of /home/me/other, .*`just up port={port + 1}`"):
        choose(find(), "dev", None, {})
    assert headers
    assert not [name for sent in headers for name in sent if "token" in name.lower()]


def test_a_shell_that_was_set_up_for_another_checkout_does_not_lead_there(another):
    port, _ = another
    shell = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    message = "the emulator of /home/me/other, and not this checkout's.*unset AWS_ENDPOINT_URL"
    with pytest.raises(UserError, match=message):
        choose(find(), "dev", None, shell)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(UserError, match=message):
        patch.setenv("AWS_ENDPOINT_URL", shell["AWS_ENDPOINT_URL"])
        place.enter_account(find(), "dev")
