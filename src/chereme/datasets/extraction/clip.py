"""One recording as landmarks: what a worker does with one file."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from chereme.datasets.extraction.crops import write_hand_crops
from chereme.datasets.extraction.prepare import Preparation
from chereme.datasets.extraction.quality import Quality, measure, seen_hands
from chereme.datasets.manifest import Recording
from chereme.errors import CheremeError
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.image import is_image, read_image
from chereme.landmarks.sequence import LandmarkSequence
from chereme.landmarks.video import Video


@dataclass(frozen=True)
class How:
    """How recordings become landmarks; one dataset is made in one way."""

    drop_empty: bool = False
    """Leave out the frames in which no hand is seen."""
    border: float = 0.0
    """How much is laid around each picture before landmarks are looked for, as a share of its width and height: hands
    that fill their picture are found only so. Points stay fractions of the picture without it."""
    hand_crops: Path | None = None
    """Write each hand seen as a picture of its own into this folder."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.border <= 2.0:
            raise CheremeError(f"a border of {self.border:g} makes no sense: give a share such as 0.25")


@dataclass(frozen=True, eq=False)
class Clip:
    """What a recording gave; frames are evenly spaced."""

    sequence: LandmarkSequence
    quality: Quality


def extract_clip(recording: Recording, how: How, extractor: Extractor, on_frame: Callable[[], None]) -> Clip:
    """Landmarks of a film, a part of one, or a picture; `on_frame` is called after each frame.

    Points are fractions of the picture, or of the recording's box where it has one; so is the aspect.
    Raises CheremeError where the file cannot be read, see `Video` and `read_image`, and where no frame is left.
    """
    prepare = Preparation(recording.box, how.border)
    brightness: list[float] = []

    def watched(frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            cut = prepare.cut(frame)
            brightness.append(float(cut.rgb[::8, ::8].mean()) / 255.0)
            yield prepare.widen(cut)
            on_frame()

    with ExitStack() as opened:
        frames = _frames(recording, opened)
        if isinstance(frames, Frame):
            (frame,) = watched([frames])
            found = extractor.extract_still(frame)
        else:
            found = extractor.extract(watched(frames))
    found = prepare.undo(found)
    if how.hand_crops:
        with ExitStack() as opened:
            again = _frames(recording, opened)
            cuts = (prepare.cut(frame) for frame in ([again] if isinstance(again, Frame) else again))
            write_hand_crops(how.hand_crops / folder_name(recording.gloss), folder_name(recording.id), cuts, found)
    found = evenly_spaced(found)
    quality = measure(found, float(np.mean(brightness)))
    if how.drop_empty:
        found = replace(found, points=found.points[seen_hands(found)])
        if len(found) == 0:
            raise CheremeError(f"no hands were seen in {recording.path}", code="no_hands")
    return Clip(found, quality)


def evenly_spaced(sequence: LandmarkSequence) -> LandmarkSequence:
    """The clip as a dataset can hold it, with fps alone: uneven frames are interpolated at their usual rate."""
    if sequence.times is None:
        return sequence
    return sequence.resample(1000.0 / float(np.median(np.diff(sequence.times))))


def folder_name(text: str) -> str:
    """A gloss or an id as one name in a folder: what would lead elsewhere is written as %XX."""
    name = text.replace("%", "%25").replace("/", "%2F").replace("\\", "%5C").replace("\0", "%00")
    return "%2E" + name[1:] if name.startswith(".") else name


def _frames(recording: Recording, opened: ExitStack) -> Frame | Iterable[Frame]:
    if is_image(recording.path):
        return read_image(recording.path)
    return opened.enter_context(Video(recording.path, start=recording.start, end=recording.end))
