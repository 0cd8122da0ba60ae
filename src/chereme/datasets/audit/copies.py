"""Clips whose landmarks are the same to the last bit."""

from collections import defaultdict
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.audit.finding import Finding
from chereme.datasets.dataset import SignDataset


def first_of_copies(dataset: SignDataset) -> NDArray[np.int64]:
    """For each sample the first one with the same landmarks, itself where there is none before: [samples].

    Clips in which nothing was seen are nobody's copies.
    """
    first: dict[bytes, int] = {}
    found = np.arange(len(dataset))
    for index, (start, end) in enumerate(dataset.samples.spans):
        rows = np.ascontiguousarray(dataset.points[start:end])
        if not np.isnan(rows).all():
            found[index] = first.setdefault(blake2b(rows.tobytes(), digest_size=16).digest(), index)
    return found


def copies(dataset: SignDataset, first_of: NDArray[np.int64]) -> tuple[Finding, ...]:
    """Byte-identical clips: under one gloss one of them is too many, under two glosses one of them is wrong.

    first_of: as `first_of_copies` found it.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for index, first in enumerate(first_of):
        groups[int(first)].append(index)
    ids, glosses = dataset.column("id"), dataset.column("gloss")
    same: list[tuple[str, ...]] = []
    other: list[tuple[str, ...]] = []
    for members in groups.values():
        if len(members) > 1:
            (same if len(set(glosses[members])) == 1 else other).append(tuple(ids[members]))
    found = []
    if other:
        named = ", ".join(sorted({glosses[index] for index in np.flatnonzero(np.isin(ids, other[0]))}))
        found.append(
            Finding(
                "copies-under-two-labels",
                "fault",
                f"the same clip stands under two glosses, {len(other)} times; the first under {named}",
                "look at the source and leave out the wrong one, or both",
                tuple(other),
            )
        )
    if same:
        more = sum(len(group) - 1 for group in same)
        found.append(
            Finding(
                "exact-copies",
                "warning",
                f"{more} clips are byte for byte copies of another one",
                "leave out all but one of each",
                tuple(same),
            )
        )
    return tuple(found)
