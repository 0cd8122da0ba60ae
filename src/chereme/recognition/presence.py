"""Is there a hand to read?"""

import numpy as np
from numpy.typing import NDArray

from chereme.landmarks.layout import Layout


def hands_seen(points: NDArray[np.float32], layout: Layout) -> NDArray[np.bool_]:
    """In which frames at least one hand was detected, bool [frames]; points float32 [frames, points, 3], NaN = missing.

    A layout without hands counts a frame in which anything was detected.
    """
    hands = [group for group in ("left_hand", "right_hand") if group in layout] or list(layout.groups)
    seen = np.zeros(len(points), dtype=np.bool_)
    for group in hands:
        detected = ~np.isnan(points[:, layout.slices[group], :2])
        seen |= np.any(np.all(detected, axis=2), axis=1)
    return seen
