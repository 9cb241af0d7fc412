"""IP addresses, held as 16 bytes: https://trino.io/docs/current/language/types.html#ipaddress."""

from __future__ import annotations

import ipaddress

from local_athena.dialect.udf.failures import Failure, invalid

_MAPPED = bytes(10) + b"\xff\xff"


def parse(text: str) -> bytes:
    try:
        return _bytes(ipaddress.ip_address(text))
    except ValueError:
        raise Failure(f"INVALID_CAST_ARGUMENT: Cannot cast value to IPADDRESS: {text}") from None


def _bytes(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bytes:
    return _MAPPED + address.packed if address.version == 4 else address.packed


def _address(held: bytes) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(held[12:] if held.startswith(_MAPPED) else held)


def text(held: bytes) -> str:
    return str(_address(held))


def from_binary(data: bytes) -> bytes:
    if len(data) not in (4, 16):
        raise Failure(f"INVALID_CAST_ARGUMENT: Invalid InetAddress binary length: {len(data)}")
    return _MAPPED + data if len(data) == 4 else data


def contains(network: str, held: bytes) -> bool:
    if "/" not in network:
        raise invalid("Invalid CIDR")
    try:
        found = ipaddress.ip_network(network, strict=False)
    except ValueError:
        raise invalid("Invalid CIDR") from None
    return _address(held) in found


FUNCTIONS = (
    ("ip_parse", parse, "VARCHAR", "BLOB"), ("ip_text", text, "BLOB", "VARCHAR"), ("ip_binary", from_binary, "BLOB", "BLOB"),
    ("ip_contains", contains, "VARCHAR BLOB", "BOOLEAN"),
)  # fmt: skip
