"""The zip of batch ingestion, whose libraries are those of its own lock, ``ingestion/batch/uv.lock``; pipelines lie beside them."""

from __future__ import annotations

from pathlib import Path

from lakeloop_layer import small
from lakeloop_layer.install import export_project
from lakeloop_layer.target import Architecture

PROJECT = "ingestion/batch"
PACKAGE = "lakeloop_ingest"
FOLDERS = ("ingest", "sample/ingest")
# Builders of packages.
_UNUSED = ("setuptools/*", "_distutils_hack/*")
# dlt's own access to files.
_NEEDED = ("fsspec/*",)


def build_ingest(root: Path, architecture: Architecture) -> Path:
    """The zip for *architecture*, built if what it is made of has changed.

    Raises:
        LayerError: it cannot be built, Lambda could not run it, or it is too large. The last good zip stays.
    """
    packages = {PACKAGE: root / PROJECT / "src" / PACKAGE, "lakeloop_project": root / "project/src/lakeloop_project"}
    lines = export_project(root, PROJECT, *(word for name in small.OF_THE_RUNTIME for word in ("--prune", name)))
    requirements = "\n".join(line for line in lines.splitlines() if not line.startswith("-e "))
    texts = {
        f"{folder}/{file.name}": file.read_text("utf-8")
        for folder in FOLDERS
        for file in sorted((root / folder).glob("*.toml"))
    }
    parts = small.Parts(packages, requirements)
    return small.build(root, "ingest", architecture, parts, texts, unused=_UNUSED, needed=_NEEDED)
