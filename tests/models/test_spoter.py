"""As published: 54 joints, six layers, nine heads, each hand in its own box."""

import torch

from chereme.features.resample import FillAndResample
from chereme.landmarks import BODY, HANDS
from chereme.models import build_model
from chereme.models.spoter import WIDTH, JointBoxes


def test_it_has_the_size_of_the_paper() -> None:
    model = build_model("spoter", BODY, 100)
    assert 5_800_000 < sum(weight.numel() for weight in model.parameters()) < 6_000_000
    assert model(torch.rand(2, 5, len(BODY), 3))[1].shape == (2, 108)


def test_a_hand_fills_its_box_however_small_it_is() -> None:
    clip = 0.5 + 0.1 * torch.rand(1, 6, len(HANDS), 3)
    clip[:, 3:] = 0.5 + (clip[:, 3:] - 0.5) * 0.3
    joints = JointBoxes(HANDS)(*FillAndResample(HANDS, 6)(clip)).unflatten(2, (WIDTH // 2, 2))
    for hand in (joints[:, :, 12:33], joints[:, :, 33:]):
        sides = hand.amax(dim=2) - hand.amin(dim=2)
        assert torch.allclose(sides.amax(dim=-1), torch.tensor(2 / 1.2), atol=1e-3)


def test_without_a_body_its_wrists_are_those_of_the_hands() -> None:
    clip = 0.5 + 0.1 * torch.rand(1, 6, len(HANDS), 3)
    joints = JointBoxes(HANDS)(*FillAndResample(HANDS, 6)(clip)).unflatten(2, (WIDTH // 2, 2))
    assert joints[:, :, :9].eq(0).all()
    assert joints[:, :, 9:11].ne(0).all()
