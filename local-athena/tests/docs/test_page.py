"""The page in the repository is the one that the tables give now."""

from __future__ import annotations

import re

import pytest
from tests.docs import page, sources


@pytest.fixture
def text() -> str:
    """The page as it lies there."""
    return page.PATH.read_text(encoding="utf-8")


def test_the_page_is_current(text: str) -> None:
    stale = text != page.text()  # no difference of two long texts is wanted
    assert not stale, f"docs/ATHENA.md is stale. Rewrite it: {page.COMMAND}"


def test_every_link_leads_to_a_file(text: str) -> None:
    links = set(re.findall(r"\]\((\.\./[^)#]+)\)", text))
    assert links
    assert not [link for link in links if not (page.PATH.parent / link).exists()]


def test_no_cell_is_a_paragraph(text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    shown = [re.sub(r"\]\([^)]*\)", "]", cell) for row in rows for cell in re.split(r"(?<!\\)\|", row)]
    assert not [cell for cell in shown if len(cell) > 200]


def test_a_claim_whose_test_is_gone_does_not_stand() -> None:
    with pytest.raises(LookupError, match="test_nothing"):
        sources.proof("local-athena/tests/docs/test_page.py", "test_nothing")
