from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lakeloop_emulator import layer
from lakeloop_emulator.__main__ import main
from lakeloop_emulator.settings import (
    GUARD,
    LAYER,
    MEMORY,
    ORIGINS,
    QUOTAS,
    REGION,
    EmulatorError,
    Settings,
    client_environment,
    parse,
    project_region,
    server_environment,
)
from local_athena import memory


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ("host", 4566)),
        (["emulator=host"], ("host", 4566)),
        (["docker"], ("docker", 4566)),
        (["emulator=docker", "port=14399", "persist=0"], ("docker", 14399)),
    ],
)
def test_words_are_understood(words: list[str], expected: tuple[str, int]) -> None:
    settings = parse(words)
    assert (settings.emulator, settings.port) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["podman"], "host and docker"),
        (["port=80"], "1024"),
        (["port=x"], "port number"),
        (["colour=red"], "unknown setting 'colour'"),
        (["porto=1"], "did you mean port="),
        (["guard=maybe"], "guard=1 nor guard=0"),
        (["quotas=maybe"], "quotas=1 nor quotas=0"),
        (["layer=mine"], "neither layer=host"),
        (["layer=host", "emulator=docker"], "layer=host needs emulator=host"),
        (["memory=lots"], "memory=lots is not a size of 64MB or more"),
        (["memory=1MB"], "memory=1MB is not a size of 64MB or more"),
        (["origins=*"], "no origin of a web page"),
        (["origins=localhost:3000"], "no origin of a web page"),
        (["origins=http://localhost:3000,https://example.org/page"], "'https://example.org/page' is no origin"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(words: list[str], said: str) -> None:
    with pytest.raises(EmulatorError, match=said):
        parse(words)


@pytest.mark.parametrize("word", ["63MB", "64MB", "64mib", "0.5GB", "1 G", "4GB", "4T", "GB", "70000K", "1K"])
def test_a_size_is_what_local_athena_takes_for_one(word: str) -> None:
    def takes(check: Callable[[], object], refusal: type[Exception]) -> bool:
        try:
            check()
        except refusal:
            return False
        return True

    assert MEMORY == memory.VARIABLE
    expected = takes(lambda: memory.limit({MEMORY: word}), ValueError)
    assert takes(lambda: parse([f"memory={word}"]), EmulatorError) is expected


def test_memory_and_quotas_reach_the_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MEMORY, raising=False)
    monkeypatch.delenv(QUOTAS, raising=False)
    server = server_environment(parse([]))
    assert (server[MEMORY], server[QUOTAS]) == ("", "off")
    server = server_environment(parse(["memory=500MB", "quotas=on"]))
    assert (server[MEMORY], server[QUOTAS]) == ("500MB", "on")


def test_the_guard_is_on_and_no_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(GUARD, "off")  # what a shell says by accident does not count
    server = server_environment(parse([]))
    assert (server[GUARD], server[ORIGINS]) == ("on", "")
    server = server_environment(parse(["guard=off", "origins=http://localhost:3000, file://"]))
    assert (server[GUARD], server[ORIGINS]) == ("off", "http://localhost:3000,file://")
    monkeypatch.setenv(ORIGINS, "https://example.org")
    assert parse([]).origins == ("https://example.org",)
    monkeypatch.setenv(ORIGINS, "*")
    with pytest.raises(EmulatorError, match=r"EXTRA_CORS_ALLOWED_ORIGINS"):
        parse([])


def test_everything_is_on_loopback_and_no_aws_variable_leaks_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    settings = Settings(port=14398, state=tmp_path)
    server = server_environment(settings)
    assert server["GATEWAY_LISTEN"] == "127.0.0.1:14398"
    assert "AWS_PROFILE" not in server
    assert client_environment(settings)["AWS_ENDPOINT_URL"] == "http://127.0.0.1:14398"


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('name = "acme"\nregion = "eu-west-1"  # ours\n', "eu-west-1"),
        ("# region = 'eu-west-3'\nregion='us-gov-west-1'\n[raw]\n", "us-gov-west-1"),
        ('name = "acme"\n[raw]\nregion = "eu-west-1"\n', REGION),
        (None, REGION),
    ],
)
def test_clients_work_in_the_projects_region(text: str | None, region: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "lakeloop.toml").write_text(text)
    assert project_region(tmp_path) == region


def test_env_names_the_projects_region() -> None:
    exported = client_environment(parse([]))
    assert exported["AWS_REGION"] == exported["AWS_DEFAULT_REGION"] == project_region()


def test_env_prints_exports(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "port=14398"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "export AWS_SECRET_ACCESS_KEY=test" in lines
    assert all(line.startswith("export ") for line in lines)


def test_usage_is_told_to_who_asks_for_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "up|down|forget|status|env|logs" in capsys.readouterr().err


def test_what_layers_functions_get_is_said_where_it_is_not_lambdas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [layer.about(parse(words), "linux") for words in ([], ["layer=lambda"])] == ["", ""]
    assert "in the place of the layer (layer=host)." in layer.about(parse(["layer=host"]), "linux")
    assert "in the place of the layer (a layer's are Linux's)." in layer.about(parse([]), "darwin")
    assert layer.about(parse(["docker"]), "darwin") == ""
    monkeypatch.setenv(LAYER, "host")
    assert parse([]).layer == server_environment(parse([]))[LAYER] == "host"


def test_layer_host_is_had_from_the_start_only() -> None:
    layer.refuse_other(parse(["layer=host"]), ["17", "4566", "host"])
    layer.refuse_other(parse([]), ["17", "4566", "host"])
    with pytest.raises(EmulatorError, match="began without layer=host"):
        layer.refuse_other(parse(["layer=host"]), ["17", "4566", "lambda"])
