"""One hand in its own frame: its shape without regard to who signs, how near the camera is, or where in the picture."""

import torch
from torch import Tensor, nn

from chereme.landmarks.layout import HAND_POINTS


def length(vectors: Tensor) -> Tensor:
    """Euclidean length over the last axis, kept as an axis of 1; safe to differentiate at zero."""
    return torch.sqrt((vectors * vectors).sum(dim=-1, keepdim=True) + 1e-10)


def hand_scale(hand: Tensor) -> Tensor:
    """Size of the palm [..., 1] from points [..., 21, 3].

    Measured in three dimensions, so that it stays the same when the hand turns: the mean of four palm edges.
    """
    wrist, index, middle, pinky = (hand[..., HAND_POINTS.index(name), :] for name in _PALM)
    edges = torch.stack([index - wrist, middle - wrist, pinky - wrist, index - pinky], dim=-2)
    return length(edges).mean(dim=-2)


class HandShape(nn.Module):
    """Points [batch, moments, 21, 3] of a right hand → features [batch, moments, width]; a left one is reflected first.

    - the 21 points as the camera sees them: wrist as origin, palm size as unit (63)
    - the same points in the palm's own axes: what the fingers do, whichever way the hand is turned (63)
    - the palm's axes: which way it is turned (9)
    - distances between fingertips, middle joints, knuckles and wrist (105)
    """

    turn_width = 9
    width = 63 + 63 + turn_width + 105

    pair_starts: Tensor
    pair_ends: Tensor

    def __init__(self) -> None:
        super().__init__()
        # thumb against middle joints tells m, n, s and t apart
        names = [name for name in HAND_POINTS if name == "wrist" or name.endswith(("_tip", "_pip", "_mcp"))]
        chosen = [HAND_POINTS.index(name) for name in names]
        pairs = [(a, b) for place, a in enumerate(chosen) for b in chosen[place + 1 :]]
        self.register_buffer("pair_starts", torch.tensor([a for a, _ in pairs]), persistent=False)
        self.register_buffer("pair_ends", torch.tensor([b for _, b in pairs]), persistent=False)

    @classmethod
    def turn(cls, shape: Tensor) -> Tensor:
        """Of features [..., width], only which way the hand is turned [..., turn_width]."""
        return shape[..., 126 : 126 + cls.turn_width]

    def forward(self, hand: Tensor) -> Tensor:
        local = (hand - hand[..., :1, :]) / (hand_scale(hand).unsqueeze(-2) + 1e-6)
        axes = palm_axes(local)
        in_palm = local @ axes.transpose(-1, -2)
        # the logarithm sees the difference between touching and nearly touching, which is where handshapes part
        distances = torch.log(0.1 + length(local[..., self.pair_starts, :] - local[..., self.pair_ends, :]))
        views = [local.flatten(-2), in_palm.flatten(-2), axes.flatten(-2), distances.flatten(-2)]
        return torch.cat(views, dim=-1)


def palm_axes(local: Tensor) -> Tensor:
    """Rows are the palm's across, along and normal directions [..., 3, 3], from wrist-relative points [..., 21, 3]."""
    index, middle, pinky = (local[..., HAND_POINTS.index(name), :] for name in _PALM[1:])
    along = middle / length(middle)
    across = index - pinky
    across = across - (across * along).sum(dim=-1, keepdim=True) * along
    across = across / length(across)
    normal = torch.stack(
        [
            across[..., 1] * along[..., 2] - across[..., 2] * along[..., 1],
            across[..., 2] * along[..., 0] - across[..., 0] * along[..., 2],
            across[..., 0] * along[..., 1] - across[..., 1] * along[..., 0],
        ],
        dim=-1,
    )
    return torch.stack([across, along, normal], dim=-2)


_PALM = ("wrist", "index_mcp", "middle_mcp", "pinky_mcp")
