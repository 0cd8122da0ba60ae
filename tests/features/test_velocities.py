"""An even movement has one velocity."""

import torch

from chereme.features.velocities import velocities


def test_an_even_movement_has_the_same_velocity_from_beginning_to_end() -> None:
    step = torch.tensor([0.1, -0.2, 0.0])
    points = torch.arange(6.0)[None, :, None, None] * step
    assert torch.allclose(velocities(points), step.expand(1, 6, 1, 3), atol=1e-6)
