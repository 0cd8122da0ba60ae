"""Filling gaps and bringing every clip to the same number of moments, in one step."""

import torch
from torch import Tensor, nn

from chereme.landmarks.layout import Layout

DEPTH = 2.3
"""What makes z as long as x and y: z is a fraction of the width, which is about 1.5 heights, and measured on the stiff
palm of many sets MediaPipe underestimates it by another 1.5."""

NEVER = 1.0e12
"""A frame so far away that beside one that exists it weighs nothing."""

SAME = 1.0e-4
"""A moment so near to a frame, in frames, is that frame."""


class FillAndResample(nn.Module):
    """A clip of any length → the same number of moments, evenly spaced from its first frame to its last.

    Each moment is read between the nearest frames before and after it *in which the part was detected* (part = left
    hand, pose, right hand), so a gap is bridged by a straight line and the ends are held. A part that is never detected
    is all zero. What was bridged remains visible in the presence that is returned beside the points.
    """

    first_points: Tensor
    axes: Tensor

    def __init__(self, layout: Layout, moments: int) -> None:
        super().__init__()
        self.moments = moments
        self.padded = False
        """Frames after the last in which anything is seen only fill up a fixed number, and do not count."""
        self.parts = [layout.slices[part] for part in layout.groups]
        self.register_buffer("first_points", torch.tensor([part.start for part in self.parts]), persistent=False)
        self.register_buffer("axes", torch.tensor([1.0, 1.0, DEPTH]).repeat(len(layout)), persistent=False)

    def forward(self, landmarks: Tensor) -> tuple[Tensor, Tensor]:
        """Landmarks [batch, frames, points, 3] → points [batch, moments, points, 3], presence [batch, moments, parts].

        Presence is 1 where the part was detected at that moment, 0 where it was not, and between in between.
        """
        frame = torch.arange(landmarks.shape[1], device=landmarks.device, dtype=landmarks.dtype)
        first_x = landmarks.index_select(2, self.first_points)[..., 0]
        seen = ~torch.isnan(first_x.transpose(1, 2)).unsqueeze(2)
        moment = self._moments(frame, seen)

        # [batch, parts, moments, 1]: the nearest frames in which the part is seen, and how far away they are
        before = torch.where(seen & (frame <= moment + SAME), frame, -NEVER).amax(dim=-1, keepdim=True)
        after = torch.where(seen & (frame >= moment - SAME), frame, NEVER).amin(dim=-1, keepdim=True)
        since, until = torch.relu(moment - before), torch.relu(after - moment)

        share = since / torch.clamp(since + until, min=SAME)
        weights = torch.where(frame == before, 1.0 - share, 0.0) + torch.where(frame == after, share, 0.0)
        points = torch.where(torch.isnan(landmarks), 0.0, landmarks).flatten(2)
        read = [
            weights[:, place] @ points[:, :, 3 * part.start : 3 * part.stop] for place, part in enumerate(self.parts)
        ]
        filled = (torch.cat(read, dim=2) * self.axes).view(-1, self.moments, landmarks.shape[2], 3)
        presence = torch.clamp(1.5 - torch.minimum(since, until), 0.0, 1.0)
        return filled, presence.squeeze(-1).transpose(1, 2)

    def _moments(self, frame: Tensor, seen: Tensor) -> Tensor:
        """When each moment is, counted in frames: [1 or batch, 1, moments, 1]."""
        end = frame[-1:]
        if self.padded:
            end = torch.where(seen.any(dim=1), frame, 0.0).amax(dim=-1, keepdim=True).unsqueeze(1)
        steps = torch.arange(self.moments, device=frame.device, dtype=frame.dtype)
        return steps[:, None] * (end / (self.moments - 1)).view(-1, 1, 1, 1)
