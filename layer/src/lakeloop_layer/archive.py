"""Zips that are the same bytes for the same content: sorted, with fixed times and modes."""

from __future__ import annotations

import zipfile
from pathlib import Path

# The earliest time that a zip can hold.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def write(folders: dict[str, Path], file: Path) -> None:
    """Write all files under *folders* (prefix inside the zip -> folder) to *file*: aside, then in one step.

    Lambda's user is not the one that owns the files, so everyone may read them.
    """
    entries = sorted(
        (f"{prefix}{path.relative_to(folder).as_posix()}", path)
        for prefix, folder in folders.items()
        for path in folder.rglob("*")
        if path.is_file()
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.new")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in entries:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = _UNIX
            info.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    aside.replace(file)


def unpack(file: Path, folder: Path) -> None:
    """Lay out in *folder* what the zip *file* holds."""
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
