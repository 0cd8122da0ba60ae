"""`r2plus1d`: residual convolutions over the picture, then over time, turn and turn about.

Written from Tran et al., "A Closer Look at Spatiotemporal Convolutions for Action Recognition" (CVPR, 2018): R(2+1)D.
Each convolution of 3 x 3 x 3 becomes one of 3 x 3 over the picture and one of 3 over time, with a rectifier between, as
many channels between them as keep the number of weights. As published with `widths` (64, 128, 256, 512); the default is
a quarter as wide, for sets of a few thousand clips.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from chereme.features.pictures import PictureInput


@dataclass(frozen=True)
class R2Plus1DConfig:
    side: int = 112
    """Pixels to which pictures are brought."""
    frames: int = 8
    """Pictures of a clip that training and scoring show."""
    widths: tuple[int, ...] = (16, 32, 64, 128)
    """Channels of each stage; the paper's are (64, 128, 256, 512). From the second on, space and time are halved."""
    blocks: int = 2
    """Residual blocks in a stage; 2 make the paper's network of 18 layers."""
    dropout: float = 0.2


class R2Plus1D(nn.Module):
    """Pictures of a right hand [batch, frames, 3, height, width], 0 to 1 → logits [batch, classes] and embedding
    [batch, last width]."""

    def __init__(self, classes: int, config: R2Plus1DConfig) -> None:
        super().__init__()
        self.input = PictureInput(config.side)
        first = config.widths[0]
        between = 45 * first // 64  # the paper's stem has 45 channels before its 64
        layers: list[nn.Module] = [
            nn.Conv3d(3, between, (1, 7, 7), (1, 2, 2), (0, 3, 3), bias=False),
            nn.BatchNorm3d(between),
            nn.ReLU(),
            nn.Conv3d(between, first, (3, 1, 1), padding=(1, 0, 0), bias=False),
            nn.BatchNorm3d(first),
            nn.ReLU(),
        ]
        before = first
        for width in config.widths:
            for block in range(config.blocks):
                layers.append(_Block(before, width, stride=2 if block == 0 and width != first else 1))
                before = width
        self.layers = nn.Sequential(*layers)
        self.classify = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(before, classes))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.layers(self.input(pictures).transpose(1, 2))  # [batch, channels, frames, height, width]
        embedding = seen.mean(dim=(2, 3, 4))
        return self.classify(embedding), embedding


class _Block(nn.Module):
    """Two convolutions, added to what came in."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Sequential(_space_then_time(before, width, stride), nn.BatchNorm3d(width), nn.ReLU())
        self.second = nn.Sequential(_space_then_time(width, width, 1), nn.BatchNorm3d(width))
        same = before == width and stride == 1
        skip = nn.Sequential(nn.Conv3d(before, width, 1, stride, bias=False), nn.BatchNorm3d(width))
        self.skip = nn.Identity() if same else skip

    def forward(self, seen: Tensor) -> Tensor:
        return nn.functional.relu(self.skip(seen) + self.second(self.first(seen)))


def _space_then_time(before: int, width: int, stride: int) -> nn.Sequential:
    """In place of one convolution of 3 x 3 x 3, with as many weights (section 3.5 of the paper)."""
    between = (27 * before * width) // (9 * before + 3 * width)
    return nn.Sequential(
        nn.Conv3d(before, between, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False),
        nn.BatchNorm3d(between),
        nn.ReLU(),
        nn.Conv3d(between, width, (3, 1, 1), (stride, 1, 1), (1, 0, 0), bias=False),
    )
