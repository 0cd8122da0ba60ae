"""One live session: what the client says, and what it is answered."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket

from chereme.errors import CheremeError
from chereme.recognition.events import Event, Word
from chereme.recognition.live import LiveSession
from chereme.server import protocol
from chereme.server.catalogue import Served
from chereme.server.database import LiveSessionRecord
from chereme.server.outbox import Outbox
from chereme.server.pace import Pace
from chereme.server.pictures import Picture, PictureStream, Seen
from chereme.server.protocol import CLOSING, Error, ErrorCode
from chereme.server.shared import Shared

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """How a session ends: the WebSocket code, None when the client is gone already, and the last error to send."""

    code: int | None
    error: Error | None = None

    @staticmethod
    def because(code: ErrorCode, message: str) -> "Ending":
        return Ending(CLOSING[code], Error(code=code, message=message))


@dataclass(frozen=True)
class Opened:
    """What a session has from `start` on. `pictures` is None when the client sends landmarks."""

    start: protocol.Start
    served: Served
    session: LiveSession
    pictures: PictureStream | None
    began: datetime


class Conversation:
    """The state of one WebSocket. Everything but the sending runs on the event loop without waiting."""

    def __init__(self, websocket: WebSocket, shared: Shared) -> None:
        self._websocket, self._shared, self._settings = websocket, shared, shared.settings
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[Ending] = self._loop.create_future()
        self._outbox = Outbox(websocket, max_unsent=self._settings.max_unsent, on_full=self._cut_off)
        self._opened: Opened | None = None
        self._pace = Pace(self._settings.max_fps)
        self._errors = self._received = self._dropped = self._words = 0
        self._latest_ms = -np.inf
        # Not the loop's own clock, which may stand still for as long as the loop is busy.
        self._last_frame = self._newest_seen = self._asked = time.monotonic()
        self._latency_ms: float | None = None
        self._speak_wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def end(self, ending: Ending) -> None:
        """Ends the session; the first reason counts."""
        if not self._ended.done():
            self._ended.set_result(ending)

    async def run(self) -> None:
        """Listens until something ends the session, then says goodbye and records its counts."""
        self._after("start", self._settings.start_timeout_s, self._never_started)
        self._tasks.append(asyncio.create_task(self._listen()))
        try:
            ending = await self._ended
        finally:
            for timer in self._timers.values():
                timer.cancel()
            for task in self._tasks:
                task.cancel()
            if self._opened is not None:
                self._release(self._opened)
        if ending.code is None:
            self._outbox.abandon()
        else:
            await self._outbox.close(ending.code, ending.error, timeout_s=self._settings.close_timeout_s)
        if self._opened is not None:
            await self._record(self._opened)

    # What comes in

    async def _listen(self) -> None:
        try:
            while not self._ended.done():
                message = await self._websocket.receive()
                if message["type"] == "websocket.disconnect":
                    self.end(Ending(None))
                    return
                try:
                    text = message.get("text")
                    if text is not None:
                        self._hear(text)
                    else:
                        self._see(message["bytes"])
                except CheremeError as error:
                    self._complain(error)
                if self._outbox:
                    await asyncio.sleep(0)  # what came in one burst is answered as it is heard, or it would look unread
        except Exception:
            log.exception("a live session failed")
            self.end(Ending(1011))

    def _hear(self, text: str) -> None:
        if len(text.encode()) > self._settings.max_message_bytes:
            self.end(
                Ending.because("frame_too_large", f"messages have at most {self._settings.max_message_bytes} bytes")
            )
            return
        message = protocol.parse_message(text)
        if isinstance(message, protocol.Start):
            self._start(message)
            return
        opened = self._require_open()
        match message:
            case protocol.Stop():
                self.end(Ending(1000))
            case protocol.Speak():
                self._speak_wanted.set()
            case protocol.Language(language=language):
                self._tell(opened.session.set_language(language))
            case protocol.Push(down=down):
                self._tell(opened.session.press(down))
                opened.served.batcher.news(self)
            case protocol.Clear():
                self._tell(opened.session.clear())
            case protocol.Undo():
                self._tell(opened.session.undo())

    def _start(self, start: protocol.Start) -> None:
        if self._opened is not None:
            raise CheremeError("the session has started already: open another one", code="bad_message")
        served = self._shared.catalogue.find(start.bundle)
        try:
            # Pictures may change shape on the way: their points are brought to an aspect of 1, one by one.
            aspect = start.aspect if start.input == "landmarks" else 1.0
            session = LiveSession(served.recognizer, language=start.language, mode=start.mode, aspect=aspect)
        except CheremeError as error:
            self.end(Ending(1008, Error(code="unknown_language", message=str(error))))
            return
        sends_pictures = start.input == "image"
        pictures = self._shared.pictures.open(served.manifest.layout, self._look) if sends_pictures else None
        self._opened = Opened(start, served, session, pictures, datetime.now(UTC))
        self._outbox.put(self._ready(served))
        self._timers.pop("start").cancel()
        self._last_frame = time.monotonic()
        self._after("idle", self._settings.idle_timeout_s, self._check_idle)
        self._after("stats", 1.0, self._send_stats)
        self._tasks.append(asyncio.create_task(self._speak(session)))

    def _see(self, frame: bytes) -> None:
        if len(frame) > self._settings.max_frame_bytes:
            self.end(Ending.because("frame_too_large", f"frames have at most {self._settings.max_frame_bytes} bytes"))
            return
        opened = self._require_open()
        now = time.monotonic()
        self._received += 1
        self._last_frame = now
        if not self._pace.admit(now):
            self._dropped += 1
            return
        ms = protocol.parse_time(frame, self._latest_ms)
        if opened.pictures is None:
            points = protocol.parse_points(frame, len(opened.served.manifest.layout))
            self._latest_ms = ms
            self._observe(opened, ms, points, now)
        else:
            self._latest_ms = ms
            self._dropped += opened.pictures.offer(Picture(ms, frame[protocol.HEADER.size :], now))

    def _look(self, seen: Seen | CheremeError) -> None:
        if self._opened is None or self._ended.done():
            return
        if isinstance(seen, CheremeError):
            self._complain(CheremeError(str(seen), code="bad_frame"))
            return
        points = seen.points.copy()
        points[:, 0] *= seen.aspect
        self._observe(self._opened, seen.picture.ms, points, seen.picture.arrived)

    def _observe(self, opened: Opened, ms: float, points: NDArray[np.float32], arrived: float) -> None:
        self._tell(opened.session.feed(ms, points))
        self._newest_seen = arrived
        opened.served.batcher.news(self)

    # The batcher's side

    def due(self) -> NDArray[np.float32] | None:
        """The clip to be recognised now, float32 [frames, points, 3]; None when it could not change the answer."""
        if self._opened is None or self._ended.done():
            return None
        self._asked = self._newest_seen
        return self._opened.session.due()

    def answer(self, probabilities: NDArray[np.float32] | None) -> None:
        """Takes the answer to the last clip; None means that the model failed."""
        if self._opened is None or self._ended.done():
            return
        if probabilities is None:
            self.end(Ending(1011))
            return
        self._tell(self._opened.session.advance(probabilities))
        self._latency_ms = round((time.monotonic() - self._asked) * 1000, 2)

    # What goes out

    def _tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self._words += isinstance(event, Word)
            self._outbox.put(event)

    def _complain(self, error: CheremeError) -> None:
        code: ErrorCode = error.code if error.code in get_args(ErrorCode) else "bad_message"  # type: ignore[assignment]
        if code in CLOSING:
            self.end(Ending.because(code, str(error)))
            return
        self._outbox.put(Error(code=code, message=str(error)))
        if code in ("bad_message", "bad_frame"):
            self._errors += 1
            if self._errors >= self._settings.max_errors:
                self.end(Ending.because("too_many_errors", f"{self._errors} messages were malformed: mend the client"))

    async def _speak(self, session: LiveSession) -> None:
        """One text at a time; asking again meanwhile asks for the sentence as it is then, once."""
        while True:
            await self._speak_wanted.wait()
            self._speak_wanted.clear()
            try:
                text = session.sentence.text
                if not text:
                    raise CheremeError("there is nothing to speak yet")
                self._outbox.put(protocol.Speech(url=await self._shared.audio.speak(text, session.language)))
            except CheremeError as error:
                self._complain(CheremeError(str(error), code="speech_unavailable"))

    def _ready(self, served: Served) -> protocol.Ready:
        manifest, settings = served.manifest, self._settings
        return protocol.Ready(
            session=secrets.token_urlsafe(9),
            bundle=manifest.name,
            version=manifest.version,
            groups=manifest.groups,
            points=len(manifest.layout),
            fps=manifest.fps,
            languages=manifest.languages,
            limits=protocol.Limits(
                max_fps=settings.max_fps,
                max_frame_bytes=settings.max_frame_bytes,
                max_message_bytes=settings.max_message_bytes,
                idle_timeout_s=settings.idle_timeout_s,
            ),
        )

    # Time passing

    def _after(self, name: str, seconds: float, call: Callable[[], None]) -> None:
        self._timers[name] = self._loop.call_later(seconds, call)

    def _never_started(self) -> None:
        self.end(Ending.because("start_timeout", f"send `start` within {self._settings.start_timeout_s:g} s"))

    def _check_idle(self) -> None:
        left = self._last_frame + self._settings.idle_timeout_s - time.monotonic()
        if left <= 0:
            self.end(
                Ending.because("idle_timeout", f"no frame came for {self._settings.idle_timeout_s:g} s: start again")
            )
        else:
            self._after("idle", left, self._check_idle)

    def _send_stats(self) -> None:
        self._outbox.put(protocol.Stats(received=self._received, dropped=self._dropped, latency_ms=self._latency_ms))
        self._after("stats", 1.0, self._send_stats)

    def _cut_off(self) -> None:
        self.end(Ending.because("slow_client", "the client does not read what it is sent: reconnect, and read faster"))

    # Small print

    def _require_open(self) -> Opened:
        if self._opened is None:
            raise CheremeError("send `start` first", code="bad_message")
        return self._opened

    def _release(self, opened: Opened) -> None:
        opened.served.batcher.forget(self)
        if opened.pictures is not None:
            opened.pictures.close()

    async def _record(self, opened: Opened) -> None:
        record = LiveSessionRecord(
            started=opened.began,
            ended=datetime.now(UTC),
            bundle=opened.served.manifest.name,
            bundle_version=opened.served.manifest.version,
            words=self._words,
            frames_received=self._received,
            frames_dropped=self._dropped,
        )
        try:
            await asyncio.to_thread(self._shared.database.record, record)
        except SQLAlchemyError as error:
            log.warning("the counts of a session were not recorded: %s", error)
