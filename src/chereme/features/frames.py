"""What a model sees of each moment: both hands in their own frames, and where they are on the body."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.features.hand import HandShape, hand_scale, joined, length
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import HAND_POINTS, POSE_POINTS, Layout

BODY_POINTS = (
    "nose", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip

DOUBT = 0.15
"""Spread of what is added to a hand's lead in training, so that a clip in which neither leads is seen both ways."""

STEEP = 0.7
"""Cosine of the steepest line between shoulders that is still taken for a lean of the camera or the signer."""

_KNUCKLE = HAND_POINTS.index("middle_mcp")


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

    hand_parts: Tensor
    hand_rows: Tensor
    sides: Tensor
    spaces: Tensor
    picture_plane: Tensor
    before: Tensor
    shoulders: Tensor
    turn_by_level: Tensor
    keep_depth: Tensor
    body_points: Tensor
    mirrored_body_points: Tensor

    def __init__(self, layout: Layout, moments: int) -> None:
        super().__init__()
        if "left_hand" not in layout or "right_hand" not in layout:
            raise CheremeError(f"groups {list(layout.groups)} lack a hand: this model needs left_hand and right_hand")
        self.moments = moments
        self.resample = FillAndResample(layout, moments)
        self.shape = HandShape()
        self.layout = layout
        groups = ("right_hand", "left_hand")
        self._constant("hand_parts", torch.tensor([layout.groups.index(group) for group in groups]))
        hands = [layout.slices[group] for group in groups]
        points = torch.stack([torch.arange(hand.start, hand.stop) for hand in hands])
        self._constant("hand_rows", (3 * points[:, None] + torch.arange(3)[:, None]).flatten())
        self._constant("sides", torch.tensor([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]]))
        spaces = self.sides * torch.tensor([[[1.0, 1.0, 1.0]], [[1.0, 1.0, 0.0]]])
        self._constant("spaces", spaces.repeat_interleave(len(HAND_POINTS), dim=2))
        self._constant("picture_plane", torch.arange(3 * len(HAND_POINTS)).view(-1, 3)[:, :2].flatten())
        self._constant("before", torch.arange(moments).sub(1).clamp(min=0))
        if "pose" in layout:
            start = layout.slices["pose"].start
            body = [start + POSE_POINTS.index(name) for name in BODY_POINTS]
            other = [start + POSE_POINTS.index(_other_side(name)) for name in BODY_POINTS]
            shoulders = [start + POSE_POINTS.index(f"{side}_shoulder") for side in ("right", "left")]
            self._constant("shoulders", torch.tensor(shoulders))
            # from cosine and sine to the rotation of x, y and z by them, row by row
            cosine, sine = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], [0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
            self._constant("turn_by_level", torch.tensor([cosine, sine]))
            self._constant("keep_depth", torch.tensor([0.0] * 8 + [1.0]))
            self._constant("body_points", torch.tensor(body))
            self._constant("mirrored_body_points", torch.tensor(other))

    def _constant(self, name: str, values: Tensor) -> None:
        self.register_buffer(name, values, persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Moments, Moments]:
        """In space, and as flat as the picture.

        z is a guess of the landmark model's; its scale and its errors differ between versions and rooms.
        """
        points, presence = self.resample(landmarks)
        if "pose" in self.layout:
            points = self._upright(points, presence)
        # [batch, moments, spaces, hands, ...]: the right hand first, and the left one reflected to look like it; x, y
        # and z of a hand each in a row, so that a step works on 21 numbers at a time and not on 3
        rows = joined(points).index_select(2, self.hand_rows).view(-1, self.moments, 1, 2, 63) * self.spaces
        hands = rows.view(-1, self.moments, 2, 2, 3, 21).transpose(-1, -2)
        scale = hand_scale(hands)
        seen = presence.index_select(2, self.hand_parts).view(-1, self.moments, 1, 2, 1)
        lead = self._lead_of_left(hands[:, :, :1], scale[:, :, :1], seen)
        if self.training:
            lead = lead + DOUBT * torch.randn_like(lead)
        left_leads = lead > 0
        scale, seen = (torch.where(left_leads, each.flip(3), each) for each in (scale, seen))
        hands = torch.where(left_leads.unsqueeze(-1), hands.flip(3), hands)

        # where the left hand leads, the clip is reflected about x = 0; where is irrelevant, all is made relative below
        if "pose" in self.layout:
            as_it_is, swapped = (
                points.index_select(2, body)[..., :2] for body in (self.body_points, self.mirrored_body_points)
            )
            body = torch.where(left_leads[..., 0], swapped * self.sides[1, :2], as_it_is)
            pose = self.layout.groups.index("pose")
            seen_body = presence[..., pose : pose + 1]
        else:
            body = points.new_zeros(1).expand(len(points), self.moments, len(BODY_POINTS), 2)
            seen_body = torch.zeros_like(presence[..., :1])
        return self._moments(hands, scale, seen, body, seen_body)

    def _upright(self, points: Tensor, presence: Tensor) -> Tensor:
        """Turned in the picture plane until the shoulders are level on average: a camera that leans changes nothing.

        Where no body is seen, or its shoulders are steep because the signer stands sideways, all stays as it is.
        """
        pose = self.layout.groups.index("pose")
        shoulders = points.index_select(2, self.shoulders)[..., :2]
        across = (shoulders[:, :, 1:] - shoulders[:, :, :1])[:, :, 0]
        across = _mean(across, _share(presence[..., pose : pose + 1]))
        across = across / length(across)
        level = torch.where(across[..., :1] > STEEP, across, across.new_tensor([1.0, 0.0]))
        turn = (level @ self.turn_by_level + self.keep_depth).view(-1, 3, 3)
        return (points.view(-1, self.moments * points.shape[2], 3) @ turn).view(-1, self.moments, points.shape[2], 3)

    def _moments(
        self, hands: Tensor, scale: Tensor, seen: Tensor, body: Tensor, seen_body: Tensor
    ) -> tuple[Moments, Moments]:
        """hands [batch, moments, spaces, hands, 21, 3], the dominant first, each as a right hand."""
        share_of_body = _share(seen_body)
        has_body = (share_of_body.sum(dim=1, keepdim=True) > 0).to(body.dtype)
        shoulders = body[:, :, 3:5]
        centre = _mean(shoulders.mean(dim=2), share_of_body)
        unit = torch.clamp(_mean(length(shoulders[:, :, :1] - shoulders[:, :, 1:])[:, :, 0], share_of_body), min=1e-3)

        share = _share(seen)
        ever = (share.sum(dim=1, keepdim=True) > 0).to(share.dtype)
        shape = self.shape(hands, scale) * ever
        palm = torch.clamp(_mean(scale, share), min=1e-3)
        wrist = hands[..., 0, :2] * self.sides[:, :2]
        path = torch.clamp((wrist - _mean(wrist, share)) / palm, -10.0, 10.0)
        place = torch.cat([wrist - centre[:, :, None, None], palm.expand(-1, self.moments, -1, -1, -1)], dim=-1)
        on_body = torch.clamp(place / unit[:, :, None, None], -6.0, 6.0) * has_body[:, :, None, None]
        bending = self._change(shape.index_select(-1, self.picture_plane))
        motion = torch.cat([bending, path, self._change(path), on_body, torch.cat([seen, seen], dim=2)], dim=-1) * ever

        apart = torch.clamp((wrist[:, :, :, 1:] - wrist[:, :, :, :1]) / palm[:, :, :, :1], -20.0, 20.0)
        apart = (apart * (0.2 * ever.amin(dim=3, keepdim=True)))[:, :, :, 0]
        outline = joined(torch.clamp((body - centre.unsqueeze(2)) / unit.unsqueeze(2), -6.0, 6.0)) * has_body
        presence = seen.view(-1, self.moments, 2)
        solid, flat = (
            Moments(
                shape=shape[:, :, space],
                motion=motion[:, :, space],
                body=torch.cat([outline, apart[:, :, space], seen_body, presence], dim=-1),
                presence=presence,
            )
            for space in (0, 1)
        )
        return solid, flat

    def _lead_of_left(self, hands: Tensor, scale: Tensor, seen: Tensor) -> Tensor:
        """How much more the left hand takes part than the right [batch, 1, 1, 1, 1], from both [batch, moments, 1, 2,
        21, 3], the right first: how long each is seen, how far its wrist travels, and, where both are seen, how high it
        is held; a hand that rests lies low but may tremble more than one that holds a sign still."""
        share = _share(seen)
        palm = torch.clamp(_mean(scale, share), min=1e-3)
        steps = length(self._change(hands[..., 0, :2])) * seen
        travelled = torch.clamp(steps.sum(dim=1, keepdim=True) / palm, max=5.0)
        part = seen.mean(dim=1, keepdim=True) + 0.1 * travelled
        depth = _mean(hands[..., _KNUCKLE, 1:2], share) / palm.amax(dim=3, keepdim=True)
        both = (share.sum(dim=1, keepdim=True) > 0).to(depth.dtype).amin(dim=3, keepdim=True)
        higher = torch.clamp(depth[:, :, :, :1] - depth[:, :, :, 1:], -3.0, 3.0) * both
        return part[:, :, :, 1:] - part[:, :, :, :1] + 0.2 * higher

    def _change(self, values: Tensor) -> Tensor:
        """From each moment to the next, zero at the first."""
        return values - values.index_select(1, self.before)


def _share(weights: Tensor) -> Tensor:
    """Of each moment in a mean over those in which something is detected: [batch, moments, ...] → the same."""
    return weights / torch.clamp(weights.sum(dim=1, keepdim=True), min=1e-3)


def _mean(values: Tensor, share: Tensor) -> Tensor:
    """[batch, moments, ...] → [batch, 1, ...]"""
    return (values * share).sum(dim=1, keepdim=True)


def _other_side(name: str) -> str:
    return name.replace("left", "right") if "left" in name else name.replace("right", "left")
