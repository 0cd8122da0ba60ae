"""More people to learn from: the same clips are held out, and the fewer are among the more."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.datasets.splits import fewer_to_train_on, make_folds
from chereme.landmarks import HANDS, LandmarkSequence

SIGNERS = ("ann", "bob", "eve")


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """Three signers, two handshapes."""
    random = np.random.default_rng(0)
    shapes = {gloss: random.normal(size=(21, 3)) * 0.1 + 0.5 for gloss in "ab"}
    clips = []
    for signer in SIGNERS:
        for gloss, shape in shapes.items():
            for take in range(4):
                points = np.full((6, 42, 3), np.nan, dtype=np.float32)
                points[:, HANDS.slices["right_hand"]] = shape + random.normal(size=(6, 21, 3)) * 0.002
                clips.append(
                    (Sample(f"{signer}-{gloss}-{take}", gloss, signer=signer), LandmarkSequence(points, HANDS))
                )
    folder = tmp_path_factory.mktemp("toys") / "toys"
    return SignDataset.create(
        folder, name="toys", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)


def test_the_fewer_are_among_the_more_and_nobody_held_out_is_among_them(toys: SignDataset) -> None:
    for fold in make_folds(toys, "signer"):
        one, two = (fewer_to_train_on(fold, toys, "signer", groups) for groups in (1, 2))
        assert set(one.train) < set(two.train) == set(fold.train)
        assert one.test == fold.test
        assert not set(one.train) & set(fold.test)


def test_the_curve_is_told_and_drawn(toys: SignDataset, tmp_path: Path) -> None:
    arguments = ["learning-curve", toys.path, "--model", "lstm", "--steps", 20, "--jobs", 1]
    arguments += ["--json", tmp_path / "curve.json", "--plot", tmp_path / "plots" / "curve.png"]
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "curve.json").read_text())
    assert [point["train_on"] for point in told["points"]] == [1, 2]
    assert {point["n"] for point in told["points"]} == {len(toys)}
    assert (tmp_path / "plots" / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_more_people_than_there_are_is_refused_before_anything_is_trained(toys: SignDataset) -> None:
    done = CliRunner().invoke(app, ["learning-curve", str(toys.path), "--counts", "1,3"])
    assert "there are 1 to 2 signers to train on" in str(done.exception)
