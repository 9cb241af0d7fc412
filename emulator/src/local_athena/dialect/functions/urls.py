"""URLs: https://trino.io/docs/current/functions/url.html."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from local_athena.dialect.scope import Value
from local_athena.dialect.types import UNBOUNDED, length_of, varchar

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call

SCALARS = """
url_extract_protocol(varchar(x)) -> varchar(x) | trino_url_part($1, 'protocol')
url_extract_host(varchar(x)) -> varchar(x) | trino_url_part($1, 'host')
url_extract_port(varchar) -> bigint | CAST(trino_url_part($1, 'port') AS BIGINT)
url_extract_path(varchar(x)) -> varchar(x) | trino_url_part($1, 'path')
url_extract_query(varchar(x)) -> varchar(x) | trino_url_part($1, 'query')
url_extract_fragment(varchar(x)) -> varchar(x) | trino_url_part($1, 'fragment')
url_extract_parameter(varchar(x), varchar) -> varchar(x) | trino_url_parameter($1, $2)
$url_encode(varchar) -> varchar | trino_url_encode($1)
url_decode(varchar(x)) -> varchar(x) | trino_url_decode($1)
"""


def _encode(call: Call) -> Value:
    """A character becomes twelve at most: ``%F0%9F%98%80``."""
    call.arity(1)
    made = call.again("$url_encode", *call.args)
    return dataclasses.replace(made, type=varchar(min(UNBOUNDED, 12 * length_of(call.value(0).type))))


SPECIALS = {"url_encode": _encode}
