"""A clip frame by frame, as it was recorded: for models that look only at frames in which something is seen."""

import torch
from torch import Tensor, nn

from chereme.features.resample import DEPTH
from chereme.landmarks.layout import Layout


class SeenFrames(nn.Module):
    """What `FillAndResample` gives, without filling and without resampling."""

    first_points: Tensor

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        first_points = torch.tensor([layout.slices[group].start for group in layout.groups])
        self.register_buffer("first_points", first_points, persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        """Landmarks [batch, frames, points, 3], NaN for missing → points [batch, frames, points, 3], 0 for missing and
        z as long as x and y, and presence [batch, frames, groups], 1 where a group was detected."""
        presence = (~torch.isnan(landmarks[:, :, self.first_points, 0])).to(landmarks.dtype)
        points = torch.where(torch.isnan(landmarks), torch.zeros_like(landmarks), landmarks)
        return points * points.new_tensor([1.0, 1.0, DEPTH]), presence
