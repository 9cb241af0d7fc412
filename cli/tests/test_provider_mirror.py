"""The mirror of Terraform's provider is found, or Terraform is told nothing."""

from __future__ import annotations

import json
import platform
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lakeloop import provider_mirror
from lakeloop.workspace import Workspace

SOURCE = "registry.terraform.io/hashicorp/aws"
LOCK = f"""# This file is maintained automatically by "terraform init".

provider "{SOURCE}" {{
  version     = "5.100.0"
  constraints = ">= 5.100.0, < 6.0.0"
  hashes = [
    "h1:abc=",
  ]
}}
"""
PROCESSOR = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "amd64"
TARGET = f"{platform.system().lower()}_{PROCESSOR}"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A checkout with a lock file, on a machine whose user has configured nothing."""
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    monkeypatch.delenv("TERRAFORM_CONFIG", raising=False)
    monkeypatch.setattr(provider_mirror, "_HOME", tmp_path / "home")
    lock = tmp_path / "checkout" / "terraform" / ".terraform.lock.hcl"
    lock.parent.mkdir(parents=True)
    lock.write_text(LOCK)
    return Workspace(tmp_path / "checkout")


def unpacked(root: Path, version: str = "5.100.0", target: str = TARGET) -> Path:
    """A mirror below *root* with the provider unpacked."""
    (root / SOURCE / version / target).mkdir(parents=True)
    return root / "registry.terraform.io"


def packed(root: Path) -> Path:
    """A mirror below *root* with the provider as the registry's zip."""
    (root / SOURCE).mkdir(parents=True)
    (root / SOURCE / f"terraform-provider-aws_5.100.0_{TARGET}.zip").touch()
    return root / "registry.terraform.io"


@pytest.mark.parametrize("make", [unpacked, packed])
@pytest.mark.parametrize("below", ["", "plugins", "vendor/plugins"])
def test_a_mirror_is_found_up_to_two_folders_deep(tmp_path: Path, workspace: Workspace, make, below: str) -> None:  # type: ignore[no-untyped-def]
    root = tmp_path / "opt"
    mirror = make(root / below)

    variables = provider_mirror.environment(workspace, [tmp_path / "missing", root])

    written = Path(variables["TF_CLI_CONFIG_FILE"])
    assert written.is_relative_to(workspace.state)
    text = written.read_text()
    assert json.loads(re.search(r"path +=\s+(.*)", text)[1]) == str(mirror.parent)  # type: ignore[index]
    assert text.count(f'["{SOURCE}"]') == 2, "taken from the mirror, and excluded from what is asked of a registry"


def test_a_mirror_deeper_down_is_not_searched_for(tmp_path: Path, workspace: Workspace) -> None:
    unpacked(tmp_path / "opt" / "one" / "two" / "three")

    assert provider_mirror.environment(workspace, [tmp_path / "opt"]) == {}


@pytest.mark.parametrize(("version", "target"), [("5.99.0", TARGET), ("5.100.0", "plan9_mips")])
def test_a_mirror_of_another_version_or_platform_is_passed_over(
    tmp_path: Path, workspace: Workspace, version: str, target: str
) -> None:
    unpacked(tmp_path / "first", version, target)
    right = unpacked(tmp_path / "second")

    assert provider_mirror.environment(workspace, [tmp_path / "first"]) == {}
    found = provider_mirror.environment(workspace, [tmp_path / "first", tmp_path / "second"])
    assert str(right.parent) in Path(found["TF_CLI_CONFIG_FILE"]).read_text()


def test_the_users_own_configuration_is_honoured(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked(tmp_path / "opt")
    own = tmp_path / "own.tfrc"

    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    assert provider_mirror.environment(workspace, [tmp_path / "opt"]), "one that is named but does not exist is none"
    own.touch()
    assert provider_mirror.environment(workspace, [tmp_path / "opt"]) == {}

    monkeypatch.delenv("TF_CLI_CONFIG_FILE")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".terraformrc").touch()
    assert provider_mirror.environment(workspace, [tmp_path / "opt"]) == {}


def test_without_a_lock_file_there_is_nothing_to_look_for(tmp_path: Path, workspace: Workspace) -> None:
    unpacked(tmp_path / "opt")
    (workspace.root / "terraform" / ".terraform.lock.hcl").unlink()

    assert provider_mirror.environment(workspace, [tmp_path / "opt"]) == {}


def test_a_path_with_quotes_stays_one_string(tmp_path: Path, workspace: Workspace) -> None:
    mirror = unpacked(tmp_path / 'my "own" tools')

    variables = provider_mirror.environment(workspace, [tmp_path])

    text = Path(variables["TF_CLI_CONFIG_FILE"]).read_text()
    assert json.loads(re.search(r"path +=\s+(.*)", text)[1]) == str(mirror.parent)  # type: ignore[index]


def test_the_repos_own_lock_file_is_read() -> None:
    lock = Path(__file__).resolve().parents[2] / "terraform" / ".terraform.lock.hcl"

    assert provider_mirror.read_lock(lock) == [provider_mirror.Locked(SOURCE, "5.100.0")]


def test_callers_at_the_same_moment_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / "provider-mirror.tfrc"
    with ThreadPoolExecutor(8) as pool:
        for number in range(50):
            list(pool.map(lambda _, text=str(number): provider_mirror._write(target, text), range(8)))
    assert (target.read_text(), [path.name for path in tmp_path.iterdir()]) == ("49", [target.name])
