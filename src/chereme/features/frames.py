"""What a model sees of each moment: both hands in their own frames, and where they are on the body."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.features.hand import HandShape, hand_scale, length
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import POSE_POINTS, Layout

BODY_POINTS = (
    "nose", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip


DOUBT = 0.15
"""Spread of what is added to a hand's lead in training, so that a clip in which neither leads is seen both ways."""


STEEP = 0.7
"""Cosine of the steepest line between shoulders that is still taken for a lean of the camera or the signer."""


@dataclass(frozen=True)
class Moments:
    """shape [batch, moments, 2, HandShape.width], motion [batch, moments, 2, HandFrames.motion_width], body [batch,
    moments, HandFrames.body_width] and presence [batch, moments, 2] of the hands. Hand 0 is the dominant one."""

    shape: Tensor
    motion: Tensor
    body: Tensor
    presence: Tensor


class HandFrames(nn.Module):
    """Landmarks of any length, NaN for missing, x already multiplied by the aspect → `Moments`.

    Everything is free of where the signer sits and how near, and, where shoulders are seen, of how the camera leans. A
    left-handed signer is reflected first, so both give the same features: the dominant hand is the one seen longer,
    moving more and held higher.
    """

    motion_width = 42 + 2 + 2 + 3 + 1
    """change of the shape in the picture plane, path of the wrist, its change, place on the body, presence"""

    body_width = 2 * len(BODY_POINTS) + 2 + 3
    """points in the shoulders' frame, one hand seen from the other, presence of pose and hands"""

    shoulders: Tensor

    def __init__(self, layout: Layout, moments: int) -> None:
        super().__init__()
        if "left_hand" not in layout or "right_hand" not in layout:
            raise CheremeError(f"groups {list(layout.groups)} lack a hand: this model needs left_hand and right_hand")
        self.moments = moments
        self.resample = FillAndResample(layout, moments)
        self.shape = HandShape()
        self.layout = layout
        self.left, self.right = layout.slices["left_hand"], layout.slices["right_hand"]
        self.left_part, self.right_part = layout.groups.index("left_hand"), layout.groups.index("right_hand")
        if "pose" in layout:
            start = layout.slices["pose"].start
            body = [start + POSE_POINTS.index(name) for name in BODY_POINTS]
            other = [start + POSE_POINTS.index(_other_side(name)) for name in BODY_POINTS]
            shoulders = [start + POSE_POINTS.index(f"{side}_shoulder") for side in ("right", "left")]
            self.register_buffer("shoulders", torch.tensor(shoulders), persistent=False)
            self.register_buffer("body_points", torch.tensor(body), persistent=False)
            self.register_buffer("mirrored_body_points", torch.tensor(other), persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Moments, Moments]:
        """In space, and as flat as the picture.

        z is a guess of the landmark model's; its scale and its errors differ between versions and rooms.
        """
        points, presence = self.resample(landmarks)
        if "pose" in self.layout:
            points = self._upright(points, presence)
        hands = torch.stack([points[:, :, self.right], points[:, :, self.left]], dim=2)
        seen = torch.stack([presence[..., self.right_part], presence[..., self.left_part]], dim=-1)
        lead = _lead_of_left(hands, seen)
        if self.training:
            lead = lead + DOUBT * torch.randn_like(lead)
        left_leads = (lead > 0)[:, None, None]

        # reflect every clip about x = 0 where the left hand leads; where is irrelevant, all is made relative below
        sign = torch.where(left_leads[..., None], points.new_tensor([-1.0, 1.0, 1.0]), points.new_ones(3))
        seen = torch.where(left_leads, seen[..., [1, 0]], seen)
        hands = torch.where(left_leads[..., None, None], hands[:, :, [1, 0]], hands) * sign.unsqueeze(1)
        if "pose" in self.layout:
            as_it_is, swapped = points[:, :, self.body_points], points[:, :, self.mirrored_body_points]
            body = torch.where(left_leads[..., None], swapped, as_it_is) * sign
            seen_body = presence[..., self.layout.groups.index("pose")].unsqueeze(-1)
        else:
            body = points.new_zeros(1).expand(points.shape[0], self.moments, len(BODY_POINTS), 3)
            seen_body = torch.zeros_like(seen[..., :1])
        return self._moments(hands, seen, body[..., :2], seen_body)

    def _upright(self, points: Tensor, presence: Tensor) -> Tensor:
        """Turned in the picture plane until the shoulders are level on average: a camera that leans changes nothing.

        Where no body is seen, or its shoulders are steep because the signer stands sideways, all stays as it is.
        """
        right, left = points[:, :, self.shoulders].unbind(dim=2)
        across = _mean((left - right)[..., :2], presence[..., self.layout.groups.index("pose"), None])
        across = across / length(across)
        level = torch.where(across[..., :1] > STEEP, across, across.new_tensor([1.0, 0.0]))
        cos, sin = level[:, :, None, :1], level[:, :, None, 1:]
        x, y = points[..., :1], points[..., 1:2]
        return torch.cat([x * cos + y * sin, y * cos - x * sin, points[..., 2:]], dim=-1)

    def _moments(self, hands: Tensor, seen: Tensor, body: Tensor, seen_body: Tensor) -> tuple[Moments, Moments]:
        """hands [batch, moments, 2, 21, 3], the dominant first; both spaces are computed at once, along axis 2."""
        shoulders = body[:, :, 3:5]
        has_body = (seen_body.mean(dim=1, keepdim=True) > 0).to(body.dtype)
        centre = _mean(shoulders.mean(dim=2), seen_body)
        unit = torch.clamp(_mean(length(shoulders[:, :, 0] - shoulders[:, :, 1]), seen_body), min=1e-3)

        hands = hands.unsqueeze(2) * hands.new_tensor([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]])[:, None, None]
        here = seen[:, :, None, :, None]
        ever = (here.sum(dim=1, keepdim=True) > 0).to(here.dtype)
        shape = self.shape(hands * hands.new_tensor([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])[:, None]) * ever
        picture_plane = shape[..., :63].unflatten(-1, (21, 3))[..., :2].flatten(-2)
        palm = torch.clamp(_mean(hand_scale(hands), here), min=1e-3)
        wrist = hands[..., 0, :2]
        path = torch.clamp((wrist - _mean(wrist, here)) / palm, -10.0, 10.0)
        place = torch.cat([wrist - centre[:, :, None, None], palm.expand_as(wrist[..., :1])], dim=-1)
        on_body = torch.clamp(place / unit[:, :, None, None], -6.0, 6.0) * has_body[:, :, None, None]
        motion = torch.cat([_change(picture_plane), path, _change(path), on_body], dim=-1) * ever
        motion = torch.cat([motion, here.expand_as(motion[..., :1])], dim=-1)

        apart = torch.clamp((wrist[:, :, :, 1] - wrist[:, :, :, 0]) / palm[:, :, :, 0], -20.0, 20.0)
        apart = apart * ever.prod(dim=3) * 0.2
        outline = torch.clamp((body - centre.unsqueeze(2)) / unit.unsqueeze(2), -6.0, 6.0).flatten(-2) * has_body
        solid, flat = (
            Moments(
                shape=shape[:, :, space],
                motion=motion[:, :, space],
                body=torch.cat([outline, apart[:, :, space], seen_body, seen], dim=-1),
                presence=seen,
            )
            for space in (0, 1)
        )
        return solid, flat


