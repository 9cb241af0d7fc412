"""A clone becomes a project of one's own, and is verified, as a person types it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from lakeloop.aws.terraform.program import INSTALL

from tests import byte_code
from tests.clone import SHELL, clone, steps
from tests.projects import raw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]


class Person:
    """A shell in a committed clone."""

    def __init__(self, home: Path) -> None:
        self.home = home
        dropped = ("AWS_", "VIRTUAL_ENV")
        self._shell = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        self._shell |= SHELL | {
            f"GIT_{who}_{what}": "person@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        self.types("git init --quiet")
        self.commits()

    def types(self, command: str, code: int = 0) -> str:
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.home, env=self._shell, capture_output=True, text=True, check=False
        )
        printed = done.stdout + done.stderr
        assert done.returncode == code, printed[-6000:]
        assert "Traceback" not in printed, printed[-6000:]
        return printed

    def commits(self) -> None:
        self.types("git add --all && git commit --quiet --message change")


def with_environments(folder: Path, *programs: str) -> Path:
    home = clone(folder / "checkout")
    byte_code.lend(home, *programs)
    return home


def test_what_is_wrong_stops_a_verification(tmp_path):
    # GIVEN a team's project with raw files
    person = Person(with_environments(tmp_path, "."))
    raw.write(person.home / "data" / "raw")

    # WHEN a model is broken THEN it is the last step
    model = person.home / "dbt" / "models" / "marts" / "revenue.sql"
    model.write_text(model.read_text("utf-8").replace("count(*)", "count(nonsense)"), "utf-8")
    printed = person.types("just verify", 2)
    assert "nonsense" in printed
    assert "error: build and test on DuckDB failed; all that it printed: " in printed
    assert "local AWS" not in printed


def test_a_new_project_is_empty_and_passes(tmp_path):
    # GIVEN a fresh clone with a sample
    home = with_environments(tmp_path, ".", "emulator")
    for name in ("sample/justfile", ".github/workflows/product.yml"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("# of the sample\n", "utf-8")
    person = Person(home)

    # WHEN it is made one's own THEN no file of the product differs
    assert "acme is yours" in person.types("just new name=acme region=eu-west-1")
    changed = person.types("git status --porcelain -- ':!dbt' ':!sample'").split("\n")
    assert sorted(filter(None, changed)) == [" D .github/workflows/product.yml", " M lakeloop.toml"]
    person.commits()
    assert "a project of its own already, 'acme'" in person.types("just new name=other", 2)

    # AND all that a team's CI asks passes
    done = steps(person.types("just verify"))
    left_out = {"load what sources read", "run in the Lambda", "parity of DuckDB and Athena"}
    assert {name for name, seconds in done.items() if seconds == "left out"} == left_out
    assert {"parse for dev", "build and test on DuckDB", "apply Terraform", "no drift"} <= done.keys()
    assert person.types("git status --porcelain") == ""
