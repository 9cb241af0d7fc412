"""Two checkouts side by side, the emulator of one down: no recipe of that one goes to the other's, whatever the shell says."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from lakeloop.workspace import Workspace

from tests import local_aws
from tests.clone import clone
from tests.offline_home import lakeloop

from lakeloop_emulator import host, owner  # isort: skip - local_aws has put it on the path
from lakeloop_emulator.settings import Settings, client_environment  # isort: skip

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

RECIPES = [
    ("tf-plan", "env=dev"),
    ("tf-apply", "env=dev"),
    ("tf-destroy", "env=dev"),
    ("load", "env=dev"),
    ("invoke",),
    ("run", "env=dev"),
    ("report", "env=dev"),
    ("iam-proof",),
    ("parity",),
    ("query", "select 1", "env=dev"),
    ("docs", "env=dev"),
    ("dbt", "env=dev", "ls"),
    ("state", "env=dev"),
    ("logs", "env=dev"),
]
OF_THE_SHELL = [
    ("deploy-plan", "env=dev"),
    ("deploy", "env=dev"),
    ("rollback", "env=dev"),
    ("unlock", "env=dev"),
    ("destroy", "env=dev"),
    ("bootstrap", "env=dev"),
    ("unbootstrap", "env=dev"),
]

WRITING = [("tf-apply", "env=dev"), ("tf-destroy", "env=dev"), ("load", "env=dev"), ("run", "env=dev")]


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """The emulator of a checkout, where `just up` leaves its state."""
    home = clone(tmp_path_factory.mktemp("one") / "checkout")
    settings = Settings(port=local_aws.free_port(), state=home / ".lakeloop" / "emulator")
    host.up(settings)
    yield settings
    host.down(settings)


@pytest.fixture(scope="module")
def other(tmp_path_factory, up):
    """Another checkout, which takes the same port for its own."""
    home = clone(tmp_path_factory.mktemp("two") / "checkout")
    file = home / "emulator" / "src" / "lakeloop_emulator" / "settings.py"
    file.write_text(re.sub(r"(?m)^DEFAULT_PORT = .*$", f"DEFAULT_PORT = {up.port}", file.read_text("utf-8")), "utf-8")
    git = ("git", "-c", "user.name=one", "-c", "user.email=one@example.org")
    for words in (
        ("init", "--quiet"),
        ("add", "."),
        ("commit", "--quiet", "--message", "all"),
    ):  # what is deployed is a commit
        subprocess.run([*git, *words], cwd=home, check=True)
    return Workspace(home)


@pytest.fixture
def shell(monkeypatch):
    """One in which nothing is said of AWS."""
    for name in os.environ:
        if name.startswith(("AWS_", "LAKELOOP_EMULATOR_STATE", "LAKELOOP_EMULATOR_TOKEN")):
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def untouched(up):
    """Nobody calls the emulator meanwhile."""

    def calls() -> bytes:
        headers = {owner.TOKEN: owner.token(up.state)}
        asked = urllib.request.Request(f"{up.url}/_localstack/iam/calls", headers=headers)
        with urllib.request.urlopen(asked) as answer:
            return answer.read()

    before = calls()
    yield
    assert calls() == before


def refused(done: subprocess.CompletedProcess[str], checkout: Path) -> None:
    said = done.stdout + done.stderr
    assert done.returncode in (1, 2), said
    assert f"the emulator of {checkout}" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("shell", "untouched")
@pytest.mark.parametrize("words", RECIPES, ids=" ".join)
def test_recipes_do_not_take_the_port_for_their_own(up, other, words):
    refused(lakeloop(other, *words), up.state.parents[1])


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("words", [*OF_THE_SHELL, *WRITING], ids=" ".join)
def test_a_shell_that_was_set_up_in_the_one_does_not_lead_there_from_the_other(up, other, shell, words):
    for name, value in client_environment(up).items():
        shell.setenv(name, value)
    refused(lakeloop(other, *words), up.state.parents[1])


@pytest.mark.usefixtures("shell", "untouched")
@pytest.mark.parametrize("word", ["up", "status", "env"])
def test_the_emulators_own_recipes_say_whose_it_is(up, other, word):
    environment = {**os.environ, "PYTHONPATH": str(other.root / "emulator" / "src")}
    command = [sys.executable, "-m", "lakeloop_emulator", word]
    refused(subprocess.run(command, env=environment, capture_output=True, text=True, check=False), up.state.parents[1])


@pytest.mark.usefixtures("shell", "untouched")
@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("down", 0, "The emulator is not running."),
        ("down persist=1", 0, "The emulator is not running."),
        ("forget", 0, "There is no saved state."),
        ("logs", 1, "the emulator was never up"),
    ],
)
def test_the_emulators_other_recipes_are_about_this_checkouts_alone(up, other, word, code, said):
    environment = {**os.environ, "PYTHONPATH": str(other.root / "emulator" / "src")}
    command = [sys.executable, "-m", "lakeloop_emulator", *word.split()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert host.pid(up), "and the other one's is up"


@pytest.mark.usefixtures("shell")
def test_its_own_recipes_go_there(up):
    said = lakeloop(Workspace(up.state.parents[1]), "query", "select 1", "env=dev")
    assert f"dev at {up.url}" in said.stderr
