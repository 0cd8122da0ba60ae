import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from chereme.datasets.collecting import live_frames
from chereme.datasets.collecting.live_frames import LiveFrames
from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame

PICTURE = np.zeros((2, 2, 3), dtype=np.uint8)


class Numbers:
    """A camera whose frames are numbered by their time; fast, and without end unless told."""

    def __init__(self, end: int | None = None) -> None:
        self.end, self.closed = end, threading.Event()
        self.given = 0
        """Frames that whoever reads them is done with."""

    def __iter__(self) -> Iterator[Frame]:
        number = 0
        while self.end is None or number < self.end:
            yield Frame(PICTURE, float(number))
            number += 1
            self.given = number
            time.sleep(0.002)

    def go_on_to(self, number: float) -> None:
        """Return when it has come so far, however busy the machine is."""
        end = time.monotonic() + 60
        while self.given <= number:
            assert time.monotonic() < end
            time.sleep(0.002)

    def close(self) -> None:
        self.closed.set()


def test_who_looks_slowly_sees_the_newest() -> None:
    camera = Numbers()
    with LiveFrames(camera) as live:
        first = live.newest().milliseconds
        camera.go_on_to(first + 10)
        assert live.newest().milliseconds >= first + 10


def test_a_recording_misses_no_frame_however_slow_it_is() -> None:
    camera = Numbers()
    with LiveFrames(camera) as live:
        live.newest()
        numbers = []
        for frame in live.following(10):
            numbers.append(frame.milliseconds)
            time.sleep(0.01)
        assert numbers == [numbers[0] + step for step in range(10)]
        live.newest()
        camera.go_on_to(numbers[-1] + 10)
        assert live.newest().milliseconds >= numbers[-1] + 10


def test_a_camera_that_ends_or_falls_silent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with LiveFrames(Numbers(end=3)) as live, pytest.raises(CheremeError, match="plug it in again"):
        list(live.following(5))
    monkeypatch.setattr(live_frames, "SILENCE_S", 0.05)

    class Stuck(Numbers):
        def __iter__(self) -> Iterator[Frame]:
            self.closed.wait(0.5)
            yield Frame(PICTURE)

    with LiveFrames(Stuck()) as live, pytest.raises(CheremeError, match="plug it in again"):
        live.newest()


def test_the_camera_is_closed_afterwards() -> None:
    camera = Numbers()
    with LiveFrames(camera) as live:
        live.newest()
    assert camera.closed.is_set()
