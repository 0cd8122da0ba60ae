"""Scores from predictions."""

import math

import numpy as np
from numpy.typing import NDArray


def wilson_interval(correct: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): 109 of 120 → (0.843, 0.948).

    It counts clips, not people: with few signers the next person may well fall outside.
    """
    if n == 0:
        return 0.0, 1.0
    z = 1.959964
    share = correct / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def top_k(probabilities: NDArray[np.float64], labels: NDArray[np.int64], k: int) -> float:
    """Share of rows [n, classes] whose true class is among the k most likely."""
    if len(labels) == 0:
        return math.nan
    ahead = (probabilities > np.take_along_axis(probabilities, labels[:, None], axis=1)).sum(axis=1)
    return float((ahead < k).mean())


def macro_f1(predicted: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """Mean over the classes that occur of the harmonic mean of precision and recall."""
    scores = []
    for label in np.unique(labels):
        hits = int(((predicted == label) & (labels == label)).sum())
        scores.append(2 * hits / int((predicted == label).sum() + (labels == label).sum()))
    return float(np.mean(scores)) if scores else math.nan


def softmax(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Over the last axis."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    normalised: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return normalised


def fit_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The one number by which to divide logits [n, classes] so that confidence means what it says.

    Guo et al., "On Calibration of Modern Neural Networks" (2017): least negative log-likelihood, of held-out logits.
    """
    candidates = np.exp(np.linspace(math.log(0.2), math.log(5.0), 161))
    rows = np.arange(len(labels))

    def loss(temperature: float) -> float:
        return float(-np.log(softmax(logits, temperature)[rows, labels] + 1e-12).mean())

    return float(min(candidates, key=loss)) if len(labels) else 1.0


def calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 15) -> float:
    """Expected calibration error: |confidence - accuracy| of the winning class, weighted over equal-width bins."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(abs(confidence[places == b].mean() - right[places == b].mean()) * (places == b).mean() for b in set(places))
    )
