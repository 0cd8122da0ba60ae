"""Scores from predictions: how often the right gloss came first, or among the first, and which are confused."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Cross-validation finds these here, beside the other scores.
from chereme.evaluation.calibration import calibration_error as calibration_error
from chereme.evaluation.calibration import fit_temperature as fit_temperature
from chereme.evaluation.calibration import softmax as softmax
from chereme.evaluation.intervals import wilson_interval as wilson_interval

NO_ANSWER = -1
"""The predicted class of a clip to which the model has nothing to say."""


def ranks(probabilities: NDArray[np.floating], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the true class in the ranking of each row [n, classes], from 0; among equals the first class leads.

    A row of NaN is no answer: its rank is beyond every k.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    places: NDArray[np.int64] = (order == labels[:, None]).argmax(axis=1)
    return np.where(np.isnan(probabilities).any(axis=1), np.iinfo(np.int64).max, places)


def winners(probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """The most likely class of each row, int64 [n]; `NO_ANSWER` for a row of NaN."""
    return np.where(np.isnan(probabilities).any(axis=1), NO_ANSWER, np.argsort(-probabilities, 1, kind="stable")[:, 0])


def top_k(probabilities: NDArray[np.floating], labels: NDArray[np.int64], k: int) -> float:
    """Share of rows [n, classes] whose true class is among the k most likely; NaN of no rows."""
    return float((ranks(probabilities, labels) < k).mean()) if len(labels) else math.nan


def macro_f1(predicted: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """Mean over the classes that occur of the harmonic mean of precision and recall; NaN where none occurs."""
    classes = int(max(labels.max(initial=0), predicted.max(initial=0))) + 1
    return ClassScores.of(confusion_matrix(predicted, labels, classes)).macro["f1"]


def confusion_matrix(predicted: NDArray[np.int64], labels: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Counts [classes, classes + 1]: row is what was signed, column what was said, the last one `NO_ANSWER`.

    A row adds up to the clips of its class.
    """
    counts = np.zeros((classes, classes + 1), dtype=np.int64)
    np.add.at(counts, (labels, predicted), 1)  # NO_ANSWER, -1, is the last column
    return counts


@dataclass(frozen=True, eq=False)
class ClassScores:
    """Precision, recall and F1 of each class, float64 [classes]; `support` is its number of clips.

    A class that was never said has precision 0, one that never occurs recall 0, as in scikit-learn with
    `zero_division=0`. Averages leave out classes that never occur.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]

    @classmethod
    def of(cls, matrix: NDArray[np.int64]) -> "ClassScores":
        """matrix: of `confusion_matrix`."""
        hits = np.diagonal(matrix).astype(np.float64)
        said, support = matrix.sum(axis=0)[: len(matrix)], matrix.sum(axis=1)
        return cls(
            precision=hits / np.maximum(said, 1),
            recall=hits / np.maximum(support, 1),
            f1=2 * hits / np.maximum(said + support, 1),
            support=support,
        )

    @property
    def macro(self) -> dict[str, float]:
        """Each class counts alike. The macro recall is the mean per-class accuracy."""
        return self._averaged((self.support > 0).astype(np.float64))

    @property
    def weighted(self) -> dict[str, float]:
        """Each clip counts alike."""
        return self._averaged(self.support.astype(np.float64))

    def _averaged(self, weights: NDArray[np.float64]) -> dict[str, float]:
        total = weights.sum()
        return {
            name: float((getattr(self, name) * weights).sum() / total) if total else math.nan
            for name in ("precision", "recall", "f1")
        }


def confusion_pairs(
    matrix: NDArray[np.int64], glosses: Sequence[str], most: int = 20
) -> list[tuple[str, str | None, int]]:
    """What is taken for what, most frequent first: (signed, said, clips); said is None where there was no answer."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    names = (*glosses, None)
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    rows, columns = np.unravel_index(order, wrong.shape)
    return [
        (glosses[row], names[column], int(wrong[row, column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if wrong[row, column]
    ]
