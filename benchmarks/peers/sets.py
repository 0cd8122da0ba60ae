"""The sets that peers meet on, who is held out of each, and how little they may be given."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chereme.datasets import SignDataset
from chereme.datasets.splits import By, Fold, make_folds, official
from chereme.training.fit import FitConfig


@dataclass(frozen=True)
class Contest:
    """One dataset folder and its folds, the same for all."""

    name: str
    by: By | None
    """What is held out; None: the split that came with the data, trained on `train` and tested on `val`."""
    leave_out: tuple[str, ...] = ()
    """Glosses that take no part."""
    most_folds: int = 5
    """Where there are more groups, several are held out together."""

    def open(self, data: Path) -> SignDataset:
        dataset = SignDataset.open(data / self.name)
        return dataset.select(
            place for place, gloss in enumerate(dataset.column("gloss")) if gloss not in self.leave_out
        )

    def folds(self, dataset: SignDataset) -> tuple[Fold, ...]:
        if self.by:
            return make_folds(dataset, self.by, most=self.most_folds)
        part = official(dataset).part_of(dataset)
        train, test = (tuple(np.flatnonzero(part == side).tolist()) for side in ("train", "val"))
        return (Fold(("val",), train, test),)


CONTESTS = {
    contest.name: contest
    for contest in (
        Contest("asl-letters", "signer", leave_out=("-", "space")),
        Contest("asl-words", "signer", leave_out=("-",)),
        Contest("ksl-words", "session"),
        Contest("asl-wlasl100", None),
        Contest("asl-gislr2", "signer"),
    )
}


def budget(dataset: SignDataset) -> int:
    """Clips that `chereme train` shows by default, repeats counted."""
    config = FitConfig.for_glosses(len(dataset.glosses))
    return config.steps * config.batch


def training_part(dataset: SignDataset, fold: Fold, fewest: int | None, seed: int) -> SignDataset:
    """The clips to train on: all, or `fewest` of each gloss and signer (or session), drawn by the seed."""
    if fewest is None:
        return dataset.select(fold.train)
    groups: dict[tuple[str, str], list[int]] = {}
    for index in fold.train:
        sample = dataset.samples[index]
        groups.setdefault((sample.gloss, sample.signer or sample.session or ""), []).append(index)
    random = np.random.default_rng(seed)
    drawn = [random.permutation(clips)[:fewest] for _, clips in sorted(groups.items())]
    return dataset.select(sorted(np.concatenate(drawn).tolist()))
