"""Decoupled graph convolutions: the joint stream of SL-GCN.

Jiang et al., "Skeleton Aware Multi-modal Sign Language Recognition" (CVPRW, 2021), which builds on Cheng et al.,
"Decoupling GCN with DropGraph Module" (ECCV, 2020): 27 joints, ten blocks from 64 to 256 channels; groups of channels
learn adjacencies of their own; attention over joints, time and channels; neighbourhoods are dropped rather than nodes.
SGD with momentum, at 0.1 for batches of 64 (here half of both), after a warm-up; the rate falls to a tenth after 3/5 of
the training and again after 4/5.

Clips are read at 16 moments, as ours are, not at a window of 100 or 150 frames: most of those here have 20 or 30. Left
out: the streams of bones and movements, whose answers the paper adds.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers.frames import at_frames
from benchmarks.peers.gradient import Inputs, Network, train
from benchmarks.peers.lesson import Lesson
from chereme.landmarks import LandmarkSequence
from chereme.landmarks.layout import Layout

MOMENTS = 16
GROUPS = 8
BLOCKS = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
BODY = ("nose", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist")
BODY_BONES = ((0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6))
HAND = (
    "wrist", "thumb_tip", "index_mcp", "index_tip", "middle_mcp", "middle_tip", "ring_mcp", "ring_tip", "pinky_mcp",
    "pinky_tip",
)  # fmt: skip
HAND_BONES = ((0, 1), (0, 2), (2, 3), (0, 4), (4, 5), (0, 6), (6, 7), (0, 8), (8, 9))


class DecoupledGcn(nn.Module):
    """Joints [batch, 3, moments, joints] → logits [batch, glosses]."""

    def __init__(self, adjacency: Tensor, glosses: int) -> None:
        super().__init__()
        nodes = adjacency.shape[-1]
        self.norm = nn.BatchNorm1d(3 * nodes)
        self.blocks = nn.ModuleList(
            _Block(before, width, adjacency, halve_time=place > 0 and before < width)
            for place, (before, width) in enumerate(zip((3, *BLOCKS), BLOCKS, strict=False))
        )
        self.classify = nn.Linear(BLOCKS[-1], glosses)

    def forward(self, joints: Tensor) -> Tensor:
        batch, channels, moments, nodes = joints.shape
        flat = joints.permute(0, 1, 3, 2).reshape(batch, channels * nodes, moments)
        signal = self.norm(flat).reshape(batch, channels, nodes, moments).permute(0, 1, 3, 2)
        for block in self.blocks:
            signal = block(signal)
        logits: Tensor = self.classify(signal.mean(dim=(2, 3)))
        return logits


class _Block(nn.Module):
    def __init__(self, before: int, width: int, adjacency: Tensor, *, halve_time: bool) -> None:
        super().__init__()
        stride = 2 if halve_time else 1
        self.adjacency = nn.Parameter(adjacency[:, None].repeat(1, GROUPS, 1, 1))
        self.mix = nn.Conv2d(before, len(adjacency) * width, 1)
        self.mixed = nn.BatchNorm2d(width)
        self.across = _projection(before, width, 1)
        self.attend = _Attention(width, adjacency.shape[-1])
        self.over_time = nn.Conv2d(width, width, (9, 1), (stride, 1), (4, 0))
        self.timed = nn.BatchNorm2d(width)
        self.skip = nn.Identity() if before == width and not halve_time else _projection(before, width, stride)
        self.drop = _DropGraph((adjacency.sum(dim=0) > 0).float())

    def forward(self, signal: Tensor) -> Tensor:
        heard = self.mix(signal).unflatten(1, (len(self.adjacency), GROUPS, -1))
        heard = torch.einsum("bpgctn,pgmn->bgctm", heard, self.adjacency).flatten(1, 2)
        heard = self.attend(nn.functional.relu(self.mixed(heard) + self.across(signal)))
        timed = self.timed(self.over_time(heard))
        return nn.functional.relu(self.drop(timed) + self.drop(self.skip(signal)))


def _projection(before: int, width: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, width, 1, (stride, 1)), nn.BatchNorm2d(width))


class _Attention(nn.Module):
    """Which joints, then which moments, then which channels matter; each adds to what it weighs."""

    def __init__(self, width: int, nodes: int) -> None:
        super().__init__()
        odd = nodes - 1 if nodes % 2 == 0 else nodes
        self.joints = nn.Conv1d(width, 1, odd, padding=odd // 2)
        self.moments = nn.Conv1d(width, 1, 9, padding=4)
        last = nn.Linear(width // 2, width)
        self.channels = nn.Sequential(nn.Linear(width, width // 2), nn.ReLU(), last)
        layer: nn.Conv1d | nn.Linear
        for layer in (self.joints, self.moments, last):
            nn.init.zeros_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)

    def forward(self, signal: Tensor) -> Tensor:
        signal = signal * (1 + torch.sigmoid(self.joints(signal.mean(dim=2))).unsqueeze(2))
        signal = signal * (1 + torch.sigmoid(self.moments(signal.mean(dim=3))).unsqueeze(3))
        weighed: Tensor = signal * (1 + torch.sigmoid(self.channels(signal.mean(dim=(2, 3))))[..., None, None])
        return weighed


class _DropGraph(nn.Module):
    """Some joints fall out in training, and their neighbours with them; what is left is scaled up."""

    drop = 0.1

    def __init__(self, near: Tensor) -> None:
        super().__init__()
        self.register_buffer("near", near)
        self.near: Tensor

    def forward(self, signal: Tensor) -> Tensor:
        if not self.training:
            return signal
        size = self.near.sum(dim=1).mean()
        seeds = (torch.rand(len(signal), len(self.near)) < self.drop / size).float()
        kept = (seeds @ self.near == 0).float()
        scale = kept.numel() / kept.sum().clamp(min=1.0)
        return signal * kept[:, None, None] * scale


def fit(lesson: Lesson) -> Network:
    torch.manual_seed(lesson.seed)
    random = np.random.default_rng(lesson.seed)
    network = DecoupledGcn(_adjacency(lesson.train.layout), len(lesson.glosses))
    optimiser = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def varied(chosen: list[int]) -> Inputs:
        return _prepare([_varied(lesson.clips[index], random) for index in chosen])

    train(network, lesson, varied, optimiser, batch=32, schedule=_in_stairs, smoothing=0.1)
    return Network(network, _prepare)


def _in_stairs(done: float) -> float:
    return min(1.0, (done + 0.001) / 0.08) * (1.0 if done < 0.6 else 0.1 if done < 0.8 else 0.01)


def _varied(clip: LandmarkSequence, random: np.random.Generator) -> LandmarkSequence:
    """A window of it, perhaps mirrored, moved a little."""
    frames = len(clip)
    size = max(1, round(frames * random.uniform(0.7, 1.0)))
    start = int(random.integers(0, frames - size + 1))
    moved = clip.points[start : start + size] + np.append(random.uniform(-0.05, 0.05, 2), 0.0).astype(np.float32)
    clip = replace(clip, points=moved)
    return clip.mirror() if random.random() < 0.5 else clip


def _prepare(clips: Sequence[LandmarkSequence]) -> Inputs:
    return (torch.from_numpy(np.stack([_joints(clip) for clip in clips])),)


def _joints(clip: LandmarkSequence) -> NDArray[np.float32]:
    """x, y and presence [3, moments, joints], from the mean place of the first joint seen: the nose, else a wrist."""
    points = at_frames(clip, MOMENTS)[:, _chosen(clip.layout), :2]
    seen: NDArray[np.bool_] = np.asarray(~np.isnan(points).any(axis=2))
    first = int(seen.any(axis=0).argmax())
    centre = points[seen[:, first], first].mean(axis=0) if seen.any() else np.zeros(2, dtype=np.float32)
    joints = np.concatenate([points - centre, seen[..., None]], axis=2).transpose(2, 0, 1)
    return np.asarray(np.nan_to_num(joints, nan=0.0), dtype=np.float32)


def _chosen(layout: Layout) -> list[int]:
    body = [layout.names.index(name) for name in BODY] if "pose" in layout else []
    hands = [layout.names.index(f"{side}_hand.{name}") for side in ("left", "right") for name in HAND]
    return body + hands


def _adjacency(layout: Layout) -> Tensor:
    """Itself, inwards and outwards, each row adding up to 1: [3, joints, joints]."""
    start = len(BODY) if "pose" in layout else 0
    bones = list(BODY_BONES) if start else []
    for number, wrist in enumerate((5, 6)):
        hand = start + number * len(HAND)
        bones += [(hand + near, hand + far) for near, far in HAND_BONES]
        bones += [(wrist, hand)] if start else []
    nodes = start + 2 * len(HAND)
    outwards = torch.zeros(nodes, nodes)
    for near, far in bones:
        outwards[far, near] = 1.0
    parts = torch.stack([torch.eye(nodes), outwards, outwards.T])
    return parts / parts.sum(dim=2, keepdim=True).clamp(min=1.0)
