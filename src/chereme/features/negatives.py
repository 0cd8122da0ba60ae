"""Clips that look like signing and are no sign, made from training clips: what a recogniser must keep silent about."""

import torch
from torch import Tensor


def spliced(clips: Tensor, others: Tensor, generator: torch.Generator) -> Tensor:
    """Each clip [batch, frames, points, 3] goes on as the other from somewhere in its middle on: a change of sign."""
    frames = clips.shape[1]
    cut = ((0.3 + 0.4 * torch.rand(len(clips), generator=generator)) * frames).long()
    later = torch.arange(frames)[None] >= cut[:, None]
    return torch.where(later[:, :, None, None], others, clips)
