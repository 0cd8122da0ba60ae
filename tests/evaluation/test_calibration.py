"""Confidence is held against what was right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from chereme.evaluation.calibration import (
    at_precision,
    at_threshold,
    coverage_curve,
    expected_calibration_error,
    reliability,
)


def answers(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    confidence = random.random(n)
    return confidence, random.random(n) < confidence


@settings(max_examples=10)
@given(st.integers(0, 30))
def test_bins_equal_scikit_learn_and_hold_every_answer(seed: int) -> None:
    confidence, right = answers(seed)
    bins = reliability(confidence, right, 10)
    accuracy, mean = calibration_curve(right, confidence, n_bins=10)
    assert [each.accuracy for each in bins] == pytest.approx(accuracy)
    assert [each.confidence for each in bins] == pytest.approx(mean)
    assert sum(each.n for each in bins) == len(right)


def test_honest_confidence_has_little_error_and_boasting_has_much() -> None:
    confidence, right = answers(0, 20_000)
    assert expected_calibration_error(reliability(confidence, right)) < 0.02
    assert expected_calibration_error(reliability(np.sqrt(confidence), right)) > 0.1


def test_the_error_in_figures() -> None:
    bins = reliability(np.array([0.9, 0.96, 0.6, 1.0]), np.array([True, False, True, True]), 10)
    assert [(each.low, each.n) for each in bins] == [(0.6, 1), (0.9, 3)]
    assert expected_calibration_error(bins) == pytest.approx((abs(0.6 - 1) + abs(2.86 - 2)) / 4)


def test_withholding_unsure_answers_in_figures() -> None:
    confidence = np.array([0.9, 0.8, 0.8, 0.4, np.nan])
    right = np.array([True, True, False, True, False])
    curve = coverage_curve(confidence, right)
    assert [(point.threshold, point.coverage) for point in curve] == [(0.9, 0.2), (0.8, 0.6), (0.4, 0.8)]
    assert [point.precision for point in curve] == pytest.approx([1, 2 / 3, 3 / 4])
    assert at_precision(curve, 0.7) == curve[2]
    assert at_precision(curve, 0.95) == curve[0]
    assert at_precision(coverage_curve(confidence, ~right), 0.95) is None
    assert at_threshold(confidence, right, 0.8) == curve[1]
    assert at_threshold(confidence, right, 0.95).precision is None


@settings(max_examples=10)
@given(st.integers(0, 30), st.floats(0, 1))
def test_the_curve_is_what_each_threshold_gives(seed: int, threshold: float) -> None:
    confidence, right = answers(seed, 50)
    for point in coverage_curve(confidence, right):
        assert at_threshold(confidence, right, point.threshold) == point
    covered = [point.coverage for point in coverage_curve(confidence, right)]
    assert covered == sorted(covered)
    assert covered[-1] == 1.0
    assert at_threshold(confidence, right, threshold).coverage == pytest.approx((confidence >= threshold).mean())


def test_no_answers_at_all_are_no_error_but_no_figure_either() -> None:
    nothing = np.full(3, np.nan)
    assert coverage_curve(nothing, np.zeros(3, dtype=bool)) == ()
    assert at_precision(()) is None
