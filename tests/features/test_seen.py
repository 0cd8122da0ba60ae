"""Frames stay as they were recorded; what is missing is said and is zero."""

import torch

from chereme.features.resample import DEPTH
from chereme.features.seen import SeenFrames
from chereme.landmarks import HANDS


def test_what_is_missing_is_zero_and_absent_and_the_rest_is_kept() -> None:
    clip = torch.rand(1, 4, 42, 3)
    lost = clip.clone()
    lost[:, 2, HANDS.slices["right_hand"]] = torch.nan
    points, presence = SeenFrames(HANDS)(lost)
    assert presence[0].tolist() == [[1, 1], [1, 1], [1, 0], [1, 1]]
    assert points[0, 2, HANDS.slices["right_hand"]].eq(0).all()
    assert torch.equal(points[0, 1], clip[0, 1] * torch.tensor([1.0, 1.0, DEPTH]))
