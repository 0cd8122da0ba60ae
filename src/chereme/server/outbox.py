"""What a session has to say, kept in order and never without bound."""

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.websockets import WebSocket, WebSocketDisconnect

from chereme.server.protocol import Error, ServerMessage, encode


class Outbox:
    """Sends messages in the background, so that a client that does not read holds up nobody but itself.

    max_unsent: how many messages may wait; one more and `on_full` is called, once.
    """

    def __init__(self, websocket: WebSocket, *, max_unsent: int, on_full: Callable[[], None]) -> None:
        self._websocket, self._max_unsent, self._on_full = websocket, max_unsent, on_full
        self._unsent: deque[ServerMessage] = deque()
        self._news = asyncio.Event()
        self._refusing = self._closing = False
        self._sender = asyncio.create_task(self._send())

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._unsent)

    def put(self, message: ServerMessage) -> None:
        """Sends a message after those before it; nothing more is taken once the outbox is closing or was full."""
        if self._refusing:
            return
        if len(self._unsent) >= self._max_unsent:
            self._refusing = True
            self._on_full()
            return
        self._unsent.append(message)
        self._news.set()

    def abandon(self) -> None:
        """Sends nothing more: the client is gone."""
        self._refusing = self._closing = True
        self._unsent.clear()
        self._sender.cancel()

    async def close(self, code: int, last: Error | None, *, timeout_s: float) -> None:
        """Sends what waits, then `last`, then closes with `code`; after `timeout_s` seconds it gives up."""
        if self._refusing:  # it was full: what waits will not be read in time
            self._unsent.clear()
        if last is not None:
            self._unsent.append(last)
        self._refusing = self._closing = True
        self._news.set()
        try:
            async with asyncio.timeout(timeout_s):
                await self._sender
                await self._websocket.close(code)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            self.abandon()

    async def _send(self) -> None:
        try:
            while self._unsent or not self._closing:
                await self._news.wait()
                self._news.clear()
                while self._unsent:
                    await self._websocket.send_text(encode(self._unsent.popleft()))
        except (WebSocketDisconnect, RuntimeError):  # the client is gone; the receiving side notices by itself
            self._unsent.clear()
            self._refusing = True
