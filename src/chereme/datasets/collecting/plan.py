"""Which sign is recorded next, and how many are missing."""

from collections.abc import Mapping, Sequence


class Plan:
    """The glosses in turn, each until it has `goal` clips; one that was skipped comes again after the last."""

    def __init__(self, glosses: Sequence[str], goal: int, counts: Mapping[str, int]) -> None:
        self.glosses = tuple(glosses)
        self.goal = goal
        self._counts = {gloss: counts.get(gloss, 0) for gloss in glosses}
        self._place = 0

    @property
    def gloss(self) -> str | None:
        """The one to record now; None when nothing is missing."""
        turn = self.glosses[self._place :] + self.glosses[: self._place]
        return next((gloss for gloss in turn if self.missing(gloss)), None)

    @property
    def recorded(self) -> int:
        """Clips of all glosses, those beyond the goal not counted."""
        return sum(min(count, self.goal) for count in self._counts.values())

    @property
    def wanted(self) -> int:
        return self.goal * len(self.glosses)

    def count(self, gloss: str) -> int:
        return self._counts[gloss]

    def missing(self, gloss: str) -> int:
        return max(0, self.goal - self._counts[gloss])

    def add(self, gloss: str, clips: int) -> None:
        """Count clips that were kept, or with a negative number taken back; then it is this gloss's turn."""
        self._counts[gloss] += clips
        self._place = self.glosses.index(gloss)

    def skip(self) -> None:
        """Leave the present gloss for later."""
        if self.gloss is not None:
            self._place = (self.glosses.index(self.gloss) + 1) % len(self.glosses)
