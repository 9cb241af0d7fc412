"""Dependencies of a function as the workspace's lock has them, as wheels of the wanted architecture."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lakeloop_layer.errors import LayerError
from lakeloop_layer.target import PYTHON, Architecture

RUNNER = "dbt-runner"


def install(root: Path, architecture: Architecture, folder: Path) -> str:
    """Install what the package ``dbt-runner`` depends on into *folder*. Nothing is built from source, no Docker needed.

    Returns:
        what was installed, as pip reads it.

    Raises:
        LayerError: uv cannot; its own words say why.
    """
    requirements = export(root, RUNNER, "--no-emit-workspace")
    install_wheels(root, architecture, folder, requirements)
    return requirements


def export(root: Path, package: str, *words: str) -> str:
    """The dependencies of the workspace's *package* with their hashes, as pip reads them; *words* go on to ``uv export``."""
    options = ("--frozen", "--no-dev", "--no-header", "--no-annotate", *words)
    return _uv(root, "export", "--package", package, *options)


def export_project(root: Path, project: str, *words: str) -> str:
    """As ``export``, for the project in the folder *project* of the checkout, which has a lock of its own."""
    options = ("--frozen", "--no-dev", "--no-header", "--no-annotate", "--no-emit-project", *words)
    return _uv(root / project, "export", *options)


def install_wheels(root: Path, architecture: Architecture, folder: Path, requirements: str) -> None:
    """Install *requirements* into *folder*. Raises ``LayerError`` as ``install`` does."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder.parent / "requirements.txt"
    wanted.write_text(requirements, "utf-8")
    _uv(
        root,
        "pip",
        "install",
        "--target",
        str(folder),
        "--python-platform",
        architecture.uv_platform,
        "--python-version",
        PYTHON,
        "--only-binary",
        ":all:",
        "--no-deps",
        # Trimming changes files in place, and a link would reach into uv's cache.
        "--link-mode",
        "copy",
        "--require-hashes",
        "--requirement",
        str(wanted),
    )


def _uv(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["uv", "--quiet", *words], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise LayerError("uv is not on PATH. `make layer` fetches it into the checkout.") from None
    if done.returncode:
        raise LayerError(
            f"uv {' '.join(words[:2])} failed:\n{done.stderr.strip()}\n"
            "A package without a wheel for this platform? Pin a version that has one in lambda/pyproject.toml and `uv lock`."
        )
    return done.stdout
