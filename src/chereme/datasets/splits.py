"""Who and what is held out: folds for cross-validation, and splits with names that are kept.

A group (a signer, a session) lies whole on one side. Dealing single clips at random flatters, because clips of one
sitting are much alike: it is there to find out how much.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.dataset import SignDataset
from chereme.errors import CheremeError

By = Literal["signer", "session", "random"]

Kind = Literal["held-out", "leave-one-out", "kfold", "stratified", "official"]

SIDES = {2: ("train", "test"), 3: ("train", "val", "test")}
"""Names of the parts by how many shares are asked for."""


@dataclass(frozen=True)
class Fold:
    held_out: tuple[str, ...]
    train: tuple[int, ...]
    test: tuple[int, ...]

    @property
    def name(self) -> str:
        """Who is held out, as tables say it."""
        first, *others = self.held_out
        return f"{first} and {len(others)} more" if len(others) > 2 else " ".join(self.held_out)


@dataclass(frozen=True)
class Split:
    """Which clip is in which part.

    parts: name → ids, in the dataset's order. Of `leave-one-out` and `kfold` each part is held out in turn; otherwise
        the parts are `train`, `test` and perhaps `val`. A clip in no part is left out.
    """

    kind: Kind
    by: By | None
    seed: int | None
    parts: Mapping[str, tuple[str, ...]]

    def part_of(self, dataset: SignDataset) -> NDArray[np.object_]:
        """The part of each sample, None where it is in none: [samples]."""
        part = {sample: name for name, ids in self.parts.items() for sample in ids}
        return np.array([part.get(sample) for sample in dataset.column("id")], dtype=object)


def make_folds(dataset: SignDataset, by: By, *, most: int = 10, seed: int = 0) -> tuple[Fold, ...]:
    """Leave one signer (or session) out; where there are more than `most`, several are held out together.

    `random` deals single clips into five folds and flatters: clips of one person are on both sides.
    """
    groups = _deal(dataset, 5, seed) if by == "random" else _groups(dataset, by)
    names = _two_or_more(groups, by, dataset)
    return tuple(
        Fold(
            tuple(together),
            tuple(index for index, group in enumerate(groups) if group not in together),
            tuple(index for index, group in enumerate(groups) if group in together),
        )
        for together in _gather(names, Counter(groups), min(most, len(names)))
    )


def fewer_to_train_on(fold: Fold, dataset: SignDataset, by: By, groups: int, seed: int = 0) -> Fold:
    """The fold with so many of its training signers (or sessions), drawn by the seed; more include fewer."""
    of_clip = dataset.column(by)
    there_are = sorted({of_clip[index] for index in fold.train})
    kept = set(np.random.default_rng(seed).permutation(there_are)[:groups].tolist())
    return replace(fold, train=tuple(index for index in fold.train if of_clip[index] in kept))


def leave_one_out(dataset: SignDataset, by: By) -> Split:
    """A part for each signer or session."""
    return Split("leave-one-out", by, None, _parts(dataset, _groups(dataset, by)))


def kfold(dataset: SignDataset, by: By, folds: int, seed: int = 0) -> Split:
    """Parts of about equal size; of whole signers or sessions, or of clips dealt at random, gloss by gloss."""
    if by == "random":
        groups = _deal(dataset, folds, seed)
        _two_or_more(groups, by, dataset)
        return Split("kfold", by, seed, _parts(dataset, [group.replace("random", "fold") for group in groups]))
    groups = _groups(dataset, by)
    names = sorted(set(groups))
    if len(names) < folds:
        raise CheremeError(
            f"{dataset.description.name} has {len(names)} {by}s, too few for {folds} folds: use --folds {len(names)}"
        )
    fold_of = {
        name: f"fold {number}"
        for number, together in enumerate(_gather(names, Counter(groups), folds), start=1)
        for name in together
    }
    return Split("kfold", by, None, _parts(dataset, [fold_of[group] for group in groups]))


def hold_out(
    dataset: SignDataset, by: By, *, names: Sequence[str] = (), shares: Sequence[int] = (80, 20), seed: int = 0
) -> Split:
    """Whole signers or sessions for testing: those named, or drawn until each part has about its share of the clips."""
    groups = _groups(dataset, by)
    count = Counter(groups)
    if unknown := sorted(set(names) - set(count)):
        raise CheremeError(f"{dataset.description.name} has no {by} {', '.join(unknown)} to hold out")
    if names:
        if set(names) == set(count):
            raise CheremeError(f"every {by} would be held out and none left to train on: name fewer")
        return Split("held-out", by, None, _parts(dataset, ["test" if g in names else "train" for g in groups]))
    sides = SIDES[len(shares)]
    if len(count) < len(sides):
        raise CheremeError(
            f"{dataset.description.name} has {len(count)} {by}s, too few for {len(sides)} parts: ask for fewer shares"
        )
    wanted = {side: share / sum(shares) * len(groups) for side, share in zip(sides, shares, strict=True)}
    side_of: dict[str, str] = {}
    drawn = [sorted(count)[place] for place in np.random.default_rng(seed).permutation(len(count))]
    for side in sides[:0:-1]:  # the parts that are held out first, and what is left trains
        left = wanted[side]
        while drawn and len(drawn) > sides.index(side) and (left > 0 or side not in side_of.values()):
            side_of[drawn[-1]] = side
            left -= count[drawn.pop()]
    return Split("held-out", by, seed, _parts(dataset, [side_of.get(group, "train") for group in groups]))


def stratify(dataset: SignDataset, shares: Sequence[int], seed: int = 0) -> Split:
    """Clips at random, each gloss by these shares (70, 15, 15 or 80, 20): clips of one person are on both sides.

    Each gloss is cut where its cumulative share falls, a half rounded down: 150 clips by 70/15/15 are 105, 22 and 23.
    """
    sides, total = SIDES[len(shares)], sum(shares)
    side_of = np.empty(len(dataset), dtype=object)
    glosses = dataset.column("gloss")
    random = np.random.default_rng(seed)
    for gloss in dataset.glosses:
        mine = random.permutation(np.flatnonzero(glosses == gloss))
        cuts = [-((total - 2 * int(part) * len(mine)) // (2 * total)) for part in np.cumsum(shares)[:-1]]
        for side, indices in zip(sides, np.split(mine, cuts), strict=True):
            side_of[indices] = side
    return Split("stratified", "random", seed, _parts(dataset, side_of))


def official(dataset: SignDataset, lists: Mapping[str, Sequence[str]] | None = None) -> Split:
    """The split that came with the data: the `split` column, or lists of ids by part. It is taken as it is."""
    if not lists:
        column = dataset.column("split")
        if all(part is None for part in column):
            raise CheremeError(f"{dataset.description.name} came without a split: give lists of ids with --list")
        return Split("official", None, None, _parts(dataset, column))
    known, part_of = set(dataset.column("id")), dict[str, str]()
    for part, ids in lists.items():
        for sample in ids:
            if sample not in known:
                raise CheremeError(f"the list of {part} names {sample}, which {dataset.description.name} does not have")
            if part_of.setdefault(sample, part) != part:
                raise CheremeError(f"{sample} is in two lists, {part_of[sample]} and {part}: a clip has one side")
    return Split("official", None, None, {part: tuple(dict.fromkeys(ids)) for part, ids in lists.items()})


def _groups(dataset: SignDataset, by: By) -> list[str]:
    """The signer or session of each sample, when all are stated and there are two or more."""
    stated = dataset.column(by)
    unknown = sum(name is None for name in stated)
    if unknown:
        other = "session" if by == "signer" else "signer"
        raise CheremeError(
            f"{dataset.description.name} does not say the {by} of {unknown} of {len(stated)} clips, so none can be "
            f"held out: use --by {other}, or fill the {by} column"
        )
    groups: list[str] = stated.tolist()
    _two_or_more(groups, by, dataset)
    return groups


def _two_or_more(groups: list[str], by: By, dataset: SignDataset) -> list[str]:
    """The names of the groups, sorted."""
    names = sorted(set(groups))
    if len(names) < 2:
        raise CheremeError(
            f"{dataset.description.name} has only one {by} ({', '.join(names)}): "
            "a score on unseen people needs two or more"
        )
    return names


def _parts(dataset: SignDataset, part_of: Sequence[str | None] | NDArray[np.object_]) -> dict[str, tuple[str, ...]]:
    order = ("train", "val", "test")
    names = sorted({part for part in part_of if part is not None})
    names.sort(key=lambda name: order.index(name) if name in order else -1)
    parts: dict[str, list[str]] = {name: [] for name in names}
    for sample, part in zip(dataset.column("id"), part_of, strict=True):
        if part is not None:
            parts[part].append(sample)
    return {name: tuple(ids) for name, ids in parts.items()}


def _deal(dataset: SignDataset, folds: int, seed: int) -> list[str]:
    """Stratified: each gloss is spread evenly over the folds."""
    order = np.random.default_rng(seed).permutation(len(dataset))
    glosses = dataset.column("gloss")
    dealt, given = [""] * len(dataset), Counter[str]()
    for index in order:
        gloss = glosses[index]
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
