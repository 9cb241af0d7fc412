"""Data Docs that need no network: Great Expectations' pages load their style, their icons and their index from others' servers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

_REMOTE = re.compile(
    r"<script[^>]*\bsrc=[\"']https?://[^>]*>\s*</script>|<link[^>]*\bhref=[\"']https?://[^>]*>|<footer\b.*?</footer>|<img[^>]*\bsrc=[\"']https?://[^>]*>",
    re.DOTALL,
)
# Their colours for dark are a part of Bootstrap's, with a logo from a server in them; theirs is the last rule of its element.
_THEIR_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{.*?(?=</style>)", re.DOTALL)
_REMOTE_IMAGE = re.compile(r"url\(\s*['\"]?https?://[^)]*\)")
# For the classes of Bootstrap and Font Awesome that the pages use.
_STYLE = """<style>
:root { color-scheme: light dark; --page: #fff; --ink: #1f2328; --link: #0550ae; --line: #d0d7de; --head: #f6f8fa; --badge: #eaeef2;
  --bad: #b42318; --good: #1a7f37; --so-so: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --ink: #d7dae0; --link: #86aaff; --line: #3b424d; --head: #1f242c;
  --badge: #333a45; --bad: #f0655c; --good: #5cc48d; --so-so: #e3a846; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1200px; padding: 1.5rem; }
body { background: var(--page); color: var(--ink); overflow-wrap: anywhere; }
h1, h2, h3, h4, h5, h6 { margin: 1.2rem 0 .5rem; } h5 { font-size: 1.15rem; } h6 { font-size: 1rem; }
a { color: var(--link); } ul, ol { padding-left: 1.2rem; } nav ol { list-style: none; padding: 0; }
.navbar { height: auto !important; max-height: none !important; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { border: 1px solid var(--line); padding: .3rem .7rem; text-align: left; }
th, td a { overflow-wrap: normal; } td.passed, td.failed { white-space: nowrap; }
th { background: var(--head); } img { max-height: 2rem; } .row { display: block; }
.badge { background: var(--badge); border-radius: .3rem; padding: 0 .4rem; } .text-danger, .failed { color: var(--bad); }
.text-success, .passed { color: var(--good); } .text-warning { color: var(--so-so); }
.fas { font-style: normal; font-weight: bold; }
.fa-check-circle::before { content: "\\2713"; } .fa-times::before { content: "\\2717"; }
.fa-exclamation-triangle::before { content: "!"; } .btn, .modal, input[type=radio], input[type=radio] + label { display: none; }
</style>"""


def offline(docs: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rewrite the pages below *docs* so that they load nothing, and write the index of the suites with *rows* of ``run``."""
    for page in docs.rglob("*.html"):
        text = _THEIR_DARK.sub("", _REMOTE.sub("", page.read_text("utf-8")))
        text = _REMOTE_IMAGE.sub("none", text)
        page.write_text(text.replace("</head>", f"{_STYLE}</head>", 1), "utf-8")
    results = {file.stem.removeprefix("lake-"): file.relative_to(docs) for file in docs.glob("validations/**/*.html")}
    tables = dict.fromkeys(row["table"] for row in rows)
    lines = [_line(table, [row for row in rows if row["table"] == table], results) for table in tables]
    (docs / "index.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Expectations</title>'
        '<meta name="viewport" content="width=device-width">'
        f"{_STYLE}</head><body><h1>Expectations</h1><table><thead><tr><th>table</th><th>passed</th><th>failed</th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></body></html>\n",
        "utf-8",
    )


def _line(table: str, rows: Sequence[Mapping[str, Any]], results: Mapping[str, Path]) -> str:
    failed = [row for row in rows if not row["passed"]]
    name = escape(table)
    if page := results.get(table):
        name = f'<a href="{escape(page.as_posix())}">{name}</a>'
    told = "<br>".join(escape(_said(row)) for row in failed)
    mark = "failed" if failed else "passed"
    return f'<tr><td>{name}</td><td class="{mark}">{len(rows) - len(failed)} of {len(rows)}</td><td>{told}</td></tr>'


def _said(row: Mapping[str, Any]) -> str:
    unexpected = f": {row['unexpected']} of {row['rows']}" if row["rows"] else ""
    return f"{row['expectation']} {row['column']}{unexpected} {row['error'] or ', '.join(row['examples'])}".strip()
