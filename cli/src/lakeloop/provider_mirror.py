"""Terraform's provider from the machine's own disk, where it lies there already: no registry is asked.

A filesystem mirror is a folder ``registry.terraform.io`` that holds
``hashicorp/aws/5.100.0/linux_amd64/`` (unpacked) or ``hashicorp/aws/terraform-provider-aws_5.100.0_linux_amd64.zip``
(https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror). What is taken from it is the same
as from the registry: Terraform compares it with the hashes in ``terraform/.terraform.lock.hcl``.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakeloop import files
from lakeloop.workspace import Workspace

REGISTRY = "registry.terraform.io"
_HOME = Path.home()
ROOTS = (
    *(Path(folder) for folder in [os.environ.get("TF_PLUGIN_CACHE_DIR")] if folder),
    _HOME / ".terraform.d",
    _HOME / ".local" / "share" / "terraform",
    _HOME / "Library" / "Application Support" / "io.terraform",
    Path("/usr/local/share"),
    Path("/usr/share"),
    Path("/usr/local/lib"),
    Path("/opt"),
)
"""Folders that are searched for a mirror, each up to two folders deep."""
_DEPTH = 2
_LOCKED = re.compile(r'^provider "(?P<source>[^"]+)" \{\n\s*version\s*=\s*"(?P<version>[^"]+)"', re.MULTILINE)
_PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Locked:
    """A provider as the lock file names it: ``registry.terraform.io/hashicorp/aws``, ``5.100.0``."""

    source: str
    version: str

    def is_in(self, mirror: Path, target: str) -> bool:
        """Whether the folder *mirror* holds this version for the platform *target* (``linux_amd64``)."""
        host, _, name = self.source.partition("/")
        folder = mirror / name
        archive = f"terraform-provider-{folder.name}_{self.version}_{target}.zip"
        return host == mirror.name and ((folder / self.version / target).is_dir() or (folder / archive).is_file())


def environment(workspace: Workspace, roots: Sequence[Path] = ROOTS) -> dict[str, str]:
    """The variable by which a ``terraform`` of this checkout finds its provider, if one is needed.

    None when the user has a configuration of their own (``TF_CLI_CONFIG_FILE``, ``~/.terraformrc``), which may hold
    credentials and mirrors, or when no mirror has what the lock file names: then Terraform asks the registry.
    """
    if _users_configuration(os.environ):
        return {}
    locked = read_lock(workspace.root / "terraform" / ".terraform.lock.hcl")
    mirror = find(locked, roots)
    if mirror is None:
        return {}
    configuration = workspace.state / "terraform" / "provider-mirror.tfrc"
    _write(configuration, cli_configuration(mirror, locked))
    return {"TF_CLI_CONFIG_FILE": str(configuration)}


def read_lock(path: Path) -> list[Locked]:
    """The providers that a dependency lock file names; none if there is no such file."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [Locked(found["source"], found["version"]) for found in _LOCKED.finditer(text)]


def find(locked: Sequence[Locked], roots: Sequence[Path]) -> Path | None:
    """The first mirror that has every provider of *locked* for this machine."""
    target = f"{platform.system().lower()}_{_PROCESSORS.get(platform.machine().lower(), platform.machine().lower())}"
    for root in roots:
        for mirror in _mirrors(root):
            if locked and all(provider.is_in(mirror, target) for provider in locked):
                return mirror
    return None


def cli_configuration(mirror: Path, locked: Sequence[Locked]) -> str:
    """The text of a CLI configuration file: *locked* from the mirror, whatever else from its registry."""
    sources = json.dumps([provider.source for provider in locked])
    return (
        "provider_installation {\n"
        f"  filesystem_mirror {{\n    path    = {json.dumps(str(mirror.parent))}\n    include = {sources}\n  }}\n"
        f"  direct {{\n    exclude = {sources}\n  }}\n"
        "}\n"
    )


def _users_configuration(variables: Mapping[str, str]) -> bool:
    named = (variables.get("TF_CLI_CONFIG_FILE"), variables.get("TERRAFORM_CONFIG"))
    # One that is named and does not exist is none: Terraform warns of it and goes on without.
    return any(Path(path).is_file() for path in (*named, _HOME / ".terraformrc") if path)


def _mirrors(root: Path) -> Iterator[Path]:
    for depth in range(_DEPTH + 1):
        try:
            yield from sorted(path for path in root.glob("*/" * depth + REGISTRY) if path.is_dir())
        except OSError:  # a folder that may not be read holds nothing for us
            continue


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        files.write(path, text)
