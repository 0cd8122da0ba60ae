"""Pictures made fit for the landmark model, and points brought back to the picture as it was."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from chereme.datasets.manifest import Box
from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame
from chereme.landmarks.sequence import LandmarkSequence

SMALLEST = 256
"""Pictures whose shorter side has fewer pixels are enlarged to this: the models were trained on larger ones."""


@dataclass(frozen=True)
class Preparation:
    """Cut to a box (y0, x0, y1, x1, fractions of the picture), enlarge, and lay a border around."""

    box: Box | None = None
    border: float = 0.0
    """On each side, as a share of width and height; it is black."""

    def cut(self, frame: Frame) -> Frame:
        """The part of the picture in the box."""
        if self.box is None:
            return frame
        height, width = frame.rgb.shape[:2]
        y0, x0, y1, x1 = self.box
        part = frame.rgb[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)]
        if 0 in part.shape:
            raise CheremeError("the box holds not one pixel of the picture: correct it", code="empty_box")
        return replace(frame, rgb=np.ascontiguousarray(part))

    def widen(self, frame: Frame) -> Frame:
        """Enlarged where it is tiny, with the border around."""
        rgb = frame.rgb
        height, width = rgb.shape[:2]
        if (scale := SMALLEST / min(height, width)) > 1.0:
            size = (round(width * scale), round(height * scale))
            rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BICUBIC))
        if self.border > 0.0:
            height, width = rgb.shape[:2]
            above, beside = round(self.border * height), round(self.border * width)
            rgb = np.pad(rgb, ((above, above), (beside, beside), (0, 0)))
        return replace(frame, rgb=rgb)

    def undo(self, sequence: LandmarkSequence) -> LandmarkSequence:
        """Points of widened pictures as fractions of the pictures that `cut` gave."""
        if self.border == 0.0:
            return sequence
        # The aspect is that of the frames widened, which a border of equal shares leaves as it was.
        points = sequence.points * np.float32(1.0 + 2.0 * self.border)
        points[..., :2] -= np.float32(self.border)
        return replace(sequence, points=points)
