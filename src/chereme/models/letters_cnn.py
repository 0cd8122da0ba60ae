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
        self.look = HandConvolutions(config.side, config.widths, config.dense)
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(config.dense, classes))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        embedding = self.look(pictures).mean(dim=1)
        return self.classify(embedding), embedding


class HandConvolutions(nn.Module):
    """Pictures [batch, frames, 3, height, width] → features [batch, frames, dense] of each.

    The dense layer is normalised as the convolutions are: without that, a few hundred steps teach next to nothing.
    """

    def __init__(self, side: int, widths: tuple[int, int, int], dense: int) -> None:
        super().__init__()
        self.input = PictureInput(side)
        layers: list[nn.Module] = []
        for before, after in zip((3, *widths), widths, strict=False):
            layers += [
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
        layers += [nn.Flatten(), nn.Linear(widths[-1] * (side // 8) ** 2, dense, bias=False)]
        self.layers = nn.Sequential(*layers, nn.BatchNorm1d(dense), nn.ReLU())

    def forward(self, pictures: Tensor) -> Tensor:
        features: Tensor = self.layers(self.input(pictures).flatten(0, 1))
        return features.view(*pictures.shape[:2], -1)
