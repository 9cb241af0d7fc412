"""dbt's documentation as a page in which no text of the project's is markup, and which asks nothing of anybody.

``dbt docs generate`` copies its page to ``index.html`` and, with ``--static``, puts the manifest and the catalog into the
page's one script as they are: ``</script>`` in a description ends the script, and what follows is run. The search shows
descriptions, code, tags and names as HTML. The recipes and the function have this file both, for they share no code; a test
compares them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

_DATA = {"manifest.json": '"MANIFEST.JSON INLINE DATA"', "catalog.json": '"CATALOG.JSON INLINE DATA"'}
# In JSON these stand in strings alone, which may spell them as they like; the last two end lines in old JavaScript.
_SPELT = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}
_SEARCH = re.compile(r"(\.highlight=function\((\w)\)\{)(?=if\(![\w.]+\|\|!\2\)return \w\.trustAsHtml\(\2\);)")
_ESCAPE = r"""\1\2=\2&&String(\2).replace(/[&<>"']/g,function(c){return"&#"+c.charCodeAt(0)+";"});"""
_SCRIPT = re.compile(r"(<script)[^>]*(>.*</script>)(?=</head>)", re.DOTALL)
_HEAD, _ICON = '<head><meta charset="utf-8">', re.compile(r'<link rel="shortcut icon"[^>]*/?>')
# https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP. Styles are written by the page's script.
_POLICY = (
    "default-src 'none'; script-src {script}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "connect-src {connect}; base-uri 'none'; form-action 'none'"
)
_META = (
    '<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)


def rewrite(target: Path) -> None:
    """Put such pages in the place of those that ``dbt docs generate`` has left in *target*; nothing if there are none.

    Raises:
        ValueError: dbt's page is another than this knows. There is none in *target* then.
    """
    index, static = target / "index.html", target / "static_index.html"
    try:
        if not index.exists():
            return
        template = index.read_text("utf-8")
        if _META.partition("{")[0] in template:  # since dbt's last visit
            return
        served = page(template, {})
        if static.exists():
            texts = {mark: (target / name).read_text("utf-8") for name, mark in _DATA.items()}
            static.write_text(page(template, texts), "utf-8")
        index.write_text(served, "utf-8")
    except Exception:  # a full disk, too
        for file in (index, static):
            file.unlink(missing_ok=True)
        raise


def page(template: str, data: dict[str, str]) -> str:
    """dbt's page *template* with *data*, JSON by the mark that it takes the place of; without any it fetches both itself.

    Raises:
        ValueError: the template is another than this knows.
    """
    text = template.replace("\r\n", "\n")  # as a browser reads it, before it looks at the script's hash
    text, found = _SEARCH.subn(_ESCAPE, text)
    parts = _SCRIPT.split(text)
    if found != 1 or len(parts) != 4 or _HEAD not in parts[0] or any(text.count(mark) != 1 for mark in _DATA.values()):
        raise ValueError("dbt's page of documentation has changed: `docs_page.py` does not know this version's.")
    before, opening, script, after = parts
    for mark, json in data.items():
        script = script.replace(mark, json.translate(_SPELT))
    code = script.removeprefix(">").removesuffix("</script>")
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = _POLICY.format(script=f"'sha256-{digest}'", connect="'none'" if data else "'self'")
    head = _ICON.sub("", before).replace(_HEAD, _HEAD + _META.format(policy=policy))
    return f"{head}{opening}{script}{after}"
