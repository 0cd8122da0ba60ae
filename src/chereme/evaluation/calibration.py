"""Does confidence mean what it says, and how much is left when the unsure answers are withheld?"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15


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


def calibration_error(probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = BINS) -> float:
    """Expected calibration error of the winning class of each row [n, classes]."""
    right = probabilities.argmax(axis=1) == labels
    return expected_calibration_error(reliability(probabilities.max(axis=1), right, bins))


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies in low ≤ confidence < high (the last bin holds 1 as well)."""

    low: float
    high: float
    n: int
    confidence: float
    """Their mean."""
    accuracy: float
    """Share of them that is right."""


def reliability(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS) -> tuple[Bin, ...]:
    """Stated confidence beside how often it was right, in bins of equal width; empty bins are left out."""
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    return tuple(
        Bin(
            place / bins,
            (place + 1) / bins,
            int((mine := places == place).sum()),
            float(confidence[mine].mean(dtype=np.float64)),
            float(right[mine].mean()),
        )
        for place in np.unique(places).tolist()
    )


def expected_calibration_error(bins: tuple[Bin, ...]) -> float:
    """|confidence - accuracy|, weighted by the answers in each bin (Guo et al. 2017); NaN of no answers."""
    n = sum(each.n for each in bins)
    return sum(abs(each.confidence - each.accuracy) * each.n for each in bins) / n if n else math.nan


@dataclass(frozen=True)
class Operating:
    """What happens when answers below a threshold are withheld."""

    threshold: float
    coverage: float
    """Share of all clips that still get an answer."""
    precision: float | None
    """Share of those answers that is right; None when there is none."""


def coverage_curve(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> tuple[Operating, ...]:
    """Every threshold that makes a difference, strictest first. Confidence [n] of a clip without an answer is NaN."""
    answered = ~np.isnan(confidence)
    order = np.argsort(-confidence[answered], kind="stable")
    sure, hits = confidence[answered][order], np.cumsum(right[answered][order])
    last = np.flatnonzero(np.append(sure[1:] != sure[:-1], True)) if len(sure) else np.array([], dtype=int)
    return tuple(
        Operating(float(sure[place]), (place + 1) / len(confidence), float(hits[place] / (place + 1)))
        for place in last.tolist()
    )


def at_threshold(confidence: NDArray[np.floating], right: NDArray[np.bool_], threshold: float) -> Operating:
    """What a threshold that was chosen beforehand gives."""
    said = confidence >= threshold  # never true of NaN
    precision = float(right[said].mean()) if said.any() else None
    return Operating(threshold, float(said.mean()) if len(said) else 0.0, precision)


def at_precision(curve: tuple[Operating, ...], precision: float = 0.95) -> Operating | None:
    """The point of the curve that answers most while its answers are right so often; None when none is.

    The threshold is chosen on the very clips that it is scored on, so it flatters a little.
    """
    good = [point for point in curve if point.precision is not None and point.precision >= precision]
    return max(good, key=lambda point: point.coverage, default=None)
