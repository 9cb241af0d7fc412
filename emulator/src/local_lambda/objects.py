"""Shared objects in a zip: for which machine they were built."""

from __future__ import annotations

import re
import struct
import sys
import zipfile

from local_lambda.model import LambdaError

# e_machine of the ELF header, https://man7.org/linux/man-pages/man5/elf.5.html
_MACHINES = {62: "x86_64", 183: "arm64"}
_HEADER = struct.Struct("<4s14xH")
_NAME = re.compile(r"\.so(\.\d+)*$")


def refuse_foreign(name: str, archive: zipfile.ZipFile, architecture: str, system: str = sys.platform) -> None:
    """Raise ``LambdaError`` if *archive* has shared objects and none of them is for *architecture*, or *system* is not Linux.

    Some packages carry the objects of several machines: one that fits is enough.
    """
    foreign = []
    for entry in archive.infolist():
        machine = _machine(archive, entry) if _NAME.search(entry.filename) else None
        if machine == architecture and system == "linux":
            return
        if machine:
            foreign.append((entry.filename, machine))
    if foreign:
        path, machine = foreign[0]
        here = architecture if system == "linux" else f"{architecture} with {system}"
        way = (
            f"Build it for {architecture}."
            if system == "linux"
            else "`just up emulator=docker` runs it in a container."
        )
        raise LambdaError(
            f"{name} was built for {machine}, and this machine is {here}: {path} and {len(foreign) - 1} other shared "
            f"objects cannot be loaded. {way}"
        )


def _machine(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str | None:
    with archive.open(entry) as file:
        start = file.read(_HEADER.size)
    if len(start) < _HEADER.size or not start.startswith(b"\x7fELF"):
        return None
    return _MACHINES.get(_HEADER.unpack(start)[1], "another machine")
