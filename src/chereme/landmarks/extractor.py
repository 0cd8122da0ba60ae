"""From pictures to landmarks with MediaPipe Holistic.

Always in VIDEO mode on the CPU: its results equal the browser's, while IMAGE mode drifts by pixels on a clip and the
GPU gives other numbers on every machine. MediaPipe is imported when the first Extractor is made: that takes a second.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame
from chereme.landmarks.hand_finder import HandFinder
from chereme.landmarks.layout import BODY, GROUP_SIZES, Layout
from chereme.landmarks.model import MODEL_PATH, read_model
from chereme.landmarks.quiet import quiet
from chereme.landmarks.sequence import LandmarkSequence

STILL_FRAMES = 3
"""How long a still picture is held before the tracker. On the first frame the hand model sees only a guess of where
the hand is; by the third it looks where it found the hand (of 98 webcam photos: 84 % at first, 91 % at the third)."""

STILL_FPS = 30.0

EVEN_MS = 2.0
"""Frame times that leave an even grid by no more than this are rounding (WebM counts whole milliseconds)."""


class Extractor:
    """Landmarks of one person: `with Extractor() as extractor: sequence = extractor.extract(frames)`.

    layout: which groups to give. Without `face` no face point leaves this object.

    Points are float32 [points, 3]: `x` right and `y` down as fractions of width and height of the upright picture, `z`
    as MediaPipe gives it. A group that was not detected is NaN. Left and right are the signer's own. The same frames
    give the same bytes, whatever was extracted before. Not for use by several threads at once: give each its own.

    Raises CheremeError when the model file is not the shipped one (`model_altered`, `model_missing`) or a system
    library is missing (`missing_library`).
    """

    def __init__(self, layout: Layout = BODY, *, model: Path = MODEL_PATH) -> None:
        self.layout = layout
        self._model = read_model(model)
        self._shape: tuple[int, ...] | None = None
        self._last: int | None = None
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._landmarker.close()
        if "_hand_finder" in vars(self):
            self._hand_finder.close()

    def restart(self) -> None:
        """Forget the person seen so far: the next frame begins a new clip."""
        if self._last is not None:
            self._landmarker.close()
            self._start()

    def detect(self, frame: Frame) -> NDArray[np.float32]:
        """Points of the next frame, float32 [points, 3], for live use; the tracker goes on from frame to frame.

        A time that does not advance counts as one millisecond later. A new picture size begins a new clip.
        """
        if frame.rgb.shape != self._shape:
            self.restart()  # MediaPipe cannot change size on the way
            self._shape = frame.rgb.shape
        moment = round(frame.milliseconds)
        if self._last is None:
            with quiet():
                result = self._process(frame, moment)
        else:
            moment = max(moment, self._last + 1)
            result = self._process(frame, moment)
        self._last = moment
        return self._points(result)

    def extract(self, frames: Iterable[Frame]) -> LandmarkSequence:
        """A whole clip, begun afresh. Frames are consumed one by one.

        `fps` is the mean rate (None for a single frame), `times` is kept where frames are not evenly spaced, `aspect`
        is that of the first frame. Raises CheremeError where there is no frame.
        """
        self.restart()
        points, times, aspect = [], [], None
        for frame in frames:
            points.append(self.detect(frame))
            times.append(frame.milliseconds)
            aspect = aspect or frame.aspect
        if not points:
            raise CheremeError("there is no frame to extract landmarks from", code="no_frames")
        moments = np.asarray(times, dtype=np.float64)
        fps = _mean_rate(moments)
        even = fps is None or bool(
            np.abs(moments - moments[0] - np.arange(len(moments)) * (1000.0 / fps)).max() <= EVEN_MS
        )
        return LandmarkSequence(np.stack(points), self.layout, fps, aspect, times=None if even else moments)

    def extract_still(self, frame: Frame) -> LandmarkSequence:
        """One picture as a sequence of one frame: what the last frame of a clip gives that holds the picture for
        STILL_FRAMES frames at STILL_FPS. So pictures and clips can train the same model.

        Where no hand is found in this way, because the picture shows a hand and no body, the whole picture is searched
        for hands: see `HandFinder`. The other groups stay as they are."""
        held = self.extract(Frame(frame.rgb, index * 1000.0 / STILL_FPS) for index in range(STILL_FRAMES))
        still = LandmarkSequence(held.points[-1:], self.layout, None, frame.aspect)
        hands = [group for group in ("left_hand", "right_hand") if group in self.layout]
        if hands and not any(still.present(group)[0] for group in hands):
            found = self._hand_finder.find(frame)
            for group in found.keys() & set(hands):
                still.points[0, self.layout.slices[group]] = found[group]
        return still

    @cached_property
    def _hand_finder(self) -> HandFinder:
        return HandFinder(self._model)

    def _start(self) -> None:
        self._shape = self._last = None
        try:
            with quiet():
                self._landmarker, self._as_image = _holistic_landmarker(self._model)
        except (ImportError, OSError) as error:
            raise _missing_library(error) from error

    def _process(self, frame: Frame, moment: int) -> Any:
        return self._landmarker.detect_for_video(self._as_image(frame.rgb), moment)

    def _points(self, result: Any) -> NDArray[np.float32]:
        points = np.full((len(self.layout), 3), np.nan, dtype=np.float32)
        for group, where in self.layout.slices.items():
            found = getattr(result, f"{group}_landmarks")
            if found:  # the face model gives ten more points than the mesh has; they are zeros
                points[where] = [(point.x, point.y, point.z) for point in found[: GROUP_SIZES[group]]]
        return points


def extract_media(
    path: Path, layout: Layout = BODY, *, on_progress: Callable[[int, int | None], None] | None = None
) -> LandmarkSequence:
    """Landmarks of a video or image file, told apart by content.

    on_progress: called after each frame with the number done and the number expected (None where the file is silent).
    Raises CheremeError where the file cannot be read; see `Video` and `read_image`.
    """
    from chereme.landmarks.image import is_image, read_image
    from chereme.landmarks.video import Video

    path = Path(path)
    if is_image(path):
        frame = read_image(path)
        with Extractor(layout) as extractor:
            still = extractor.extract_still(frame)
        if on_progress:
            on_progress(1, 1)
        return still
    with Video(path) as video, Extractor(layout) as extractor:
        if on_progress is None:
            return extractor.extract(video)
        return extractor.extract(_counted(video, video.expected_frames, on_progress))


def _counted(
    frames: Iterable[Frame], expected: int | None, on_progress: Callable[[int, int | None], None]
) -> Iterable[Frame]:
    for done, frame in enumerate(frames, start=1):
        yield frame
        on_progress(done, expected)


def _mean_rate(moments: NDArray[np.float64]) -> float | None:
    length = float(moments[-1] - moments[0])
    return (len(moments) - 1) * 1000.0 / length if length > 0 else None


def _holistic_landmarker(model: bytes) -> tuple[Any, Callable[[NDArray[np.uint8]], Any]]:
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    landmarker = vision.HolisticLandmarker.create_from_options(
        vision.HolisticLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=model, delegate=BaseOptions.Delegate.CPU),
            running_mode=vision.RunningMode.VIDEO,
        )
    )

    def as_image(rgb: NDArray[np.uint8]) -> Any:
        return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))

    return landmarker, as_image


def _missing_library(error: Exception) -> CheremeError:
    named = re.search(r"lib[\w+-]+\.so[.\d]*", str(error))
    if named is None:
        return CheremeError(f"MediaPipe does not start ({error}): reinstall chereme", code="missing_library")
    return CheremeError(
        f"the system library {named[0]} is missing: install it, on Debian and Ubuntu with "
        "`apt-get install libgl1 libegl1 libgles2 libglib2.0-0`",
        code="missing_library",
    )
