"""dbt's artifacts as dbt writes them, byte for byte, with less of them in memory and in C.

dbt makes dictionaries of all that a manifest holds before it writes the first byte, with the encoder of ``json.dump``, which is
Python's own. Here one resource after the other is made, written and forgotten, by the encoder in C.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TextIO

from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.contracts.graph.manifest import ResourceMapping
from dbt_common.utils.encoding import JSONEncoder

_encode = JSONEncoder().encode
# As `Writable.write` has it.
_WRITTEN: dict[str, Any] = {"omit_none": False, "context": {"artifact": True}}


def write_json(path: str, data: dict[str, Any]) -> bool:
    """Write *data* in the place of ``dbt_common.clients.system.write_json``."""
    with _opened(path) as file:
        file.write(_encode(data))
    return True


def write_manifest(manifest: WritableManifest, path: str) -> None:
    """Write *manifest* in the place of ``WritableManifest.write``."""
    found = {field.name: getattr(manifest, field.name) for field in fields(manifest)}
    resources = {name: value for name, value in found.items() if isinstance(value, ResourceMapping)}
    without: dict[str, Any] = {name: {} for name in resources}
    rest = replace(manifest, **without).to_dict(**_WRITTEN)
    with _opened(path) as file:
        before = "{"
        for name, value in rest.items():
            file.write(f"{before}{_encode(name)}: ")
            if name in resources:
                _write_resources(file, resources[name])
            else:
                file.write(_encode(value))
            before = ", "
        file.write("}")


def _write_resources(file: TextIO, resources: ResourceMapping[Any]) -> None:
    before = ""
    file.write("{")
    for unique_id, resource in resources.items():
        file.write(f"{before}{_encode(unique_id)}: {_encode(resource.to_dict(**_WRITTEN))}")
        before = ", "
    file.write("}")


def _opened(path: str) -> TextIO:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.open("w", encoding="utf-8")
