"""Write docs/ATHENA.md anew."""

from __future__ import annotations

from tests.docs import page, sources

page.PATH.write_text(page.text(), encoding="utf-8")
print(f"wrote {page.PATH.relative_to(sources.REPO)}")
