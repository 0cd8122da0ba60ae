"""Sessions that send pictures: decoding and landmark extraction off the event loop, the newest picture first."""

import asyncio
import io
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chereme.errors import CheremeError
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.layout import Layout

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Picture:
    """An encoded picture on its way. `arrived` is when it came, by `time.monotonic`."""

    ms: float
    encoded: bytes
    arrived: float


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found in a picture. points: float32 [points, 3]; aspect: its width / height."""

    picture: Picture
    points: NDArray[np.float32]
    aspect: float


class Pictures:
    """The sessions that send pictures: no more at a time than may, and the threads that look at what they send."""

    def __init__(self, *, workers: int, max_streams: int, max_pixels: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="pictures")
        self._max_streams, self._max_pixels = max_streams, max_pixels
        self._streams = 0

    def open(self, layout: Layout, deliver: Callable[[Seen | CheremeError], None]) -> "PictureStream":
        """The stream of a new session; raises CheremeError (`too_many_sessions`) when there are as many as may be."""
        if self._streams >= self._max_streams:
            raise CheremeError(
                "the server takes no more sessions that send pictures: send landmarks", code="too_many_sessions"
            )
        self._streams += 1
        return PictureStream(
            self._executor, layout, max_pixels=self._max_pixels, deliver=deliver, on_close=self._closed
        )

    def shutdown(self) -> None:
        """Waits until all landmarkers are let go of; to be called off the event loop."""
        self._executor.shutdown(wait=True)

    def _closed(self) -> None:
        self._streams -= 1


class PictureStream:
    """The pictures of one session: at most one in work and one waiting; a newer one takes the place of that.

    layout: the points that are wanted.
    deliver: called on the event loop with what was seen, or with the CheremeError that says why nothing could be.
    """

    def __init__(
        self,
        executor: ThreadPoolExecutor,
        layout: Layout,
        *,
        max_pixels: int,
        deliver: Callable[[Seen | CheremeError], None],
        on_close: Callable[[], None],
    ) -> None:
        self._executor, self._layout, self._max_pixels = executor, layout, max_pixels
        self._deliver, self._on_close = deliver, on_close
        self._extractor: Extractor | None = None
        self._waiting: Picture | None = None
        self._working: asyncio.Future[Seen | CheremeError] | None = None
        self._closed = False
        self._first_ms = 0.0
        self._lock = threading.Lock()

    def offer(self, picture: Picture) -> bool:
        """Takes a picture. True when an older one had to give way to it."""
        replaced = self._waiting is not None
        self._waiting = picture
        if self._working is None:
            self._start()
        return replaced

    def close(self) -> None:
        """Lets go of the landmarker as soon as its last picture is done."""
        self._closed, self._waiting = True, None
        self._executor.submit(self._release)
        self._on_close()

    def _start(self) -> None:
        picture, self._waiting = self._waiting, None
        if picture is None:
            return
        self._working = asyncio.get_running_loop().run_in_executor(self._executor, self._look, picture)
        self._working.add_done_callback(self._finish)

    def _finish(self, done: "asyncio.Future[Seen | CheremeError]") -> None:
        self._working = None
        if self._closed or done.cancelled():
            return
        error = done.exception()
        if error is not None:
            log.error("landmark extraction failed: %s", error)
            self._deliver(CheremeError("no landmarks could be extracted from the picture", code="bad_frame"))
        else:
            self._deliver(done.result())
        if not self._closed:  # delivering may have ended the session
            self._start()

    # In the executor

    def _look(self, picture: Picture) -> Seen | CheremeError:
        try:
            rgb = decode(picture.encoded, self._max_pixels)
            with self._lock:
                if self._closed:
                    return CheremeError("the session has ended")
                if self._extractor is None:
                    self._extractor, self._first_ms = Extractor(self._layout), picture.ms
                # The tracker counts from its first picture, since a client's clock may start anywhere.
                frame = Frame(rgb, picture.ms - self._first_ms)
                return Seen(picture, self._extractor.detect(frame), frame.aspect)
        except CheremeError as error:
            return error

    def _release(self) -> None:
        # Never left to the garbage collector: a landmarker that is collected in another thread can stop the process.
        with self._lock:
            if self._extractor is not None:
                self._extractor.close()
                self._extractor = None


def decode(encoded: bytes, max_pixels: int) -> NDArray[np.uint8]:
    """A JPEG or WebP picture as uint8 RGB [height, width, 3].

    Raises CheremeError (`bad_frame`) for anything else, and for more than `max_pixels`, before any is decoded.
    """
    try:
        with Image.open(io.BytesIO(encoded), formats=("JPEG", "WEBP")) as picture:
            width, height = picture.size
            if width * height > max_pixels:
                raise CheremeError(
                    f"a picture of {width} × {height} is too large: send at most {max_pixels} pixels", code="bad_frame"
                )
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise CheremeError("the picture is not a readable JPEG or WebP", code="bad_frame") from error
