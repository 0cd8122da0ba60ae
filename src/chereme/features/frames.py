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

    Everything is free of where the signer sits and how near. A left-handed signer is reflected first, so both give the
    same features: the dominant hand is the one seen longer, moving more and held higher.
    """

    motion_width = 42 + 2 + 2 + 3 + 1
    """change of the shape in the picture plane, path of the wrist, its change, place on the body, presence"""

    body_width = 2 * len(BODY_POINTS) + 2 + 3
    """points in the shoulders' frame, one hand seen from the other, presence of pose and hands"""

    def __init__(self, layout: Layout, moments: int) -> None:
        super().__init__()
        if "left_hand" not in layout or "right_hand" not in layout:
            raise CheremeError(f"groups {list(layout.groups)} lack a hand: this model needs left_hand and right_hand")
        self.resample = FillAndResample(layout, moments)
        self.shape = HandShape()
        self.layout = layout
        self.left, self.right = layout.slices["left_hand"], layout.slices["right_hand"]
        self.left_part, self.right_part = layout.groups.index("left_hand"), layout.groups.index("right_hand")
        if "pose" in layout:
            start = layout.slices["pose"].start
            body = [start + POSE_POINTS.index(name) for name in BODY_POINTS]
            other = [start + POSE_POINTS.index(_other_side(name)) for name in BODY_POINTS]
            self.register_buffer("body_points", torch.tensor(body), persistent=False)
            self.register_buffer("mirrored_body_points", torch.tensor(other), persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Moments, Moments]:
        """In space, and as flat as the picture.

        z is a guess of the landmark model's; its scale and its errors differ between versions and rooms.
        """
        points, presence = self.resample(landmarks)
        left, right = points[:, :, self.left], points[:, :, self.right]
        seen_left, seen_right = presence[..., self.left_part], presence[..., self.right_part]
        lead = _lead(left, right, seen_left, seen_right)
        if self.training:
            lead = lead + DOUBT * torch.randn_like(lead)
        flip = (lead > 0).to(points.dtype)[:, None]

        # reflect every clip about x = 0 where the left hand leads; where is irrelevant, all is made relative below
        sign = torch.stack([1.0 - 2.0 * flip, torch.ones_like(flip), torch.ones_like(flip)], dim=-1)[:, :, None]
        keep = 1.0 - flip
        dominant = (right * keep[..., None, None] + left * flip[..., None, None]) * sign
        other = (left * keep[..., None, None] + right * flip[..., None, None]) * sign
        seen = torch.stack([seen_right * keep + seen_left * flip, seen_left * keep + seen_right * flip], dim=-1)

        if "pose" in self.layout:
            as_it_is, swapped = points[:, :, self.body_points], points[:, :, self.mirrored_body_points]
            body = (as_it_is * keep[..., None, None] + swapped * flip[..., None, None]) * sign
            seen_body = presence[..., self.layout.groups.index("pose")].unsqueeze(-1)
        else:
            body = dominant.new_zeros(1).expand(dominant.shape[0], dominant.shape[1], len(BODY_POINTS), 3)
            seen_body = torch.zeros_like(seen[..., :1])
        flat = points.new_tensor([1.0, 1.0, 0.0])
        return (
            self._moments(dominant, other, seen, body, seen_body),
            self._moments(dominant * flat, other * flat, seen, body, seen_body),
        )

    def _moments(self, dominant: Tensor, other: Tensor, seen: Tensor, body: Tensor, seen_body: Tensor) -> Moments:
        shoulders = body[:, :, 3:5, :2]
        has_body = (seen_body.mean(dim=1, keepdim=True) > 0).to(body.dtype)
        centre = _mean(shoulders.mean(dim=2), seen_body).unsqueeze(1)
        width = _mean(length(shoulders[:, :, 0] - shoulders[:, :, 1]), seen_body).unsqueeze(1)
        unit = torch.clamp(width, min=1e-3)

        shapes, motions = [], []
        for place, hand in enumerate((dominant, other)):
            here = seen[..., place : place + 1]
            reflected = hand if place == 0 else hand * hand.new_tensor([-1.0, 1.0, 1.0])
            shape = self.shape(reflected)
            picture_plane = shape[..., :63].unflatten(-1, (21, 3))[..., :2].flatten(-2)
            palm = torch.clamp(_mean(hand_scale(hand), here).unsqueeze(1), min=1e-3)
            wrist = hand[:, :, 0, :2]
            path = torch.clamp((wrist - _mean(wrist, here).unsqueeze(1)) / palm, -10.0, 10.0)
            on_body = torch.clamp(torch.cat([(wrist - centre) / unit, palm.expand_as(here) / unit], dim=-1), -6.0, 6.0)
            motion = torch.cat([_change(picture_plane), path, _change(path), on_body * has_body], dim=-1)
            shapes.append(shape * _ever(here))
            motions.append(torch.cat([motion * _ever(here), here], dim=-1))

        apart = (other[:, :, 0, :2] - dominant[:, :, 0, :2]) / torch.clamp(
            _mean(hand_scale(dominant), seen[..., :1]).unsqueeze(1), min=1e-3
        )
        apart = torch.clamp(apart, -20.0, 20.0) * _ever(seen[..., :1]) * _ever(seen[..., 1:])
        outline = torch.clamp((body[..., :2] - centre.unsqueeze(2)) / unit.unsqueeze(2), -6.0, 6.0).flatten(-2)
        return Moments(
            shape=torch.stack(shapes, dim=2),
            motion=torch.stack(motions, dim=2),
            body=torch.cat([outline * has_body, apart * 0.2, seen_body, seen], dim=-1),
            presence=seen,
        )


