"""What the quick network sees of a clip: differences between points, read in as few steps as possible."""

from itertools import chain

import torch
from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.features.frames import BODY_POINTS, DOUBT
from chereme.features.hand import PALM_EDGES, joined
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import HAND_POINTS, POSE_POINTS, Layout

_KNUCKLE = HAND_POINTS.index("middle_mcp")

_FROM_THE_SHOULDER = (
    "right_shoulder",
    "left_shoulder",
    *(name for name in BODY_POINTS if not name.endswith("_shoulder")),
)
"""The shoulder that the others are seen from, and the other shoulder first, for it is the unit."""


class Glance(nn.Module):
    """Landmarks of any length, NaN for missing, x already multiplied by the aspect → hands [batch, moments, 2,
    `hand_width`], the dominant first, each as a right hand; and the rest [batch, moments, `rest_width`].

    A hand: its points seen from the wrist, in palms. The rest: where the wrists go, one hand seen from the other, head,
    arms and hands seen from a shoulder in shoulder widths, and what was detected. Free of where the signer sits and how
    near; a left-handed signer is reflected first. What is never detected is 0.

    One step each picks all points, takes all differences and scales them: on one clip at a time the number of steps is
    what counts, hardly their size.
    """

    hand_width = 3 * len(HAND_POINTS)

    hands: Tensor
    edge_starts: Tensor
    edge_ends: Tensor
    wrists: Tensor
    mirrored: Tensor
    mirror_signs: Tensor
    other_hand: Tensor
    starts: Tensor
    ends: Tensor
    as_right: Tensor
    before: Tensor

    def __init__(self, layout: Layout, moments: int) -> None:
        super().__init__()
        if "left_hand" not in layout or "right_hand" not in layout:
            raise CheremeError(f"groups {list(layout.groups)} lack a hand: this model needs left_hand and right_hand")
        self.moments = moments
        self.resample = FillAndResample(layout, moments)
        self.has_pose = "pose" in layout
        right, left = (layout.slices[group].start for group in ("right_hand", "left_hand"))
        self._constant("hands", [layout.groups.index(group) for group in ("right_hand", "left_hand")])
        self._constant("before", [max(moment - 1, 0) for moment in range(moments)])
        corners = [[start + corner for start in (right, left) for corner in side] for side in PALM_EDGES]
        self._constant("edge_starts", _columns(corners[0], 3))
        self._constant("edge_ends", _columns(corners[1], 3))
        # x and y of both wrists, then y of both middle knuckles
        self._constant(
            "wrists", [*_columns([right, left], 2), *(3 * (start + _KNUCKLE) + 1 for start in (right, left))]
        )
        self._constant("mirrored", _columns(layout.mirror_order, 3))
        self._constant("mirror_signs", [-1.0, 1.0, 1.0] * len(layout))
        self._constant("other_hand", [1, 0, 3, 2])

        of_each = range(len(HAND_POINTS))
        starts = _columns([hand + point for hand in (right, left) for point in of_each], 3)
        ends = _columns([hand for hand in (right, left) for _ in of_each], 3)
        starts, ends = starts + _columns([left], 2), ends + _columns([right], 2)
        if self.has_pose:
            self.pose = layout.groups.index("pose")
            first = layout.slices["pose"].start
            shoulder, *seen_from_it = (first + POSE_POINTS.index(name) for name in _FROM_THE_SHOULDER)
            seen_from_it += [right, left]
            starts, ends = starts + _columns(seen_from_it, 2), ends + _columns([shoulder] * len(seen_from_it), 2)
        self._constant("starts", starts)
        self._constant("ends", ends)
        self._constant("as_right", [[1.0] * self.hand_width, [-1.0, 1.0, 1.0] * len(HAND_POINTS)])
        self.parts = [2 * self.hand_width, 2, len(starts) - 2 * self.hand_width - 2]
        """Of the differences: shapes of the hands, one hand from the other, the body."""
        self.rest_width = len(starts) - 2 * self.hand_width + 8 + 2 + self.has_pose

    def _constant(self, name: str, values: list[int] | list[float] | list[list[float]]) -> None:
        self.register_buffer(name, torch.tensor(values), persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        points, presence = self.resample(landmarks)
        flat = joined(points)
        seen = presence.index_select(2, self.hands)
        edges = flat.index_select(2, self.edge_starts) - flat.index_select(2, self.edge_ends)
        palms = torch.linalg.vector_norm(edges.view(-1, self.moments, 2, 4, 3), dim=4).mean(dim=3)
        of_hands = torch.cat([seen, palms], dim=2)

        lead = self._lead_of_left(flat, seen, palms)
        if self.training:
            lead = lead + DOUBT * torch.randn_like(lead)
        left_leads = lead > 0
        flat = torch.where(left_leads, flat.index_select(2, self.mirrored) * self.mirror_signs, flat)
        of_hands = torch.where(left_leads, of_hands.index_select(2, self.other_hand), of_hands)
        seen, palms = of_hands[..., :2], of_hands[..., 2:]
        share = seen / torch.clamp(seen.sum(dim=1, keepdim=True), min=1e-3)
        ever = share.sum(dim=1, keepdim=True)
        palm = torch.clamp((palms * share).sum(dim=1, keepdim=True), min=1e-3)

        apart = flat.index_select(2, self.starts) - flat.index_select(2, self.ends)
        shapes, between, body = torch.split(apart, self.parts, dim=2)
        hands = shapes.view(-1, self.moments, 2, self.hand_width) * (self.as_right / (palms + 1e-6).unsqueeze(3))
        wrists = flat.index_select(2, self.wrists[:4]).view(-1, self.moments, 2, 2)
        path = (wrists - (wrists * share.unsqueeze(3)).sum(dim=1, keepdim=True)) / palm.unsqueeze(3)
        path = torch.cat([path, path - path.index_select(1, self.before)], dim=3) * ever.unsqueeze(3)
        between = between / palm[..., :1] * ever.amin(dim=2, keepdim=True)
        rest = [torch.clamp(joined(path), -10.0, 10.0), torch.clamp(between, -20.0, 20.0), seen]
        if self.has_pose:
            rest += self._on_body(body, presence[..., self.pose : self.pose + 1], ever)
        return torch.clamp(hands, -10.0, 10.0), torch.cat(rest, dim=2)

    def _on_body(self, body: Tensor, seen: Tensor, ever: Tensor) -> list[Tensor]:
        share = seen / torch.clamp(seen.sum(dim=1, keepdim=True), min=1e-3)
        width = torch.linalg.vector_norm((body[..., :2] * share).sum(dim=1, keepdim=True), dim=2, keepdim=True)
        shown = torch.clamp(body / torch.clamp(width, min=1e-3), -6.0, 6.0) * share.sum(dim=1, keepdim=True)
        hands = shown[..., -4:].view(-1, self.moments, 2, 2) * ever.unsqueeze(3)
        return [shown[..., :-4], joined(hands), seen]

    def _lead_of_left(self, flat: Tensor, seen: Tensor, palms: Tensor) -> Tensor:
        """As in `HandFrames`: how much more the left hand takes part than the right [batch, 1, 1]."""
        share = seen / torch.clamp(seen.sum(dim=1, keepdim=True), min=1e-3)
        palm = torch.clamp((palms * share).sum(dim=1, keepdim=True), min=1e-3)
        where = flat.index_select(2, self.wrists)
        wrists, knuckles = where[..., :4], where[..., 4:]
        moved = (wrists - wrists.index_select(1, self.before)).view(-1, self.moments, 2, 2)
        steps = torch.linalg.vector_norm(moved, dim=3) * seen
        travelled = torch.clamp(steps.sum(dim=1, keepdim=True) / palm, max=5.0)
        depth = (knuckles * share).sum(dim=1, keepdim=True) / palm.amax(dim=2, keepdim=True)
        part = seen.mean(dim=1, keepdim=True) + 0.1 * travelled
        both = share.sum(dim=1, keepdim=True).amin(dim=2, keepdim=True)
        higher = torch.clamp(depth[..., :1] - depth[..., 1:], -3.0, 3.0) * both
        return part[..., 1:] - part[..., :1] + 0.2 * higher


def _columns(points: "list[int] | tuple[int, ...]", axes: int) -> list[int]:
    """Of the first `axes` coordinates of each point, in a row of x, y and z of all."""
    return list(chain.from_iterable(range(3 * point, 3 * point + axes) for point in points))
