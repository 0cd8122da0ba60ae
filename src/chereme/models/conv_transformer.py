"""`conv_transformer`: depthwise convolutions over time find movements, self-attention relates them.

The plan (1-D depthwise convolutions, then attention, twice over) follows what won "Google - Isolated Sign Language
Recognition" (Kaggle, 2023); the features are Chereme's own: each hand in its own frame, by one encoder for both hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.frames import HandFrames, Moments
from chereme.features.hand import HandShape
from chereme.features.whiten import Scale, Whiten
from chereme.landmarks.layout import Layout

SPACES = ("solid", "flat")
"""With z and without, as `HandFrames` gives them."""

SHAPES = {"plain": HandShape.width, "white": HandShape.width, "both": 2 * HandShape.width, "turn": HandShape.turn_width}
"""What a network is shown of a handshape, and how many features that is; see `_Network`."""


@dataclass(frozen=True)
class ConvTransformerConfig:
    moments: int = 16
    """Every clip is read at so many moments."""
    views: tuple[str, ...] = ("flat plain", "flat white", "flat turn", "solid both", "solid turn")
    """One network for each: in which of `SPACES` it sees the hands, and which of `SHAPES` it is shown."""
    width: int = 88
    hand_width: int = 64
    turn_width: int = 16
    motion_width: int = 32
    body_width: int = 32
    kernel: int = 7
    heads: int = 4
    stages: int = 2
    """Each: two convolution blocks and one attention block; time is halved between stages."""
    dropout: float = 0.3
    other_people: float = 0.5
    """How far, in training, a clip's handshapes are moved in the directions in which people differ."""
    drop_view: float = 0.2
    """Probability, in training, that a network is shown a clip without its handshape, without the way the hands are
    turned, or without their movement: none may be leant on alone."""
    embedding: int = 64
    """Of each network."""


class ConvTransformer(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, d].

    Five small networks are averaged: with few signers to learn from, each draws some border between signs in the wrong
    place, and seldom the same one. Three see hands as flat as the picture, because z is a guess whose errors differ
    between rooms; two see them in space. One sees the handshape as it is, one whitened (see `chereme.features.whiten`),
    one both; the two others are shown no fingers at all, only how the hands are turned, where they are and how they
    move: they speak up where somebody holds a sign's handshape loosely. In training their logits stand below one
    another, [networks * batch, classes], so that each learns by itself.
    """

    def __init__(self, layout: Layout, classes: int, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.frames = HandFrames(layout, config.moments)
        self.solid, self.flat = _Space(config), _Space(config)
        self.networks = nn.ModuleList(_Network(classes, view.split()[1], config) for view in config.views)
        self.space_of_network = [SPACES.index(view.split()[0]) for view in config.views]

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        solid, flat = self.frames(landmarks)
        seen = self.solid(solid), self.flat(flat)
        opinions = [network(*seen[space]) for network, space in zip(self.networks, self.space_of_network, strict=True)]
        logits, embeddings = zip(*opinions, strict=True)
        if self.training:
            return torch.cat(logits), torch.cat(embeddings)
        return torch.log_softmax(torch.stack(logits), dim=-1).mean(dim=0), torch.cat(embeddings, dim=-1)

    def prepare(self, clips: Tensor, labels: Tensor) -> None:
        """Fit what is fitted before training: how the dominant hand's shape varies within a gloss."""
        with torch.no_grad():
            solid, flat = zip(*(self.frames(part) for part in torch.split(clips, 256)), strict=True)
        self.solid.fit(solid, labels)
        self.flat.fit(flat, labels)


class _Space(nn.Module):
    """One of `SPACES`, as its networks see it: `Moments` → handshape plain and white, movement, and the moments."""

    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.whiten = Whiten(HandShape.width)
        self.scale = Scale(HandFrames.motion_width)
        self.other_people = config.other_people

    def forward(self, moments: Moments) -> tuple[Tensor, Tensor, Tensor, Moments]:
        shape = moments.shape
        if self.training:
            shape = shape + self.other_people * self.whiten.other_people(2 * len(shape)).view(len(shape), 1, 2, -1)
        return shape, self.whiten(shape), self.scale(moments.motion), moments

    def fit(self, parts: Sequence[Moments], labels: Tensor) -> None:
        shapes = torch.cat([part.shape[:, :, 0] for part in parts])
        weights = torch.cat([part.presence[:, :, 0] for part in parts]).unsqueeze(-1)
        of_clip = (shapes * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-3)
        shown = weights.sum(dim=1)[:, 0] > 0
        self.whiten.fit(of_clip[shown], labels[shown])
        motion = torch.cat([part.motion[:, :, 0] for part in parts])
        self.scale.fit(motion[weights[..., 0] > 0.5])


