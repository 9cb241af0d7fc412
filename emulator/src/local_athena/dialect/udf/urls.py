"""URLs, taken apart as ``java.net.URI`` does."""

from __future__ import annotations

import re
from urllib.parse import quote_plus, unquote, unquote_plus

from local_athena.dialect.udf.failures import invalid

_URI = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S)
_ILLEGAL = re.compile(r'[\s"<>\\^`{|}\x00-\x20]|%(?![0-9a-fA-F]{2})')


def part(url: str, name: str) -> str | None:
    found = _URI.fullmatch(url)
    if not found or _ILLEGAL.search(url):
        return None
    scheme, authority, path, query, fragment = found.groups()
    host = port = None
    if authority:
        server = re.fullmatch(r"(?:[^@]*@)?(\[[^\]]*\]|[^:@]*)(?::(\d*))?", authority)
        host, port = (server[1] or None, server[2] or None) if server else (None, None)
    decoded = {
        "protocol": scheme or "",
        "host": host or "",
        "path": unquote(path),
        "query": query or "",
        "fragment": unquote(fragment or ""),
    }
    return port if name == "port" else decoded[name]


def parameter(url: str, name: str) -> str | None:
    found = _URI.fullmatch(url)
    if not found or _ILLEGAL.search(url) or not found[4]:
        return None
    for pair in found[4].split("&"):
        key, _, value = pair.partition("=")
        if unquote_plus(key) == name:
            return unquote_plus(value)
    return None


def encode(text: str) -> str:
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def decode(text: str) -> str:
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise invalid(f"URLDecoder: Illegal hex characters in escape (%) pattern: {text}")
    return unquote_plus(text)


FUNCTIONS = (
    ("url_part", part, "VARCHAR VARCHAR", "VARCHAR"), ("url_parameter", parameter, "VARCHAR VARCHAR", "VARCHAR"),
    ("url_encode", encode, "VARCHAR", "VARCHAR"), ("url_decode", decode, "VARCHAR", "VARCHAR"),
)  # fmt: skip
