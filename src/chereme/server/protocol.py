"""The messages of the live protocol, as docs/reference/live-protocol.md describes them."""

import json
import math
import struct
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from chereme.errors import CheremeError
from chereme.recognition.events import Event, to_message

HEADER = struct.Struct("<d")
"""What stands before the points or the picture of a binary frame: its time in milliseconds."""

LATEST_MS = 2.0**53
"""Beyond it a float64 cannot tell one millisecond from the next."""

ErrorCode = Literal[
    "start_timeout",
    "bad_start",
    "unknown_bundle",
    "unknown_language",
    "bad_message",
    "bad_frame",
    "too_many_errors",
    "frame_too_large",
    "slow_client",
    "idle_timeout",
    "too_many_sessions",
    "speech_unavailable",
]

CLOSING: dict[ErrorCode, int] = {
    "start_timeout": 1008,
    "bad_start": 1008,
    "unknown_bundle": 1008,
    "too_many_errors": 1008,
    "frame_too_large": 1009,
    "slow_client": 1008,
    "idle_timeout": 1000,
    "too_many_sessions": 1013,
}
"""Errors that end the session, and the WebSocket code it is closed with."""


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# From the client


class Start(Message):
    type: Literal["start"]
    bundle: str
    language: str
    input: Literal["landmarks", "image"]
    mode: Literal["continuous", "push"]
    aspect: float | None = Field(default=None, ge=0.1, le=10, allow_inf_nan=False)
    token: str | None = None

    @model_validator(mode="after")
    def _landmarks_need_an_aspect(self) -> "Start":
        if self.input == "landmarks" and self.aspect is None:
            raise ValueError("input 'landmarks' needs 'aspect', the width / height of the picture")
        return self


class Push(Message):
    type: Literal["push"]
    down: bool


class Language(Message):
    type: Literal["language"]
    language: str


class Clear(Message):
    type: Literal["clear"]


class Undo(Message):
    type: Literal["undo"]


class Speak(Message):
    type: Literal["speak"]


class Stop(Message):
    type: Literal["stop"]


ClientMessage = Start | Push | Language | Clear | Undo | Speak | Stop

_CLIENT: TypeAdapter[ClientMessage] = TypeAdapter(Annotated[ClientMessage, Field(discriminator="type")])


def parse_message(text: str) -> ClientMessage:
    """Reads a text frame. Raises CheremeError: `bad_start` for a wrong `start`, else `bad_message`."""
    try:
        return _CLIENT.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        of, *field = [str(each) for each in first["loc"]] or [""]
        where = f"{'.'.join(field)}: " if field else ""
        code = "bad_start" if of == "start" else "bad_message"
        raise CheremeError(f"{f'{of}: ' if of else ''}{where}{first['msg']}"[:300], code=code) from None


def parse_time(frame: bytes, latest: float) -> float:
    """The time of a binary frame, which must not be before `latest`. Raises CheremeError (`bad_frame`)."""
    if len(frame) <= HEADER.size:
        raise CheremeError(f"a frame of {len(frame)} bytes holds nothing: 8 bytes of time come first", code="bad_frame")
    ms: float = HEADER.unpack_from(frame)[0]
    if not (math.isfinite(ms) and abs(ms) < LATEST_MS):
        raise CheremeError("the time of the frame is not a number of milliseconds", code="bad_frame")
    if ms < latest:
        raise CheremeError(f"time runs backwards: {ms:.1f} ms after {latest:.1f} ms", code="bad_frame")
    return ms


def parse_points(frame: bytes, points: int) -> NDArray[np.float32]:
    """The landmarks of a binary frame, float32 [points, 3], NaN where not detected; a view, not to be written to.

    Raises CheremeError (`bad_frame`) for a wrong number of bytes. The values are as the client sent them.
    """
    expected = HEADER.size + points * 3 * 4
    if len(frame) != expected:
        raise CheremeError(
            f"a frame of {len(frame)} bytes does not hold {points} points: expected {expected} bytes", code="bad_frame"
        )
    return np.frombuffer(frame, dtype="<f4", offset=HEADER.size).reshape(points, 3)


# From the server


class Limits(Message):
    max_fps: int
    max_frame_bytes: int
    max_message_bytes: int
    idle_timeout_s: float


class Ready(Message):
    type: Literal["ready"] = "ready"
    session: str
    bundle: str
    version: str
    groups: tuple[str, ...]
    points: int
    fps: float
    languages: tuple[str, ...]
    limits: Limits


class Speech(Message):
    type: Literal["speech"] = "speech"
    url: str


class Stats(Message):
    type: Literal["stats"] = "stats"
    received: int
    dropped: int
    latency_ms: float | None
    """None until the first answer."""


class Error(Message):
    type: Literal["error"] = "error"
    code: ErrorCode
    message: str


ServerMessage = Ready | Speech | Stats | Error | Event
"""`partial`, `word` and `sentence` are what the recogniser says, passed on as it is."""


def encode(message: ServerMessage) -> str:
    """The text frame of a message."""
    if isinstance(message, Message):
        return message.model_dump_json()
    return json.dumps(to_message(message), ensure_ascii=False, separators=(",", ":"))
