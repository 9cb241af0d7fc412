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
    """Whether an address lies in a network, as Trino's ``IpAddressFunctions`` tells it: a network of IPv4 has no bits for hosts."""
    base, slash, length = network.partition("/")
    if not slash:
        raise invalid("Invalid CIDR")
    try:
        first = _address(_bytes(ipaddress.ip_address(base)))
    except ValueError:
        raise invalid("Invalid network IP address") from None
    if length.startswith("-"):
        raise invalid("Invalid prefix length")
    if not length.isdigit():
        raise invalid("Invalid CIDR")
    if int(length) > first.max_prefixlen:
        raise invalid("Prefix length exceeds address length")
    found = ipaddress.ip_network(f"{first}/{length}", strict=False)
    if first.version == 4 and found.network_address != first:
        raise invalid("Invalid CIDR")
    return _address(held) in found


FUNCTIONS = (
    ("ip_parse", parse, "VARCHAR", "BLOB"), ("ip_text", text, "BLOB", "VARCHAR"), ("ip_binary", from_binary, "BLOB", "BLOB"),
    ("ip_contains", contains, "VARCHAR BLOB", "BOOLEAN"),
)  # fmt: skip