def _other_side(name: str) -> str:
    return name.replace("left", "right") if "left" in name else name.replace("right", "left")


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Over moments, of the detected ones: [batch, moments, ...] → [batch, 1, ...]."""
    return (values * weights).sum(dim=1, keepdim=True) / torch.clamp(weights.sum(dim=1, keepdim=True), min=1e-3)


def _change(values: Tensor) -> Tensor:
    """From each moment to the next, zero at the first."""
    return torch.cat([torch.zeros_like(values[:, :1]), values[:, 1:] - values[:, :-1]], dim=1)


def _lead_of_left(hands: Tensor, seen: Tensor) -> Tensor:
    """How much more the left hand takes part than the right [batch], from both [batch, moments, 2, 21, 3], the right
    first: how long each is seen, how far its wrist travels, and, where both are seen, how high it is held; a hand that
    rests lies low but may tremble more than one that holds a sign still."""
    here = seen.unsqueeze(-1)
    palm = torch.clamp(_mean(hand_scale(hands), here), min=1e-3)
    travelled = torch.clamp((length(_change(hands[:, :, :, 0, :2])) * here).sum(dim=1, keepdim=True) / palm, max=5.0)
    part = (here.mean(dim=1, keepdim=True) + 0.1 * travelled)[:, 0, :, 0]
    depth = (_mean(hands[:, :, :, 9, 1:2], here) / palm.amax(dim=2, keepdim=True))[:, 0, :, 0]
    both = (seen.sum(dim=1) > 0).to(depth.dtype).prod(dim=1)
    higher = torch.clamp(depth[:, 0] - depth[:, 1], -3.0, 3.0) * both
    return part[:, 1] - part[:, 0] + 0.2 * higher
