"""The site's pages: each link leads to a page of the site, or is none; the reference has what is public."""

import importlib.util

import pytest

from tests.docs.pages import ROOT, Page

_SPECIFICATION = importlib.util.spec_from_file_location("site_make", ROOT / "docs" / "site" / "make.py")
site = importlib.util.module_from_spec(_SPECIFICATION)
_SPECIFICATION.loader.exec_module(site)
OWN = sorted(site.pages())


@pytest.mark.parametrize("page", OWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_to_a_page_or_is_no_link(page, tmp_path):
    staged = tmp_path / "page.md"
    staged.write_text(site._linked(page, OWN))
    for target in Page(staged).links:
        path = (page.parent / target.partition("#")[0]).resolve() if not target.startswith("#") else page
        known = (
            path in OWN or path == ROOT / "docs" / "adr" / "index.md" or path.is_relative_to(ROOT / "docs" / "pictures")
        )
        assert known, target


def test_code_is_left_as_it_is(tmp_path):
    page = ROOT / "docs" / "page.md"
    text = "`[a](nowhere.py)` and [b](nowhere.py#L1) and [c](https://x.example)\n```\n[d](nowhere.py)\n```\n"
    (tmp_path / "page.md").write_text(text)
    told = site._linked(tmp_path / "page.md", [page])
    assert told == "`[a](nowhere.py)` and b and [c](https://x.example)\n```\n[d](nowhere.py)\n```\n"


@pytest.mark.parametrize(("package", "source"), site.PACKAGES.items())
def test_the_reference_has_the_public_modules_of_each_package(package, source):
    told = [name.strip() for name in site._reference(package, ROOT / source).split("::: ")[1:]]
    assert told and all(name.split(".")[0] == package for name in told)
    assert not [name for name in told if "._" in name]
