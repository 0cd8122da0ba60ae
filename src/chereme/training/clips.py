"""A dataset as tensors: every clip at the same number of frames, x times aspect, ready for augmentation."""

from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import torch
from torch import Tensor

from chereme.datasets import SignDataset
from chereme.datasets.dataset import IDLE
from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import LandmarkSequence, interpolate


@dataclass(frozen=True, eq=False)
class Clips:
    """points float32 [clips, frames, points, 3], x times aspect, NaN for missing; labels int64 [clips]."""

    points: Tensor
    labels: Tensor
    groups: tuple[str, ...]
    """Who or what recorded each clip: signer, else session, else empty."""
    idle: int | None
    """The label of clips in which nobody signs, where there are some."""
    ids: tuple[str, ...] = ()
    """Of the samples, where they have any."""

    def __len__(self) -> int:
        return len(self.labels)

    def select(self, chosen: Tensor) -> "Clips":
        """Those of bool [clips]."""
        kept = chosen.tolist()
        return replace(
            self,
            points=self.points[chosen],
            labels=self.labels[chosen],
            groups=tuple(compress(self.groups, kept)),
            ids=tuple(compress(self.ids, kept)),
        )


def model_input(clip: LandmarkSequence, unknown_aspect: float) -> Tensor:
    """float32 [frames, points, 3] as a model takes it: x multiplied by the aspect."""
    points = clip.points.copy()
    points[..., 0] *= clip.aspect or unknown_aspect
    return torch.from_numpy(points)


def load_clips(
    dataset: SignDataset,
    glosses: tuple[str, ...],
    *,
    frames: int,
    unknown_aspect: float,
    layout: Layout | None = None,
) -> Clips:
    """All samples of the dataset; each clip's first and last frame are kept, the rest is interpolated.

    unknown_aspect is taken for clips that do not state their own; see `chereme.datasets.aspect`.
    """
    layout = layout or dataset.layout
    points = torch.empty(len(dataset), frames, len(layout), 3)
    for place, clip in enumerate(dataset):
        source = np.arange(len(clip), dtype=np.float64)
        wanted = np.linspace(0.0, max(len(clip) - 1, 0), frames)
        even = LandmarkSequence(interpolate(clip.select(layout).points, source, wanted), layout, clip.fps, clip.aspect)
        points[place] = model_input(even, unknown_aspect)
    number = {gloss: label for label, gloss in enumerate(glosses)}
    labels = torch.tensor([number[sample.gloss] for sample in dataset.samples], dtype=torch.long)
    groups = tuple(sample.signer or sample.session or "" for sample in dataset.samples)
    ids = tuple(sample.id for sample in dataset.samples)
    has_idle = any(sample.gloss == IDLE for sample in dataset.samples)
    return Clips(points, labels, groups, glosses.index(IDLE) if has_idle else None, ids)