class _Network(nn.Module):
    def __init__(self, classes: int, view: str, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.view, self.drop_view = view, config.drop_view
        self.hand = nn.Sequential(
            nn.Linear(SHAPES[self.view], config.hand_width * 2),
            nn.LayerNorm(config.hand_width * 2),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hand_width * 2, config.hand_width),
        )
        self.turn = nn.Sequential(nn.Linear(HandShape.turn_width, config.turn_width), nn.GELU())
        self.motion = nn.Sequential(nn.Linear(HandFrames.motion_width, config.motion_width), nn.GELU())
        self.body = nn.Sequential(nn.Linear(HandFrames.body_width, config.body_width), nn.GELU())
        joined = 2 * (config.hand_width + config.turn_width + config.motion_width) + config.body_width
        self.join = nn.Sequential(nn.Linear(joined, config.width), nn.LayerNorm(config.width))
        self.place = nn.Parameter(torch.zeros(config.moments, config.width))
        stages: list[nn.Module] = []
        for stage in range(config.stages):
            if stage:
                stages.append(_HalveTime())
            stages += [_ConvBlock(config), _ConvBlock(config), _AttentionBlock(config)]
        self.stages = nn.Sequential(*stages)
        self.embed = nn.Sequential(
            nn.LayerNorm(2 * config.width), nn.Dropout(config.dropout), nn.Linear(2 * config.width, config.embedding)
        )
        self.classify = nn.Sequential(nn.GELU(), nn.Dropout(config.dropout), nn.Linear(config.embedding, classes))

    def forward(self, shape: Tensor, white: Tensor, motion: Tensor, moments: Moments) -> tuple[Tensor, Tensor]:
        turned = HandShape.turn(shape)
        shown = {"plain": shape, "white": white, "both": torch.cat([shape, white], dim=-1), "turn": turned}[self.view]
        hand, turn = self.hand(self._shown(shown)), self.turn(self._shown(turned))
        hands = torch.cat([hand, turn, self.motion(self._shown(motion))], dim=-1)
        hands = hands * moments.presence.amax(dim=1)[:, None, :, None]
        tokens = self.join(torch.cat([hands.flatten(2), self.body(moments.body)], dim=-1)) + self.place
        tokens = self.stages(tokens)
        embedding = self.embed(torch.cat([tokens.mean(dim=1), tokens.amax(dim=1)], dim=-1))
        return self.classify(embedding), embedding

    def _shown(self, features: Tensor) -> Tensor:
        """In training, hidden for some clips."""
        if not self.training:
            return features
        return features * (torch.rand(len(features), 1, 1, 1) > self.drop_view)


class _ConvBlock(nn.Module):
    """Widen, mix over time channel by channel, weigh the channels, narrow; added to what came in."""

    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        wide = 2 * config.width
        self.norm = nn.LayerNorm(config.width)
        self.widen = nn.Linear(config.width, wide)
        self.over_time = nn.Conv1d(wide, wide, config.kernel, padding=config.kernel // 2, groups=wide)
        self.channel_norm = nn.LayerNorm(wide)
        self.weigh = nn.Sequential(nn.Linear(wide, wide // 8), nn.GELU(), nn.Linear(wide // 8, wide), nn.Sigmoid())
        self.narrow = nn.Linear(wide, config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        inner = nn.functional.gelu(self.widen(self.norm(tokens)))
        inner = self.channel_norm(self.over_time(inner.transpose(1, 2)).transpose(1, 2))
        inner = inner * self.weigh(inner.mean(dim=1, keepdim=True))
        added: Tensor = tokens + self.dropout(self.narrow(nn.functional.gelu(inner)))
        return added


class _AttentionBlock(nn.Module):
    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm = nn.LayerNorm(config.width)
        self.query_key_value = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.feed = nn.Sequential(
            nn.LayerNorm(config.width),
            nn.Linear(config.width, 2 * config.width),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(2 * config.width, config.width),
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        query, key, value = self.query_key_value(self.norm(tokens)).chunk(3, dim=-1)
        query, key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (query, key, value))
        weights = torch.softmax(query @ key.transpose(-1, -2) / (query.shape[-1] ** 0.5), dim=-1)
        tokens = tokens + self.dropout(self.out((weights @ value).transpose(1, 2).flatten(2)))
        fed: Tensor = tokens + self.dropout(self.feed(tokens))
        return fed


class _HalveTime(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        return nn.functional.avg_pool1d(tokens.transpose(1, 2), 2).transpose(1, 2)
