"""`lstm`: recurrent layers, one after the other, and a dense layer on what the last one remembers.

The network of many tutorials and student projects: LSTM 128, 128, 256, dense 128; or, smaller, 64 and 128. Theirs read
raw picture coordinates and so learn where the training people sat. This one reads the same points in the signer's own
frame. Their L2 penalty on the dense layer is the weight decay of training here.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.groups import GroupCoordinates
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class LstmConfig:
    moments: int = 30
    """Every clip is read at so many moments."""
    widths: tuple[int, ...] = (128, 128, 256)
    """Of each recurrent layer; the widespread smaller network has `(64, 128)`."""
    dense: int = 128
    dropout: float = 0.3


class Lstm(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, dense]."""

    def __init__(self, layout: Layout, classes: int, config: LstmConfig) -> None:
        super().__init__()
        self.resample = FillAndResample(layout, config.moments)
        self.coordinates = GroupCoordinates(layout)
        read = self.coordinates.width + len(layout.groups)
        inputs = (read, *config.widths)
        self.layers = nn.ModuleList(
            nn.LSTM(before, width, batch_first=True) for before, width in zip(inputs, config.widths, strict=False)
        )
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(inputs[-1], config.dense)
        self.classify = nn.Linear(config.dense, classes)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        points, presence = self.resample(landmarks)
        remembered = torch.cat([*self.coordinates(points, presence).values(), presence], dim=-1)
        for layer in self.layers:
            remembered = self.dropout(layer(remembered)[0])
        embedding = nn.functional.relu(self.dense(remembered[:, -1]))
        return self.classify(self.dropout(embedding)), embedding
