"""`embedding_transformer`: an embedding for each group of points, added by learned weights, then attention over time.

The plan follows M. Wijkhuizen's transformer for "Google - Isolated Sign Language Recognition" (Kaggle, 2023): a vector
for each group and frame, their weighted sum, a learned vector for a group that is not seen, two transformer blocks over
the frames in which something is seen, and their mean. The attention is that of Vaswani et al. (2017), normalised first.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from chereme.features.groups import GroupCoordinates
from chereme.features.seen import SeenFrames
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class EmbeddingTransformerConfig:
    positions: int = 64
    """Places in time that are told apart between the first frame and the last in which something is seen."""
    width: int = 512
    blocks: int = 2
    heads: int = 8
    dropout: float = 0.3


class EmbeddingTransformer(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, width].

    Frames in which nothing is seen change nothing, wherever they are: before, after and between the others. Work grows
    with the square of the number of frames.
    """

    def __init__(self, layout: Layout, classes: int, config: EmbeddingTransformerConfig) -> None:
        super().__init__()
        self.seen = SeenFrames(layout)
        self.coordinates = GroupCoordinates(layout)
        self.groups = tuple(self.coordinates.widths)
        self.columns = [layout.groups.index(group) for group in self.groups]
        self.embed = nn.ModuleList(nn.Linear(width, config.width) for width in self.coordinates.widths.values())
        self.unseen = nn.Parameter(torch.zeros(len(self.groups), config.width))
        self.mix = nn.Parameter(torch.zeros(len(self.groups)))
        self.join = nn.Sequential(
            nn.Linear(config.width, config.width), nn.GELU(), nn.Linear(config.width, config.width)
        )
        self.place = nn.Parameter(torch.randn(config.positions, config.width) * 0.02)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                config.width, config.heads, 2 * config.width, config.dropout,
                activation="gelu", batch_first=True, norm_first=True,
            )
            for _ in range(config.blocks)
        )  # fmt: skip
        self.norm = nn.LayerNorm(config.width)
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(config.width, classes))

    def group_weights(self) -> dict[str, float]:
        """How much each group counts for, as learned; 1 in all."""
        return dict(zip(self.groups, torch.softmax(self.mix.detach(), dim=0).tolist(), strict=True))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        points, presence = self.seen(landmarks)
        presence = presence[..., self.columns]
        shown = presence.amax(dim=-1)
        tokens = self.join(self._mixed(points, presence)) + self._places(shown)
        # a clip without anybody attends to all its frames, for a softmax over none is not a number
        ignored = (shown == 0) & (shown.amax(dim=1, keepdim=True) > 0)
        for block in self.blocks:
            tokens = block(tokens, src_key_padding_mask=ignored)
        weights = shown / torch.clamp(shown.sum(dim=1, keepdim=True), min=1.0)
        embedding = self.norm((tokens * weights.unsqueeze(-1)).sum(dim=1))
        return self.classify(embedding), embedding

    def _mixed(self, points: Tensor, presence: Tensor) -> Tensor:
        """The groups' embeddings by their weights, [batch, frames, width]."""
        coordinates = self.coordinates(points, presence).values()
        embedded = torch.stack([embed(group) for embed, group in zip(self.embed, coordinates, strict=True)], dim=2)
        embedded = torch.where(presence.unsqueeze(-1) > 0, embedded, self.unseen)
        return (embedded * torch.softmax(self.mix, dim=0)[:, None]).sum(dim=2)

    def _places(self, shown: Tensor) -> Tensor:
        """For each frame its place between the first and the last that show something [batch, frames, width]; the table
        is read between its rows."""
        frame = torch.arange(shown.shape[1], device=shown.device, dtype=shown.dtype)[None]
        never = 1.0e6
        first = torch.where(shown > 0, frame, never).amin(dim=1, keepdim=True)
        last = torch.where(shown > 0, frame, -never).amax(dim=1, keepdim=True)
        end = self.place.shape[0] - 1
        at = torch.clamp((frame - first) / torch.clamp(last - first, min=1.0), 0.0, 1.0) * end
        rows = torch.arange(self.place.shape[0], device=shown.device, dtype=shown.dtype)
        return torch.relu(1.0 - torch.abs(at.unsqueeze(-1) - rows)) @ self.place
