"""A webcam as a stream of frames, and a film in its place."""

import errno
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av

from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame
from chereme.landmarks.video import Video, rgb_pixels

MAKERS = Path("/sys/class/video4linux")

STILL_MS = 1000.0 / 30
"""How long a film of a single frame lasts."""


class Camera:
    """A webcam, read until the loop is left: `with Camera() as camera: for frame in camera: …`.

    device: a number (0 is the first camera), or the name that the system gives it (`/dev/video2`; on Windows the name
        shown in its settings, because cameras have no numbers there).
    Times are those of arrival. Pictures are as the camera sees: not mirrored.
    Raises CheremeError, code `no_camera`, `camera_busy` or `camera_denied`.
    """

    def __init__(self, device: int | str = 0, *, width: int = 640, height: int = 480, fps: float = 30.0) -> None:
        driver, self.name = _source(device)
        wishes = {"video_size": f"{width}x{height}", "framerate": f"{fps:g}"}
        try:
            self._container = _open(driver, self.name, wishes)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise _explained(self.name, error) from error
        if not self._container.streams.video:
            self._container.close()
            raise CheremeError(f"{self.name} gives no pictures: choose another camera", code="no_camera")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._container.close()

    @property
    def description(self) -> str:
        """The name, and on Linux what the maker calls the camera."""
        maker = MAKERS / Path(self.name).name / "name"
        return f"{self.name} ({maker.read_text().strip()})" if maker.is_file() else self.name

    def __iter__(self) -> Iterator[Frame]:
        start = None
        try:
            for picture in self._container.decode(video=0):
                now = time.monotonic() * 1000.0
                start = now if start is None else start
                yield Frame(rgb_pixels(picture, picture.width, picture.height), now - start)
        except av.error.FFmpegError as error:
            raise CheremeError(f"{self.name} stopped giving pictures: plug it in again", code="no_camera") from error


class Playback:
    """A film in place of a camera: it runs at its own pace, seen or not, and from its start again when it is over.

    Raises CheremeError where the file is no film; see `Video`.
    """

    def __init__(self, path: Path) -> None:
        self.description = f"the film {path.name}"
        self._path = path
        self._film = Video(path)

    def close(self) -> None:
        self._film.close()

    def __iter__(self) -> Iterator[Frame]:
        begin, offset = time.monotonic(), 0.0
        while True:
            last, step = 0.0, 0.0
            for frame in self._film:
                step, last = frame.milliseconds - last, frame.milliseconds
                moment = offset + frame.milliseconds
                time.sleep(max(0.0, begin + moment / 1000.0 - time.monotonic()))
                yield Frame(frame.rgb, moment)
            offset += last + (step or STILL_MS)
            self._film.close()
            self._film = Video(self._path)


def _source(device: int | str) -> tuple[str, str]:
    """ffmpeg's driver and device name on this system."""
    system = platform.system()
    if system == "Windows":
        if isinstance(device, int):
            raise CheremeError(
                "on Windows a camera has no number: give its name as Windows shows it, for example “Integrated Webcam”",
                code="no_camera",
            )
        return "dshow", f"video={device}"
    if system == "Darwin":
        return "avfoundation", f"{device}:none"
    return "v4l2", f"/dev/video{device}" if isinstance(device, int) else device


def _open(driver: str, name: str, wishes: dict[str, str]) -> av.container.InputContainer:
    try:
        return av.open(name, format=driver, options=wishes)
    except ValueError:
        return av.open(name, format=driver)  # the camera lacks this size or rate: take what it gives


def _explained(name: str, error: Exception) -> CheremeError:
    number = getattr(error, "errno", None)
    if number == errno.EBUSY:
        return CheremeError(f"{name} is in use by another program: close it there first", code="camera_busy")
    if number in (errno.EACCES, errno.EPERM):
        return CheremeError(f"no permission to use {name}: allow this user to read the camera", code="camera_denied")
    if number == errno.ENOENT:
        return CheremeError(
            f"there is no camera {name}: plug one in, or choose another with --device", code="no_camera"
        )
    return CheremeError(f"{name} is not a camera that can be read: choose another with --device", code="no_camera")
