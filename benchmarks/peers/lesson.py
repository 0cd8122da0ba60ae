"""What every peer is given, and what it gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chereme.datasets import SignDataset
from chereme.landmarks import LandmarkSequence


@dataclass(frozen=True, eq=False)
class Lesson:
    """Training clips, and how long they may be looked at."""

    train: SignDataset
    glosses: tuple[str, ...]
    """All that occur in the set, sorted; also those that no training clip shows."""
    shown: int
    """The budget of whoever learns by steps: clips shown in all, repeats counted, each in the recipe's own batches."""
    seed: int

    @cached_property
    def clips(self) -> tuple[LandmarkSequence, ...]:
        return tuple(self.train)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Places in `glosses`, [clips]."""
        number = {gloss: label for label, gloss in enumerate(self.glosses)}
        return np.array([number[gloss] for gloss in self.train.column("gloss")], dtype=np.int64)


class Recogniser(Protocol):
    """A trained peer. From clips as they were recorded to scores float [clips, glosses], the highest first choice."""

    @property
    def weights(self) -> int:
        """How many numbers were learnt."""

    def __call__(self, clips: Sequence[LandmarkSequence]) -> NDArray[np.floating]: ...


Fit = Callable[[Lesson], Recogniser]
"""The same lesson, the same recogniser."""
