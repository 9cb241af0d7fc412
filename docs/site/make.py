"""Make the site: the repository's pages as they are, and a reference of the packages from their docstrings.

It opens from a folder, without a server and without a network. A link to a page or a heading that is not there ends the build.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".lakeloop" / "site"
PAGES, HTML = HOME / "pages", HOME / "html"
NOT_OURS = ("dbt", "sample", "data")
"""Folders that a team owns or takes out."""
PACKAGES = {
    "lakeloop_project": "project/src",
    "lakeloop_raw": "raw/src",
    "lakeloop_changes": "changes/src",
    "lakeloop_ingest": "ingestion/batch/src",
    "lakeloop_dagster": "orchestration/src",
    "lakeloop_quality": "quality/src",
    "local_athena": "local-athena/src",
}
_REMOTE, _SHIM = "https://unpkg.com/iframe-worker/shim", "iframe-worker.js"
_CODE_OR_LINK = re.compile(
    r"(?P<code>^`{3,}.*?^`{3,}[ \t]*$|`[^`\n]*`)"
    r"|(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s#]+)(?P<anchor>#[^()\s]*)?\)",
    re.MULTILINE | re.DOTALL,
)


def main() -> int:
    """Write the pages, then build; MkDocs' exit code."""
    shutil.rmtree(HOME, ignore_errors=True)
    own = sorted(pages())
    for page in own:
        _write(page.relative_to(ROOT), _linked(page, own))
    shutil.copytree(ROOT / "docs" / "pictures", PAGES / "docs" / "pictures", ignore=shutil.ignore_patterns("*.py"))
    decisions = [page for page in own if page.parent.name == "adr"]
    _write(
        Path("docs/adr/index.md"), "# Decisions\n\n" + "".join(f"- [{_title(one)}]({one.name})\n" for one in decisions)
    )
    for package, source in PACKAGES.items():
        _write(Path(f"reference/{package}.md"), _reference(package, ROOT / source))
    config = HOME / "mkdocs.yml"
    config.write_text(_configuration(own), "utf-8")
    command = [
        str(Path(sys.executable).with_name("mkdocs")),
        "build",
        "--strict",
        "--config-file",
        str(config),
    ]
    # Material tells of its makers' plans at each build.
    code = subprocess.run(command, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False).returncode
    if not code:
        _load_nothing()
        print(f"The site is made: {(HTML / 'index.html').as_uri()}")
    return code


def _load_nothing() -> None:
    """Give the pages the only script that Material takes from elsewhere, without which a folder's page cannot search."""
    shutil.copy(Path(__file__).with_name(_SHIM), HTML / "assets" / _SHIM)
    for page in HTML.rglob("*.html"):
        up = "../" * (len(page.relative_to(HTML).parts) - 1)
        page.write_text(page.read_text("utf-8").replace(_REMOTE, f"{up}assets/{_SHIM}"), "utf-8")


def pages() -> Iterator[Path]:
    """Every page of the product's."""
    for pattern in ("*.md", "docs/*.md", "docs/adr/*.md", "*/README.md"):
        for page in ROOT.glob(pattern):
            folder = page.relative_to(ROOT).parts[0]
            if folder not in NOT_OURS and not folder.startswith(".") and page.name != "CLAUDE.md":
                yield page


def _linked(page: Path, own: list[Path]) -> str:
    """The text of *page*; links to files of the repository that are no pages become plain text, as there is nothing to open."""

    def follow(link: re.Match[str]) -> str:
        if link["code"]:
            return link[0]
        text, target, anchor = link["text"], link["target"], link["anchor"] or ""
        if re.match(r"[a-z]+:", target):
            return link[0]
        path = (page.parent / target).resolve()
        if path == ROOT / "docs" / "adr":
            return f"[{text}]({target.rstrip('/')}/index.md)"
        return f"[{text}]({target}{anchor})" if path in own else text

    return _CODE_OR_LINK.sub(follow, page.read_text("utf-8"))


def _reference(package: str, source: Path) -> str:
    """The page of a package: each public module with its public members."""
    files = sorted((source / package).rglob("*.py"))
    modules = [file.relative_to(source).with_suffix("").as_posix().replace("/", ".") for file in files]
    names = [name.removesuffix(".__init__") for name in modules if not any(part.startswith("_") for part in _own(name))]
    return f"# {package}\n\n" + "".join(f"::: {name}\n\n" for name in names)


def _own(module: str) -> list[str]:
    """The parts of a module's name that its package decides."""
    return module.removesuffix(".__init__").split(".")


def _configuration(own: list[Path]) -> str:
    paths = ", ".join(f'"{ROOT / source}"' for source in dict.fromkeys(PACKAGES.values()))
    top = [page for page in own if page.parent == ROOT / "docs"]
    inside = [page for page in own if page.name == "README.md" and page.parent != ROOT]
    lines = [
        f'site_name: "{_title(ROOT / "README.md")}"',
        f'docs_dir: "{PAGES}"',
        f'site_dir: "{HTML}"',
        "use_directory_urls: false",
        "theme:",
        "  name: material",
        "  font: false",
        "  features: [navigation.indexes, content.code.copy]",
        "  palette:",  # as the system has it
        '    - {media: "(prefers-color-scheme: light)", scheme: default}',
        '    - {media: "(prefers-color-scheme: dark)", scheme: slate}',
        "plugins:",
        "  - search",
        "  - offline",
        "  - mkdocstrings:",
        "      handlers:",
        "        python:",
        f"          paths: [{paths}]",
        "          options: {show_source: false, show_root_heading: true, heading_level: 2, members_order: source,",
        '            docstring_style: google, filters: ["!^_"], show_signature_annotations: true, separate_signature: false}',
        "markdown_extensions:",
        "  - tables",
        "  - admonition",
        "  - pymdownx.superfences",
        "  - pymdownx.highlight",
        "  - toc: {slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}",
        "validation: {links: {anchors: warn, unrecognized_links: warn}, nav: {omitted_files: ignore}}",
        "nav:",
        "  - README.md",
        *(f'  - "{_title(page)}": {page.relative_to(ROOT).as_posix()}' for page in top),
        "  - Inside:",
        *(f'      - "{_title(page)}": {page.relative_to(ROOT).as_posix()}' for page in inside),
        "      - Decisions: docs/adr/index.md",
        "  - Reference:",
        *(f"      - {package}: reference/{package}.md" for package in PACKAGES),
    ]
    return "\n".join(lines) + "\n"


def _title(page: Path) -> str:
    found = re.search(r"^# (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return (found[1] if found else page.stem).replace('"', "'").replace("`", "")


def _write(page: Path, text: str) -> None:
    file = PAGES / page
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
