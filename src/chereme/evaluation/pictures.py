"""Cross-validation of models that look at pictures of hands: the folds and the score of `cross_validate`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from chereme.datasets import SignDataset
from chereme.datasets.splits import By, make_folds
from chereme.evaluation.held_out import CrossValidation, Predictions
from chereme.evaluation.robustness import MIRRORED
from chereme.training.fit import FitConfig
from chereme.training.pictures import fit_pictures, load_pictures, picture_logits


def cross_validate_pictures(
    dataset: SignDataset,
    model: str,
    by: By,
    folder: Path,
    *,
    config: FitConfig | None = None,
    options: dict[str, Any] | None = None,
    jobs: int = 1,
    most_folds: int = 10,
    progress: Callable[[int, int], None] | None = None,
) -> CrossValidation:
    """One model a fold; nothing is chosen on the held-out part.

    folder: what `chereme data extract --hand-crops` wrote. A held-out clip in which no hand was seen is a black picture
    and is scored. jobs: threads. progress: called with training steps done and in all.

    The mirrored score is the score: a mirrored film shows the other hand, and that is turned back before it is read.
    """
    config = config or FitConfig.for_glosses(len(dataset.glosses))
    folds = make_folds(dataset, by, most=most_folds, seed=config.seed)
    pictures = load_pictures(dataset, folder, model, options)
    torch.set_num_threads(jobs)
    logits = np.empty((len(dataset), len(dataset.glosses)))
    fold_of = np.empty(len(dataset), dtype=np.int64)
    known = np.empty(len(dataset), dtype=bool)
    for place, fold in enumerate(folds):

        def report(steps: int, _: int, before: int = place * config.steps) -> None:
            if progress:
                progress(before + steps, len(folds) * config.steps)

        train, test, rows = pictures.take(fold.train), pictures.take(fold.test), list(fold.test)
        fitted = fit_pictures(model, train, len(dataset.glosses), config, options=options, progress=report)
        fold_of[rows] = place
        logits[rows] = picture_logits(fitted, test.pictures)
        known[rows] = torch.isin(test.labels, train.labels).numpy()
    said = Predictions(np.arange(len(dataset)), fold_of, pictures.labels.numpy(), logits, {MIRRORED: logits}, known)
    return CrossValidation(dataset, model, by, folds, said)
