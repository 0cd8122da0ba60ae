"""Pictures → what a network reads, inside the graph; and variations of pictures for training."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

MEAN = (0.485, 0.456, 0.406)
SPREAD = (0.229, 0.224, 0.225)
"""Of red, green and blue over ImageNet, by which pictures are brought to mean 0 and spread 1 all over the field."""


class PictureInput(nn.Module):
    """Pictures [batch, frames, 3, height, width], 0 to 1 → [batch, frames, 3, side, side], normalised."""

    mean: Tensor
    spread: Tensor

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("spread", torch.tensor(SPREAD).view(3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        batch, frames = pictures.shape[:2]
        flat = pictures.flatten(0, 1)
        if flat.shape[-2:] != (self.side, self.side):
            flat = nn.functional.interpolate(flat, (self.side, self.side), mode="bilinear", antialias=True)
        return ((flat - self.mean) / self.spread).view(batch, frames, *flat.shape[1:])


@dataclass(frozen=True)
class PictureAugmentConfig:
    mirror: float = 0.1
    """Probability of the mirrored picture. Hands are shown as right ones (see `HandPictures`), and a mirrored right
    hand is a left one: this stands for hands whose side was mistaken, not for left-handed people."""
    roll: float = 15.0
    """Degrees."""
    scale: float = 0.2
    shift: float = 0.08
    """Of the picture's side."""
    light: float = 0.3
    """Share by which a picture may be brighter or darker, have more contrast or less, or a cast of some colour."""


class PictureAugment:
    """Other cameras and other light, the same for all frames of a clip. Random numbers come from one generator, so a
    seed fixes everything."""

    def __init__(self, config: PictureAugmentConfig | None = None, *, seed: int = 0) -> None:
        self.config = config or PictureAugmentConfig()
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, pictures: Tensor) -> Tensor:
        """[batch, frames, 3, height, width], 0 to 1 → the same shape and range; black comes in from outside."""
        return self.relight(self.move(pictures))

    def move(self, pictures: Tensor) -> Tensor:
        batch, frames = pictures.shape[:2]
        angle = self._spread(batch) * math.radians(self.config.roll)
        zoom = torch.exp(self._spread(batch) * self.config.scale)
        chosen = torch.rand(batch, generator=self.generator) < self.config.mirror
        side = torch.where(chosen, -1.0, 1.0)
        shift = 2.0 * self.config.shift * torch.stack([self._spread(batch), self._spread(batch)], dim=1)
        cosine, sine = angle.cos() * zoom, angle.sin() * zoom
        rows = torch.stack([side * cosine, -sine, shift[:, 0], side * sine, cosine, shift[:, 1]], dim=1)
        matrix = rows.view(batch, 1, 2, 3).expand(-1, frames, -1, -1).flatten(0, 1)
        flat = pictures.flatten(0, 1)
        grid = nn.functional.affine_grid(matrix, list(flat.shape), align_corners=False)
        return nn.functional.grid_sample(flat, grid, align_corners=False).view_as(pictures)

    def relight(self, pictures: Tensor) -> Tensor:
        batch = len(pictures)
        light = 1.0 + self.config.light * torch.stack([self._spread(batch) for _ in range(5)], dim=1)
        brightness, contrast, cast = light[:, 0], light[:, 1], light[:, 2:].sqrt()
        middle = pictures.mean(dim=(1, 2, 3, 4), keepdim=True)
        varied = (pictures - middle) * contrast.view(-1, 1, 1, 1, 1) + middle * brightness.view(-1, 1, 1, 1, 1)
        return (varied * cast.view(-1, 1, 3, 1, 1)).clamp(0.0, 1.0)

    def _spread(self, batch: int) -> Tensor:
        """Even between -1 and 1."""
        return 2.0 * torch.rand(batch, generator=self.generator) - 1.0
