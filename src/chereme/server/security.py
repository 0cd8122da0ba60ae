"""What every answer carries to keep the page to its own origin, and who may open a WebSocket."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; connect-src 'self'{sockets}; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

_HOST = re.compile(r"^[A-Za-z0-9.\-\[\]:]{1,255}$")


class SecurityHeaders:
    """ASGI middleware: the content security policy and its kin on every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        # Not every browser counts WebSockets of the same host as 'self'.
        sockets = f" ws://{host} wss://{host}" if _HOST.match(host) else ""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY.format(sockets=sockets)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
            await send(message)

        await self._app(scope, receive, send_with_headers)


def origin_allowed(headers: Headers, allowed: tuple[str, ...]) -> bool:
    """May a page of this `Origin` open a WebSocket here? Its own pages may, those in `allowed`, and programs.

    Browsers do not apply the same-origin rule to WebSockets, but they always send `Origin`; programs need not.
    """
    origin = headers.get("origin")
    if origin is None or origin in allowed:
        return True
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
