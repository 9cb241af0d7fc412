"""URLs, taken apart as ``java.net.URI`` does."""

from __future__ import annotations

import re
from urllib.parse import quote_plus, unquote, unquote_plus

from local_athena.dialect.udf.failures import invalid

_URI = re.compile(r"(?:([^:/?#]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")
_ILLEGAL = re.compile(r'[\s"<>\\^`{|}\x00-\x20\x7f]|%(?![0-9a-fA-F]{2})')
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?"
_BYTE = r"0*(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NAME = rf"(?:(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9\-]*[A-Za-z0-9])?|{_LABEL})\.?"
_SERVER = re.compile(rf"(?:[^@\[\]]*@)?({_NAME}|{_BYTE}(?:\.{_BYTE}){{3}}|\[[0-9A-Fa-f:.%\w]+\])(?::(\d*))?", re.ASCII)
_LARGEST_PORT = 2**31 - 1


def _parts(url: str) -> tuple[str | None, str | None, str, str | None, str | None] | None:
    """Scheme, authority, path, query and fragment of *url*; None if it is none."""
    found = _URI.fullmatch(url)
    if not found or _ILLEGAL.search(url):
        return None
    scheme, authority, path, query, fragment = found.groups()
    if scheme is not None and not _SCHEME.fullmatch(scheme):
        return None
    if re.search(r"[\[\]]", path) or "#" in (fragment or ""):
        return None
    if authority == "" and not path and query is None and fragment is None:
        return None
    if scheme is not None and authority is None:
        if not path and query is None:
            return None
        if not path.startswith("/"):  # opaque: mailto:a@b.c has neither path nor query
            return scheme, None, "", None, fragment
    return scheme, authority, path, query, fragment


def part(url: str, name: str) -> str | None:
    found = _parts(url)
    if found is None:
        return None
    scheme, authority, path, query, fragment = found
    # An authority that is no server by its grammar, such as a_b.com, is a name of some registry, without host and port.
    server = _SERVER.fullmatch(authority) if authority else None
    if server and int(server[2] or 0) > _LARGEST_PORT:
        server = None
    if name == "port":
        return (server[2] or None) if server else None
    decoded = {
        "protocol": scheme or "",
        "host": server[1] if server else "",
        "path": unquote(path),
        "query": unquote(query or ""),
        "fragment": unquote(fragment or ""),
    }
    return decoded[name]


def parameter(url: str, name: str) -> str | None:
    found = _parts(url)
    if found is None or found[3] is None:
        return None
    for pair in found[3].split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return decode(value)
    return None


def encode(text: str) -> str:
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def decode(text: str) -> str:
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise invalid(f"URLDecoder: Illegal hex characters in escape (%) pattern: {text}")
    return unquote_plus(text)


FUNCTIONS = (
    ("url_part", part, "VARCHAR VARCHAR", "VARCHAR"), ("url_parameter", parameter, "VARCHAR VARCHAR", "VARCHAR"),
    ("url_decode", decode, "VARCHAR", "VARCHAR"),
)  # fmt: skip
