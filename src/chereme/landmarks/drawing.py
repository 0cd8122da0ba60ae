"""Landmarks as pictures: over the frame they were found in, or on black."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from chereme.landmarks.layout import Layout

COLOURS = {
    "left_hand": (255, 159, 28),
    "right_hand": (46, 196, 182),
    "pose": (235, 235, 235),
    "face": (130, 130, 160),
}
"""RGB of each group: the hands apart for every kind of colour vision, orange left and turquoise right."""

FINEST = 240
"""One pixel of line for so many pixels of the picture's shorter side."""


def draw(rgb: NDArray[np.uint8], points: NDArray[np.float32], layout: Layout) -> NDArray[np.uint8]:
    """A copy of the picture, uint8 [height, width, 3], with bones and points over it.

    points: float32 [points, 2 or 3], x and y as fractions of the picture. A missing point (NaN) is left out, and every
    bone that ends in it. What lies outside the picture is cut off.
    """
    picture = Image.fromarray(rgb)
    pen = ImageDraw.Draw(picture)
    width, height = picture.size
    line = max(1, min(width, height) // FINEST)
    where = [
        None if np.isnan(point[:2]).any() else (float(point[0]) * width, float(point[1]) * height) for point in points
    ]
    colour = [COLOURS[group] for group, part in layout.slices.items() for _ in range(part.start, part.stop)]
    for start, end in layout.bones:
        a, b = where[start], where[end]
        if a is not None and b is not None:
            pen.line([a, b], fill=colour[start], width=line)
    for index, spot in enumerate(where):
        if spot is not None:
            radius = _radius(layout, index, line)
            pen.ellipse((spot[0] - radius, spot[1] - radius, spot[0] + radius, spot[1] + radius), fill=colour[index])
    return np.asarray(picture)


def on_black(points: NDArray[np.float32], layout: Layout, width: int, height: int) -> NDArray[np.uint8]:
    """The same on a black picture of this size: no pixel of the person is left."""
    return draw(np.zeros((height, width, 3), dtype=np.uint8), points, layout)


def _radius(layout: Layout, index: int, line: int) -> float:
    """Dots mark the joints; face points are so dense that they stay as small as can be."""
    in_face = "face" in layout and layout.slices["face"].start <= index < layout.slices["face"].stop
    return 0.5 if in_face else 1.5 * line
