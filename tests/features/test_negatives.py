"""What is no sign: two halves of different signs."""

import torch

from chereme.features.negatives import spliced
from chereme.landmarks import HANDS


def holding(x: float, frames: int = 20) -> torch.Tensor:
    """A right hand held still at x, [1, frames, 42, 3]."""
    shape = torch.randn(21, 3, generator=torch.Generator().manual_seed(0)) * 0.05
    clip = torch.full((1, frames, 42, 3), torch.nan)
    clip[:, :, HANDS.slices["right_hand"]] = shape + torch.tensor([x, 0.5, 0.0])
    return clip


def test_a_splice_begins_as_one_clip_and_ends_as_the_other() -> None:
    one, other = holding(0.2), holding(0.8)
    joined = spliced(one, other, torch.Generator().manual_seed(0))
    right = HANDS.slices["right_hand"]
    assert torch.equal(joined[:, :6, right], one[:, :6, right])
    assert torch.equal(joined[:, -6:, right], other[:, -6:, right])
