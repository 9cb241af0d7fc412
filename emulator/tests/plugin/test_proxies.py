"""A function that was given a proxy asks the emulator itself all the same."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from localstack_plugin import lambda_executor


@pytest.mark.parametrize(
    ("own", "spared"),
    [
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "corp.example"}, "corp.example,127.0.0.1,localhost,::1"),
        ({"https_proxy": "http://proxy:3128"}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "corp.example"}, "corp.example"),
        ({}, None),
    ],
)
def test_loopback_is_spared(own: dict[str, str], spared: str | None) -> None:
    settings = SimpleNamespace(
        runtime="python3.12",
        handler="a.b",
        memory_size=128,
        timeout=3,
        ephemeral_storage=SimpleNamespace(size=512),
        environment=own,
        logging_config={},
        snap_start={},
    )
    version = SimpleNamespace(config=settings, id=SimpleNamespace(function_name="f", qualifier="1"))
    given = {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    function = lambda_executor._function(version, given)
    assert function.environment.get("NO_PROXY") == spared
    assert function.environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
