"""The table of all parts: each has a command that is a recipe, and prints what the program says."""

import re
import subprocess

import pytest

from docs.recipes import make
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "PLAN.md"
PARTS = (
    *(
        "dbt on Lambda",
        "Athena",
        "Iceberg",
        "Glue's catalog",
        "S3",
        "Terraform",
        "GitHub Actions",
        "LocalStack",
        "DuckDB",
    ),
    *(
        "event pipeline",
        "change capture",
        "dlt",
        "Dagster",
        "Great Expectations",
        "Glue jobs and crawlers",
        "synthetic API",
    ),
)
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and "`just " in line
]


@pytest.fixture(scope="module")
def programs() -> str:
    """All that the product's programs are made of."""
    listed = ["git", "ls-files", "-z", "--", "*.py", "*.tf", "justfile", ":!tests", ":!*/tests", ":!dbt", ":!docs"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return "\n".join((ROOT / name).read_text("utf-8") for name in names if name and (ROOT / name).is_file())


@pytest.fixture(scope="module")
def recipes() -> set[str]:
    return {recipe["name"] for recipe in make.recipes()}


def test_every_part_of_the_plan_has_a_row():
    assert {row[0] for row in ROWS} >= set(PARTS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_has_a_command_and_what_it_prints(row, programs, recipes):
    _, command, printed = row
    assert re.fullmatch(r"`just ([a-z-]+)[^`]*`", command)[1] in recipes
    assert printed
    gone = [text for text in re.findall(r"`([^`]+)`", printed) if text not in programs]
    assert not gone, "no program says so any more"
