"""What a single frame tells: how everything moves, how the hands are held and where they are; 329 numbers."""

import torch
from torch import Tensor, nn

from chereme.features.angles import ANGLES, hand_angles
from chereme.features.shoulders import ShoulderFrame
from chereme.features.velocities import velocities
from chereme.landmarks.layout import BODY, Layout

HANDS = ("left_hand", "right_hand")

OF_HAND = ("wrist", "middle_mcp", "thumb_tip", "index_tip", "middle_tip", "ring_tip", "pinky_tip")

PLACES = tuple(
    BODY.names.index(name)
    for name in (
        *(f"{side}_{joint}" for joint in ("ear", "shoulder", "elbow", "wrist") for side in ("left", "right")),
        *("mouth_left", "mouth_right"),
        *(f"{hand}.{point}" for hand in HANDS for point in OF_HAND),
    )
)
"""24 points of the 75: of the body those that signs are made at, of each hand its wrist, palm and fingertips."""

WIDTH = 3 * len(BODY) + len(HANDS) * ANGLES + 3 * len(PLACES)


class FrameFeatures(nn.Module):
    """Points [batch, moments, points, 3] and presence, as `FillAndResample` gives them → [batch, moments, 329].

    - velocities of 75 points, in shoulder widths a moment (225)
    - angles of both hands in radians, see `hand_angles` (32)
    - places of 24 points, in shoulder widths from the middle between the shoulders (72)

    All of it is free of place and size. What the layout lacks or the clip never shows is 0.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        self.shoulders = ShoulderFrame(layout)

    def forward(self, points: Tensor, presence: Tensor) -> Tensor:
        on_body = self._whole(self.shoulders(points, presence))
        angles = [self._angles(group, points, presence) for group in HANDS]
        places = on_body[:, :, list(PLACES)]
        return torch.cat([velocities(on_body).flatten(2), *angles, places.flatten(2)], dim=-1)

    def _whole(self, points: Tensor) -> Tensor:
        """The groups of this layout among all 75 points."""
        nothing = torch.zeros_like(points[:, :, :1])
        parts = [
            points[:, :, self.layout.slices[group]]
            if group in self.layout
            else nothing.expand(-1, -1, part.stop - part.start, -1)
            for group, part in BODY.slices.items()
        ]
        return torch.cat(parts, dim=2)

    def _angles(self, group: str, points: Tensor, presence: Tensor) -> Tensor:
        if group not in self.layout:
            return torch.zeros_like(points[:, :, 0, :1]).expand(-1, -1, ANGLES)
        ever = presence[..., self.layout.groups.index(group)].amax(dim=1)[:, None, None] > 0
        return hand_angles(points[:, :, self.layout.slices[group]]) * ever
