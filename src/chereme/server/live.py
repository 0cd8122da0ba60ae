"""The live WebSocket: who may come in, and how all are sent home."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter, WebSocket

from chereme.server.audio import Audio
from chereme.server.catalogue import Catalogue
from chereme.server.conversation import Conversation, Ending
from chereme.server.database import Database
from chereme.server.security import origin_allowed
from chereme.server.settings import Settings


class Live:
    """All live sessions of the process, and what they share."""

    def __init__(self, settings: Settings, catalogue: Catalogue, audio: Audio, database: Database) -> None:
        self.settings, self.catalogue, self.audio, self.database = settings, catalogue, audio, database
        self.picture_executor = ThreadPoolExecutor(settings.picture_workers, thread_name_prefix="pictures")
        self.image_sessions = 0
        self._open: set[Conversation] = set()
        self._closing = False

    @property
    def active(self) -> int:
        """How many sessions are open."""
        return len(self._open)

    async def welcome(self, websocket: WebSocket) -> None:
        """Holds one session from the handshake to its end."""
        if not origin_allowed(websocket.headers, self.settings.allowed_origins):
            await websocket.close()  # before accepting, which refuses the handshake with 403
            return
        await websocket.accept()
        conversation = Conversation(websocket, self)
        if self._closing:
            conversation.end(Ending(1001))
        elif self.active >= self.settings.max_sessions:
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
        give_up = asyncio.get_running_loop().time() + self.settings.close_timeout_s + 1
        while self._open and asyncio.get_running_loop().time() < give_up:
            await asyncio.sleep(0.01)

    def shutdown(self) -> None:
        """Waits until all landmarkers are let go of; to be called off the event loop."""
        self.picture_executor.shutdown(wait=True)


def live_routes(live: Live) -> APIRouter:
    """`/api/v1/live`."""
    router = APIRouter()
    router.add_api_websocket_route("/api/v1/live", live.welcome)
    return router
