"""Each group of points by itself: a hand in its own frame and where it is, the upper body in the shoulders' frame."""

import torch
from torch import Tensor, nn

from chereme.features.frames import BODY_POINTS
from chereme.features.hand import hand_scale
from chereme.features.shoulders import ShoulderFrame
from chereme.landmarks.layout import POSE_POINTS, Layout


class GroupCoordinates(nn.Module):
    """Points → one vector a group and moment, for the groups `left_hand`, `pose` and `right_hand` that there are.

    A hand: its 21 points with the wrist as origin and the palm as unit (63), and its wrist on the body (2). Handshapes
    would be tiny in the shoulders' frame. The pose: head, shoulders, elbows and wrists on the body, without depth (18).
    Every number is then brought to mean 0 and spread 1 as measured in training; what hardly varies there stays small.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.shoulders = ShoulderFrame(layout)
        self.layout = layout
        self.widths = {
            group: 2 * len(BODY_POINTS) if group == "pose" else 63 + 2 for group in layout.groups if group != "face"
        }
        self.width = sum(self.widths.values())
        """Of all groups together."""
        self.scale = nn.ModuleDict(
            {group: nn.BatchNorm1d(width, eps=1e-2, affine=False) for group, width in self.widths.items()}
        )

    def forward(self, points: Tensor, presence: Tensor) -> dict[str, Tensor]:
        """As `ShoulderFrame` takes them → for each group [batch, moments, width]; 0 for groups that are never shown."""
        on_body = self.shoulders(points, presence)
        scaled = {}
        for group, scale in self.scale.items():
            coordinates = self._group(group, points, on_body)
            ever = presence[..., self.layout.groups.index(group)].amax(dim=1)[:, None, None] > 0
            scaled[group] = scale(coordinates.flatten(0, 1)).view_as(coordinates) * ever
        return scaled

    def _group(self, group: str, points: Tensor, on_body: Tensor) -> Tensor:
        start = self.layout.slices[group].start
        if group == "pose":
            body = [start + POSE_POINTS.index(name) for name in BODY_POINTS]
            return on_body[:, :, body, :2].flatten(2)
        hand = own_frame(points[:, :, self.layout.slices[group]])
        return torch.cat([hand.flatten(2), on_body[:, :, start, :2]], dim=-1)


def own_frame(hand: Tensor) -> Tensor:
    """Points [..., 21, 3] of a hand → the same with the wrist as origin and the palm as unit."""
    return torch.clamp((hand - hand[..., :1, :]) / (hand_scale(hand).unsqueeze(-2) + 1e-6), -10.0, 10.0)
