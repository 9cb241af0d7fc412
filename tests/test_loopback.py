"""Loopback and a shell with proxies: recipes and the emulator follow one rule, and clients follow it."""

import os
import subprocess
import sys
import urllib.request

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lakeloop.aws.place import choose
from lakeloop.loopback import direct
from lakeloop.workspace import find

from tests import local_aws  # noqa: F401 - it puts the emulator's programs on the path
from tests.recording_proxy import FETCHED_ONCE, recording

from lakeloop_emulator.settings import Settings, client_environment, server_environment  # isort: skip

PROXY = "http://proxy.example.org:3128"
NAMES = ("HTTP_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY", "no_proxy", "PATH")
WORDS = st.sampled_from(["", " ", "*", ".corp.example", "localhost", "10.0.0.0/8, host", "127.0.0.1,other", PROXY])


@given(st.dictionaries(st.sampled_from(NAMES), WORDS))
def test_the_rule_keeps_what_is_there_and_adds_nothing_twice(shell):
    once = direct(shell)
    assert direct({**shell, **once}) == once
    for name, words in once.items():
        kept = {word.strip() for word in shell.get(name, "").split(",") if word.strip()}
        assert "*" in kept or kept <= set(words.split(","))


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
@pytest.mark.parametrize("spared", [{}, {"NO_PROXY": "corp.example"}, {"no_proxy": "corp.example"}, {"no_proxy": "*"}])
def test_loopback_is_reached_directly_and_what_the_user_spares_stays_spared(monkeypatch, name, spared):
    for each in (*NAMES[:-1], "HTTPS_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(each, raising=False)
    shell = {name: PROXY, **spared}
    for each, value in {**shell, **direct(shell)}.items():
        monkeypatch.setenv(each, value)
    for host in ("127.0.0.1", "localhost", "127.0.0.1:4566", "bucket.s3.localhost:4566"):
        assert urllib.request.proxy_bypass(host), host
    assert bool(urllib.request.proxy_bypass("corp.example")) == bool(spared)
    assert bool(urllib.request.proxy_bypass("example.org")) == (spared.get("no_proxy") == "*")


def test_a_shell_without_proxies_stays_as_it_is():
    assert direct({"NO_PROXY": "corp.example", "HTTP_PROXY": "", "PATH": "/bin"}) == {}


def test_what_just_env_prints_and_the_emulators_own_process_have_it(monkeypatch, tmp_path):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "corp.example")
    settings = Settings(state=tmp_path)
    for variables in (client_environment(settings), server_environment(settings)):
        assert variables["NO_PROXY"] == "corp.example,127.0.0.1,localhost,::1"


def test_a_recipe_finds_the_emulator_and_its_clients_do_not_ask_the_proxy(monkeypatch):
    """Something listens where the shell says; what it answers does not matter."""
    with recording() as proxy, recording() as emulator:
        for name, value in {**proxy.variables, "AWS_ENDPOINT_URL": emulator.url}.items():
            monkeypatch.setenv(name, value)
        said = subprocess.run(
            [sys.executable, "-m", "lakeloop", "bootstrap", "env=dev"],
            env={
                **os.environ,
                "LAKELOOP_HOME": str(find().root),
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 2, said
        assert "nothing goes on" in said.stderr
        assert any(line.startswith("POST / ") for line in emulator.asked), "STS was asked who one is"
        assert proxy.asked == []
        assert choose(find(), "dev", None, os.environ).variables["NO_PROXY"] == FETCHED_ONCE
