"""Scores equal those of scikit-learn and of the papers they come from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, top_k_accuracy_score

from chereme.evaluation.metrics import (
    calibration_error,
    fit_temperature,
    macro_f1,
    softmax,
    top_k,
    wilson_interval,
)


def test_the_wilson_interval_of_109_of_120() -> None:
    assert wilson_interval(109, 120) == pytest.approx((0.843, 0.948), abs=5e-4)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(n: int, data: st.DataObject) -> None:
    correct = data.draw(st.integers(0, n))
    low, high = wilson_interval(correct, n)
    assert -1e-9 <= low <= correct / n + 1e-9
    assert correct / n - 1e-9 <= high <= 1 + 1e-9


def random_scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(6), random.integers(0, 6, 94)])
    return softmax(random.normal(size=(100, 6)) + 2 * np.eye(6)[labels]), labels


@given(st.integers(0, 50))
def test_top_k_and_macro_f1_equal_scikit_learn(seed: int) -> None:
    probabilities, labels = random_scores(seed)
    for k in (1, 2, 5):
        assert top_k(probabilities, labels, k) == pytest.approx(top_k_accuracy_score(labels, probabilities, k=k))
    predicted = probabilities.argmax(axis=1)
    assert macro_f1(predicted, labels) == pytest.approx(f1_score(labels, predicted, average="macro"))
    assert top_k(probabilities, labels, 6) == 1.0


def test_the_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=(5000, 4)) * 2
    labels = np.array([random.choice(4, p=row) for row in softmax(truth)])
    assert fit_temperature(truth * 3, labels) == pytest.approx(3.0, rel=0.1)
    assert calibration_error(softmax(truth * 3), labels) > calibration_error(softmax(truth), labels)
