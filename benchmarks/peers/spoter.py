"""SPOTER: Boháček and Hrúz, "Sign Pose-based Transformer for Word-level Sign Language Recognition" (WACVW, 2022).

54 joints in x and y: the body in a box of shoulder widths, each hand in its own box, frame by frame. A transformer of 6
encoder and 6 decoder layers, 9 heads; one learnt query asks the encoded clip. Plain SGD, Gaussian noise, augmentation
of the skeleton. The published batch is one clip at a rate of 1e-3; here it is 16 clips at 16e-3, which is 16 such steps
taken together (Goyal et al., 2017) and quicker.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers.gradient import Inputs, Network, padded, train
from benchmarks.peers.lesson import Lesson
from benchmarks.peers.spoter_joints import JOINTS, augmented, boxed, joints
from chereme.landmarks import LandmarkSequence

WIDTH = 2 * JOINTS
MOST_FRAMES = 204
BATCH = 16
TOGETHER = 4
"""Clips of like length that are computed at once."""


class Spoter(nn.Module):
    """Joints [batch, frames, 108] and which frames are real → logits [batch, glosses]."""

    def __init__(self, glosses: int) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.rand(MOST_FRAMES, WIDTH))
        self.query = nn.Parameter(torch.rand(1, 1, WIDTH))
        encoder = nn.TransformerEncoderLayer(WIDTH, 9, 2048, batch_first=True)
        self.encoder = nn.TransformerEncoder(encoder, 6, nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        decoder = nn.TransformerDecoderLayer(WIDTH, 9, 2048, batch_first=True)
        self.decoder = nn.TransformerDecoder(decoder, 6, nn.LayerNorm(WIDTH))
        self.classify = nn.Linear(WIDTH, glosses)

    def forward(self, rows: Tensor, real: Tensor) -> Tensor:
        """Clips of like length go together, so that little padding is computed; the answers are the same."""
        lengths = real.sum(dim=1)
        if real.all() or len(rows) <= TOGETHER:
            return self._answer(rows, real)
        order = lengths.argsort()
        parts = [
            self._answer(rows[part, : lengths[part].max()], real[part, : lengths[part].max()])
            for part in torch.split(order, TOGETHER)
        ]
        return torch.cat(parts)[order.argsort()]

    def _answer(self, rows: Tensor, real: Tensor) -> Tensor:
        memory = self.encoder(rows + self.place[: rows.shape[1]], src_key_padding_mask=~real)
        answer = self.decoder(self.query.expand(len(rows), -1, -1), memory, memory_key_padding_mask=~real)
        logits: Tensor = self.classify(answer[:, 0])
        return logits


def fit(lesson: Lesson) -> Network:
    torch.manual_seed(lesson.seed)
    random = np.random.default_rng(lesson.seed)
    network = Spoter(len(lesson.glosses))
    clips = [joints(clip)[:MOST_FRAMES] for clip in lesson.clips]

    def varied(chosen: list[int]) -> Inputs:
        rows, real = padded([_rows(augmented(clips[index], random)) for index in chosen])
        return rows + torch.from_numpy(random.normal(0.0, 1e-3, rows.shape).astype(np.float32)), real

    train(network, lesson, varied, torch.optim.SGD(network.parameters(), lr=1e-3 * BATCH), batch=BATCH)
    return Network(network, _prepare)


def _prepare(clips: Sequence[LandmarkSequence]) -> Inputs:
    return padded([_rows(joints(clip)[:MOST_FRAMES]) for clip in clips])


def _rows(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    """[frames, 108], 0 for what is missing."""
    return np.nan_to_num(boxed(clip).reshape(len(clip), -1), nan=0.0).astype(np.float32)
