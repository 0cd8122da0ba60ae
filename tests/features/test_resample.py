"""Gaps are bridged by straight lines, ends are held, and nothing is invented."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.features.resample import DEPTH, FillAndResample
from chereme.landmarks import HANDS


def ramp(frames: int) -> torch.Tensor:
    """Every coordinate of every point equals the frame number."""
    return torch.arange(frames, dtype=torch.float32)[None, :, None, None].expand(1, frames, 42, 3).clone()


@given(st.integers(2, 60), st.integers(2, 40))
def test_first_and_last_frame_are_kept_whatever_the_length(frames: int, moments: int) -> None:
    points, presence = FillAndResample(HANDS, moments)(ramp(frames))
    assert torch.allclose(points[0, :, 0, 0], torch.linspace(0, frames - 1, moments), atol=1e-3)
    assert presence.eq(1).all()


def test_a_gap_is_bridged_by_a_straight_line_and_shown_as_absence() -> None:
    clip = ramp(9)
    clip[:, 3:6, HANDS.slices["left_hand"]] = torch.nan
    points, presence = FillAndResample(HANDS, 9)(clip)
    assert torch.allclose(points[0, :, 0, 0], torch.arange(9.0), atol=1e-4)
    assert presence[0, :, 0].tolist() == [1, 1, 1, 0.5, 0, 0.5, 1, 1, 1]
    assert presence[0, :, 1].eq(1).all(), "the other hand was seen throughout"


def test_before_it_appears_a_hand_waits_where_it_will_appear() -> None:
    clip = ramp(5)
    clip[:, :3] = torch.nan
    points, _ = FillAndResample(HANDS, 5)(clip)
    assert points[0, :, 0, 0].tolist() == [3, 3, 3, 3, 4]


def test_a_hand_that_is_never_seen_is_zero() -> None:
    clip = ramp(5)
    clip[:, :, HANDS.slices["right_hand"]] = torch.nan
    points, presence = FillAndResample(HANDS, 5)(clip)
    assert points[:, :, HANDS.slices["right_hand"]].eq(0).all()
    assert presence[..., 1].eq(0).all()


def test_depth_is_brought_to_the_length_of_the_other_axes() -> None:
    points, _ = FillAndResample(HANDS, 5)(ramp(5))
    assert torch.allclose(points[..., 2], points[..., 0] * DEPTH)
