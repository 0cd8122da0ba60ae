"""Weighing features by how much people differ in them while meaning the same."""

import torch
from torch import Tensor, nn

SHRINKAGE = 0.1
"""Share of the scatter that is taken to be the same in all directions: few clips do not know better."""


class Scale(nn.Module):
    """Every feature to mean 0 and spread 1, as measured on training clips only and saved with the weights."""

    mean: Tensor
    spread: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))

    def forward(self, features: Tensor) -> Tensor:
        """[..., width] → [..., width]"""
        return (features - self.mean) / self.spread

    def fit(self, features: Tensor) -> None:
        """features [n, width]"""
        self.mean.copy_(features.mean(dim=0))
        spread = features.std(dim=0, correction=0)
        self.spread.copy_(torch.where(spread > 1e-4, spread, torch.ones_like(spread)))


class Whiten(nn.Module):
    """A fixed linear map, found before training, after which clips of one gloss vary equally in all directions.

    What varies between signers but not between signs is made small, what varies between signs large: the first half of
    Fisher's linear discriminant, known in speaker recognition as within-class covariance normalisation (Hatch et al.,
    2006). It is fitted to training clips only and saved with the weights.
    """

    mean: Tensor
    matrix: Tensor
    colour: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("matrix", torch.eye(width))
        self.register_buffer("colour", torch.zeros(width, width), persistent=False)

    def forward(self, features: Tensor) -> Tensor:
        """[..., width] → [..., width]"""
        return (features - self.mean) @ self.matrix

    def other_people(self, clips: int) -> Tensor:
        """Differences [clips, width] to add to features in training, drawn as people differ within a gloss.

        Where a gloss has one signer, this is what the others lend it (compare Wang et al., "Implicit Semantic Data
        Augmentation", 2019).
        """
        return torch.randn(clips, len(self.colour)) @ self.colour

    def fit(self, features: Tensor, labels: Tensor) -> None:
        """features [clips, width], one row a clip; labels [clips]."""
        features = features.double()
        mean, spread = features.mean(dim=0), features.std(dim=0, correction=0)
        # palm sizes: what varies by less is the same for all, but for rounding
        spread = torch.where(spread > 1e-3, spread, torch.ones_like(spread))
        standard = (features - mean) / spread
        classes = int(labels.max()) + 1
        count = torch.zeros(classes, dtype=torch.float64).index_add(0, labels, torch.ones(len(labels)).double())
        total = torch.zeros(classes, standard.shape[1], dtype=torch.float64).index_add(0, labels, standard)
        inner = standard - (total / count.clamp(min=1)[:, None])[labels]
        scatter = inner.T @ inner / len(inner)
        even = scatter.diagonal().mean() * torch.eye(len(scatter), dtype=torch.float64)
        values, vectors = torch.linalg.eigh((1 - SHRINKAGE) * scatter + SHRINKAGE * even)
        values = values.clamp(min=1e-8)
        self.colour.copy_(vectors @ torch.diag(values.sqrt()) @ vectors.T * spread)
        white = vectors @ torch.diag(values.rsqrt()) @ vectors.T
        white = white / (standard @ white).std()
        self.mean.copy_(mean)
        self.matrix.copy_(white / spread[:, None])
