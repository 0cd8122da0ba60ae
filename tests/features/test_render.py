"""The drawn skeleton shows what is there, where it is, and nothing else."""

import numpy as np
import torch

from chereme.features.render import Render
from chereme.landmarks import BODY, HANDS

SIDE = 64


def hands(*, left: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """One moment of a right hand, fingers up, and perhaps its mirror image beside it: points and presence."""
    right = torch.zeros(21, 3)
    for finger in range(5):
        for joint in range(4):
            right[1 + 4 * finger + joint] = torch.tensor([0.02 * (finger - 2), -0.05 * (joint + 1), 0.0])
    other = right * torch.tensor([-1.0, 1.0, 1.0]) + torch.tensor([0.5, 0.0, 0.0])
    points = torch.cat([other if left else torch.zeros(21, 3), right])[None, None]
    return points + torch.tensor([0.3, 0.6, 0.0]), torch.tensor([[[float(left), 1.0]]])


def test_a_hand_fills_its_channel_and_a_missing_one_leaves_it_black() -> None:
    picture = Render(HANDS, SIDE)(*hands(left=False))[0, 0]
    body, left, right = picture
    assert left.max() == 0.0
    assert right.max() > 0.9
    drawn = np.argwhere(right.numpy() > 0.5)
    assert np.ptp(drawn[:, 0]) > SIDE / 3, "the hand by itself is large"
    small = np.argwhere(body.numpy() > 0.5)
    assert np.ptp(small[:, 0]) < np.ptp(drawn[:, 0]), "the same hand on the body is small"
    assert 0.0 <= picture.min() <= picture.max() <= 1.0


def test_the_mirrored_hand_is_the_mirrored_picture() -> None:
    left, right = Render(HANDS, SIDE)(*hands(left=True))[0, 0, 1:]
    assert torch.allclose(left, right.flip(-1), atol=1e-4)


def test_fingers_that_point_up_are_drawn_upwards() -> None:
    right = Render(HANDS, SIDE)(*hands(left=False))[0, 0, 2]
    rows = right.sum(dim=1)
    assert rows[: SIDE // 2].sum() > rows[SIDE // 2 :].sum()


def test_a_clip_without_anybody_is_black() -> None:
    film = Render(BODY, SIDE)(torch.zeros(2, 3, len(BODY), 3), torch.zeros(2, 3, 3))
    assert film.shape == (2, 3, 3, SIDE, SIDE)
    assert film.max() == 0.0
