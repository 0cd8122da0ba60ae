"""What won "Google - Isolated Sign Language Recognition" (Kaggle, 2023), as its author describes it; width 128.

Points in x and y, centred on the nose and divided by the spread of the whole clip, with their differences over one
frame and over two; causal depthwise convolutions over time with channel attention (Wang et al., "ECA-Net", 2020), three
to each transformer block, twice over. RAdam with decoupled weight decay, cosine, heavy dropout before the last layer.

Here the points are both hands and the body down to the wrists, whose nose, eyes and mouth stand for the face's. The
learning rate is the published 4e-3 for batches of 512, scaled by the root of the batch. Left out: averaging over seeds,
looking ahead of the optimiser, and adversarial weights, which began late in 400 epochs.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers.gislr_augment import augmented
from benchmarks.peers.gradient import Inputs, Network, cosine, padded, train
from benchmarks.peers.lesson import Lesson
from chereme.landmarks import LandmarkSequence
from chereme.landmarks.layout import Layout

WIDTH = 128
MOST_FRAMES = 384
BODY_POINTS = 17
"""Of the pose: face, shoulders, elbows, wrists."""
BATCH = 32


class GislrWinner(nn.Module):
    """Rows [batch, frames, values] and which frames are real → logits [batch, glosses]."""

    def __init__(self, values: int, glosses: int) -> None:
        super().__init__()
        self.stem = nn.Linear(values, WIDTH, bias=False)
        self.stem_norm = _ChannelNorm()
        self.blocks = nn.ModuleList(
            block for _ in range(2) for block in (_Convolution(), _Convolution(), _Convolution(), _Attention())
        )
        self.top = nn.Linear(WIDTH, 2 * WIDTH)
        self.classify = nn.Sequential(nn.Dropout(0.8), nn.Linear(2 * WIDTH, glosses))

    def forward(self, rows: Tensor, real: Tensor) -> Tensor:
        signal = self.stem_norm(self.stem(rows))
        for block in self.blocks:
            signal = block(signal, real)
        logits: Tensor = self.classify(_mean(self.top(signal), real))
        return logits


class _Convolution(nn.Module):
    """Widened, convolved over the past, weighed by channel, narrowed; added to what came in, or dropped whole."""

    kernel = 17

    def __init__(self) -> None:
        super().__init__()
        wide = 2 * WIDTH
        self.widen = nn.Sequential(nn.Linear(WIDTH, wide), nn.SiLU())
        self.over_time = nn.Conv1d(wide, wide, self.kernel, groups=wide, bias=False)
        self.norm = _ChannelNorm(wide)
        self.attend = nn.Conv1d(1, 1, 5, padding=2, bias=False)
        self.narrow = nn.Linear(wide, WIDTH)
        self.drop = _DropPath(0.2)

    def forward(self, signal: Tensor, real: Tensor) -> Tensor:
        wide = self.widen(signal) * real.unsqueeze(-1)
        past = nn.functional.pad(wide.transpose(1, 2), (self.kernel - 1, 0))
        wide = self.norm(self.over_time(past).transpose(1, 2))
        weight = torch.sigmoid(self.attend(_mean(wide, real).unsqueeze(1)))
        added: Tensor = signal + self.drop(self.narrow(wide * weight))
        return added


class _Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.before, self.between = _ChannelNorm(), _ChannelNorm()
        self.look = nn.MultiheadAttention(WIDTH, 4, dropout=0.2, bias=False, batch_first=True)
        self.think = nn.Sequential(
            nn.Linear(WIDTH, 2 * WIDTH, bias=False), nn.SiLU(), nn.Linear(2 * WIDTH, WIDTH, bias=False)
        )
        self.drop = _DropPath(0.2)

    def forward(self, signal: Tensor, real: Tensor) -> Tensor:
        asked = self.before(signal)
        seen, _ = self.look(asked, asked, asked, key_padding_mask=~real, need_weights=False)
        signal = signal + self.drop(seen)
        thought: Tensor = signal + self.drop(self.think(self.between(signal)))
        return thought


class _ChannelNorm(nn.BatchNorm1d):
    """Batch normalisation of [batch, frames, channels]."""

    def __init__(self, channels: int = WIDTH) -> None:
        super().__init__(channels, momentum=0.05)

    def forward(self, signal: Tensor) -> Tensor:
        return super().forward(signal.transpose(1, 2)).transpose(1, 2)


class _DropPath(nn.Module):
    """Stochastic depth (Huang et al., 2016): whole clips skip the branch."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(share)

    def forward(self, branch: Tensor) -> Tensor:
        dropped: Tensor = branch * self.drop(branch.new_ones(len(branch), 1, 1))
        return dropped


def _mean(signal: Tensor, real: Tensor) -> Tensor:
    """Over the real frames, [batch, channels]."""
    weight = real.unsqueeze(-1).to(signal.dtype)
    return (signal * weight).sum(dim=1) / weight.sum(dim=1)


def fit(lesson: Lesson) -> Network:
    torch.manual_seed(lesson.seed)
    random = np.random.default_rng(lesson.seed)
    network = GislrWinner(_rows(lesson.clips[0]).shape[1], len(lesson.glosses))
    optimiser = torch.optim.RAdam(
        network.parameters(), lr=4e-3 * math.sqrt(BATCH / 512), weight_decay=0.1, decoupled_weight_decay=True
    )

    def varied(chosen: list[int]) -> Inputs:
        return padded([_rows(augmented(lesson.clips[index], random)) for index in chosen])

    train(network, lesson, varied, optimiser, batch=BATCH, schedule=cosine, smoothing=0.1)
    return Network(network, _prepare)


def _prepare(clips: Sequence[LandmarkSequence]) -> Inputs:
    return padded([_rows(clip) for clip in clips])


def _rows(clip: LandmarkSequence) -> NDArray[np.float32]:
    """[frames, 6 * points], 0 for what is missing."""
    points = clip.points[:MOST_FRAMES, _chosen(clip.layout), :2].astype(np.float64)
    seen = ~np.isnan(points)
    anchor = clip.group("pose")[:, 0, :2] if "pose" in clip.layout else points.reshape(-1, 2)
    found = ~np.isnan(anchor).any(axis=1)
    centre = anchor[found].mean(axis=0) if found.any() else np.array([0.5, 0.5])
    away = points - centre
    spread = np.sqrt(np.where(seen, away**2, 0.0).sum(axis=(0, 1)) / np.maximum(seen.sum(axis=(0, 1)), 1))
    away = away / np.maximum(spread, 1e-6)
    steps = np.zeros((2, *away.shape))
    for lag, step in enumerate(steps, start=1):
        if len(away) > lag:
            step[:-lag] = away[lag:] - away[:-lag]
    rows = np.concatenate([part.reshape(len(away), -1) for part in (away, *steps)], axis=1)
    return np.asarray(np.nan_to_num(rows, nan=0.0), dtype=np.float32)


def _chosen(layout: Layout) -> list[int]:
    return [
        index
        for group in ("left_hand", "right_hand", "pose")
        if group in layout
        for index in range(*layout.slices[group].indices(len(layout)))
        if group != "pose" or index - layout.slices[group].start < BODY_POINTS
    ]
