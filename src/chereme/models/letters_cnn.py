"""`letters_cnn`: three convolutions look at the picture of a hand.

The network of many student projects on letters, after LeCun et al., "Gradient-based learning applied to document
recognition" (Proceedings of the IEEE, 1998), with batch normalisation (Ioffe & Szegedy, ICML, 2015) and dropout. Theirs
often has 100 million weights, nearly all in the first dense layer, because it reads a picture of 224 pixels whole; this
one makes the picture small first.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from chereme.features.pictures import PictureInput


@dataclass(frozen=True)
class LettersCnnConfig:
    side: int = 64
    """Pixels to which pictures are brought, divisible by 8."""
    frames: int = 1
    """Pictures of a clip that training and scoring show; what is seen in them is averaged."""
    widths: tuple[int, int, int] = (32, 64, 128)
    """Channels of each convolution."""
    dense: int = 128
    dropout: float = 0.2


class LettersCnn(nn.Module):
    """Pictures of a right hand [batch, frames, 3, height, width], 0 to 1 → logits [batch, classes] and embedding
    [batch, dense]."""

    def __init__(self, classes: int, config: LettersCnnConfig) -> None:
        super().__init__()
        self.look = HandConvolutions(config.side, config.widths, config.dropout)
        self.dense = nn.Sequential(nn.Linear(self.look.width, config.dense), nn.ReLU())
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(config.dense, classes))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        embedding = self.dense(self.look(pictures)).mean(dim=1)
        return self.classify(embedding), embedding


class HandConvolutions(nn.Module):
    """Pictures [batch, frames, 3, height, width] → features [batch, frames, width] of each."""

    def __init__(self, side: int, widths: tuple[int, int, int], dropout: float) -> None:
        super().__init__()
        self.input = PictureInput(side)
        layers: list[nn.Module] = []
        for before, after in zip((3, *widths), widths, strict=False):
            layers += [
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Dropout(dropout),
            ]
        self.layers = nn.Sequential(*layers)
        self.width = widths[-1] * (side // 8) ** 2

    def forward(self, pictures: Tensor) -> Tensor:
        batch, frames = pictures.shape[:2]
        features: Tensor = self.layers(self.input(pictures).flatten(0, 1))
        return features.view(batch, frames, -1)
