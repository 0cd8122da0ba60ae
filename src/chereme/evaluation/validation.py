"""What a search may look at: the training part of a dataset, cross-validated by its own groups."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chereme.datasets import SignDataset
from chereme.datasets.split_file import read_split
from chereme.datasets.splits import By, hold_out
from chereme.evaluation.crossval import cross_validate
from chereme.training.fit import FitConfig

FIGURES = ("n", "top1", "top5", "macro_f1", "interval_95", "worst_group", "mirrored_top1", "calibration_error", "folds")


def training_part(
    dataset: SignDataset, by: By, *, held_out: Sequence[str] = (), split: str | None = None
) -> SignDataset:
    """All but the test people: those named, or the part `test` of a split that is kept with the dataset.

    Parts `train` and `val` count as one, for validation deals its own folds. Without either, the whole dataset.
    """
    if split:
        part = read_split(dataset, split).part_of(dataset)
    elif held_out:
        part = hold_out(dataset, by, names=held_out).part_of(dataset)
    else:
        return dataset
    return dataset.select(np.flatnonzero((part == "train") | (part == "val")).tolist())


@dataclass(frozen=True)
class Validation:
    """Scores a configuration on `dataset`, which must be a training part: each group in turn is held out of it."""

    dataset: SignDataset
    model: str
    by: By
    folds: int
    config: FitConfig

    @property
    def what(self) -> dict[str, Any]:
        """All that the score depends on besides the parameters; the ids stand as a hash."""
        ids = "\n".join(sorted(self.dataset.column("id")))
        return {
            "dataset": self.dataset.description.name,
            "train_ids_sha256": hashlib.sha256(ids.encode()).hexdigest(),
            "model": self.model,
            "by": self.by,
            "folds": self.folds,
            "fit": vars(self.config),
        }

    def __call__(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Figures of `cross_validate` with these fields of `FitConfig`."""
        config = replace(self.config, **parameters)
        result = cross_validate(self.dataset, self.model, self.by, config=config, jobs=1, most_folds=self.folds)
        summary = result.summary()
        return {name: summary[name] for name in FIGURES}
