"""`spoter`: a transformer reads 54 joints a moment; one learned query asks what was signed.

After Boháček & Hrúz, "Sign Pose-Based Transformer for Word-Level Sign Language Recognition" (WACV workshops, 2022): a
moment's joints are its token, without an embedding; each hand is seen in its own box, the body in one of six shoulder
widths; the decoder has no self-attention, because it has one query. Other than theirs: layers are normalised first and
joints brought to one spread, so that they train at the rate of the other models here; each moment has its own place;
clips are read at fixed moments.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.resample import FillAndResample
from chereme.features.shoulders import FAR, ShoulderFrame
from chereme.landmarks.layout import HAND_POINTS, POSE_POINTS, Layout

BODY_JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip
"""And the neck, midway between the shoulders."""

HANDS = ("left_hand", "right_hand")

WIDTH = 2 * (len(BODY_JOINTS) + 1 + len(HANDS) * len(HAND_POINTS))
"""108: x and y of 54 joints."""

MARGIN = 1.2
"""A box is so many times as long as the hand in it."""


@dataclass(frozen=True)
class SpoterConfig:
    moments: int = 32
    """Every clip is read at so many moments."""
    layers: int = 6
    """Of the encoder, and of the decoder."""
    heads: int = 9
    """They share 108 features evenly: 1, 2, 3, 4, 6, 9, 12 …"""
    feed: int = 2048
    """Width within a layer; most weights are here."""
    dropout: float = 0.1


class Spoter(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, 108]. Joints that the layout lacks are 0."""

    def __init__(self, layout: Layout, classes: int, config: SpoterConfig) -> None:
        super().__init__()
        self.resample = FillAndResample(layout, config.moments)
        self.boxes = JointBoxes(layout)
        self.scale = nn.BatchNorm1d(WIDTH, eps=1e-2, affine=False)
        self.place = nn.Parameter(torch.randn(config.moments, WIDTH) * 0.1)
        self.query = nn.Parameter(torch.rand(1, 1, WIDTH))
        self.encoder = nn.ModuleList(
            nn.TransformerEncoderLayer(
                WIDTH, config.heads, config.feed, config.dropout, batch_first=True, norm_first=True
            )
            for _ in range(config.layers)
        )
        self.encoded = nn.LayerNorm(WIDTH)
        self.decoder = nn.ModuleList(_QueryLayer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(WIDTH)
        self.classify = nn.Linear(WIDTH, classes)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        joints = self.boxes(*self.resample(landmarks))
        tokens = self.scale(joints.flatten(0, 1)).view_as(joints) + self.place
        for layer in self.encoder:
            tokens = layer(tokens)
        memory, query = self.encoded(tokens), self.query.expand(len(tokens), -1, -1)
        for layer in self.decoder:
            query = layer(query, memory)
        embedding = self.norm(query[:, 0])
        return self.classify(embedding), embedding


class JointBoxes(nn.Module):
    """Points and presence as `FillAndResample` gives them → [batch, moments, 108], each joint within its box (-1 to 1).

    The body's box is the clip's, a hand's is the moment's. Where there is no body, its wrists are those of the hands,
    so that it is still seen where they move.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.layout = layout
        self.shoulders = ShoulderFrame(layout)

    def forward(self, points: Tensor, presence: Tensor) -> Tensor:
        on_body = self.shoulders(points, presence)[..., :2] * (2.0 / FAR)
        hands = [self._boxed(points, group) if group in self.layout else self._none(points, 21) for group in HANDS]
        joints = torch.cat([self._body(on_body, presence), *hands], dim=2)
        return torch.clamp(joints, -1.0, 1.0).flatten(2)

    def _body(self, on_body: Tensor, presence: Tensor) -> Tensor:
        """[batch, moments, 12, 2]"""
        wrists = [
            on_body[:, :, self.layout.slices[group].start, None] if group in self.layout else self._none(on_body, 1)
            for group in HANDS
        ]
        of_hands = torch.cat([self._none(on_body, len(BODY_JOINTS) - len(HANDS)), *wrists], dim=2)
        if "pose" not in self.layout:
            return torch.cat([of_hands, self._none(on_body, 1)], dim=2)
        start = self.layout.slices["pose"].start
        body = on_body[:, :, [start + POSE_POINTS.index(name) for name in BODY_JOINTS]]
        neck = body[:, :, BODY_JOINTS.index("left_shoulder")] + body[:, :, BODY_JOINTS.index("right_shoulder")]
        seen = presence[..., self.layout.groups.index("pose")].amax(dim=1)[:, None, None, None] > 0
        return torch.cat([torch.where(seen, body, of_hands), neck.unsqueeze(2) / 2], dim=2)

    def _boxed(self, points: Tensor, group: str) -> Tensor:
        """A hand in the square that holds it, [batch, moments, 21, 2]."""
        hand = points[:, :, self.layout.slices[group], :2]
        low, high = hand.amin(dim=2, keepdim=True), hand.amax(dim=2, keepdim=True)
        side = torch.clamp((high - low).amax(dim=-1, keepdim=True), min=1e-4)
        return (hand - (low + high) / 2) * (2.0 / MARGIN) / side

    def _none(self, points: Tensor, joints: int) -> Tensor:
        return torch.zeros_like(points[:, :, :1, :2]).expand(-1, -1, joints, -1)


class _QueryLayer(nn.Module):
    """Of the decoder: the query looks at all moments, then is worked over."""

    def __init__(self, config: SpoterConfig) -> None:
        super().__init__()
        self.look = nn.MultiheadAttention(WIDTH, config.heads, config.dropout, batch_first=True)
        self.look_norm, self.feed_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.feed = nn.Sequential(
            nn.Linear(WIDTH, config.feed), nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.feed, WIDTH)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, query: Tensor, memory: Tensor) -> Tensor:
        looked, _ = self.look(self.look_norm(query), memory, memory, need_weights=False)
        query = query + self.dropout(looked)
        fed: Tensor = query + self.dropout(self.feed(self.feed_norm(query)))
        return fed
