"""Which samples are held out together."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from chereme.datasets import SignDataset
from chereme.errors import CheremeError

By = Literal["signer", "session", "random"]


@dataclass(frozen=True)
class Fold:
    held_out: tuple[str, ...]
    train: tuple[int, ...]
    test: tuple[int, ...]


def make_folds(dataset: SignDataset, by: By, *, most: int = 10, seed: int = 0) -> tuple[Fold, ...]:
    """Leave one signer (or session) out; where there are more than `most`, several are held out together.

    `random` deals single clips into five folds and flatters: clips of one person are on both sides.
    """
    groups: list[str]
    if by == "random":
        groups = _deal(dataset, 5, seed)
    else:
        stated: list[str | None] = [getattr(sample, by) for sample in dataset.samples]
        unknown = stated.count(None)
        if unknown:
            other = "session" if by == "signer" else "signer"
            raise CheremeError(
                f"{dataset.description.name} does not say the {by} of {unknown} of {len(stated)} clips, so none can be "
                f"held out: use --by {other}, or fill the {by} column"
            )
        groups = [name for name in stated if name is not None]
    names = sorted(set(groups))
    if len(names) < 2:
        raise CheremeError(
            f"{dataset.description.name} has only one {by} ({', '.join(names)}): "
            "a score on unseen people needs two or more"
        )
    return tuple(
        Fold(
            tuple(together),
            tuple(index for index, group in enumerate(groups) if group not in together),
            tuple(index for index, group in enumerate(groups) if group in together),
        )
        for together in _gather(names, Counter(groups), min(most, len(names)))
    )


def _deal(dataset: SignDataset, folds: int, seed: int) -> list[str]:
    """Stratified: each gloss is spread evenly over the folds."""
    order = np.random.default_rng(seed).permutation(len(dataset))
    dealt, given = [""] * len(dataset), Counter[str]()
    for index in order:
        gloss = dataset.samples[index].gloss
        dealt[index] = f"random {given[gloss] % folds + 1}"
        given[gloss] += 1
    return dealt


def _gather(names: list[str], count: Counter[str], folds: int) -> list[list[str]]:
    """Groups into folds of about equal size, the largest first to the emptiest fold."""
    gathered: list[list[str]] = [[] for _ in range(folds)]
    size = [0] * folds
    for name in sorted(names, key=lambda name: (-count[name], name)):
        emptiest = size.index(min(size))
        gathered[emptiest].append(name)
        size[emptiest] += count[name]
    return sorted(sorted(fold) for fold in gathered)
