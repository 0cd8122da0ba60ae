"""What a live session says: the server's messages of the live protocol, as values."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["idle", "signing", "hold"]
"""Nobody signs; a sign is under way; a sign was committed and is still held."""


@dataclass(frozen=True)
class Candidate:
    """A gloss that the session sees now."""

    gloss: str
    text: str
    confidence: float


@dataclass(frozen=True)
class Partial:
    """What is seen now, up to five candidates; empty while nobody signs."""

    top: tuple[Candidate, ...]
    state: State


@dataclass(frozen=True)
class Word:
    """A sign was recognised and committed. Times are milliseconds of the client's clock."""

    id: int
    gloss: str
    text: str
    confidence: float
    start: float
    end: float


@dataclass(frozen=True)
class SentenceWord:
    """A committed sign, in the language of the session."""

    id: int
    gloss: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """The whole sentence, after every change; fingerspelled letters are joined in `text`."""

    text: str
    words: tuple[SentenceWord, ...]


Event = Partial | Word | Sentence


def to_message(event: Event) -> dict[str, Any]:
    """The event as the JSON object of the live protocol."""
    return {"type": type(event).__name__.lower(), **asdict(event)}
