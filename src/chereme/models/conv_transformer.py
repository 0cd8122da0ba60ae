"""`conv_transformer`: depthwise convolutions over time find movements, self-attention relates them.

The plan (1-D depthwise convolutions, then attention, twice over) follows what won "Google - Isolated Sign Language
Recognition" (Kaggle, 2023); the features are Chereme's own: each hand in its own frame, by one encoder for both hands.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.frames import HandFrames
from chereme.features.hand import HandShape
from chereme.features.whiten import Scale, Whiten
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class ConvTransformerConfig:
    moments: int = 32
    """Every clip is read at so many moments."""
    width: int = 128
    hand_width: int = 96
    kernel: int = 7
    heads: int = 4
    stages: int = 2
    """Each: two convolution blocks and one attention block; time is halved between stages."""
    dropout: float = 0.2
    drop_view: float = 0.25
    """Probability, in training, that a clip is shown without the plain handshape, or without the whitened one."""
    embedding: int = 128


class ConvTransformer(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, d]."""

    def __init__(self, layout: Layout, classes: int, config: ConvTransformerConfig) -> None:
        super().__init__()
        self.frames = HandFrames(layout, config.moments)
        self.drop_view = config.drop_view
        self.whiten = Whiten(HandShape.width)
        self.scale = Scale(HandFrames.hand_width - HandShape.width)
        self.hand = nn.Sequential(
            nn.Linear(HandFrames.hand_width + HandShape.width, config.hand_width * 2),
            nn.LayerNorm(config.hand_width * 2),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hand_width * 2, config.hand_width),
        )
        self.body = nn.Sequential(nn.Linear(HandFrames.body_width, 32), nn.GELU())
        self.join = nn.Sequential(nn.Linear(2 * config.hand_width + 32, config.width), nn.LayerNorm(config.width))
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

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        moments = self.frames(landmarks)
        hands = self.hand(self._hands(moments.hands)) * moments.presence.amax(dim=1)[:, None, :, None]
        tokens = self.join(torch.cat([hands.flatten(2), self.body(moments.body)], dim=-1)) + self.place
        tokens = self.stages(tokens)
        embedding = self.embed(torch.cat([tokens.mean(dim=1), tokens.amax(dim=1)], dim=-1))
        return self.classify(embedding), embedding

    def prepare(self, clips: Tensor, labels: Tensor) -> None:
        """Fit what is fitted before training: how the dominant hand's shape varies within a gloss."""
        with torch.no_grad():
            seen = [self.frames(part) for part in torch.split(clips, 256)]
        shapes = torch.cat([part.hands[:, :, 0, : HandShape.width] for part in seen])
        weights = torch.cat([part.presence[:, :, 0] for part in seen]).unsqueeze(-1)
        of_clip = (shapes * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-3)
        shown = weights.sum(dim=1)[:, 0] > 0
        self.whiten.fit(of_clip[shown], labels[shown])
        rest = torch.cat([part.hands[:, :, 0, HandShape.width :] for part in seen])
        self.scale.fit(rest[weights[..., 0] > 0.5])

    def _hands(self, hands: Tensor) -> Tensor:
        shape, rest = hands[..., : HandShape.width], self.scale(hands[..., HandShape.width :])
        plain, white = shape, self.whiten(shape)
        if self.training:
            draw = torch.rand(len(hands), 1, 1, 1)
            plain = plain * (draw > self.drop_view)
            white = white * (draw < 1 - self.drop_view)
        return torch.cat([plain, white, rest], dim=-1)


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
