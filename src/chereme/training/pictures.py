"""Fitting a model to pictures of hands, the same weights for the same seed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from chereme.datasets import SignDataset
from chereme.datasets.pictures import HandPictures
from chereme.errors import CheremeError
from chereme.features.pictures import PictureAugment
from chereme.models.registry import build_picture_model, picture_config
from chereme.training.fit import FitConfig, Progress

AT_ONCE = 64
"""Clips that are scored together."""


@dataclass(frozen=True)
class Pictures:
    """Of every clip of a dataset the leading hand."""

    pictures: Tensor
    """uint8 [clips, frames, 3, side, side]; black where no hand was seen."""
    labels: Tensor
    """int64 [clips]"""
    seen: Tensor
    """bool [clips]: whether a hand was seen at all."""

    def take(self, indices: tuple[int, ...]) -> "Pictures":
        chosen = torch.tensor(indices, dtype=torch.long)
        return Pictures(self.pictures[chosen], self.labels[chosen], self.seen[chosen])


def load_pictures(dataset: SignDataset, folder: Path, name: str, options: dict[str, Any] | None = None) -> Pictures:
    """All clips of the dataset as the model of that name reads them: how large, and at most how many pictures of each,
    evenly spaced; of a set of stills one.

    Raises CheremeError where the folder has none of them, see `HandPictures`.
    """
    wanted = picture_config(name, options)
    hands = HandPictures.of(dataset, folder)
    side, frames = wanted.side, min(wanted.frames, max(len(files) for files in hands.files))
    pictures = torch.empty(len(dataset), frames, 3, side, side, dtype=torch.uint8)
    for index in range(len(dataset)):
        pictures[index] = torch.from_numpy(hands.read(index, frames, side).transpose(0, 3, 1, 2).copy())
    labels = torch.tensor([dataset.glosses.index(sample.gloss) for sample in dataset.samples])
    return Pictures(pictures, labels, torch.tensor([bool(files) for files in hands.files]))


def fit_pictures(
    name: str,
    pictures: Pictures,
    classes: int,
    config: FitConfig,
    *,
    options: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> nn.Module:
    """Train a model that looks at pictures on all clips in which a hand is seen; glosses come equally often."""
    pictures = pictures.take(tuple(pictures.seen.nonzero()[:, 0].tolist()))
    if len(pictures.labels) == 0:
        raise CheremeError("there is nothing to train on: no clip that is left for training has a picture")
    torch.manual_seed(config.seed)
    model = build_picture_model(name, classes, options).train()
    optimizer = torch.optim.AdamW(model.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.learning_rate, total_steps=config.steps, pct_start=0.1
    )
    augment = PictureAugment(seed=config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    weights = 1.0 / torch.bincount(pictures.labels, minlength=classes)[pictures.labels].double()
    for step in range(config.steps):
        chosen = torch.multinomial(weights, config.batch, replacement=True, generator=generator)
        logits, _ = model(augment(as_input(pictures.pictures[chosen])))
        loss = nn.functional.cross_entropy(logits, pictures.labels[chosen], label_smoothing=config.label_smoothing)
        if not torch.isfinite(loss):
            raise CheremeError("the loss is no longer a number: lower the learning rate")
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if progress:
            progress(step + 1, config.steps)
    return model.eval()


@torch.inference_mode()
def picture_logits(model: nn.Module, pictures: Tensor) -> NDArray[np.float64]:
    """What a model says of uint8 pictures [clips, frames, 3, side, side]: [clips, classes]."""
    logits = [model(as_input(part))[0].double().numpy() for part in torch.split(pictures, AT_ONCE)]
    return cast(NDArray[np.float64], np.concatenate(logits))


def as_input(pictures: Tensor) -> Tensor:
    """uint8 as models take it: float32, 0 to 1."""
    return pictures.float() / 255.0
