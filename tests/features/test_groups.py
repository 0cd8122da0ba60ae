"""Each group of points gives its own numbers, and what is not there gives none."""

import torch

from chereme.features.groups import GroupCoordinates, own_frame
from chereme.features.resample import FillAndResample
from chereme.landmarks import BODY, HANDS


def test_each_group_has_its_width() -> None:
    for layout in (BODY, HANDS):
        groups = GroupCoordinates(layout)
        seen = groups(*FillAndResample(layout, 6)(torch.rand(2, 5, len(layout), 3)))
        assert {group: part.shape for group, part in seen.items()} == {
            group: (2, 6, width) for group, width in groups.widths.items()
        }
        assert sum(groups.widths.values()) == groups.width


def test_a_group_that_is_never_seen_is_zero_even_after_training() -> None:
    groups = GroupCoordinates(BODY)
    resample = FillAndResample(BODY, 6)
    groups.train()(*resample(torch.rand(8, 5, len(BODY), 3)))
    clips = torch.rand(2, 5, len(BODY), 3)
    clips[:, :, BODY.slices["left_hand"]] = torch.nan
    seen = groups.eval()(*resample(clips))
    assert seen["left_hand"].eq(0).all()
    assert seen["right_hand"].ne(0).any()


def test_in_its_own_frame_a_hand_begins_at_its_wrist() -> None:
    hand = torch.rand(4, 21, 3)
    own = own_frame(hand)
    assert own[:, 0].eq(0).all()
    assert torch.allclose(own, own_frame(hand * 3 + 1), atol=1e-4)
