"""Which requests are let in: those of programs of this machine, and of the API's own page. No other web page's.

A page can send a request anywhere, but not under this address's own name unless it is this address's, and a browser says
of a page where it comes from. So the API is called by its own address (a name that an attacker points at 127.0.0.1 is
another), and no other page says that it calls. The local AWS has the same rules: docs/adr/0023.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost")
_OWN_SITES = ("same-origin", "none")
"""A page of the same origin, and an address that somebody typed: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site"""


class Guard:
    """Middleware that answers 403 to what is not let in."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = refusal(Headers(scope=scope), self._port) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"detail": reason}, 403)(scope, receive, send)


def refusal(headers: Mapping[str, str], port: int) -> str | None:
    """Why a request with these *headers*, their names in lower case, is not let in at *port*; None if it is."""
    hosts = [f"{name}:{port}" for name in NAMES]
    host = headers.get("host", "")
    if host not in hosts:
        return (
            f"The request is for {host[:80] or 'no host'}, and this API is {' or '.join(hosts)}: another name can be pointed at "
            "this machine by anybody."
        )
    own = f"http://{host}"
    origin, referer = headers.get("origin"), headers.get("referer", own)
    if origin not in (None, own) or not f"{referer}/".startswith(f"{own}/"):
        return f"The request is a web page's ({(origin or referer)[:80]}), and pages other than the API's own may not use it."
    if headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        return "The request is a web page's, and pages other than the API's own may not use it."
    return None
