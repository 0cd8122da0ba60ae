"""Signers for the live server: each replays recorded clips as a webcam in a browser would send them.

A WebSocket client of its own, because a general one takes more of the two cores than the server under test: frames are
masked with zeros, which leaves their bytes as they are.
"""

import asyncio
import base64
import json
import os
import random
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE = 0x81, 0x82, 0x88


@dataclass
class Heard:
    """What one signer saw of the server."""

    answers: int = 0
    words: int = 0
    sent: int = 0
    dropped: int = 0
    server_ms: list[float] = field(default_factory=list)
    """`stats.latency_ms`, one a second."""
    answer_ms: list[float] = field(default_factory=list)
    """From sending the frame that made an answer due to hearing the answer."""
    late_ms: list[float] = field(default_factory=list)
    """How far the generator itself was behind its own plan: the rest is worth nothing when this is large."""
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stream:
    """What a signer does, over and over."""

    frames: Sequence[bytes]
    """The points of each frame, as the protocol sends them."""
    beginnings: Sequence[int]
    """Frames at which a phrase begins, nobody having been seen for a while."""
    causes: frozenset[int]
    """Frames that make the first answer of a phrase due; later ones depend on how fast the server was."""


class Signer(asyncio.Protocol):
    """One session. Messages are read as they come; frames are sent by `perform`."""

    def __init__(self, start: dict[str, Any], host: str) -> None:
        self.heard = Heard()
        self.ready = asyncio.get_running_loop().create_future()
        self.counting = False
        self._start, self._host = start, host
        self._buffer = b""
        self._upgraded = False
        self._caused_at: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /api/v1/live HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"closed before it was ready: {error}"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.ready.set_exception(ConnectionError(head.split(b"\r\n")[0].decode()))
                return
            self._upgraded, self._buffer = True, rest
            self._send(TEXT, json.dumps(self._start).encode())
        while len(self._buffer) >= 2:
            size, at = self._buffer[1] & 127, 2
            if size == 126:
                if len(self._buffer) < 4:
                    return
                size, at = int.from_bytes(self._buffer[2:4]), 4
            if len(self._buffer) < at + size:
                return
            kind, payload, self._buffer = self._buffer[0], self._buffer[at : at + size], self._buffer[at + size :]
            if kind == TEXT:
                self._hear(json.loads(payload))
            elif kind == CLOSE and not self._transport.is_closing():
                code = int.from_bytes(payload[:2])
                if code != 1000:
                    self.heard.errors.append(f"closed with {code}")
                self._transport.close()

    async def perform(self, stream: Stream, fps: float, seconds: float, seed: int) -> None:
        """Sends frames (points only) at `fps` for `seconds`, irregularly: each up to 10 ms late, and once in some four
        seconds a stall of 150 ms after which what was held up comes at once."""
        chance = random.Random(seed)  # noqa: S311 - for timing, not for secrets
        first = chance.choice(stream.beginnings)
        begun = time.monotonic() + chance.random() / fps
        stalled_until = 0.0
        for index in range(int(seconds * fps)):
            planned = begun + index / fps
            if chance.random() < 1 / (4 * fps):
                stalled_until = planned + 0.15
            due = max(planned + chance.random() * 0.010, stalled_until)
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            now = time.monotonic()
            place = (first + index) % len(stream.frames)
            self._send(BINARY, struct.pack("<d", index * 1000 / fps) + stream.frames[place])
            if self.counting:
                if place in stream.causes:
                    self._caused_at = now
                self.heard.sent += 1
                self.heard.late_ms.append((now - due) * 1000)
        self._send(TEXT, b'{"type":"stop"}')

    def close(self) -> None:
        self._transport.close()

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes([kind, 128 | size]) if size < 126 else bytes([kind, 254]) + size.to_bytes(2)
        self._transport.write(head + b"\0\0\0\0" + payload)

    def _hear(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ready":
            self.ready.set_result(None)
        elif kind == "error":
            self.heard.errors.append(message["code"])
        elif not self.counting:
            return
        elif kind == "partial":
            self.heard.answers += 1
            if self._caused_at is not None:
                self.heard.answer_ms.append((time.monotonic() - self._caused_at) * 1000)
                self._caused_at = None
        elif kind == "word":
            self.heard.words += 1
        elif kind == "stats":
            self.heard.dropped = message["dropped"]
            if message["latency_ms"] is not None:
                self.heard.server_ms.append(message["latency_ms"])


async def load(
    address: str, start: dict[str, Any], streams: Sequence[Stream], *, sessions: int, fps: float,
    warm_s: float, seconds: float,
) -> list[Heard]:  # fmt: skip
    """Runs that many signers at once for `warm_s` + `seconds`, and counts only the latter."""
    where = urlsplit(address)
    loop = asyncio.get_running_loop()
    signers = []
    for _ in range(sessions):
        _, signer = await loop.create_connection(
            lambda: Signer(start, where.netloc), where.hostname or "", where.port or 80
        )
        signers.append(signer)
    await asyncio.gather(*[signer.ready for signer in signers])
    performing = [
        asyncio.create_task(signer.perform(streams[index % len(streams)], fps, warm_s + seconds, index))
        for index, signer in enumerate(signers)
    ]
    await asyncio.sleep(warm_s)
    for signer in signers:
        signer.counting = True
    await asyncio.gather(*performing)
    for signer in signers:
        signer.counting = False
        signer.close()
    return [signer.heard for signer in signers]
