"""`conv_transformer` as `chereme train` fits it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmarks.peers.lesson import Lesson
from chereme.datasets.aspect import estimate_aspect
from chereme.landmarks import LandmarkSequence
from chereme.training import fit as training
from chereme.training.clips import load_clips, model_input
from chereme.training.config import has_bfloat16


@dataclass(frozen=True, eq=False)
class Ours:
    model: nn.Module
    aspect: float

    @property
    def weights(self) -> int:
        return sum(each.numel() for each in self.model.parameters())

    def __call__(self, clips: Sequence[LandmarkSequence]) -> NDArray[np.floating]:
        """Clips go in whole, with others of the same length."""
        by_length: dict[int, list[int]] = {}
        for place, clip in enumerate(clips):
            by_length.setdefault(len(clip), []).append(place)
        scores: dict[int, NDArray[np.floating]] = {}
        for places in by_length.values():
            for start in range(0, len(places), 64):
                batch = places[start : start + 64]
                points = torch.stack([model_input(clips[place], self.aspect) for place in batch])
                with torch.inference_mode():
                    scores.update(zip(batch, self.model(points)[0].softmax(dim=1).numpy(), strict=True))
        return np.stack([scores[place] for place in range(len(clips))])


def fit(lesson: Lesson) -> Ours:
    return trained(lesson, "conv_transformer")


def trained(lesson: Lesson, name: str, teacher: str | None = None) -> Ours:
    config = training.FitConfig(seed=lesson.seed, steps=lesson.shown // training.FitConfig.batch, teacher=teacher)
    aspect = estimate_aspect(lesson.train)
    clips = load_clips(lesson.train, lesson.glosses, frames=config.frames, unknown_aspect=aspect)
    hardware = training.Hardware(precision="bf16" if has_bfloat16() else "32")
    model = training.fit(name, clips, lesson.train.layout, len(lesson.glosses), config, hardware=hardware)
    return Ours(model, aspect)
