"""Where every point is on the body: the middle between the shoulders as origin, their width as unit."""

import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.features.hand import hand_scale, length
from chereme.landmarks.layout import POSE_POINTS, Layout

PALMS = 4.0
"""Shoulder width in palms, as most people have it: what is taken for the unit where only hands are seen."""

FAR = 6.0
"""Nothing of a signer is further away than so many shoulder widths; what seems to be is a wrong detection."""


class ShoulderFrame(nn.Module):
    """Points → the same points without regard to where the signer is in the picture, and how near.

    Origin and unit are the clip's mean over the moments in which the body is seen, so a swaying body sways. Clips
    without a body take the mean of their wrists and `PALMS` palms. z keeps the origin that MediaPipe gives it: the hips
    for the body, the wrist for a hand.
    """

    group_of_point: Tensor

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.hands = [group for group in ("left_hand", "right_hand") if group in layout]
        if "pose" not in layout and not self.hands:
            raise CheremeError(
                f"groups {list(layout.groups)} have neither hands nor pose: this model needs one of them"
            )
        self.layout = layout
        sizes = torch.tensor([layout.slices[group].stop - layout.slices[group].start for group in layout.groups])
        group_of_point = torch.repeat_interleave(torch.arange(len(sizes)), sizes)
        self.register_buffer("group_of_point", group_of_point, persistent=False)

    def forward(self, points: Tensor, presence: Tensor) -> Tensor:
        """Points [batch, moments, points, 3] and presence [batch, moments, groups], as `FillAndResample` gives them
        (x times aspect, 0 for missing) → [batch, moments, points, 3], 0 for groups that the clip never shows."""
        centre, unit = self._of_hands(points, presence)
        if "pose" in self.layout:
            of_body, width, seen = self._of_body(points, presence)
            centre = torch.where(seen, of_body, centre)
            unit = torch.where(seen, width, unit)
        on_body = (points - centre[:, None, None]) / torch.clamp(unit, min=1e-3)[:, None, None]
        ever = (presence.amax(dim=1) > 0).to(points.dtype)
        return torch.clamp(on_body, -FAR, FAR) * ever[:, self.group_of_point][:, None, :, None]

    def _of_hands(self, points: Tensor, presence: Tensor) -> tuple[Tensor, Tensor]:
        """Centre [batch, 3] and unit [batch, 1]."""
        if not self.hands:
            nowhere = points[:, 0, 0] * 0.0
            return nowhere, nowhere[:, :1]
        hands = torch.cat([points[:, :, self.layout.slices[group]] for group in self.hands], dim=1)
        seen = torch.cat([presence[..., self.layout.groups.index(group)] for group in self.hands], dim=1)
        return _flat(_mean(hands[:, :, 0], seen)), PALMS * _mean(hand_scale(hands), seen)

    def _of_body(self, points: Tensor, presence: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Centre [batch, 3], unit [batch, 1] and whether there is a body [batch, 1]."""
        start = self.layout.slices["pose"].start
        left = points[:, :, start + POSE_POINTS.index("left_shoulder")]
        right = points[:, :, start + POSE_POINTS.index("right_shoulder")]
        seen = presence[..., self.layout.groups.index("pose")]
        width = _mean(length((left - right)[..., :2]), seen)
        return _flat(_mean((left + right) / 2, seen)), width, seen.amax(dim=1, keepdim=True) > 0


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Over moments: [batch, moments, n] with weights [batch, moments] → [batch, n]."""
    return (values * weights.unsqueeze(-1)).sum(dim=1) / torch.clamp(weights.sum(dim=1, keepdim=True), min=1e-3)


def _flat(point: Tensor) -> Tensor:
    return point * point.new_tensor([1.0, 1.0, 0.0])
