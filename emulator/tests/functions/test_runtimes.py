"""The Pythons of functions."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from tests.functions.helpers import Start

from lakeloop_emulator.settings import RUNTIMES
from local_lambda import runtimes
from local_lambda.model import LambdaError
from local_lambda.runtimes import Runtime

CLIENT = {"awslambdaric", "simplejson", "snapshot-restore-py"}
SDK = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}


@pytest.mark.parametrize("name", runtimes.SUPPORTED)
def test_a_function_runs_in_its_own_python(start: Start, name: str) -> None:
    running = start(
        "import importlib.metadata, sys\ndef handle(event, context):\n"
        "    return [sys.version_info[:2], sorted(one.name for one in importlib.metadata.distributions())]",
        function=runtimes.provide(name, RUNTIMES),
    )
    version, installed = running.value()
    assert f"python{version[0]}.{version[1]}" == name
    assert set(installed) == CLIENT | SDK, "the runtime client, AWS's SDK, and what they need"


def test_a_runtime_is_made_once_and_again_when_its_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(runtime: Runtime, wanted: str) -> None:
        made.append(wanted)
        runtime.python.parent.mkdir(parents=True, exist_ok=True)
        runtime.python.touch()
        (runtime.folder / runtimes._STAMP).write_text(wanted)

    monkeypatch.setattr(runtimes, "_make", make)
    for _ in range(2):
        runtimes.provide("python3.12", tmp_path)
    assert len(made) == 1
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("awslambdaric==9")
    monkeypatch.setattr(runtimes, "REQUIREMENTS", requirements)
    runtimes.provide("python3.12", tmp_path)
    assert len(made) == 2


def test_a_runtime_that_is_not_to_be_had_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(LambdaError, match=r"nodejs22.x does not run here without Docker; python3.12 and python3.13 do"):
        runtimes.provide("nodejs22.x", tmp_path)


def test_a_missing_python_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtimes, "SUPPORTED", ("python3.99",))
    with pytest.raises(
        LambdaError, match=r"needs Python 3\.99, and uv finds none: install it with `uv python install 3\.99`"
    ):
        runtimes.provide("python3.99", tmp_path)
    assert not list(tmp_path.iterdir()), "nothing is left of the attempt"


def test_a_missing_uv_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LambdaError, match=r"is made by uv, which is not on the PATH. `make` fetches it"):
        runtimes.provide("python3.12", tmp_path)


def test_a_package_index_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with (
        tempfile.TemporaryDirectory(dir=RUNTIMES) as root,  # inside the repository, where pyenv shows Python 3.12
        pytest.raises(LambdaError, match="see that the package index can be reached"),
    ):
        runtimes.provide("python3.12", Path(root))


def test_the_lock_names_every_distribution_with_its_hashes() -> None:
    lines = runtimes.REQUIREMENTS.read_text().splitlines()
    assert {line.split("==")[0] for line in lines if line[:1].isalpha()} == CLIENT | SDK
    assert json.dumps(lines).count("--hash=sha256:") > 3
