"""`mean_shape`: what each hand looks like on average, through two layers. For signs without movement."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.groups import GroupCoordinates
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class MeanShapeConfig:
    moments: int = 16
    width: int = 64


class MeanShape(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, width]."""

    def __init__(self, layout: Layout, classes: int, config: MeanShapeConfig) -> None:
        super().__init__()
        self.resample = FillAndResample(layout, config.moments)
        self.coordinates = GroupCoordinates(layout)
        self.embed = nn.Sequential(nn.Linear(self.coordinates.width, config.width), nn.GELU())
        self.classify = nn.Linear(config.width, classes)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        groups = self.coordinates(*self.resample(landmarks))
        embedding = self.embed(torch.cat(list(groups.values()), dim=-1).mean(dim=1))
        return self.classify(embedding), embedding


MODEL = (MeanShapeConfig, MeanShape)
"""What the entry point names."""
