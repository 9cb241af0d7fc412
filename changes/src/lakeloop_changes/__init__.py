"""The wire format of captured changes, shared by the capture, which encodes it, and the function that writes the changelog.

One record is one change: a JSON object in UTF-8, version 1. ``Change`` names its members; ``types`` says how values are written.
A record too large for the transport is a ``Pointer`` to an object that holds the change.
"""

from lakeloop_changes.change import VERSION, Change, Column, Position
from lakeloop_changes.errors import MalformedRecord
from lakeloop_changes.keys import LANES, canonical, lane, partition_key
from lakeloop_changes.record import Pointer, decode

__all__ = [
    "LANES",
    "VERSION",
    "Change",
    "Column",
    "MalformedRecord",
    "Pointer",
    "Position",
    "canonical",
    "decode",
    "lane",
    "partition_key",
]
