"""A person's checkout and shell, in front of an account (the emulator's) and of GitHub (a stand-in for `gh`)."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import boto3
from lakeloop_project import read_settings

from tests import byte_code
from tests.clone import SHELL, clone
from tests.provider import Attached

STANDIN = Path(__file__).parent / "standin"
REPOSITORY = "acme/lake"
_TERRAFORM = re.compile(r"just (deploy|destroy|prove)")


@dataclass(frozen=True)
class Checkout:
    """A clone with a commit and a remote, and the variables of a shell."""

    home: Path
    variables: dict[str, str]
    session: dict[str, str] = field(default_factory=dict)
    """Credentials of the role that recipes are typed with; ``client`` stays the account's."""
    provider: Attached | None = None
    """The one of all Terraforms that recipes start; without, each starts its own."""

    def types(self, recipe: str, code: int = 0, **variables: str | None) -> str:
        """Run *recipe* as typed, with *variables* over the shell's (None unsets one); what it printed, errors after the rest."""
        shell = {
            name: value for name, value in {**self.variables, **self.session, **variables}.items() if value is not None
        }
        if self.provider and _TERRAFORM.search(recipe):
            shell |= self.provider.variables(shell)
        done = subprocess.run(
            ["bash", "-c", recipe],
            cwd=self.home,
            env=shell,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, printed[-6000:]
        assert "Traceback" not in printed, printed[-6000:]
        return printed

    @contextmanager
    def one_provider(self) -> Iterator["Checkout"]:
        """The same, whose recipes' Terraforms share a provider until the block ends: each would start it two or three times."""
        with Attached(self.home / "terraform") as provider:
            yield replace(self, provider=provider)

    def taking(self, role: str) -> "Checkout":
        """The same in a shell with credentials of *role*: a job of GitHub's has them from its own."""
        arn = self.client("iam").get_role(RoleName=role)["Role"]["Arn"]
        given = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="job")["Credentials"]
        session = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
        return replace(self, session=session)

    def commits(self, file: str, text: str) -> None:
        """Write *text* to *file* and commit it."""
        (self.home / file).write_text(text, "utf-8")
        self.git("add", file)
        self.git("commit", "--quiet", "--message", f"change {file}")

    def git(self, *words: str) -> str:
        asked = subprocess.run(["git", *words], cwd=self.home, capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    def github(self) -> dict:
        """State of the stand-in: calls, environments."""
        file = Path(self.variables["GH_STANDIN"])
        return json.loads(file.read_text("utf-8")) if file.exists() else {"calls": [], "environments": {}}

    def github_says(self, **members) -> None:
        """From now on the stand-in's state has these members (``standin/gh`` names them)."""
        file = Path(self.variables["GH_STANDIN"])
        file.write_text(json.dumps({**self.github(), **members}), "utf-8")

    @property
    def region(self) -> str:
        """The project's: that of the shell is another, and nothing may land there."""
        return read_settings(self.home).region

    def client(self, service: str, *, as_role: bool = False):
        """A client of the account's own, or of the role that recipes are typed with."""
        keys = {**self.variables, **(self.session if as_role else {})}
        return boto3.client(
            service,
            endpoint_url=self.variables["AWS_ENDPOINT_URL"],
            region_name=self.region,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        )


def checkout(folder: Path, variables: dict[str, str]) -> Checkout:
    """A clone in *folder*, under git, in a shell with *variables*."""
    home = clone(folder / "checkout")
    byte_code.lend(home, ".")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GH_", "VIRTUAL_ENV"))}
    shell = {
        **kept,
        **SHELL,
        **variables,
        "PATH": f"{STANDIN}:{os.environ['PATH']}",
        "GH_STANDIN": str(folder / "github.json"),
        "COLUMNS": "200",
    }
    made = Checkout(home, shell)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.git("config", "user.name", "A Person")
    made.git("config", "user.email", "person@example.com")
    made.git("remote", "add", "origin", f"https://github.com/{REPOSITORY}.git")
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "everything")
    return made


@contextmanager
def changed(file: Path, text: str) -> Iterator[None]:
    """*file* with another *text* until the block ends."""
    before = file.read_bytes()
    file.write_text(text, "utf-8")
    try:
        yield
    finally:
        file.write_bytes(before)
