"""Hands in still pictures that show no body.

Holistic looks for hands where the arms of a body end. Of a hand alone it sees nothing. Here MediaPipe looks for palms
in the whole picture, and the hand model of holistic.task takes the points, so that they are those of the same model.
"""

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.landmarks.frames import Frame
from chereme.landmarks.model import PALM_PATH, PALM_SHA256, read_model
from chereme.landmarks.quiet import quiet

BORDER = 0.5
"""Black around the picture on each side, as a share of its size: palms are found only with room around them (of 60
hands that fill their picture 40 without, 58 with a quarter, all with a half)."""

SMALLEST = 256
"""Pictures whose shorter side has fewer pixels are enlarged to this."""


class HandFinder:
    """Points of up to two hands in one picture; pictures do not influence each other."""

    def __init__(self, holistic: bytes) -> None:
        """holistic: the content of holistic.task."""
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        self._as_image: Any = lambda rgb: mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)
        with quiet():
            self._landmarker: Any = vision.HandLandmarker.create_from_options(
                vision.HandLandmarkerOptions(
                    base_options=BaseOptions(
                        model_asset_buffer=_hand_task(holistic), delegate=BaseOptions.Delegate.CPU
                    ),
                    running_mode=vision.RunningMode.IMAGE,
                    num_hands=2,
                )
            )

    def close(self) -> None:
        self._landmarker.close()

    def find(self, frame: Frame) -> dict[str, NDArray[np.float32]]:
        """Points [21, 3] by group, `left_hand` and `right_hand`, the signer's own; fractions of the picture.

        Of two hands of the same side the one that is surer is given.
        """
        with quiet():
            result = self._landmarker.detect(self._as_image(_with_room(frame.rgb)))
        found: dict[str, NDArray[np.float32]] = {}
        surest: dict[str, float] = {}
        for points, sides in zip(result.hand_landmarks, result.handedness, strict=True):
            # The names are the signer's own for pictures that are not mirrored.
            group = f"{sides[0].category_name.lower()}_hand"
            if sides[0].score > surest.get(group, 0.0):
                surest[group] = sides[0].score
                found[group] = _without_room(points)
        return found


def _with_room(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from PIL import Image

    height, width = rgb.shape[:2]
    if (scale := SMALLEST / min(height, width)) > 1.0:
        size = (round(width * scale), round(height * scale))
        rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))
        height, width = rgb.shape[:2]
    above, beside = round(BORDER * height), round(BORDER * width)
    return np.pad(rgb, ((above, above), (beside, beside), (0, 0)))


def _without_room(points: Any) -> NDArray[np.float32]:
    widened = np.array([(point.x, point.y, point.z) for point in points], dtype=np.float32)
    return widened * np.float32(1.0 + 2.0 * BORDER) - np.array([BORDER, BORDER, 0.0], dtype=np.float32)


def _hand_task(holistic: bytes) -> bytes:
    """The bundle that MediaPipe wants: the palm detector, and the hand model of holistic.task."""
    from mediapipe.tasks.python.metadata.metadata_writers.model_asset_bundle_utils import AlignZipFile

    with zipfile.ZipFile(io.BytesIO(holistic)) as task:
        hand = task.read("hand_landmarks_detector.tflite")
    content = io.BytesIO()
    with AlignZipFile(content, mode="w", alignment=4) as bundle:
        bundle.writestr(zipfile.ZipInfo("hand_detector.tflite"), read_model(PALM_PATH, PALM_SHA256))
        bundle.writestr(zipfile.ZipInfo("hand_landmarks_detector.tflite"), hand)
    return content.getvalue()
