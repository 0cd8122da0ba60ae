"""The angles of a hand: how far each finger is bent, how far apart fingers are, and which way the palm is turned."""

from itertools import pairwise

import torch
from torch import Tensor

from chereme.features.hand import hand_scale, length, palm_axes
from chereme.landmarks.layout import HAND_POINTS

FINGERS = ("thumb", "index", "middle", "ring", "pinky")

ANGLES = 10 + 4 + 2
"""Of one hand."""


def hand_angles(hand: Tensor) -> Tensor:
    """Points [..., 21, 3] of a hand, x, y and z in one unit → angles [..., 16] in radians, whatever place and size.

    - bend at the two middle joints of each finger, thumb first, knuckle side first: 0 is straight (10)
    - between neighbouring fingers, from their first to their last joint: 0 is side by side (4)
    - of the palm: its normal against the line of sight, and its direction against the picture's upright (2)

    A hand that is all zero has angles that mean nothing and are finite.
    """
    local = (hand - hand[..., :1, :]) / (hand_scale(hand).unsqueeze(-2) + 1e-6)
    fingers = [[local[..., index, :] for index in _points_of(finger)] for finger in FINGERS]
    bends = [
        angle_between(finger[joint] - finger[joint - 1], finger[joint + 1] - finger[joint])
        for finger in fingers
        for joint in (1, 2)
    ]
    along = [finger[-1] - finger[0] for finger in fingers]
    apart = [angle_between(one, other) for one, other in pairwise(along)]
    _, direction, normal = palm_axes(local).unbind(dim=-2)
    sight = torch.zeros_like(normal) + normal.new_tensor([0.0, 0.0, 1.0])
    upright = torch.zeros_like(normal) + normal.new_tensor([0.0, -1.0, 0.0])
    return torch.cat([*bends, *apart, angle_between(normal, sight), angle_between(direction, upright)], dim=-1)


def angle_between(one: Tensor, other: Tensor) -> Tensor:
    """0 to π [..., 1] between vectors [..., 3]; exact for small angles, where the cosine is not."""
    across = length(torch.linalg.cross(one, other))
    return torch.atan2(across, (one * other).sum(dim=-1, keepdim=True))


def _points_of(finger: str) -> list[int]:
    return [index for index, name in enumerate(HAND_POINTS) if name.startswith(finger)]
