"""The product knows nothing of the sample, and its tests nothing of a team's project."""

import re
import subprocess

import pytest

from tests.offline_home import REPO
from tests.projects import YOURS

# Names that only the retail sample has; the shop's database in sources/ is the product's.
SAMPLES = re.compile(
    r"retail(?!_db)|daily_sales|customer_lifetime|dim_(stores|dates|products)|fct_(payments|order_items)"
)
# A path that begins at the checkout and leads into what a team owns.
READS = re.compile(r"""(REPO(\.root)?|ROOT|HERE|parents\[\d\]) */ *["'](dbt|lakeloop\.toml)["'/]|REPO\.dbt_project""")
TESTS = (
    "bench/",
    "cli/tests/",
    "emulator/tests/",
    "lambda/tests/",
    "layer/tests/",
    "local-athena/tests/",
    "project/tests/",
    "tests/",
)


def files():
    """The text files of the product, this one, documents and their pictures aside."""
    asked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO.root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in asked.stdout.split("\0"):
        yours = any(name == part or name.startswith(f"{part}/") for part in YOURS)
        if (
            name
            and not yours
            and not name.endswith((".md", ".lock", ".json", ".svg"))
            and name != "tests/test_rooms.py"
            # A shop of its own, whatever dbt/ is about.
            and not name.startswith("sources/")
        ):
            text = (REPO.root / name).read_text("utf-8", errors="replace") if (REPO.root / name).is_file() else ""
            yield name, text


@pytest.mark.parametrize(
    ("words", "inside"), [(SAMPLES, ("",)), (READS, TESTS)], ids=["names of the sample", "files of a team"]
)
def test_no_file_holds(words, inside):
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in files()
        if name.startswith(inside)
        for number, line in enumerate(text.splitlines(), 1)
        if words.search(line)
    ]
    assert found == []


def test_the_words_are_found_where_they_are_meant_to_be():
    assert SAMPLES.search("from retail_feed import generate")
    assert READS.search('PROFILES = Path(__file__).parents[2] / "dbt" / "profiles.yml"')
    assert len(list(files())) > 300
