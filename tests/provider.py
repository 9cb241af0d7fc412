"""Terraform's provider as tests take it: its 700 MB are not hashed by every command, and where that will do, one is kept.

Terraform compares the provider with the lock file each time that it starts it, which takes 7 s of processor time in a command.
What the lock file says is asked by `just check` and by the demo in ``.ci/run``, which run without this.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

from lakeloop import files, provider_mirror, workspace

_CHECKOUT = workspace.find(Path(__file__).parent)
_ATTACH = re.compile(r"TF_REATTACH_PROVIDERS='(.+)'")


def collect_seldom() -> None:
    """Let Go's collector wait in each Terraform below this process, as in those of recipes (``lakeloop.aws.terraform``)."""
    os.environ.setdefault("GOGC", "400")


def take_unhashed() -> None:
    """Let each Terraform below this process start the mirror's provider as it lies there, if there is one, unpacked.

    https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
    """
    usual, found = provider_mirror.environment(_CHECKOUT), _unpacked()
    if not usual or not found:
        return
    overrides = "".join(f'    "{source}" = "{folder}"\n' for source, folder in found.items())
    usual_text = Path(usual["TF_CLI_CONFIG_FILE"]).read_text("utf-8")
    head = "provider_installation {\n"
    configuration = _CHECKOUT.state / "tests" / "provider.tfrc"
    files.write(configuration, usual_text.replace(head, f"{head}  dev_overrides {{\n{overrides}  }}\n", 1))
    os.environ["TF_CLI_CONFIG_FILE"] = str(configuration)


def _unpacked() -> dict[str, Path]:
    """Folders of the mirror's providers by their sources; none if they lie there zipped, or another machine's beside them."""
    locked = provider_mirror.read_lock(_CHECKOUT.root / "terraform" / ".terraform.lock.hcl")
    if not (mirror := provider_mirror.find(locked, provider_mirror.ROOTS)):
        return {}
    found = {one.source: list(mirror.parent.glob(f"{one.source}/{one.version}/*_*")) for one in locked}
    if any(len(platforms) != 1 for platforms in found.values()):
        return {}
    return {source: folder for source, (folder,) in found.items()}


@contextmanager
def kept(data: Path) -> Iterator[dict[str, str]]:
    """The variable by which every Terraform takes the one provider that runs until the block ends: a start takes 2.6 s.

    For commands that mock it.

    Args:
        data: ``TF_DATA_DIR`` of a Terraform that was initialised.
    """
    program = next(data.glob("providers/registry.terraform.io/hashicorp/aws/*/*/terraform-provider-aws_*"))
    with _running(program, Path.cwd(), os.environ) as variables:
        yield variables


class Attached:
    """The provider of all Terraforms in *folder* that have the same credentials: each would start it two or three times.

    Paths in Terraform's configuration begin in that folder. Ends with the block; none is started where none lies unpacked.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._credentials = ""
        self._variables: dict[str, str] = {}
        self._until_others_come = ExitStack()

    def __enter__(self) -> Attached:
        return self

    def __exit__(self, *_: object) -> None:
        self._until_others_come.close()

    def variables(self, shell: Mapping[str, str]) -> dict[str, str]:
        """The variable by which a Terraform takes it that is typed in *shell*."""
        if shell["AWS_ACCESS_KEY_ID"] != self._credentials:
            self._until_others_come.close()
            programs = (file for folder in _unpacked().values() for file in folder.glob("terraform-provider-aws_*"))
            # It cannot be configured twice with a bundle of certificates, which an emulator on loopback has no use for.
            environment = {name: value for name, value in shell.items() if name != "AWS_CA_BUNDLE"}
            program = next(programs, None)
            running = _running(program, self._folder, environment) if program else nullcontext({})
            self._variables = self._until_others_come.enter_context(running)
            self._credentials = shell["AWS_ACCESS_KEY_ID"]
        return self._variables


@contextmanager
def _running(program: Path, folder: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    with subprocess.Popen(
        [program, "-debug"],
        cwd=folder,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        try:
            attach = next(filter(None, map(_ATTACH.search, running.stdout or ())))
            yield {"TF_REATTACH_PROVIDERS": attach[1]}
        finally:
            running.kill()
