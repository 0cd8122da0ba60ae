"""The live WebSocket: who may come in, and how all are sent home."""

import asyncio

from fastapi import APIRouter, WebSocket

from chereme.server.conversation import Conversation, Ending
from chereme.server.security import origin_allowed
from chereme.server.shared import Shared


class Live:
    """All live sessions of the process."""

    def __init__(self, shared: Shared) -> None:
        self._shared, self._settings = shared, shared.settings
        self._open: set[Conversation] = set()
        self._closing = False

    @property
    def active(self) -> int:
        """How many sessions are open."""
        return len(self._open)

    async def welcome(self, websocket: WebSocket) -> None:
        """Holds one session from the handshake to its end."""
        if not origin_allowed(websocket.headers, self._settings.allowed_origins):
            await websocket.close()  # before accepting, which refuses the handshake with 403
            return
        await websocket.accept()
        conversation = Conversation(websocket, self._shared)
        if self._closing:
            conversation.end(Ending(1001))
        elif self.active >= self._settings.max_sessions:
            conversation.end(Ending.because("too_many_sessions", "the server is full: try again later"))
        else:
            self._open.add(conversation)
        try:
            await conversation.run()
        finally:
            self._open.discard(conversation)

    async def close(self) -> None:
        """Ends every session with code 1001, and waits for that no longer than for a slow client."""
        self._closing = True
        for conversation in list(self._open):
            conversation.end(Ending(1001))
        give_up = asyncio.get_running_loop().time() + self._settings.close_timeout_s + 1
        while self._open and asyncio.get_running_loop().time() < give_up:
            await asyncio.sleep(0.01)


def live_routes(live: Live) -> APIRouter:
    """`/api/v1/live`."""
    router = APIRouter()
    router.add_api_websocket_route("/api/v1/live", live.welcome)
    return router
