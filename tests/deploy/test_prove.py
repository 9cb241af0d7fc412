"""`just prove` in an account of its own, the emulator's: a failed proof, one over what another has left, a removal.

The tests run in the order in which they stand.
"""

import re
import shutil

import pytest
from lakeloop.aws.terraform.program import INSTALL

from tests import local_aws
from tests.deploy.account import checkout
from tests.projects import raw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.emulator,
    pytest.mark.skipif(shutil.which("terraform") is None, reason=INSTALL),
]

STEPS = [
    "bootstrap",
    "deploy",
    "no drift",
    "load",
    "run",
    "run without one of its raw tables",
    "load it again",
    "retry what failed",
    "query",
    "parity with DuckDB",
    "report",
    "deploy another version",
    "roll back",
    "load as the deploy role",
    "destroy",
    "unbootstrap",
]


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    with local_aws.running(tmp_path_factory.mktemp("emulator"), enforcing=True) as aws:
        person = checkout(tmp_path_factory.mktemp("prove"), aws.environment)
        raw.write(person.home / "data" / "raw")
        with person.one_provider() as attached:
            yield attached


def page(person) -> str:
    (file,) = (person.home / ".lakeloop" / "prove").glob("*-dev/*.md")
    return file.read_text("utf-8")


def require_nothing_left(person) -> None:
    assert person.client("s3").list_buckets()["Buckets"] == []
    assert person.client("iam").list_roles()["Roles"] == []
    assert person.client("iam").list_policies(Scope="Local")["Policies"] == []
    assert person.client("lambda").list_functions()["Functions"] == []
    assert person.github()["environments"] == {}


def test_what_cannot_be_proved_is_said_before_anything_is_made(person):
    assert "prod keeps its data. Name an environment for it" in person.types("just prove env=prod", 2)
    printed = person.types("just prove env=scratch", 2)
    assert "`echo 'force_destroy = true' > terraform/envs/scratch.tfvars`" in printed
    printed = person.types("just prove env=dev cap=2.5", 2)
    assert "It may cost 2.50 USD (cap=)" in printed
    assert "add confirm=dev. Nothing was changed." in printed
    assert "No proof of this checkout has left anything" in person.types("just prove remove env=dev", 2)
    assert person.client("s3").list_buckets()["Buckets"] == []


def test_what_a_failed_proof_leaves_goes_with_one_command(person):
    person.github_says(refused=["PUT"])
    printed = person.types("just prove env=dev confirm=dev", 1)
    person.github_says(refused=[])
    assert "FAILED    bootstrap: `just bootstrap env=dev repo=acme/lake` ended with 2, not 0" in printed
    assert "`just prove remove env=dev` takes all of it away" in printed
    assert person.client("s3").list_buckets()["Buckets"] != []
    text = page(person)
    assert "0 of 16 steps done" in text
    assert "`just prove remove env=dev` takes all of it away" in text
    assert "| deploy `just deploy env=dev` | not begun | | | |" in text.replace("  ", " ")
    assert str(person.home) not in text
    printed = person.types("just prove remove env=dev confirm=dev")
    assert "Nothing is left of dev" in printed
    require_nothing_left(person)


def test_what_others_made_is_no_place_for_a_proof(person):
    person.types("just bootstrap env=dev")
    printed = person.types("just prove env=dev confirm=dev", 2)
    assert "no proof of this checkout has begun it" in printed
    assert "`just unbootstrap env=dev` first" in printed
    person.types("just unbootstrap env=dev confirm=dev")


def test_a_proof_goes_over_what_another_left_and_ends_with_nothing(person):
    person.github_says(refused=["PUT"])
    person.types("just prove env=dev confirm=dev", 1)
    person.github_says(refused=[])
    printed = person.types("just prove env=dev confirm=dev")
    assert "came as far as `bootstrap`: this one goes over what is there" in printed
    text = page(person)
    rows = re.findall(r"^\| (.+?) `just [^|]*\| (\S+) \| (\d+) \| (\d\.\d{5}) \|", text, re.MULTILINE)
    assert [row[:2] for row in rows] == [(step, "done") for step in STEPS]
    dollars = {name: float(cost) for name, _, _, cost in rows}
    assert dollars["run"] > 0 and dollars["query"] > 0 and dollars["parity with DuckDB"] > 0
    assert "Everything worked: 16 of 16 steps done." in text
    assert "Nothing is left of the environment." in text
    assert "is version 1 again, before it was 2" in text
    assert "it fails, as it should" in text
    assert "0 differing rows in 3 tables" in text
    require_nothing_left(person)
    assert "No proof of this checkout has left anything" in person.types("just prove remove env=dev", 2)
