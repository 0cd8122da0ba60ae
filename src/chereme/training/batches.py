"""Batches without end: drawn evenly, augmented, with negatives among them."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.data import IterableDataset

from chereme.features.augment import Augment
from chereme.features.negatives import spliced
from chereme.training.clips import Clips
from chereme.training.config import PUPIL_SPLICED, FitConfig


class Batch(NamedTuple):
    points: Tensor
    """float32 [batch, frames, points, 3]"""
    targets: Tensor
    """float32 [batch, classes]"""
    randomness: Tensor
    """uint8 [2, n]: the random generators after this batch. It travels along because loaders fetch ahead."""


class Batches(IterableDataset[Batch]):
    """Glosses, and within a gloss signers, drawn as evenly as `FitConfig.balance` says; from `randomness` on."""

    def __init__(
        self, clips: Clips, classes: int, augment: Augment, config: FitConfig, randomness: Tensor | None = None
    ) -> None:
        self.clips, self.classes, self.augment, self.config = clips, classes, augment, config
        who = list(zip(clips.labels.tolist(), clips.groups, strict=True))
        count = Counter(who)
        groups_of_gloss = Counter(label for label, _ in count)
        weights = [1.0 / (count[pair] * groups_of_gloss[pair[0]]) for pair in who]
        self.weights = torch.tensor(weights, dtype=torch.float64).pow(config.balance)
        self.generator = torch.Generator().manual_seed(config.seed)
        if randomness is not None:
            # cloned, because torch reads a state from where the tensor's memory begins, not the row
            self.generator.set_state(randomness[0].clone())
            self.augment.generator.set_state(randomness[1].clone())

    def __iter__(self) -> Iterator[Batch]:
        while True:
            chosen = torch.multinomial(self.weights, self.config.batch, replacement=True, generator=self.generator)
            points, targets = self._with_negatives(self.clips.points[chosen], self.clips.labels[chosen])
            points = self.augment(points)
            randomness = torch.stack([self.generator.get_state(), self.augment.generator.get_state()])
            yield Batch(points, targets, randomness)

    def _with_negatives(self, points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Turn some clips into what is no sign, and say so in the targets [batch, classes].

        Where there is a teacher, who says what a clip is, any two clips are joined, and with or without an idle gloss.
        """
        targets = nn.functional.one_hot(labels, self.classes).float()
        if self.config.teacher:
            other = torch.randperm(len(points), generator=self.generator)
            chosen = torch.rand(len(points), generator=self.generator) < PUPIL_SPLICED
            joined = spliced(points, points[other], self.generator)
            return torch.where(chosen[:, None, None, None], joined, points), targets
        if self.clips.idle is None:
            return points, targets
        other = torch.randperm(len(points), generator=self.generator)
        signs = (labels != labels[other]) & (labels != self.clips.idle) & (labels[other] != self.clips.idle)
        chosen = signs & (torch.rand(len(points), generator=self.generator) < self.config.spliced)
        idle = nn.functional.one_hot(torch.tensor(self.clips.idle), self.classes).float()
        points = torch.where(chosen[:, None, None, None], spliced(points, points[other], self.generator), points)
        return points, torch.where(chosen[:, None], idle, targets)
