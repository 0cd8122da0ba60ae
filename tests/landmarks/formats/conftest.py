"""Clips of all kinds, made at random from a seed."""

import numpy as np
from hypothesis import strategies as st

from chereme.landmarks import BODY, HANDS, HOLISTIC, LandmarkSequence, Layout


@st.composite
def clips(draw: st.DrawFn) -> LandmarkSequence:
    """Parts missing in some frames, single points and depths missing, a coordinate that is exactly 0."""
    layout: Layout = draw(st.sampled_from((HANDS, BODY, HOLISTIC, Layout(("pose", "right_hand")))))
    frames = draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = random.uniform(-1, 2, (frames, len(layout), 3)).astype(np.float32)
    points[random.random((frames, len(layout))) < 0.05, 0] = 0.0
    points[random.random((frames, len(layout))) < draw(st.sampled_from((0.0, 0.1)))] = np.nan
    points[random.random((frames, len(layout))) < 0.05, 2] = np.nan
    for part in layout.slices.values():
        points[random.random(frames) < 0.3, part] = np.nan
    fps = draw(st.sampled_from((None, 12.5, 25.0, 29.97)))
    aspect = draw(st.sampled_from((None, 1.0, 0.75, 16 / 9)))
    return LandmarkSequence(points, layout, fps, aspect)