def _other_side(name: str) -> str:
    return name.replace("left", "right") if "left" in name else name.replace("right", "left")


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """Over moments, of the detected ones: [batch, moments, n] with weights [batch, moments, 1] → [batch, n]."""
    return (values * weights).sum(dim=1) / torch.clamp(weights.sum(dim=1), min=1e-3)


def _ever(here: Tensor) -> Tensor:
    """1 where the part is detected at any moment of the clip, else 0: [batch, moments, 1] → [batch, 1, 1]."""
    return (here.sum(dim=1, keepdim=True) > 0).to(here.dtype)


def _change(values: Tensor) -> Tensor:
    """From each moment to the next, zero at the first."""
    return torch.cat([torch.zeros_like(values[:, :1]), values[:, 1:] - values[:, :-1]], dim=1)


def _lead(left: Tensor, right: Tensor, seen_left: Tensor, seen_right: Tensor) -> Tensor:
    """How much more the left hand takes part than the right [batch]: how long it is seen, how far its wrist travels,
    and, where both are seen, how high it is held; a hand that rests lies low but may tremble more than one that holds
    a sign still."""
    palms = [
        torch.clamp(_mean(hand_scale(hand), seen.unsqueeze(-1))[:, 0], min=1e-3)
        for hand, seen in ((left, seen_left), (right, seen_right))
    ]
    travelled = [
        torch.clamp((length(_change(hand[:, :, 0, :2]))[..., 0] * seen).sum(dim=1) / palm, max=5.0)
        for hand, seen, palm in zip((left, right), (seen_left, seen_right), palms, strict=True)
    ]
    down = [
        _mean(hand[:, :, 9, 1:2], seen.unsqueeze(-1))[:, 0] for hand, seen in ((left, seen_left), (right, seen_right))
    ]
    higher = torch.clamp((down[1] - down[0]) / torch.maximum(*palms), -3.0, 3.0)
    both = ((seen_left.sum(dim=1) > 0) & (seen_right.sum(dim=1) > 0)).to(higher.dtype)
    return seen_left.mean(dim=1) - seen_right.mean(dim=1) + 0.1 * (travelled[0] - travelled[1]) + 0.2 * higher * both
