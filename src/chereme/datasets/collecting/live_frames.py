"""A camera that never waits for the one who looks: the newest frame for a preview, every frame for a recording."""

import threading
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame

SILENCE_S = 10.0
"""A camera that gives nothing for so long has stopped."""


class Source(Protocol):
    """`Camera`, or `Playback` in its place."""

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None: ...


class LiveFrames:
    """Reads a source in a thread of its own until the context is left, and closes it.

    Landmarks take about as long as a frame lasts. Read in turn, a camera would lag behind by seconds and its times of
    arrival would be those of the extractor.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._changed = threading.Condition()
        self._waiting: deque[Frame] = deque()
        self._wanted: int | None = None
        """Frames still to be queued for a recording; None outside of one, when only the newest is held."""
        self._failure: BaseException | None = None
        self._left = False
        self._thread = threading.Thread(target=self._read, name="camera", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._left = True
        self._thread.join(SILENCE_S)

    def newest(self) -> Frame:
        """The newest frame that was not given yet; what came before it is dropped, except during a recording.

        Raises what the source raised, and CheremeError, code `no_camera`, when no frame comes.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting or self._failure, SILENCE_S):
                raise CheremeError("the camera gives no more pictures: plug it in again", code="no_camera")
            if not self._waiting and self._failure:
                raise self._failure
            return self._waiting.popleft()

    def following(self, count: int) -> Iterator[Frame]:
        """The next `count` frames, none left out, however slowly they are taken."""
        with self._changed:
            self._waiting.clear()
            self._wanted = count
        try:
            for _ in range(count):
                yield self.newest()
        finally:
            with self._changed:
                self._wanted = None

    def _read(self) -> None:
        try:
            for frame in self._source:
                if self._left:
                    return
                with self._changed:
                    self._hold(frame)
                    self._changed.notify()
            raise CheremeError("the camera gives no more pictures: plug it in again", code="no_camera")
        except BaseException as error:  # raised again in the thread that looks
            with self._changed:
                self._failure = error
                self._changed.notify()
        finally:
            self._source.close()

    def _hold(self, frame: Frame) -> None:
        if self._wanted is None:
            self._waiting.clear()
        elif self._wanted == 0:  # the recording has all its frames, and is not done with them yet
            return
        else:
            self._wanted -= 1
        self._waiting.append(frame)
