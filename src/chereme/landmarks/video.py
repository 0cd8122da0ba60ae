"""Video files as a stream of upright frames with true times."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.sidedata.sidedata import Type as SideData
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame, require_file
from chereme.landmarks.yuv import YuvToRgb

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,gif,asf,mjpeg,mp3,wav"
"""Containers that hold their pictures themselves. Playlists (m3u8, concat, sdp) are refused: a file from a stranger
could make the server fetch an address or read another file."""

LONGEST_GAP_MS = 60_000.0
"""A longer silence between two frames is a jump of the recorder's clock, not a pause."""

FALLBACK_FPS = 30.0


class Video:
    """A video file, read once from start to end: `with Video(path) as video: for frame in video: …`.

    Frames are decoded one at a time and never stored. Rotation and flip flags are applied and pixels made square, so
    what comes is what a player shows. Times are those of the file, from 0 at the first frame, strictly increasing;
    where the file gives none or runs backwards, a frame follows the one before at the nominal rate.

    start, end: seconds of the file; of a part, the frames shown from `start` on and before `end` come (within half a
        frame, so that one second at 30 frames a second is 30 frames), and their times begin at 0 again.

    A file that is cut off or damaged gives the frames that decode. Raises CheremeError where the file is missing,
    empty, not a video, or has not one frame that decodes or lies in the part.
    """

    def __init__(self, path: Path, *, start: float | None = None, end: float | None = None) -> None:
        require_file(path)
        self.path = path
        self._start, self._end = start or 0.0, end
        try:
            self._container = av.open(str(path), options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"})
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise CheremeError(
                f"{path} is not a video that can be read: use MP4, WebM, MOV, AVI or MKV", code="not_a_video"
            ) from error
        # Cover art in a sound file is declared as a video stream of one picture.
        streams = [s for s in self._container.streams.video if av.stream.Disposition.attached_pic not in s.disposition]
        if not streams:
            self._container.close()
            raise CheremeError(f"{path} has no video stream: it holds sound or data only", code="no_video_stream")
        self._stream = streams[0]
        codec: Any = self._stream.codec_context  # declared as always there; None where no decoder knows the stream
        if codec is None:
            self._container.close()
            raise CheremeError(
                f"{path} holds pictures of a kind that is not known here: convert it to MP4 (H.264)",
                code="unknown_codec",
            )
        self._to_rgb = YuvToRgb(codec.name, codec.colorspace, codec.color_range)
        self._fps = float(self._stream.average_rate or self._stream.guessed_rate or FALLBACK_FPS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._container.close()

    @property
    def expected_frames(self) -> int | None:
        """How many frames the file says it has, for progress bars; None where it does not say (browser recordings)."""
        if self._stream.frames:
            count = self._stream.frames
        elif self._container.duration:
            count = round(self._container.duration / av.time_base * self._fps)
        else:
            return None
        end = count if self._end is None else min(count, round(self._end * self._fps))
        return max(0, end - round(self._start * self._fps))

    def __iter__(self) -> Iterator[Frame]:
        half = 500.0 / self._fps
        begun, time = None, None
        for picture, time in self._timed():
            if time < self._start * 1000.0 - half:
                continue
            if self._end is not None and time >= self._end * 1000.0 - half:
                break
            begun = time if begun is None else begun
            yield Frame(self._upright(picture), time - begun)
        if time is None:
            raise CheremeError(
                f"{self.path} has no frame that can be decoded: the file is damaged, record or download it again",
                code="corrupt_video",
            )
        if begun is None:
            part = f"from second {self._start:g}" + ("" if self._end is None else f" to {self._end:g}")
            raise CheremeError(
                f"{self.path} has no frame {part}: its last is at {time / 1000.0:.2f}; correct start and end",
                code="no_frames",
            )

    def _timed(self) -> Iterator[tuple[VideoFrame, float]]:
        """All frames with their milliseconds from the first."""
        first, last = None, None
        step = 1000.0 / self._fps
        for picture in self._decoded():
            moment = None if picture.time is None else picture.time * 1000.0
            first = moment if first is None else first
            time = None if moment is None or first is None else moment - first
            if last is None:
                time = 0.0
            elif time is None or not last < time <= last + LONGEST_GAP_MS:
                time = last + step
                if moment is not None:
                    first = moment - time  # the clock jumped: go on from here
            last = time
            yield picture, time

    def _decoded(self) -> Iterator[VideoFrame]:
        """Frames that decode. A damaged packet costs its own frames; a container that breaks off ends the clip."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                packet = None
            with suppress(av.error.FFmpegError):
                yield from self._stream.codec_context.decode(packet)
            if packet is None:
                return

    def _upright(self, picture: VideoFrame) -> NDArray[np.uint8]:
        ratio = self._stream.sample_aspect_ratio or Fraction(1)
        width = picture.width
        if Fraction(1, 4) <= ratio <= 4:  # beyond that it is a broken header
            width = max(1, round(width * ratio))
        # Scaling is swscale's, colours included; pictures with square pixels are converted as browsers do it.
        rgb = self._to_rgb(picture) if width == picture.width else None
        if rgb is None:
            rgb = rgb_pixels(picture, width, picture.height)
        side_data: Any = picture.side_data  # declared as a plain mapping of str, which it is not
        matrix = side_data.get(SideData.DISPLAYMATRIX)
        if matrix is None:
            return rgb
        # 3x3 in 16.16 fixed point, applied to (x, y, 1) from the right; only quarter turns and flips occur.
        a, b, _, c, d = np.frombuffer(bytes(matrix), dtype=np.int32)[:5]
        if abs(a) < abs(b):
            rgb, a, d = rgb.transpose(1, 0, 2), c, b
        return np.ascontiguousarray(rgb[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1])


def rgb_pixels(picture: VideoFrame, width: int, height: int) -> NDArray[np.uint8]:
    """A decoded picture in this size as uint8 [height, width, 3], without the gaps that decoders leave between rows."""
    return np.ascontiguousarray(picture.to_ndarray(width=width, height=height, format="rgb24"), dtype=np.uint8)
