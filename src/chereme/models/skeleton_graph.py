"""`skeleton_graph`: convolutions along the bones and over time.

After Yan et al., "Spatial Temporal Graph Convolutional Networks" (AAAI, 2018), whose three partitions of the skeleton
are the start, and Cheng et al., "Decoupling GCN with DropGraph Module" (ECCV, 2020): channels come in groups, each of
which learns its own adjacency. Compact: few channels, and over time each channel by itself. Position, shape of the hand
and movement enter one network; the papers train one for each and add their answers.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.graph import Skeleton
from chereme.features.groups import own_frame
from chereme.features.resample import FillAndResample
from chereme.features.shoulders import ShoulderFrame
from chereme.features.velocities import velocities
from chereme.landmarks.layout import Layout

CHANNELS = 2 + 2 + 3 + 1
"""Of a node: place on the body, movement there, place in the hand's own frame (0 for the body), presence."""


@dataclass(frozen=True)
class SkeletonGraphConfig:
    moments: int = 32
    """Every clip is read at so many moments."""
    widths: tuple[int, ...] = (32, 32, 64, 64, 128, 128)
    """Channels of each block, divisible by `groups`; where they grow, time is halved."""
    groups: int = 8
    """Of channels, each with its own adjacency."""
    kernel: int = 9
    """Moments that a block sees at a time, an odd number."""
    dropout: float = 0.3


class SkeletonGraph(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, last width]."""

    def __init__(self, layout: Layout, classes: int, config: SkeletonGraphConfig) -> None:
        super().__init__()
        skeleton = Skeleton.of(layout)
        self.layout, self.points = layout, list(skeleton.points)
        self.resample = FillAndResample(layout, config.moments)
        self.shoulders = ShoulderFrame(layout)
        self.norm = nn.BatchNorm1d(CHANNELS * len(self.points))
        partitions = skeleton.partitions()
        inputs = (CHANNELS, *config.widths)
        self.blocks = nn.ModuleList(
            _Block(before, width, partitions, config, halve_time=place > 0 and before < width)
            for place, (before, width) in enumerate(zip(inputs, config.widths, strict=False))
        )
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(inputs[-1], classes))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        nodes = self._nodes(*self.resample(landmarks))  # [batch, moments, nodes, channels]
        signal = self.norm(nodes.flatten(2).transpose(1, 2)).unflatten(1, (len(self.points), CHANNELS))
        signal = signal.permute(0, 2, 3, 1)  # [batch, channels, moments, nodes]
        for block in self.blocks:
            signal = block(signal)
        embedding = signal.mean(dim=(2, 3))
        return self.classify(embedding), embedding

    def _nodes(self, points: Tensor, presence: Tensor) -> Tensor:
        place = self.shoulders(points, presence)[..., :2]
        features = []
        for number, group in enumerate(self.layout.groups):
            part = self.layout.slices[group]
            own = own_frame(points[:, :, part]) if group.endswith("hand") else torch.zeros_like(points[:, :, part])
            here = presence[:, :, number, None, None].expand(-1, -1, own.shape[2], -1)
            features.append(torch.cat([place[:, :, part], velocities(place[:, :, part]), own, here], dim=-1))
        return torch.cat(features, dim=2)[:, :, self.points]


class _Block(nn.Module):
    """Each node hears its neighbours, then its own past and future; added to what came in."""

    def __init__(
        self, before: int, width: int, partitions: Tensor, config: SkeletonGraphConfig, *, halve_time: bool
    ) -> None:
        super().__init__()
        stride = 2 if halve_time else 1
        self.groups = config.groups
        self.adjacency = nn.Parameter(partitions[:, None].repeat(1, config.groups, 1, 1))
        self.mix = nn.Conv2d(before, len(partitions) * width, 1)
        self.mixed = nn.BatchNorm2d(width)
        self.over_time = nn.Conv2d(width, width, (config.kernel, 1), (stride, 1), (config.kernel // 2, 0), groups=width)
        self.timed = nn.BatchNorm2d(width)
        self.dropout = nn.Dropout(config.dropout)
        self.skip = nn.Identity() if before == width else nn.Conv2d(before, width, 1, (stride, 1))

    def forward(self, signal: Tensor) -> Tensor:
        heard = self.mix(signal).unflatten(1, (len(self.adjacency), self.groups, -1))
        heard = torch.einsum("bpgctn,pgmn->bgctm", heard, self.adjacency).flatten(1, 2)
        timed = self.timed(self.over_time(nn.functional.relu(self.mixed(heard))))
        return nn.functional.relu(self.skip(signal) + self.dropout(timed))
