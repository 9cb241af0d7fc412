"""The example of lakeloop.toml in docs/YOUR-PROJECT.md says all that can be said, as the program reads it."""

import re
from dataclasses import fields

from lakeloop_project import read_settings

from tests.docs.pages import ROOT, Page


def test_the_example_is_complete_and_right(tmp_path):
    (example,) = re.findall(
        r"^```toml\n(.*?)^```$", Page(ROOT / "docs" / "YOUR-PROJECT.md").source, re.MULTILINE | re.DOTALL
    )
    (tmp_path / "lakeloop.toml").write_text(example, "utf-8")
    settings = read_settings(tmp_path)
    for part in (settings, settings.dbt, settings.skip):
        assert not [field.name for field in fields(part) if not getattr(part, field.name)]
