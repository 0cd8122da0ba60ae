"""A search sees the training part alone."""

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.datasets.split_file import write_split
from chereme.datasets.splits import hold_out
from chereme.evaluation.validation import Validation, training_part
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.training.fit import FitConfig


@pytest.fixture(scope="module")
def signs(clip: Callable[..., NDArray[np.float32]], tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """Three people; cy is for the test."""
    return SignDataset.create(
        tmp_path_factory.mktemp("data") / "signs",
        name="signs",
        sign_language="ase",
        groups=HANDS.groups,
        license="CC0 1.0",
        source="this test",
    ).append(
        (Sample(f"{who} {gloss}", gloss, who), LandmarkSequence(clip(gloss, 8, seed=seed), HANDS))
        for seed, who in enumerate(("ann", "ben", "cy"))
        for gloss in ("up", "near", "away")
    )


def spoilt(signs: SignDataset, folder: Path) -> SignDataset:
    """The same dataset, but whatever cy did is another thing."""
    shutil.copytree(signs.path, folder)
    points = np.load(folder / "landmarks.npy", mmap_mode="r+")
    for place, who in enumerate(signs.column("signer")):
        if who == "cy":
            start, end = signs.samples.spans[place]
            points[start:end] = np.random.default_rng(place).normal(0, 9, (end - start, *points.shape[1:]))
    points.flush()
    return SignDataset.open(folder)


def test_the_test_people_are_left_out_by_name_and_by_split(signs: SignDataset) -> None:
    by_name = training_part(signs, "signer", held_out=("cy",))
    assert set(by_name.column("signer")) == {"ann", "ben"}
    write_split(signs, "mine", hold_out(signs, "signer", names=("cy",)))
    assert training_part(signs, "signer", split="mine").column("id").tolist() == by_name.column("id").tolist()
    assert len(training_part(signs, "signer")) == len(signs)


def test_no_score_changes_whatever_the_test_people_did(signs: SignDataset, tmp_path: Path) -> None:
    """Fails when a search reads a single clip of those who are held out for the test."""

    def score(dataset: SignDataset) -> object:
        part = training_part(dataset, "signer", held_out=("cy",))
        validation = Validation(part, "lstm", "signer", 2, FitConfig(steps=3, batch=4, frames=8))
        return validation({"learning_rate": 1e-3})

    assert score(signs) == score(spoilt(signs, tmp_path / "spoilt"))


def test_tune_saves_a_table_and_prints_how_to_train_the_best(signs: SignDataset, tmp_path: Path) -> None:
    words = ["tune", signs.path, "-o", tmp_path / "search", "--model", "lstm", "--held-out", "cy", "--steps", 2]
    words += ["--vary", "batch=4,8", "--jobs", 1, "--json", tmp_path / "best.json"]
    done = CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "best.json").read_text())
    assert len(found["trials"]) == len((tmp_path / "search" / "trials.csv").read_text().splitlines()) - 1 == 2
    assert found["command"] in done.output
    program, *command = shlex.split(found["command"])
    assert program == "chereme"
    trained = CliRunner().invoke(app, command)
    assert trained.exit_code == 0, trained.output
    split = json.loads((tmp_path / "search" / "best" / "run.json").read_text())["split"]
    assert (split["kind"], split["by"], split["held_out"]) == ("held-out", "signer", ["cy"])
    assert {fold["held_out"] for trial in found["trials"] for fold in trial["figures"]["folds"]} == {"ann", "ben"}
