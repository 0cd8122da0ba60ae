"""`temporal_conv`: the quick one, a convolutional network over time that reads a clip in few steps.

At one clip a time what a network costs is mostly how many steps it takes, and those before its first weight count too:
here a clip is brought to the signer's own frame by picking differences between points, all at once. Plain convolutions
over time with batch normalisation follow (compare Bai et al., "An Empirical Evaluation of Generic Convolutional and
Recurrent Networks for Sequence Modeling", 2018). By itself it is no match for `conv_transformer`; taught by it
(`--teacher conv_transformer`) it comes near (Hinton et al., "Distilling the Knowledge in a Neural Network", 2015).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.glance import Glance
from chereme.features.whiten import Scale
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class TemporalConvConfig:
    moments: int = 16
    """Every clip is read at so many moments."""
    hand_width: int = 64
    width: int = 96
    kernel: int = 5
    blocks: int = 2
    dropout: float = 0.1
    embedding: int = 64


class TemporalConv(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, d]."""

    def __init__(self, layout: Layout, classes: int, config: TemporalConvConfig) -> None:
        super().__init__()
        self.glance = Glance(layout, config.moments)
        self.scale_hand, self.scale_rest = Scale(Glance.hand_width), Scale(self.glance.rest_width)
        self.hand = nn.Sequential(
            nn.Linear(Glance.hand_width, 2 * config.hand_width),
            nn.ReLU(),
            nn.Linear(2 * config.hand_width, config.hand_width),
            nn.ReLU(),
        )
        inputs = 2 * config.hand_width + self.glance.rest_width
        self.join = nn.Linear(inputs, config.width)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(config.width, config.width, config.kernel, padding=config.kernel // 2),
                nn.BatchNorm1d(config.width),
                nn.ReLU(),
                nn.Dropout(config.dropout),
            )
            for _ in range(config.blocks)
        )
        self.embed = nn.Linear(2 * config.width, config.embedding)
        self.classify = nn.Sequential(nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.embedding, classes))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        hands, rest = self.glance(landmarks)
        shapes = self.hand(self.scale_hand(hands)).flatten(2)
        tokens = self.join(torch.cat([shapes, self.scale_rest(rest)], dim=-1)).transpose(1, 2)
        for block in self.blocks:
            tokens = tokens + block(tokens)
        embedding = self.embed(torch.cat([tokens.mean(dim=2), tokens.amax(dim=2)], dim=-1))
        return self.classify(embedding), embedding

    def prepare(self, clips: Tensor, labels: Tensor) -> None:
        """Fit what is fitted before training: mean and spread of every number that is read."""
        with torch.no_grad():
            hands, rest = zip(*(self.glance(part) for part in torch.split(clips, 256)), strict=True)
        shown = torch.cat(hands).flatten(0, 2)
        self.scale_hand.fit(shown[shown.abs().sum(dim=-1) > 0])
        self.scale_rest.fit(torch.cat(rest).flatten(0, 1))
