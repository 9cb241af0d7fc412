"""Names of what arrives: shared by the gate, which writes the objects, and the recipes, which follow them.

In the raw bucket, ``incoming/<source>/<table>/...`` is where files arrive, ``<table>/...`` holds those that passed the check, and
``quarantine/...`` those that did not, each beside ``<name>.reason.json``. In the artifacts bucket, ``arrivals/`` is what is known.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from urllib.parse import quote, unquote

from lakeloop_raw.formats import ending_of

INCOMING = "incoming/"
QUARANTINE = "quarantine/"
REASON = ".reason.json"
FILES = "arrivals/files/"
"""By id: the place of a file that passed, written before it is copied there."""
WAITING = "arrivals/waiting/"
"""By source, table, id and day: a file whose rows are in no mart yet."""
QUARANTINED = "arrivals/quarantined/"
"""By id: a file that did not pass, of which nobody has been told yet."""
RUNS = "arrivals/runs/"
"""By name: a run, with the files that it takes. Never changed."""
STATE = "arrivals/state.json"
"""The run that is under way, and the last one that failed."""
_ID = 16
_LONGEST = 80
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def file_id(key: str, etag: str) -> str:
    """The id of a file that arrived: the same for the same content under the same key, however often it comes."""
    return hashlib.sha256(f"{key}\0{etag.strip(chr(34))}".encode()).hexdigest()[:_ID]


def named(name: str, identity: str) -> str:
    """The name of a file's copy: a readable part of its own *name*, its id, its ending; no character means anything to anybody."""
    ending = ending_of(name) or ""
    stem = re.sub(r"[^A-Za-z0-9.-]+", "_", name[: len(name) - len(ending)]).lstrip("._")[:_LONGEST]
    return f"{stem or 'file'}-{identity}{ending.lower()}"


def waiting_key(source: str, table: str, identity: str, day: str = "") -> str:
    """The key of a waiting file's marker; *day* is that of its folder, empty if it lies in none of a day."""
    return f"{WAITING}{quote(source, safe='')}/{quote(table, safe='')}/{identity}{f'/{day}' if day else ''}"


def waiting_of(key: str) -> tuple[str, str, str, str]:
    """Source, table, id and day (empty: of none) of the marker at *key*."""
    source, table, identity, *day = key.removeprefix(WAITING).split("/")
    return unquote(source), unquote(table), identity, "".join(day)


def day_of(place: str) -> str:
    """The day that a folder of the key *place* is named by (``orders/dt=2026-01-31/a.csv``); empty if none is."""
    for folder in place.split("/")[:-1]:
        value = folder.partition("=")[2]
        if _DAY.fullmatch(value) and _is_day(value):
            return value
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def quarantine_key(key: str, identity: str) -> str:
    """The place in quarantine of the file that arrived as *key*."""
    folder, _, name = key.removeprefix(INCOMING).rpartition("/")
    return f"{QUARANTINE}{folder}/{named(name, identity)}" if folder else f"{QUARANTINE}{named(name, identity)}"
