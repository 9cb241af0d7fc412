"""Every link, anchor, picture and command of the README and its fellow pages is there."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from docs.recipes import make
from tests.docs.pages import ROOT, Page, pages

PAGES = pages()
README = Page(ROOT / "README.md")
LINES = 130
# A picture is loaded with each look at the page.
PICTURE_BYTES = 600_000
# Folders that a team owns or takes out: what they hold is no target for a link of the product's pages.
NOT_OURS = ("dbt", "sample", "data")
OF_MAKE = {"tools"}
OF_SAMPLE = {"data", "test-sample", "test-spark", "bench-dbt"}


@pytest.fixture(scope="session")
def recipes() -> set[str]:
    """The product's, and the sample's whether it is there or not: pages are for both."""
    return {recipe["name"] for recipe in make.recipes()} | OF_SAMPLE


def is_history(page: Page) -> bool:
    """Whether *page* tells of earlier times, whose recipes may be gone."""
    return page.name == "CHANGELOG.md" or page.path.parent.name == "adr"


def wrong(page: Page, target: str) -> str | None:
    """Why *target* leads nowhere from *page*; nothing if it leads somewhere."""
    file, _, anchor = target.partition("#")
    path = (page.path.parent / file).resolve() if file else page.path
    if not path.is_relative_to(ROOT) or not path.exists():
        return "there is no such file"
    if path.relative_to(ROOT).parts[:1] and path.relative_to(ROOT).parts[0] in NOT_OURS:
        return "a team owns that folder, or takes it out"
    if anchor and (path.suffix != ".md" or anchor not in Page(path).anchors):
        return "there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    found = {target: reason for target in page.links if (reason := wrong(page, target))}
    assert not found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_say_what_they_show_and_are_small(page):
    for text, target in page.pictures:
        assert text, f"{target} has no text for those who cannot see it"
        if not re.match(r"[a-z]+:", target):
            assert (page.path.parent / target).stat().st_size <= PICTURE_BYTES, target


@pytest.mark.parametrize("page", [page for page in PAGES if not is_history(page)], ids=lambda page: page.name)
def test_commands_are_recipes(page, recipes):
    named = {command: set(re.findall(r"\b(?:just|make) ([^\s|;&`)]+)", command)) for command in page.commands}
    unknown = {command for command, names in named.items() if names - recipes - OF_MAKE}
    assert not unknown, f"known: {', '.join(sorted(recipes))}"


PARSERS = {
    "json": json.loads,
    "python": ast.parse,
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_is_of_its_language(page):
    for language, body in page.code:
        assert language in PARSERS or language in ("console", "hcl", "sql", "text"), (
            f"{language}: nothing here reads it"
        )
        if language in PARSERS:
            PARSERS[language](body)


def test_the_readme_is_read_to_its_end():
    assert len(README.source.splitlines()) <= LINES
    assert README.pictures
    assert README.typed


def test_the_page_of_recipes_is_current():
    assert make.PAGE.read_text("utf-8") == make.page(), f"docs/RECIPES.md is stale. Rewrite it: {make.COMMAND}"


def test_every_note_belongs_to_a_group():
    groups = {
        attribute["group"] for recipe in make.recipes() for attribute in recipe["attributes"] if "group" in attribute
    }
    assert {path.stem for path in Path(make.HERE).glob("*.md")} == groups | {"sample"}


@pytest.mark.skipif(not (ROOT / "sample").exists(), reason="the sample was taken out")
def test_the_samples_recipes_are_those_of_the_page():
    done = subprocess.run(
        ["just", "--justfile", str(ROOT / "sample" / "justfile"), "--summary"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) == OF_SAMPLE


def test_headings_get_the_anchors_that_github_gives_them(tmp_path):
    (tmp_path / "page.md").write_text(
        "# What `a_b` costs, a month\n## Twice\n## Twice\n```\n# not one\n```\n## [Link](x.md)\n"
    )
    assert Page(tmp_path / "page.md").anchors == {"what-a_b-costs-a-month", "twice", "twice-1", "link"}
