"""Word error rate: how many edits turn what was recognised into what was signed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BOOTSTRAP_ROUNDS = 2000


@dataclass(frozen=True)
class WordErrors:
    """Counts of one stream, or of many added up."""

    words: int = 0
    """Signed words."""
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0

    def __add__(self, other: "WordErrors") -> "WordErrors":
        return WordErrors(
            self.words + other.words,
            self.substitutions + other.substitutions,
            self.insertions + other.insertions,
            self.deletions + other.deletions,
        )

    @property
    def errors(self) -> int:
        return self.substitutions + self.insertions + self.deletions

    @property
    def rate(self) -> float:
        """Word error rate; above one when more was said than signed."""
        return self.errors / self.words if self.words else 0.0


def word_errors(reference: Sequence[str], recognised: Sequence[str]) -> WordErrors:
    """The fewest edits (Levenshtein), and of which kind they are; among equals, substitutions come first."""
    row = [WordErrors(0, 0, count, 0) for count in range(len(recognised) + 1)]
    for signed in reference:
        above, row = row, [row[0] + WordErrors(deletions=1)]
        for column, said in enumerate(recognised):
            row.append(
                min(
                    above[column] + WordErrors(substitutions=int(signed != said)),
                    above[column + 1] + WordErrors(deletions=1),
                    row[column] + WordErrors(insertions=1),
                    key=lambda edits: edits.errors,
                )
            )
    return WordErrors(len(reference), row[-1].substitutions, row[-1].insertions, row[-1].deletions)


def bootstrap_interval(streams: Sequence[WordErrors], seed: int) -> tuple[float, float]:
    """95 % interval of the word error rate, by drawing streams again with replacement.

    Streams are drawn, not words, because errors within a stream belong together.
    """
    errors = np.array([stream.errors for stream in streams])
    words = np.array([stream.words for stream in streams])
    drawn = np.random.default_rng(seed).integers(len(streams), size=(BOOTSTRAP_ROUNDS, len(streams)))
    low, high = np.percentile(errors[drawn].sum(axis=1) / words[drawn].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)
