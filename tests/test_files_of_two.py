"""Files that two programs have which share no code: one text, so that what is mended in one is mended in both."""

import pytest

from tests.offline_home import REPO

RECIPES, EMULATOR, FUNCTION = "cli/src/lakeloop", "emulator/src/lakeloop_emulator", "lambda/dbt_runner"
ATHENA = "local-athena/src/local_athena"


@pytest.mark.parametrize(
    ("name", "other"),
    [("loopback.py", EMULATOR), ("loopback.py", ATHENA), ("plain.py", EMULATOR), ("docs_page.py", FUNCTION)],
)
def test_both_have_the_same_text(name, other):
    assert (REPO.root / RECIPES / name).read_text("utf-8") == (REPO.root / other / name).read_text("utf-8")


def test_those_who_ask_in_tests_have_the_same_text():
    one, other = "emulator/tests/asking.py", "local-athena/tests/api/helpers.py"
    assert (REPO.root / one).read_text("utf-8") == (REPO.root / other).read_text("utf-8")
