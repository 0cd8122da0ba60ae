"""Running the server: one listening socket, and an end without noise."""

import errno
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from chereme.errors import CheremeError
from chereme.server.live import Live
from chereme.server.settings import Settings

UNREAD_TIMEOUT_MS = 30_000
"""How long the kernel keeps a connection whose other end takes nothing any more."""


class Server(uvicorn.Server):
    """uvicorn that tells its live sessions goodbye (1001) before it closes their connections.

    on_ready: called once the server listens.
    """

    def __init__(self, app: FastAPI, settings: Settings, on_ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                server_header=False,
                access_log=False,  # addresses of visitors are nobody's business
                # Landmarks do not shrink, and what would be saved costs more time than a frame has.
                ws_per_message_deflate=False,
                # Larger messages are cut off before they are in memory; smaller ones get a proper error.
                ws_max_size=4 * max(settings.max_frame_bytes, settings.max_message_bytes),
                timeout_graceful_shutdown=3,
            )
        )
        self.live: Live = app.state.live
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.live.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises CheremeError when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_TIMEOUT_MS)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use: choose another with --port"
        else:
            reason = f"{host}:{port} cannot be listened on: {error.strerror or error}"
        raise CheremeError(reason, code="address_unavailable") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::", "127.0.0.1", "::1"):  # noqa: S104 - compared, not bound
        host = "localhost"  # browsers allow the camera there
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
