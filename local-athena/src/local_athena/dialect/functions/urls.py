"""URLs: https://trino.io/docs/current/functions/url.html."""

from __future__ import annotations

import dataclasses
import re

from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.types import UNBOUNDED, length_of, varchar

_PATH = "[A-Za-z0-9._~!$&()*+,;=:@/-]"
_SERVER = "[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*(?:[.][A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*[.][A-Za-z][A-Za-z0-9]*"
_USUAL = (
    f"[A-Za-z][A-Za-z0-9+.-]*://{_SERVER}(?::[0-9]{{1,5}})?(?:/{_PATH}*)?(?:[?](?:{_PATH}|[?])*)?(?:#(?:{_PATH}|[?])*)?"
)
"""A URL of a server with a name, in which nothing is escaped: the rest is for ``udf.urls``."""


def _part(pattern: str, slow: str) -> str:
    return f"CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '{_USUAL}') THEN regexp_extract($1, '{pattern}', 1) ELSE {slow} END"


_ESCAPED = (
    "(?s)(?:[^%]|%(?:[2-7][0-9A-Fa-f]|0[AaDd9])|%[Cc][2-9A-Fa-f]%[89ABab][0-9A-Fa-f]|%[Dd][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]"
    "|%[Ee][1-9A-Ca-c]%[89ABab][0-9A-Fa-f]%[89ABab][0-9A-Fa-f])*"
)
"""Texts whose escapes are characters of the first plane."""

SCALARS = f"""
url_extract_protocol(varchar(x)) -> varchar(x) | {_part("^([^:]*):", "trino_url_part($1, 'protocol')")}
url_extract_host(varchar(x)) -> varchar(x) | {_part("^[^:]*://([^/?#:]*)", "trino_url_part($1, 'host')")}
url_extract_port(varchar) -> bigint | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '{_USUAL}') THEN CAST(nullif(regexp_extract($1, '^[^:]*://[^/?#:]*:([0-9]+)', 1), '') AS BIGINT) ELSE CAST(trino_url_part($1, 'port') AS BIGINT) END
url_extract_path(varchar(x)) -> varchar(x) | {_part("^[^:]*://[^/?#]*([^?#]*)", "trino_url_part($1, 'path')")}
url_extract_query(varchar(x)) -> varchar(x) | {_part("^[^?#]*[?]([^#]*)", "trino_url_part($1, 'query')")}
url_extract_fragment(varchar(x)) -> varchar(x) | {_part("#(.*)", "trino_url_part($1, 'fragment')")}
url_extract_parameter(varchar(x), varchar) -> varchar(x) | trino_url_parameter($1, $2)
$url_encode(varchar) -> varchar | replace(replace(replace(url_encode($1), '%20', '+'), '~', '%7E'), '%2A', '*')
url_decode(varchar(x)) -> varchar(x) | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '{_ESCAPED}') THEN url_decode(replace($1, '+', ' ')) ELSE trino_url_decode($1) END
"""


def _encode(call: Call) -> Value:
    """A character becomes twelve at most: ``%F0%9F%98%80``."""
    call.arity(1)
    made = call.again("$url_encode", *call.args)
    return dataclasses.replace(made, type=varchar(min(UNBOUNDED, 12 * length_of(call.value(0).type))))


_NAME = re.compile(r"[A-Za-z0-9_]+")


def _parameter(call: Call) -> Value | None:
    """A parameter whose name is a constant, in a URL without escapes."""
    call.arity(2)
    url, name = call.values()
    if url.type.name != "varchar" or not isinstance(name.const, str) or not _NAME.fullmatch(name.const):
        return None
    query = f"^[^?#]*[?](?:[^#]*?&)??{name.const}(?:=([^&#]*))?(?:[&#]|$)"

    def found(x: str) -> str:
        usual = f"regexp_full_match({x}, '{_USUAL}') AND NOT contains({x}, '+')"
        value = f"CASE WHEN regexp_matches({x}, '{query}') THEN regexp_extract({x}, '{query}', 1) END"
        return (
            f"CASE WHEN {x} IS NULL THEN NULL WHEN {usual} THEN {value} ELSE trino_url_parameter({x}, {name.sql}) END"
        )

    return Value(once(url.sql, found), url.type)


SPECIALS = {"url_encode": _encode, "url_extract_parameter": _parameter}
