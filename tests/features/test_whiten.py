"""Whitening is fitted once, on what it is given, and makes the noise within glosses even."""

import torch

from chereme.features.whiten import Scale, Whiten


def sample() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(2000) % 4
    signs = torch.randn(4, 6, generator=generator)
    people = torch.randn(2000, 6, generator=generator) * torch.tensor([3.0, 1.0, 0.1, 1.0, 1.0, 1.0])
    return signs[labels] + people, labels


def test_within_a_gloss_every_direction_varies_about_equally() -> None:
    features, labels = sample()
    whiten = Whiten(6)
    whiten.fit(features, labels)
    white = whiten(features)
    means = torch.stack([white[labels == label].mean(dim=0) for label in range(4)])
    scatter = torch.cov((white - means[labels]).T)
    values = torch.linalg.eigvalsh(scatter)
    assert values.max() / values.min() < 3.0, "before, it was 900"


def test_a_feature_that_never_varies_does_no_harm() -> None:
    features, labels = sample()
    features[:, 3] = 7.0
    whiten, scale = Whiten(6), Scale(6)
    whiten.fit(features, labels)
    scale.fit(features)
    assert torch.isfinite(whiten(features)).all()
    assert torch.isfinite(scale(features)).all()
