"""Checks of a setting's value; each answers None, or why the value is none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Complaint:
    """``local`` tells a value that AWS takes and local Athena does not have."""

    text: str
    local: bool = False


def flag(_value: str) -> Complaint | None:
    """Java's ``Boolean.parseBoolean``: anything but true is false, ``1`` too."""
    return None


def no(value: str) -> Complaint | None:
    return None if value.lower() == "false" else Complaint("Athena does not read Hive's transactional tables")


def lines(value: str) -> Complaint | None:
    return None if value.isascii() and value.isdigit() else Complaint("it is no number of lines")


def newline(value: str) -> Complaint | None:
    return None if value in ("\n", "\\n", "10") else Complaint("lines end with '\\n'")


def utf8(value: str) -> Complaint | None:
    return None if value.lower() in ("utf-8", "utf8") else Complaint("text is read as UTF-8", local=True)


def schema_literal(value: str) -> Complaint | None:
    """An Avro schema whose defaults or aliases would be needed to read what a file lacks."""
    try:
        schema = json.loads(value)
    except ValueError:
        return Complaint("it is no JSON")
    if _evolves(schema):
        return Complaint("a default other than null, or an alias, in an Avro schema", local=True)
    return None


def _evolves(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(map(_evolves, schema))
    if not isinstance(schema, dict):
        return False
    return (
        schema.get("default") is not None
        or bool(schema.get("aliases"))
        or any(_evolves(schema.get(key)) for key in ("fields", "type", "items", "values"))
    )
