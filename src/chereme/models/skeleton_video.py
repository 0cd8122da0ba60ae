"""`skeleton_video`: a video transformer watches the skeleton being drawn.

After Arnab et al., "ViViT: A Video Vision Transformer" (ICCV, 2021), its model 1 as the `transformers` library has it,
small and with random weights. The film is drawn inside the graph, so this model takes landmarks as the others do.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from chereme.errors import CheremeError
from chereme.features.render import Render
from chereme.features.resample import FillAndResample
from chereme.landmarks.layout import Layout


@dataclass(frozen=True)
class SkeletonVideoConfig:
    moments: int = 42
    """Pictures drawn of every clip."""
    side: int = 128
    """Pixels of each."""
    tubelet: tuple[int, int, int] = (6, 16, 16)
    """Moments, rows and columns that become one token; they divide `moments` and `side`."""
    width: int = 96
    layers: int = 4
    heads: int = 4
    dropout: float = 0.1


class SkeletonVideo(nn.Module):
    """Landmarks [batch, frames, points, 3], NaN for missing, x times aspect → logits [batch, classes] and embedding
    [batch, width]. Raises CheremeError where `transformers` is not installed."""

    def __init__(self, layout: Layout, classes: int, config: SkeletonVideoConfig) -> None:
        super().__init__()
        self.resample = FillAndResample(layout, config.moments)
        self.render = Render(layout, config.side)
        self.watch = _vivit(config)
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(config.width, classes))

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        film = self.render(*self.resample(landmarks))
        embedding = self.watch(film).last_hidden_state[:, 1:].mean(dim=1)
        return self.classify(embedding), embedding


def _vivit(config: SkeletonVideoConfig) -> Any:
    try:
        from transformers import VivitConfig, VivitModel
    except ModuleNotFoundError as error:
        raise CheremeError("skeleton_video needs transformers: `pip install 'chereme[video]'`") from error
    wanted = VivitConfig(
        image_size=config.side,
        num_frames=config.moments,
        tubelet_size=list(config.tubelet),
        hidden_size=config.width,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        intermediate_size=4 * config.width,
        hidden_dropout_prob=config.dropout,
    )
    return VivitModel(wanted, add_pooling_layer=False)
