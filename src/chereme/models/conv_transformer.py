"""`conv_transformer`: depthwise convolutions over time find movements, self-attention relates them.

The plan (1-D depthwise convolutions, then attention, twice over) follows what won "Google - Isolated Sign Language
Recognition" (Kaggle, 2023); the features are Chereme's own: each hand in its own frame, by one encoder for both hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.frames import HandFrames, Moments
from chereme.features.hand import HandShape, joined
from chereme.features.whiten import Scale, Whiten
from chereme.landmarks.layout import Layout
from chereme.models.side_by_side import Convolutions, Linears, Norms, Shared

SPACES = ("solid", "flat")
"""With z and without, as `HandFrames` gives them."""

SHAPES = {"plain": HandShape.width, "white": HandShape.width, "both": 2 * HandShape.width, "turn": HandShape.turn_width}
"""What a network is shown of a handshape, and how many features that is; see `ConvTransformer`."""


@dataclass(frozen=True)
class ConvTransformerConfig:
    moments: int = 16
    """Every clip is read at so many moments."""
    views: tuple[str, ...] = tuple(f"{space} {shape}" for space in SPACES for shape in SHAPES)
    """One network for each: in which of `SPACES` it sees the hands, and which of `SHAPES` it is shown."""
    width: int = 64
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

    Eight small networks are averaged: with few signers to learn from, each draws some border between signs in the wrong
    place, and seldom the same one. Four see hands as flat as the picture, because z is a guess whose errors differ
    between rooms; four see them in space. Of each four, one sees the handshape as it is, one whitened (see
    `chereme.features.whiten`), one both ways, and one is shown no fingers at all, only how the hands are turned, where
    they are and how they move: it speaks up where somebody holds a sign's handshape loosely. In training their logits
    stand below one another, [networks * batch, classes], so that each learns by itself.
    """

    def __init__(self, layout: Layout, classes: int, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.frames = HandFrames(layout, config.moments)
        self.solid, self.flat = _Space(config), _Space(config)
        self.views = _Views(config)
        count, width = len(config.views), config.width
        self.place = nn.Parameter(torch.zeros(count, 1, config.moments, width))
        stages: list[nn.Module] = []
        for stage in range(config.stages):
            if stage:
                stages.append(_HalveTime())
            stages += [_ConvBlock(config), _ConvBlock(config), _AttentionBlock(config)]
        self.stages = nn.Sequential(*stages)
        self.embed = nn.Sequential(
            Norms(count, 2 * width), nn.Dropout(config.dropout), Linears(count, 2 * width, config.embedding)
        )
        self.classify = nn.Sequential(nn.GELU(), nn.Dropout(config.dropout), Linears(count, config.embedding, classes))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        solid, flat = self.frames(landmarks)
        tokens = self.stages(self.views({"solid": self.solid(solid), "flat": self.flat(flat)}) + self.place)
        embedding = self.embed(torch.cat([tokens.mean(dim=2), tokens.amax(dim=2)], dim=-1))
        logits = self.classify(embedding)
        if self.training:
            return logits.flatten(0, 1), embedding.flatten(0, 1)
        return torch.log_softmax(logits, dim=-1).mean(dim=0), embedding.transpose(0, 1).flatten(1)

    def prepare(self, clips: Tensor, labels: Tensor) -> None:
        """Fit what is fitted before training: how the dominant hand's shape varies within a gloss."""
        with torch.no_grad():
            solid, flat = zip(*(self.frames(part) for part in torch.split(clips, 256)), strict=True)
        self.solid.fit(solid, labels)
        self.flat.fit(flat, labels)


@dataclass(frozen=True)
class _Seen:
    """One of `SPACES`: shapes by the names in `SHAPES` and motion, each [batch, moments, 2, features]."""

    shapes: dict[str, Tensor]
    motion: Tensor
    moments: Moments


class _Space(nn.Module):
    """One of `SPACES`, as its networks see it."""

    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.whiten = Whiten(HandShape.width)
        self.scale = Scale(HandFrames.motion_width)
        self.other_people = config.other_people

    def forward(self, moments: Moments) -> _Seen:
        plain = moments.shape
        if self.training:
            plain = plain + self.other_people * self.whiten.other_people(2 * len(plain)).view(len(plain), 1, 2, -1)
        white = self.whiten(plain)
        both = torch.cat([plain, white], dim=-1)
        shapes = {"plain": plain, "white": white, "both": both, "turn": HandShape.turn(plain)}
        return _Seen(shapes, self.scale(moments.motion), moments)

    def fit(self, parts: Sequence[Moments], labels: Tensor) -> None:
        shapes = torch.cat([part.shape[:, :, 0] for part in parts])
        weights = torch.cat([part.presence[:, :, 0] for part in parts]).unsqueeze(-1)
        of_clip = (shapes * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-3)
        shown = weights.sum(dim=1)[:, 0] > 0
        self.whiten.fit(of_clip[shown], labels[shown])
        motion = torch.cat([part.motion[:, :, 0] for part in parts])
        self.scale.fit(motion[weights[..., 0] > 0.5])


class _Views(nn.Module):
    """What each network is shown, as tokens [networks, batch, moments, width]."""

    space_of_view: Tensor

    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.views = [tuple(view.split()) for view in config.views]
        self.spaces = sorted({space for space, _ in self.views})
        space_of_view = torch.tensor([self.spaces.index(space) for space, _ in self.views])
        self.register_buffer("space_of_view", space_of_view, persistent=False)
        count, wide = len(self.views), 2 * config.hand_width
        self.drop_view = config.drop_view
        self.hand_in = nn.ModuleList(nn.Linear(SHAPES[shape], wide) for _, shape in self.views)
        self.hand = nn.Sequential(
            Norms(count, wide), nn.GELU(), Shared(config.dropout), Linears(count, wide, config.hand_width)
        )
        self.turn = nn.Sequential(Linears(count, HandShape.turn_width, config.turn_width), nn.GELU())
        self.motion = nn.Sequential(Linears(count, HandFrames.motion_width, config.motion_width), nn.GELU())
        self.body = nn.Sequential(Linears(count, HandFrames.body_width, config.body_width), nn.GELU())
        joined = 2 * (config.hand_width + config.turn_width + config.motion_width) + config.body_width
        self.join = nn.Sequential(Linears(count, joined, config.width), Norms(count, config.width))

    def forward(self, spaces: dict[str, _Seen]) -> Tensor:
        seen = [spaces[space] for space in self.spaces]
        shown = [self._shown(spaces[space].shapes[shape].unsqueeze(0)) for space, shape in self.views]
        hand = torch.cat([into(shape) for into, shape in zip(self.hand_in, shown, strict=True)])
        turn = self._shown(self._of_view([each.shapes["turn"] for each in seen]))
        motion = self._shown(self._of_view([each.motion for each in seen]))
        body = self._of_view([each.moments.body for each in seen])
        ever = seen[0].moments.presence.amax(dim=1, keepdim=True).unsqueeze(-1)
        hands = torch.cat([self.hand(hand), self.turn(turn), self.motion(motion)], dim=-1) * ever
        tokens: Tensor = self.join(torch.cat([joined(hands), self.body(body)], dim=-1))
        return tokens

    def _of_view(self, spaces: list[Tensor]) -> Tensor:
        """One tensor for each of `self.spaces` → for each network [networks, ...]."""
        return torch.stack(spaces).index_select(0, self.space_of_view)

    def _shown(self, features: Tensor) -> Tensor:
        """[networks, batch, ...]; in training, hidden for some clips."""
        if not self.training:
            return features
        kept = torch.rand(*features.shape[:2], 1, 1, 1) >= self.drop_view
        return features * kept


class _ConvBlock(nn.Module):
    """Widen, mix over time channel by channel, weigh the channels, narrow; added to what came in."""

    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        count, width, wide = len(config.views), config.width, 2 * config.width
        self.norm = Norms(count, width)
        self.widen = Linears(count, width, wide)
        self.over_time = Convolutions(count, wide, config.kernel)
        self.channel_norm = Norms(count, wide)
        self.weigh = nn.Sequential(
            Linears(count, wide, wide // 8), nn.GELU(), Linears(count, wide // 8, wide), nn.Sigmoid()
        )
        self.narrow = Linears(count, wide, width)
        self.dropout = Shared(config.dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        inner = nn.functional.gelu(self.widen(self.norm(tokens)))
        inner = self.channel_norm(self.over_time(inner))
        inner = inner * self.weigh(inner.mean(dim=2, keepdim=True))
        added: Tensor = tokens + self.dropout(self.narrow(nn.functional.gelu(inner)))
        return added


class _AttentionBlock(nn.Module):
    def __init__(self, config: ConvTransformerConfig) -> None:
        super().__init__()
        count, width = len(config.views), config.width
        self.heads = config.heads
        self.norm = Norms(count, width)
        self.query_key_value = Linears(count, width, 3 * width)
        self.out = Linears(count, width, width)
        self.feed = nn.Sequential(
            Norms(count, width),
            Linears(count, width, 2 * width),
            nn.GELU(),
            Linears(count, 2 * width, width),
        )
        self.dropout = Shared(config.dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        count, _, moments, width = tokens.shape
        heads = self.query_key_value(self.norm(tokens)).view(count, -1, moments, 3 * self.heads, width // self.heads)
        heads = heads.transpose(2, 3)
        query, key, value = (heads[:, :, start : start + self.heads] for start in range(0, 3 * self.heads, self.heads))
        weights = torch.softmax(query @ key.transpose(-1, -2) / (query.shape[-1] ** 0.5), dim=-1)
        tokens = tokens + self.dropout(self.out(joined((weights @ value).transpose(2, 3))))
        fed: Tensor = tokens + self.dropout(self.feed(tokens))
        return fed


class _HalveTime(nn.Module):
    def forward(self, tokens: Tensor) -> Tensor:
        count, _, moments, width = tokens.shape
        return tokens.view(count, -1, moments // 2, 2, width).mean(dim=3)
