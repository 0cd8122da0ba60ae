"""One hand in its own frame: its shape without regard to who signs, how near the camera is, or where in the picture."""

from itertools import combinations

import torch
from torch import Tensor, nn

from chereme.landmarks.layout import HAND_POINTS


def length(vectors: Tensor) -> Tensor:
    """Euclidean length over the last axis, kept as an axis of 1; safe to differentiate at zero."""
    return torch.sqrt((vectors * vectors).sum(dim=-1, keepdim=True) + 1e-10)


def joined(vectors: Tensor) -> Tensor:
    """[batch, ..., n, m] → [batch, ..., n * m]: as `flatten` does it, but for any batch without computing shapes."""
    return vectors.reshape(-1, *vectors.shape[1:-2], vectors.shape[-2] * vectors.shape[-1])


def hand_scale(hand: Tensor) -> Tensor:
    """Size of the palm [..., 1] from points [..., 21, 3].

    Measured in three dimensions, so that it stays the same when the hand turns: the mean of four palm edges.
    """
    starts, ends = (torch.tensor(corners, device=hand.device) for corners in PALM_EDGES)
    return length(hand.index_select(-2, starts) - hand.index_select(-2, ends)).mean(dim=-2)


class HandShape(nn.Module):
    """Points [batch, moments, 21, 3] of a right hand → features [batch, moments, width]; a left one is reflected first.

    - the 21 points as the camera sees them: wrist as origin, palm size as unit (63)
    - the same points in the palm's own axes: what the fingers do, whichever way the hand is turned (63)
    - the palm's axes: which way it is turned (9)
    - distances between fingertips, middle joints, knuckles and wrist (105)
    """

    turn_width = 9
    width = 63 + 63 + turn_width + 105

    pairs: Tensor

    def __init__(self) -> None:
        super().__init__()
        # thumb against middle joints tells m, n, s and t apart
        names = [name for name in HAND_POINTS if name == "wrist" or name.endswith(("_tip", "_pip", "_mcp"))]
        chosen = [HAND_POINTS.index(name) for name in names]
        starts, ends = zip(*combinations(chosen, 2), strict=True)
        one_point = torch.eye(len(HAND_POINTS))
        # from the points to the differences of all pairs
        self.register_buffer("pairs", (one_point[list(starts)] - one_point[list(ends)]).T, persistent=False)

    @classmethod
    def turn(cls, shape: Tensor) -> Tensor:
        """Of features [..., width], only which way the hand is turned [..., turn_width]."""
        return shape[..., 126 : 126 + cls.turn_width]

    def forward(self, hand: Tensor, scale: Tensor) -> Tensor:
        """hand [..., 21, 3] and its `hand_scale` → [..., width]"""
        # x, y and z each in a row, so that a step works on 21 numbers at a time and not on 3
        rows = hand.transpose(-1, -2)
        rows = (rows - rows[..., :1]) / (scale.unsqueeze(-1) + 1e-6)
        local = rows.transpose(-1, -2)
        axes = palm_axes(local)
        in_palm = (axes @ rows).transpose(-1, -2)
        apart = rows @ self.pairs
        # the logarithm sees the difference between touching and nearly touching, which is where handshapes part
        distances = torch.log(0.1 + torch.sqrt((apart * apart).sum(dim=-2) + 1e-10))
        return torch.cat([joined(local), joined(in_palm), joined(axes), distances], dim=-1)


def palm_axes(local: Tensor) -> Tensor:
    """Rows are the palm's across, along and normal directions [..., 3, 3], from wrist-relative points [..., 21, 3]."""
    index, middle, pinky = (local[..., place : place + 1, :] for place in (_INDEX, _MIDDLE, _PINKY))
    along = middle / length(middle)
    across = index - pinky
    across = across - (across * along).sum(dim=-1, keepdim=True) * along
    across = across / length(across)
    return torch.cat([across, along, _cross(across, along)], dim=-2)


def _cross(one: Tensor, other: Tensor) -> Tensor:
    """As `torch.linalg.cross`, in fewer steps once exported."""
    first, second = (torch.tensor(turned, device=one.device) for turned in ((1, 2, 0), (2, 0, 1)))
    ahead = one.index_select(-1, first) * other.index_select(-1, second)
    return ahead - one.index_select(-1, second) * other.index_select(-1, first)


_WRIST, _INDEX, _MIDDLE, _PINKY = map(HAND_POINTS.index, ("wrist", "index_mcp", "middle_mcp", "pinky_mcp"))

PALM_EDGES = (_INDEX, _MIDDLE, _PINKY, _INDEX), (_WRIST, _WRIST, _WRIST, _PINKY)
"""Of the palm: where each starts, and where it ends."""
