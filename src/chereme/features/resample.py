"""Filling gaps and bringing every clip to the same number of moments, in one step."""

import torch
from torch import Tensor, nn

from chereme.landmarks.layout import Layout

DEPTH = 2.3
"""What makes z as long as x and y: z is a fraction of the width, which is about 1.5 heights, and measured on the stiff
palm of many sets MediaPipe underestimates it by another 1.5."""


class FillAndResample(nn.Module):
    """A clip of any length → the same number of moments, evenly spaced from its first frame to its last.

    Each moment is read between the nearest frames before and after it *in which the part was detected* (part = left
    hand, pose, right hand), so a gap is bridged by a straight line and the ends are held. A part that is never detected
    is all zero. What was bridged remains visible in the presence that is returned beside the points.
    """

    part_of_point: Tensor
    first_points: Tensor

    def __init__(self, layout: Layout, moments: int) -> None:
        super().__init__()
        self.moments = moments
        self.padded = False
        """Frames after the last in which anything is seen only fill up a fixed number, and do not count."""
        self.parts = layout.groups
        sizes = [layout.slices[part].stop - layout.slices[part].start for part in self.parts]
        part_of_point = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
        self.register_buffer("part_of_point", part_of_point, persistent=False)
        first_points = torch.tensor([layout.slices[part].start for part in self.parts])
        self.register_buffer("first_points", first_points, persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        """Landmarks [batch, frames, points, 3] → points [batch, moments, points, 3], presence [batch, moments, parts].

        Presence is 1 where the part was detected at that moment, 0 where it was not, and between in between.
        """
        frames = landmarks.shape[1]
        seen = ~torch.isnan(landmarks[:, :, self.first_points, 0])
        frame = torch.arange(frames, device=landmarks.device, dtype=landmarks.dtype)
        steps = torch.arange(self.moments, device=landmarks.device, dtype=landmarks.dtype)
        end = frame[None, -1:]
        if self.padded:
            end = (seen.to(frame.dtype).amax(dim=2) * frame).amax(dim=1, keepdim=True)
        moment = steps * (end / (self.moments - 1))

        # [batch, moments, frames, parts]: how far each frame is from each moment, far away where the part is not seen
        far = 1.0e6
        offset = frame[None, None, :, None] - moment[:, :, None, None]
        unseen = (~seen).to(landmarks.dtype)[:, None] * far
        before_distance, before = (torch.relu(-offset) + (offset > 1e-4).to(offset.dtype) * far + unseen).min(dim=2)
        after_distance, after = (torch.relu(offset) + (offset < -1e-4).to(offset.dtype) * far + unseen).min(dim=2)
        has_before, has_after = before_distance < far / 2, after_distance < far / 2
        before, after = torch.where(has_before, before, after), torch.where(has_after, after, before)
        span = before_distance + after_distance
        both = has_before & has_after & (span > 1e-4)
        share = torch.where(both, before_distance / torch.clamp(span, min=1e-4), torch.zeros_like(span))

        points = torch.where(torch.isnan(landmarks), torch.zeros_like(landmarks), landmarks)
        points = points * points.new_tensor([1.0, 1.0, DEPTH])
        left, right = self._read(points, before), self._read(points, after)
        weight = share[:, :, self.part_of_point].unsqueeze(-1)
        filled = left + (right - left) * weight

        nearest_gap = torch.minimum(before_distance, after_distance)
        presence = torch.clamp(1.0 - torch.relu(nearest_gap - 0.5), 0.0, 1.0)
        return filled, presence

    def _read(self, points: Tensor, index: Tensor) -> Tensor:
        """points [batch, frames, points, 3] at frame index [batch, moments, parts] of each part."""
        of_point = index[:, :, self.part_of_point].unsqueeze(-1)
        return torch.gather(points, 1, of_point.expand(-1, -1, -1, points.shape[-1]))
