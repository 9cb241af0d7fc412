"""The plug-in's additions to LocalStack's Lambda: the list of layers, a function that is stopped."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.asking import client

from lakeloop_emulator.settings import Settings

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def lambda_client(emulator: Settings) -> Any:
    return client("lambda", emulator.url)


def publish(lambda_client: Any, name: str, **more: Any) -> int:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("python/module.py", "")
    return int(
        lambda_client.publish_layer_version(LayerName=name, Content={"ZipFile": content.getvalue()}, **more)["Version"]
    )


def listed(lambda_client: Any, **more: Any) -> dict[str, int]:
    layers = lambda_client.get_paginator("list_layers").paginate(**more).build_full_result()["Layers"]
    return {layer["LayerName"]: layer["LatestMatchingVersion"]["Version"] for layer in layers}


def test_a_layer_is_listed_until_its_last_version_is_deleted(lambda_client: Any) -> None:
    # GIVEN two versions of one layer, and another layer
    name, other = (f"{kind}-{uuid.uuid4().hex}" for kind in ("layer", "other"))
    assert [publish(lambda_client, name), publish(lambda_client, name), publish(lambda_client, other)] == [1, 2, 1]
    assert listed(lambda_client)[name] == 2

    # WHEN they are deleted, newest first
    lambda_client.delete_layer_version(LayerName=name, VersionNumber=2)
    assert listed(lambda_client)[name] == 1
    lambda_client.delete_layer_version(LayerName=name, VersionNumber=1)

    # THEN the layer is gone from the list, the other is not, and its numbers go on
    assert name not in listed(lambda_client)
    assert listed(lambda_client)[other] == 1
    assert publish(lambda_client, name) == 3


def test_the_newest_version_that_matches_is_listed(lambda_client: Any) -> None:
    name = f"layer-{uuid.uuid4().hex}"
    publish(lambda_client, name, CompatibleRuntimes=["python3.12"], CompatibleArchitectures=["arm64"])
    publish(lambda_client, name, CompatibleRuntimes=["python3.13"], CompatibleArchitectures=["x86_64"])

    assert listed(lambda_client, CompatibleRuntime="python3.12")[name] == 1
    assert listed(lambda_client, CompatibleArchitecture="x86_64")[name] == 2
    assert name not in listed(lambda_client, CompatibleRuntime="nodejs22.x")


def test_pages_follow_each_other(lambda_client: Any) -> None:
    names = sorted(f"page-{uuid.uuid4().hex}" for _ in range(3))
    for name in names:
        publish(lambda_client, name)

    assert [name for name in listed(lambda_client, PaginationConfig={"PageSize": 1}) if name in names] == names


def test_an_unknown_architecture_is_refused(lambda_client: Any) -> None:
    with pytest.raises(ClientError, match="1 validation error detected"):
        lambda_client.list_layers(CompatibleArchitecture="mips")


def test_a_function_that_is_stopped_says_so(lambda_client: Any) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", "")
    name = f"stopped-{uuid.uuid4().hex}"
    lambda_client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="f.handle",
        Code={"ZipFile": code.getvalue()},
    )
    assert "Concurrency" not in lambda_client.get_function(FunctionName=name)
    for limit in (5, 0):
        lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)
        told = lambda_client.get_function(FunctionName=name)["Concurrency"]
        assert told == {"ReservedConcurrentExecutions": limit}
