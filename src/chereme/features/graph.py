"""The body as a graph: points joined by bones, and which way along a bone leads away from the trunk."""

from collections import deque
from dataclasses import dataclass

import torch
from torch import Tensor

from chereme.landmarks.layout import Layout

UPPER_BODY = (
    "nose", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip

NECK = (("nose", "left_shoulder"), ("nose", "right_shoulder"))
"""Joined as well: a pose has no neck, and its bones leave the head apart."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Both hands and the upper body, as far as the layout has them."""

    points: tuple[int, ...]
    """Of the layout, one a node."""
    bones: tuple[tuple[int, int], ...]
    """Pairs of nodes."""
    hops: tuple[int, ...]
    """Bones between each node and the trunk: the shoulders, or the wrists of hands without a body."""

    @classmethod
    def of(cls, layout: Layout) -> "Skeleton":
        names = [
            name
            for group in layout.groups
            if group != "face"
            for name in layout.names[layout.slices[group]]
            if group != "pose" or name in UPPER_BODY
        ]
        node = {name: number for number, name in enumerate(names)}
        wrists = tuple((f"{side}_wrist", f"{side}_hand.wrist") for side in ("left", "right"))
        named = [(layout.names[start], layout.names[end]) for start, end in layout.bones]
        bones = [(node[a], node[b]) for a, b in (*named, *NECK, *wrists) if a in node and b in node]
        trunk = [name for name in names if name in ("left_shoulder", "right_shoulder")]
        roots = trunk or [name for name in names if name.endswith(".wrist")]
        hops = _hops(len(names), bones, [node[name] for name in roots])
        return cls(tuple(layout.names.index(name) for name in names), tuple(bones), hops)

    def partitions(self) -> Tensor:
        """Adjacency [3, nodes, nodes] after Yan et al. (2018): neighbours as far from the trunk as the node (itself one
        of them), nearer ones, further ones. Each row sums to 1 or is 0."""
        nodes = len(self.points)
        parts = torch.zeros(3, nodes, nodes)
        parts[0].fill_diagonal_(1.0)
        for one, other in self.bones:
            for node, neighbour in ((one, other), (other, one)):
                further = self.hops[neighbour] - self.hops[node]
                parts[0 if further == 0 else 1 if further < 0 else 2, node, neighbour] = 1.0
        return parts / parts.sum(dim=-1, keepdim=True).clamp(min=1.0)


def _hops(nodes: int, bones: list[tuple[int, int]], roots: list[int]) -> tuple[int, ...]:
    neighbours: list[list[int]] = [[] for _ in range(nodes)]
    for one, other in bones:
        neighbours[one].append(other)
        neighbours[other].append(one)
    hops = dict.fromkeys(roots, 0)
    queue = deque(roots)
    while queue:
        node = queue.popleft()
        for neighbour in neighbours[node]:
            if neighbour not in hops:
                hops[neighbour] = hops[node] + 1
                queue.append(neighbour)
    return tuple(hops[node] for node in range(nodes))
