"""Scores equal those of scikit-learn and of the papers they come from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    f1_score,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)
from sklearn.metrics import confusion_matrix as their_confusion_matrix

from chereme.evaluation.metrics import (
    NO_ANSWER,
    ClassScores,
    calibration_error,
    confusion_matrix,
    confusion_pairs,
    fit_temperature,
    macro_f1,
    ranks,
    softmax,
    top_k,
    winners,
)


def random_scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(6), random.integers(0, 6, 94)])
    return softmax(random.normal(size=(100, 6)) + 2 * np.eye(6)[labels]), labels


@settings(max_examples=10)
@given(st.integers(0, 50))
def test_top_k_and_macro_f1_equal_scikit_learn(seed: int) -> None:
    probabilities, labels = random_scores(seed)
    for k in (1, 2, 5):
        assert top_k(probabilities, labels, k) == pytest.approx(top_k_accuracy_score(labels, probabilities, k=k))
    predicted = probabilities.argmax(axis=1)
    assert macro_f1(predicted, labels) == pytest.approx(f1_score(labels, predicted, average="macro"))
    assert top_k(probabilities, labels, 6) == 1.0


@settings(max_examples=10)
@given(st.integers(0, 50), st.sampled_from(["macro", "weighted"]))
def test_precision_recall_and_f1_equal_scikit_learn(seed: int, average: str) -> None:
    random = np.random.default_rng(seed)
    labels, predicted = random.integers(0, 5, 60), random.integers(0, 7, 60)  # two classes that never occur
    matrix = confusion_matrix(predicted, labels, 7)
    scores = ClassScores.of(matrix)
    theirs = precision_recall_fscore_support(labels, predicted, labels=range(7), zero_division=0)
    for mine, expected in zip((scores.precision, scores.recall, scores.f1, scores.support), theirs, strict=True):
        assert mine == pytest.approx(expected)
    averaged = precision_recall_fscore_support(
        labels, predicted, labels=np.unique(labels), average=average, zero_division=0
    )
    assert list(getattr(scores, average).values()) == pytest.approx(averaged[:3])


@settings(max_examples=10)
@given(st.integers(0, 50))
def test_the_matrix_equals_scikit_learn_and_its_rows_add_up_to_the_clips(seed: int) -> None:
    probabilities, labels = random_scores(seed)
    predicted = winners(probabilities)
    matrix = confusion_matrix(predicted, labels, 6)
    assert (matrix[:, :6] == their_confusion_matrix(labels, predicted, labels=range(6))).all()
    assert (matrix.sum(axis=1) == np.bincount(labels, minlength=6)).all()
    assert np.trace(matrix) / len(labels) == pytest.approx(accuracy_score(labels, predicted))
    assert ClassScores.of(matrix).macro["recall"] == pytest.approx(balanced_accuracy_score(labels, predicted))


@settings(max_examples=10)
@given(st.integers(0, 50))
def test_top_k_only_grows_and_ends_at_one(seed: int) -> None:
    probabilities, labels = random_scores(seed)
    shares = [top_k(probabilities, labels, k) for k in range(1, 7)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_clip_without_an_answer_is_wrong_at_every_k_and_has_a_column_of_its_own() -> None:
    probabilities = np.array([[0.2, 0.8], [np.nan, np.nan]])
    labels = np.array([1, 0])
    assert ranks(probabilities, labels)[0] == 0
    assert winners(probabilities).tolist() == [1, NO_ANSWER]
    assert top_k(probabilities, labels, 2) == top_k(probabilities, labels, 10) == 0.5
    matrix = confusion_matrix(winners(probabilities), labels, 2)
    assert matrix.tolist() == [[0, 0, 1], [0, 1, 0]]
    assert confusion_pairs(matrix, ["a", "b"]) == [("a", None, 1)]


def test_one_class_cannot_win_by_being_said_always() -> None:
    constant = np.full((4, 3), 1 / 3)
    assert top_k(constant, np.array([0, 1, 2, 2]), 1) == 0.25


def test_confusions_come_most_frequent_first() -> None:
    matrix = confusion_matrix(np.array([1, 1, 2, 0]), np.array([0, 0, 0, 0]), 3)
    assert confusion_pairs(matrix, ["m", "n", "t"]) == [("m", "n", 2), ("m", "t", 1)]
    assert confusion_pairs(matrix, ["m", "n", "t"], most=1) == [("m", "n", 2)]


def test_the_temperature_undoes_overconfidence() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=(5000, 4)) * 2
    labels = np.array([random.choice(4, p=row) for row in softmax(truth)])
    assert fit_temperature(truth * 3, labels) == pytest.approx(3.0, rel=0.1)
    assert calibration_error(softmax(truth * 3), labels) > calibration_error(softmax(truth), labels)
