"""329 numbers a frame, the same wherever the signer sits."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chereme.features.frame_features import PLACES, WIDTH, FrameFeatures
from chereme.features.resample import FillAndResample
from chereme.landmarks import BODY, HANDS
from chereme.landmarks.layout import Layout


def features(clip: torch.Tensor, layout: Layout, moments: int = 6) -> torch.Tensor:
    told: torch.Tensor = FrameFeatures(layout)(*FillAndResample(layout, moments)(clip))
    return told


@pytest.mark.parametrize("layout", [BODY, HANDS, Layout(("pose", "left_hand", "right_hand"))])
def test_there_are_as_many_as_published_whatever_the_layout(layout: Layout) -> None:
    assert WIDTH == 329
    assert features(torch.rand(2, 5, len(layout), 3), layout).shape == (2, 6, 329)


@given(st.floats(0.5, 2.0), st.floats(-0.5, 0.5))
def test_place_and_size_do_not_matter(scale: float, shift: float) -> None:
    clip = torch.rand(1, 6, len(BODY), 3, generator=torch.Generator().manual_seed(0))
    moved = clip * scale + torch.tensor([shift, -shift, 0.0])
    assert torch.allclose(features(clip, BODY), features(moved, BODY), atol=1e-3)


def test_an_even_movement_has_one_velocity_in_shoulder_widths() -> None:
    still = torch.rand(1, 1, len(BODY), 3).expand(-1, 6, -1, -1).clone()
    still[:, :, BODY.names.index("left_shoulder")] = torch.tensor([0.75, 0.5, 0.0])
    still[:, :, BODY.names.index("right_shoulder")] = torch.tensor([0.25, 0.5, 0.0])
    still[:, :, BODY.slices["right_hand"], 0] += 0.1 * torch.arange(6)[:, None]
    velocity = features(still, BODY)[..., :225].view(1, 6, 75, 3)
    hand = velocity[:, :, BODY.slices["right_hand"]]
    assert torch.allclose(hand, torch.tensor([0.2, 0.0, 0.0]).expand_as(hand), atol=1e-4)
    assert velocity[:, :, BODY.slices["pose"]].abs().max() < 1e-4


def test_groups_that_are_not_there_are_zero() -> None:
    clip = torch.rand(1, 6, len(BODY), 3)
    clip[:, :, BODY.slices["left_hand"]] = torch.nan
    told = features(clip, BODY)[0]
    assert told[:, 225 : 225 + 16].eq(0).all()
    left = [place for place, point in enumerate(PLACES) if point < 21]
    assert told[:, 257:].view(-1, 24, 3)[:, left].eq(0).all()
