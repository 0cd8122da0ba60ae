"""Confidence and thresholds of a fold rest on the other folds alone."""

import numpy as np
import pytest

from chereme.datasets import Sample, SignDataset
from chereme.datasets.splits import Fold
from chereme.evaluation.held_out import CrossValidation, Predictions
from chereme.landmarks import HANDS, LandmarkSequence

CLIPS = 400


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """Two signers, two glosses."""
    points = np.zeros((1, len(HANDS), 3), dtype=np.float32)
    clips = [
        (Sample(f"{signer}-{take}", "ab"[take % 2], signer=signer), LandmarkSequence(points, HANDS))
        for signer in ("ann", "bob")
        for take in range(CLIPS // 2)
    ]
    folder = tmp_path_factory.mktemp("two") / "two"
    return SignDataset.create(
        folder, name="two", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)


def said(dataset: SignDataset, sureness: tuple[float, float]) -> CrossValidation:
    """The models of both folds are right four times in five, and as sure of themselves as told."""
    index = np.arange(CLIPS)
    fold, labels = index // (CLIPS // 2), index % 2
    right = index % 5 > 0
    logits = np.zeros((CLIPS, 2))
    logits[index, np.where(right, labels, 1 - labels)] = np.array(sureness)[fold]
    halves = [tuple(np.flatnonzero(fold == place).tolist()) for place in (0, 1)]
    folds = (Fold(("ann",), halves[1], halves[0]), Fold(("bob",), halves[0], halves[1]))
    predictions = Predictions(index, fold, labels, logits, {"mirrored": logits}, np.ones(CLIPS, dtype=bool))
    return CrossValidation(dataset, "toy", "signer", folds, predictions)


def test_a_temperature_that_suits_the_other_people_makes_confidence_honest(dataset: SignDataset) -> None:
    assert said(dataset, (4.0, 4.0)).summary()["calibration_error"] < 0.01


def test_a_fold_gets_no_temperature_of_its_own(dataset: SignDataset) -> None:
    """One is far too sure, the other far too modest: each is judged by the temperature that suits the other."""
    assert said(dataset, (4.0, 0.5)).summary()["calibration_error"] > 0.15


def test_where_no_threshold_of_the_other_folds_is_good_enough_nothing_is_promised(dataset: SignDataset) -> None:
    assert said(dataset, (4.0, 4.0)).summary()["abstention"] is None
