"""Nobody is on both sides of a split."""

from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import Sample, SignDataset
from chereme.errors import CheremeError
from chereme.evaluation.folds import make_folds
from chereme.landmarks import HANDS, LandmarkSequence


def dataset_of(folder: Path, signers: list[str | None]) -> SignDataset:
    frame = LandmarkSequence(np.zeros((1, 42, 3), dtype=np.float32), HANDS)
    return SignDataset.create(
        folder / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append([(Sample(str(i), "ab"[i % 2], signer=signer, session="m"), frame) for i, signer in enumerate(signers)])


def test_each_signer_is_held_out_once_and_never_trained_on_meanwhile(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x", "y", "x", "z", "y", "x"])
    folds = make_folds(dataset, "signer")
    assert [fold.held_out for fold in folds] == [("x",), ("y",), ("z",)]
    for fold in folds:
        assert {dataset.samples[i].signer for i in fold.test} == set(fold.held_out)
        assert not {dataset.samples[i].signer for i in fold.train} & set(fold.held_out)
        assert sorted((*fold.train, *fold.test)) == list(range(6))


def test_many_signers_are_held_out_together_whole(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, [str(i % 14) for i in range(60)])
    folds = make_folds(dataset, "signer", most=5)
    assert len(folds) == 5
    held_out = [signer for fold in folds for signer in fold.held_out]
    assert sorted(held_out) == sorted({str(i) for i in range(14)})


def test_a_set_that_does_not_name_its_signers_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"does not say the signer of 2 of 3 clips.*--by session"):
        make_folds(dataset_of(tmp_path, ["x", None, None]), "signer")


def test_one_signer_alone_cannot_be_scored(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="only one signer"):
        make_folds(dataset_of(tmp_path, ["x", "x"]), "signer")


def test_random_folds_are_stratified_and_seeded(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, ["x"] * 40)
    folds = make_folds(dataset, "random", seed=3)
    assert folds == make_folds(dataset, "random", seed=3)
    assert folds != make_folds(dataset, "random", seed=4)
    assert all(sum(dataset.samples[i].gloss == "a" for i in fold.test) == 4 for fold in folds)
