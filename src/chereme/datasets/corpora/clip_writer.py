"""One clip as a film of its own: H.264, its pictures near to lossless, at the times that they had before."""

from contextlib import suppress
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray

from chereme.datasets.manifest import Box
from chereme.landmarks.frames import Frame

CLOCK = 90_000
"""Ticks a second of the clips: every picture keeps the time that it has in the film."""

NEAR_LOSSLESS = {"crf": "12", "preset": "veryfast", "threads": "1"}
"""Landmarks move with the noise of compression; clips are short, so quality is cheap."""


class ClipWriter:
    """Takes the frames of a clip one by one; the file gets its name when it is kept. Raises what PyAV raises.

    rate: frames a second of the film. comment: a tag that is kept in the file.
    """

    def __init__(self, to: Path, *, box: Box | None, margin: float, rate: Fraction, comment: str) -> None:
        self._to, self._temporary = to, to.with_name(f".{to.name}.cutting")
        self._box, self._margin, self._rate, self._comment = box, margin, rate, comment
        self._open: tuple[OutputContainer, VideoStream] | None = None
        self._first = 0.0
        self.seconds = 0.0
        """What the frames so far cover, the last one included."""

    def add(self, frame: Frame) -> None:
        picture = _crop(frame.rgb, self._box, self._margin)
        container, stream = self._open or self._begin(picture, frame.milliseconds)
        coded = VideoFrame.from_ndarray(picture, format="rgb24")
        # One thread: films are cut side by side already.
        coded = coded.reformat(stream.width, stream.height, "yuv420p", dst_colorspace=Colorspace.ITU601, threads=1)
        elapsed = (frame.milliseconds - self._first) / 1000
        coded.pts, coded.time_base = round(elapsed * CLOCK), Fraction(1, CLOCK)
        container.mux(stream.encode(coded))
        self.seconds = elapsed + float(1 / self._rate)

    def keep(self) -> None:
        """Write the end of the file and give it its name."""
        if self._open is None:
            raise ValueError("a clip needs a frame")
        container, stream = self._open
        container.mux(stream.encode())
        container.close()
        self._open = None
        self._temporary.replace(self._to)

    def discard(self) -> None:
        """Leave no trace of a clip that was not kept."""
        if self._open:
            with suppress(av.error.FFmpegError):  # nobody wants the file, so nobody wants to know
                self._open[0].close()
            self._open = None
        self._temporary.unlink(missing_ok=True)

    def _begin(self, picture: NDArray[np.uint8], milliseconds: float) -> tuple[OutputContainer, VideoStream]:
        self._to.parent.mkdir(parents=True, exist_ok=True)
        self._first = milliseconds
        container = av.open(str(self._temporary), "w", format="mp4")
        container.metadata["comment"] = self._comment
        stream = container.add_stream("libx264", rate=self._rate, options=NEAR_LOSSLESS)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, CLOCK)
        stream.codec_context.colorspace = Colorspace.ITU601
        self._open = (container, stream)
        return self._open


def _crop(rgb: NDArray[np.uint8], box: Box | None, margin: float) -> NDArray[np.uint8]:
    """The part of the picture in the box and its margin; even sizes, because colour is stored for two by two pixels."""
    y0, x0, y1, x1 = box or (0.0, 0.0, 1.0, 1.0)
    rows = _span(y0, y1, margin, rgb.shape[0])
    columns = _span(x0, x1, margin, rgb.shape[1])
    return np.ascontiguousarray(rgb[rows, columns])


def _span(low: float, high: float, margin: float, size: int) -> slice:
    wide = margin * (high - low)
    first, last = max(0, floor((low - wide) * size)), min(size, ceil((high + wide) * size))
    if (last - first) % 2:
        first, last = (first, last - 1) if last - first > 1 else (first, last + 1)
    return slice(first, last)
