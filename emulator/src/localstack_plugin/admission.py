"""Which requests are let in: those of programs that were pointed at the emulator. A web page's are not.

A page can send a request anywhere, only not one with a header such as ``Authorization``, for which the browser asks
beforehand, and not without saying that it is a page. What must hold is therefore: the emulator is called by its own
address (a name that an attacker points at 127.0.0.1 is another), no page says that it calls, and AWS's signature is
there. The key is of no importance, as ever: every program may call. See docs/adr/0023.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import parse_qsl, urlsplit

from lakeloop_emulator import owner

NAMES = ("127.0.0.1", "localhost")
"""The names of this machine that no name server decides upon; so it is with all that end in them (buckets' and functions')."""

_PAGES = frozenset({"origin", "sec-fetch-site", "sec-fetch-dest", "sec-fetch-user"})
"""Headers that a browser sends and that no page can leave out. Node's fetch sends ``Sec-Fetch-Mode`` too."""
_SIGNATURES = ("AWS4-", "AWS ")
_OWN_PATHS = ("/_localstack", "/_lakeloop", "/_aws")
_GATEWAY_PATH = "/_aws/execute-api/"
_ROUTE_HOSTS = (".lambda-url.", ".execute-api.", ".s3-website.")


class Way(Enum):
    """How far a request may go."""

    SIGNED = auto()
    """Everywhere but to the emulator's own paths."""
    UNSIGNED = auto()
    """To the objects of S3: a presigned URL, a signed form, a client that was told not to sign."""
    OPENED = auto()
    """To the objects of S3, for a person who has opened a presigned link: without scripts."""
    ROUTE = auto()
    """To what AWS too lets be called without a signature: URLs of functions, API Gateway's, websites in S3."""
    PREFLIGHT = auto()
    """To CORS, which answers the browser of a page that was named."""
    OWN = auto()
    """To the emulator's own paths."""


class Refused(Exception):
    """A request that is not let in; the text says why, and what to do."""


@dataclass(frozen=True)
class Rules:
    """An emulator's: the *ports* at which it is called, its *token*, the *origins* of pages that its user has named."""

    ports: frozenset[int]
    token: str
    origins: frozenset[str] = frozenset()
    _hosts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        hosts = frozenset(f"{name}:{port}" for name in NAMES for port in self.ports)
        object.__setattr__(self, "_hosts", hosts)

    def admit(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Way:
        """Let a request in, or not. The names of *headers* are in lower case; one that came twice has both its values.

        Raises:
            Refused: it is not let in.
        """
        self._check_host(headers.get("host", ""))
        if _is_opened_by_hand(method, path, query, headers):
            return Way.OPENED
        named = not _PAGES.isdisjoint(headers) and self._check_page(headers)
        path = "/" + path.lstrip("/")
        if path.startswith(_OWN_PATHS) and not path.startswith(_GATEWAY_PATH):
            return self._own(path, headers)
        if headers.get("authorization", "").startswith(_SIGNATURES):
            return Way.SIGNED
        if named and method == "OPTIONS":
            return Way.PREFLIGHT
        if _is_route(path, headers["host"]):
            return self._route(headers, named)
        if not named and ("referer" in headers or "text/html" in headers.get("accept", "")):
            raise Refused(_OF_A_PAGE.format(said="it asks for a page, or comes from one"))
        if _signed_elsewhere(method, query, headers):
            return Way.UNSIGNED
        raise Refused(
            "The request is not signed: it has no Authorization header of AWS's. Any key will do, such as those of "
            f'`eval "$(just env)"`. {_SWITCH}'
        )

    def _check_host(self, host: str) -> None:
        if host in self._hosts:
            return
        name, _, port = host.lower().rpartition(":")
        known = name in NAMES or name.endswith(tuple(f".{own}" for own in NAMES))
        if not known or not port.isdecimal() or int(port) not in self.ports:
            raise Refused(
                f"The request is for {host[:80] or 'no host'}, and this emulator is {' or '.join(sorted(self._hosts))}: "
                f"another name can be pointed at this machine by anybody. {_SWITCH}"
            )

    def _check_page(self, headers: Mapping[str, str]) -> bool:
        origin = headers.get("origin", "")
        if not origin:
            found = urlsplit(headers.get("referer", ""))
            origin = f"{found.scheme}://{found.netloc}" if found.netloc else ""
        if origin not in self.origins:
            raise Refused(_OF_A_PAGE.format(said=f"Origin: {origin[:80] or 'not told'}"))
        return True

    def _own(self, path: str, headers: Mapping[str, str]) -> Way:
        given = headers.get(owner.TOKEN.lower(), "")
        if path == owner.PATH and owner.MARK.lower() in headers:
            return Way.OWN
        if not self.token or not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Refused(
                f"{path[:80]} is the emulator's own: header {owner.TOKEN} has to be the contents of the file `token` in "
                "its state folder (.lakeloop/emulator), which its user alone can read."
            )
        return Way.OWN

    @staticmethod
    def _route(headers: Mapping[str, str], named: bool) -> Way:
        authorization = headers.get("authorization", "")
        if named or owner.MARK.lower() in headers or (authorization and not authorization.lower().startswith("basic")):
            return Way.ROUTE
        raise Refused(
            f"The request could be a page's: header `{owner.MARK}: 1` (or an Authorization header) says that it is not. "
            f"{_SWITCH}"
        )


_SWITCH = "`just up guard=off` lets everything in, pages of the web too."
_OF_A_PAGE = (
    "The request is a web page's ({said}), and pages may not use the local AWS. "
    "`just up origins=http://localhost:3000` lets in the pages that it names."
)


def _is_opened_by_hand(method: str, path: str, query: str, headers: Mapping[str, str]) -> bool:
    """Whether a person has opened a presigned link of a mail's in a browser, with no page in between.

    ``none`` is the browser's word for that, and no page can have it said:
    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    return (
        method == "GET"
        and headers.get("sec-fetch-site") == "none"
        and headers.get("sec-fetch-dest") == "document"
        and headers.keys().isdisjoint(("origin", "referer"))
        and not ("/" + path.lstrip("/")).startswith(_OWN_PATHS)
        and _signed_elsewhere(method, query, {})
    )


def _is_route(path: str, host: str) -> bool:
    if any(part in host for part in _ROUTE_HOSTS):
        return True
    return path.startswith(_GATEWAY_PATH) or (path.startswith("/restapis/") and "/_user_request_" in path)


def _signed_elsewhere(method: str, query: str, headers: Mapping[str, str]) -> bool:
    """Whether the signature is in the URL or in a form, or one of AWS's clients left it out on purpose."""
    if "amz-sdk-invocation-id" in headers:  # which asks for a preflight, as Authorization does
        return True
    if method == "POST" and headers.get("content-type", "").startswith("multipart/form-data"):
        return True
    given = {name for name, _ in parse_qsl(query, keep_blank_values=True)} if query else set()
    return "X-Amz-Signature" in given or {"Signature", "AWSAccessKeyId"} <= given
