"""What the networks among the peers share: showing clips until the budget is spent, and asking for answers."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers.lesson import Lesson
from chereme.landmarks import LandmarkSequence
from chereme.training.config import has_bfloat16

Inputs = tuple[Tensor, ...]
"""What the forward pass of a network takes."""

Schedule = Callable[[float], float]
"""Share of the training that is done → factor of the learning rate."""


def train(
    network: nn.Module,
    lesson: Lesson,
    inputs_of: Callable[[list[int]], Inputs],
    optimiser: torch.optim.Optimizer,
    *,
    batch: int,
    schedule: Schedule = lambda _: 1.0,
    smoothing: float = 0.0,
    penalty: Callable[[], Tensor] | None = None,
    clip_gradient: float = math.inf,
) -> None:
    """Epoch after epoch in shuffled batches, until `lesson.shown` clips have been shown. Cross-entropy.

    inputs_of: the network's inputs for these clips of the lesson, augmented as the recipe does.
    penalty: added to the loss.
    """
    steps = math.ceil(lesson.shown / batch)
    labels = torch.from_numpy(lesson.labels)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: schedule(step / steps))
    network.train()
    for chosen in _batches(len(labels), batch, steps, lesson.seed):
        inputs = inputs_of(chosen)
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            logits = network(*inputs)
        loss = nn.functional.cross_entropy(logits.float(), labels[chosen], label_smoothing=smoothing)
        if penalty:
            loss = loss + penalty()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), clip_gradient)
        optimiser.step()
        rates.step()


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network as a `Recogniser`."""

    module: nn.Module
    prepare: Callable[[Sequence[LandmarkSequence]], Inputs]

    @property
    def weights(self) -> int:
        return sum(each.numel() for each in self.module.parameters())

    def __call__(self, clips: Sequence[LandmarkSequence]) -> NDArray[np.floating]:
        self.module.eval()
        with torch.inference_mode():
            parts = [self.module(*self.prepare(clips[start : start + 64])) for start in range(0, len(clips), 64)]
            found: NDArray[np.floating] = torch.cat(parts).softmax(dim=1).numpy()
            return found


def padded(clips: Sequence[NDArray[np.float32]]) -> Inputs:
    """Clips [frames, values] of any length → [clips, most frames, values] with zeros at the end, and which frames are
    real, bool [clips, most frames]."""
    rows = nn.utils.rnn.pad_sequence([torch.from_numpy(clip) for clip in clips], batch_first=True)
    lengths = torch.tensor([len(clip) for clip in clips])
    return rows, torch.arange(rows.shape[1]) < lengths[:, None]


def cosine(done: float) -> float:
    return 0.5 * (1.0 + math.cos(math.pi * done))


def _batches(clips: int, batch: int, steps: int, seed: int) -> Iterator[list[int]]:
    """A last batch of one clip is left out: batch normalisation cannot work with it."""
    random = np.random.default_rng(seed)
    taken = 0
    while taken < steps:
        order = random.permutation(clips).tolist()
        for start in range(0, clips, batch):
            chosen = order[start : start + batch]
            if taken < steps and (len(chosen) > 1 or clips == 1):
                taken += 1
                yield chosen
