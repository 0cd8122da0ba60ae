"""Hands cut out of pictures, for models that look at pixels."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chereme.landmarks.frames import Frame
from chereme.landmarks.sequence import LandmarkSequence

SIDE = 224
"""Pixels; what image models of hands are usually trained on."""

MARGIN = 0.25
"""Around the box of the points, on each side, as a share of its longer side: points are joints, fingers are thicker."""


def hand_crop(rgb: NDArray[np.uint8], hand: NDArray[np.float32], *, side: int = SIDE) -> NDArray[np.uint8]:
    """The hand in a square, uint8 [side, side, 3].

    hand: its points [21, 2 or 3] as fractions of the picture. The square keeps the hand's proportions and is centred on
    it; what lies beyond the picture's edge is black.
    """
    height, width = rgb.shape[:2]
    xy = hand[:, :2] * (width, height)
    low, high = xy.min(axis=0), xy.max(axis=0)
    half = max(1.0, float((high - low).max()) * (0.5 + MARGIN))
    centre = (low + high) / 2.0
    box = (*(centre - half), *(centre + half))
    # Rotation-free affine sampling pads with black by itself; thin large hands out first, so that nothing aliases.
    square = Image.fromarray(rgb).crop(tuple(round(edge) for edge in box))
    return np.asarray(square.resize((side, side), Image.Resampling.LANCZOS))


def write_hand_crops(folder: Path, name: str, frames: Iterable[Frame], sequence: LandmarkSequence) -> int:
    """Write each hand seen as `NAME-FRAME-SIDE.jpg` into the folder; how many there were.

    frames: those that the sequence was extracted from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for index, frame in enumerate(frames):
        for side in ("left", "right"):
            group = f"{side}_hand"
            if group not in sequence.layout or not sequence.present(group)[index]:
                continue
            picture = Image.fromarray(hand_crop(frame.rgb, sequence.group(group)[index]))
            picture.save(folder / f"{name}-{index:05}-{side}.jpg", quality=92)
            written += 1
    return written
