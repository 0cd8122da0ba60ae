"""Landmarks drawn as pictures, inside the graph: for networks that look at films, without the face and the room."""

import torch
from torch import Tensor, nn

from chereme.features.groups import own_frame
from chereme.features.shoulders import ShoulderFrame
from chereme.landmarks.layout import HAND_BONES, HAND_POINTS, Layout

BODY_REACH = 2.5
"""Shoulder widths from the picture's middle to its edge."""

HAND_REACH = 2.2
"""Palms from the picture's middle, which is the middle finger's knuckle, to its edge."""

DOTS = 4
"""A bone is drawn as so many dots from end to end."""


class Render(nn.Module):
    """Points and presence as `FillAndResample` gives them → pictures [batch, moments, 3, side, side], 0 to 1.

    Red is the whole signer, upright in the middle; green and blue are the left and the right hand by themselves, as
    large as the picture, because a handshape drawn to the scale of a body is a few pixels. A part that is not seen is
    not drawn.
    """

    bone_starts: Tensor
    bone_ends: Tensor
    group_of_bone: Tensor

    def __init__(self, layout: Layout, side: int, thickness: float = 0.012) -> None:
        """thickness: spread of a dot, as a share of the side."""
        super().__init__()
        self.layout, self.side, self.thickness = layout, side, thickness
        self.shoulders = ShoulderFrame(layout)
        starts, ends = torch.tensor(layout.bones).T
        groups = [number for number, group in enumerate(layout.groups) for _ in range(_points(layout, group))]
        self.register_buffer("bone_starts", starts, persistent=False)
        self.register_buffer("bone_ends", ends, persistent=False)
        self.register_buffer("group_of_bone", torch.tensor(groups)[starts], persistent=False)

    def forward(self, points: Tensor, presence: Tensor) -> Tensor:
        on_body = self.shoulders(points, presence)[..., :2] / BODY_REACH
        bones = (on_body[:, :, self.bone_starts], on_body[:, :, self.bone_ends])
        pictures = [self._draw(*bones, presence[:, :, self.group_of_bone])]
        for group in ("left_hand", "right_hand"):
            if group not in self.layout:
                pictures.append(torch.zeros_like(pictures[0]))
                continue
            hand = own_frame(points[:, :, self.layout.slices[group]])[..., :2]
            hand = (hand - hand[:, :, _KNUCKLE, None]) / HAND_REACH
            seen = presence[:, :, self.layout.groups.index(group), None].expand(-1, -1, len(HAND_BONES))
            pictures.append(self._draw(hand[:, :, _STARTS], hand[:, :, _ENDS], seen))
        return torch.stack(pictures, dim=2)

    def _draw(self, starts: Tensor, ends: Tensor, seen: Tensor) -> Tensor:
        """Bones [batch, moments, bones, 2], -1 to 1 from edge to edge → [batch, moments, side, side].

        A dot is a Gaussian, the product of one along x and one along y, so that drawing is a product of matrices.
        """
        share = torch.linspace(0.0, 1.0, DOTS, device=starts.device, dtype=starts.dtype).view(-1, 1, 1, 1, 1)
        dots = torch.cat(list(starts + (ends - starts) * share), dim=2) / 2.0 + 0.5
        weight = torch.cat([seen] * DOTS, dim=2).unsqueeze(-1)
        pixels = (torch.arange(self.side, device=starts.device, dtype=starts.dtype) + 0.5) / self.side
        away = (dots.unsqueeze(-1) - pixels) / self.thickness  # [batch, moments, dots, 2, side]
        along_x, along_y = torch.exp(-away * away / 2).unbind(dim=3)
        return 1.0 - torch.exp(-((along_y * weight).transpose(-1, -2) @ along_x))


def _points(layout: Layout, group: str) -> int:
    return len(range(*layout.slices[group].indices(len(layout))))


_KNUCKLE = HAND_POINTS.index("middle_mcp")
_STARTS = [start for start, _ in HAND_BONES]
_ENDS = [end for _, end in HAND_BONES]
