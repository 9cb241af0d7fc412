import socket

import pytest
from lakeloop.aws.place import choose
from lakeloop.errors import UserError
from lakeloop.workspace import find


@pytest.fixture
def listening():
    """The address of something that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def regions() -> dict[str, str]:
    """What programs read the region from."""
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
    place = choose(find(), "dev", None, {"AWS_PROFILE": "mine", "AWS_ACCESS_KEY_ID": "AKIA", "PATH": "/bin"})
    assert str(place) == f"dev at {listening}"
    assert place.variables["AWS_ENDPOINT_URL"] == listening
    assert place.variables["AWS_ACCESS_KEY_ID"] == "test"
    assert place.variables["PATH"] == "/bin"
    assert "AWS_PROFILE" not in place.variables
    assert place.region == place.variables["AWS_DEFAULT_REGION"] == find().settings.region


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
    place = choose(find(), "dev", "aws", {"AWS_PROFILE": "mine"})
    assert place.variables == {"AWS_PROFILE": "mine", **regions()}
    assert str(place) == "dev at AWS (mine)"


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


def test_the_emulators_address_is_what_just_env_prints():
    from lakeloop.aws.place import _emulator_exports

    assert _emulator_exports(find())["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
