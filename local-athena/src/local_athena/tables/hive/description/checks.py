"""Checks of a setting's value; each answers None, or why the value is none."""

from __future__ import annotations

import json
from dataclasses import dataclass

import fastavro
from fastavro.schema import SchemaParseException


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


def not_the_clients(value: str) -> Complaint | None:
    return Complaint("objects that the client encrypted", local=True) if value.upper() == "CSE_KMS" else None


def lines(value: str) -> Complaint | None:
    number = value.isascii() and value.isdigit() and int(value) < 1 << 31  # Java's int
    return None if number else Complaint("it is no number of lines")


def newline(value: str) -> Complaint | None:
    return None if value in ("\n", "\\n", "10") else Complaint("lines end with '\\n'")


def utf8(value: str) -> Complaint | None:
    return None if value.lower() in ("utf-8", "utf8") else Complaint("text is read as UTF-8", local=True)


def schema_literal(value: str) -> Complaint | None:
    """Hive takes ``none`` for no schema."""
    if value.lower() == "none":
        return None
    try:
        schema = json.loads(value)
        fastavro.parse_schema(schema)
    except (ValueError, TypeError, KeyError, AttributeError, SchemaParseException) as error:
        return Complaint(f"it is no Avro schema ({error})")
    return None if isinstance(schema, dict) and schema["type"] == "record" else Complaint("it is no Avro record")
