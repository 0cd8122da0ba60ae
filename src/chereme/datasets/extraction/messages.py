"""What a process that extracts and the one that watches it say to each other."""

from dataclasses import dataclass

from chereme.datasets.extraction.clip import Clip, How
from chereme.datasets.manifest import Recording


@dataclass(frozen=True)
class Task:
    recording: Recording
    groups: tuple[str, ...]
    how: How


@dataclass(frozen=True)
class Refusal:
    """Why there is no clip."""

    code: str
    reason: str


@dataclass(frozen=True)
class Unfit:
    """Why no file at all can be looked at on this machine."""

    code: str
    reason: str


Alive = None
"""Said when the landmarker is ready and after each frame."""

Answer = Clip | Refusal | Unfit
