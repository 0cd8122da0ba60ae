"""How points move."""

import torch
from torch import Tensor


def velocities(points: Tensor) -> Tensor:
    """Change from each moment to the next [batch, moments, ...], in the points' own unit a moment.

    The first moment takes the second's, so that an even movement has one and the same velocity from beginning to end.
    Give it points in the shoulders' frame: in picture coordinates whoever sits nearer moves faster.
    """
    change = points[:, 1:] - points[:, :-1]
    return torch.cat([change[:, :1], change], dim=1)
