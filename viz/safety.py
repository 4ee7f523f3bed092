"""Who may talk to the browser view: the page itself, under the names that it is served by.

Any web site that is open in the same browser can send requests to this machine, and open
WebSockets to it, on which no browser puts limits. Two checks end that (OWASP, "Cross-Site WebSocket
Hijacking"; Jackson et al. 2007, "Protecting Browsers from DNS Rebinding Attacks"):

- *Host*: a request has to name an address, `localhost`, or a name that the server was started for.
  A foreign name that was made to point to this machine is refused.
- *Origin*: what a browser says of the page that sends a request has to be the same host and port.
  A WebSocket has to say it.

The answers' headers keep other sites from showing the page in a frame, and the page from loading
anything from elsewhere.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT = "; ".join([
    "default-src 'self' data: blob:",
    # the page's templates are compiled in the browser
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
])  # fmt: skip
HEADERS = {
    "content-security-policy": CONTENT,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
CLOSED = ("/resourcez", "/_solara/api/evict")
"""Beginnings of paths that tell of this machine, or are for developers of the page's library."""
REFUSED = 403
NOT_FOUND = 404
POLICY_VIOLATION = 1008
"""Status with which a WebSocket is closed (RFC 6455, section 7.4.1)."""


class SameOrigin:
    """Lets through what the page itself asks for, and refuses the rest.

    Args:
        app: The application that answers.
        names: Names by which people reach the server, beside addresses and `localhost`.
    """

    def __init__(self, app: App, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower().rstrip(".") for name in (*names, *own_names()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        status = self._status(scope)
        if not status:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            headers = [(b"content-type", b"text/plain"), *_encoded(HEADERS)]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b"not from here\n"})

    def _status(self, scope: Scope) -> int:
        """Return with which status a request is refused, 0 if it is not."""
        if str(scope["path"]).startswith(CLOSED):
            return NOT_FOUND
        headers = scope["headers"]
        hosts = [value.decode("latin-1") for key, value in headers if key.lower() == b"host"]
        if len(hosts) != 1 or not self.serves(hosts[0]):
            return REFUSED
        origins = [value.decode("latin-1") for key, value in headers if key.lower() == b"origin"]
        if not origins:
            return REFUSED if scope["type"] == "websocket" else 0
        return 0 if len(origins) == 1 and is_same(origins[0], hosts[0]) else REFUSED

    def serves(self, host: str) -> bool:
        """Return whether a request may name a host, with or without a port."""
        name = _name(host)
        if name is None:
            return False
        return name in self.names or _is_address(name)


def own_names() -> tuple[str, ...]:
    """Return the names by which this machine knows itself."""
    return ("localhost", socket.gethostname())


def is_same(origin: str, host: str) -> bool:
    """Return whether a page's origin, such as `http://localhost:8765`, is a host and its port."""
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or parts.path or parts.query:
        return False
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return parts.netloc.lower().removesuffix(usual) == host.lower().removesuffix(usual)


def _name(host: str) -> str | None:
    """Return the name or address in a host, without its port; None if it is not one."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018 - raises if it is no number
    except ValueError:
        return None
    if parts.netloc != host or "@" in host or not parts.hostname:
        return None
    return parts.hostname.rstrip(".")


def _is_address(name: str) -> bool:
    """Return whether a name is an address itself, which nobody can make point elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(key.encode(), value.encode()) for key, value in headers.items()]


def _with_headers(send: Send) -> Send:
    """Return what sends an answer with the headers of this module."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {key.lower() for key, _ in message.get("headers", ())}
            more = [(key, value) for key, value in _encoded(HEADERS) if key not in there]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending
