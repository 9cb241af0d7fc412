"""The page of a run that a message links to: one HTML file without scripts, of what the run's summary says."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_MOST = 200
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "pre{background:#f4f4f4;padding:.8rem;overflow-x:auto;white-space:pre-wrap}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;border-bottom:1px solid #ddd}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}pre{background:#262626}td,th{border-color:#444}}"
)


def render(title: str, summary: Mapping[str, Any]) -> str:
    """The page, at most some hundred kilobytes; no text of a project's is markup in it."""
    nodes = sorted(summary.get("nodes", ()), key=lambda node: -node.get("seconds", 0))
    failed = summary.get("failed", ())
    cost = summary.get("cost", {})
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>',
        f"<h1>{escape(title)}</h1>",
        _table(
            (
                ("command", " ".join(map(str, summary.get("command", ())))),
                ("began", summary.get("begun_at", "")),
                ("seconds", summary.get("seconds", "")),
                ("dollars", cost.get("dollars", "")),
                ("bytes scanned", summary.get("bytes_scanned", "")),
                *((status, count) for status, count in summary.get("counts", {}).items() if count),
            )
        ),
    ]
    if raised := summary.get("raised"):
        parts.append(f"<h2>{escape(str(raised.get('type')))}</h2><pre>{escape(str(raised.get('message')))}</pre>")
    for node in failed[:_MOST]:
        parts.append(f"<h2>{escape(str(node['unique_id']))}: {escape(str(node['status']))}</h2>")
        parts.append(f"<pre>{escape(str(node.get('message') or ''))}</pre>")
        if node.get("compiled_path"):
            parts.append(f"<p>SQL: <code>{escape(str(node['compiled_path']))}</code></p>")
    if nodes:
        rows = [(node["unique_id"], node.get("status"), node.get("seconds"), node.get("dollars")) for node in nodes]
        parts.append(
            "<h2>Nodes, the slowest first</h2>" + _table([("node", "status", "seconds", "dollars"), *rows[:_MOST]])
        )
    parts.append(f"<p>Files of the run: <code>{escape(str(summary.get('artifacts', '')))}</code></p></body></html>")
    return "\n".join(parts)


def _table(rows: Any) -> str:
    lines = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
