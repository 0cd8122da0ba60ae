"""Toy clips of three signers who show three handshapes, and the smallest model that can learn them."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from chereme.landmarks import HANDS
from chereme.training.clips import Clips

TINY: dict[str, Any] = {"moments": 4, "widths": (8, 8), "dense": 8}
"""Options of `lstm`."""


def toy_clips(classes: int = 3, signers: tuple[str, ...] = ("ann", "ben", "eve"), takes: int = 4) -> Clips:
    random = torch.Generator().manual_seed(0)
    shapes = torch.rand(classes, 21, 3, generator=random) * 0.2
    labels = torch.arange(classes).repeat(len(signers) * takes)
    groups = tuple(signer for signer in signers for _ in range(classes * takes))
    points = torch.full((len(labels), 6, len(HANDS), 3), torch.nan)
    noise = torch.randn(len(labels), 6, 21, 3, generator=random) * 0.003
    points[:, :, HANDS.slices["right_hand"]] = shapes[labels][:, None] + noise + 0.5
    return Clips(points, labels, groups, None, tuple(f"clip {place}" for place in range(len(labels))))


@pytest.fixture(scope="session")
def make_clips() -> Callable[..., Clips]:
    return toy_clips


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    return TINY
