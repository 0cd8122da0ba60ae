"""A score counts only what a model had never seen, and can be counted again from the stored predictions."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from chereme.bundles.read import open_bundle
from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.landmarks import HANDS, LandmarkSequence

SHAPES = {gloss: np.random.default_rng(place).normal(size=(21, 3)) * 0.1 for place, gloss in enumerate("abc-")}


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    """Three signers with hands of their own; `only` is signed by one of them, idle by two."""
    random = np.random.default_rng(0)
    clips = []
    for signer in ("ann", "bob", "eve"):
        own = 1 + random.normal(size=(21, 1)) * 0.05
        for gloss in ("a", "b", "c", "-", "only"):
            if (gloss == "only" and signer != "eve") or (gloss == "-" and signer == "eve"):
                continue
            for take in range(6):
                points = np.full((10, 42, 3), np.nan, dtype=np.float32)
                shape = SHAPES.get(gloss, SHAPES["a"] + 0.1) * own
                points[:, HANDS.slices["right_hand"]] = shape + random.normal(size=(10, 21, 3)) * 0.002 + (0.5, 0.5, 0)
                sample = Sample(f"{signer}-{gloss}-{take}", gloss, signer=signer, session=signer)
                clips.append((sample, LandmarkSequence(points, HANDS)))
    folder = tmp_path_factory.mktemp("toys") / "toys"
    return SignDataset.create(
        folder, name="toys", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)


@pytest.fixture(scope="module")
def outcome(toys: SignDataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outcome")
    arguments = ["crossval", toys.path, "--by", "signer", "--steps", 30, "--jobs", 1, "--json", folder / "score.json"]
    arguments += ["--option", 'views=["solid plain"]']  # one network of the eight, to be quick
    arguments += ["--predictions", folder / "rows.csv", "--save", folder / "folds", "--robustness"]
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0
    assert "held out by signer" in result.output
    return folder


def test_the_json_has_what_the_reference_promises(outcome: Path) -> None:
    score = json.loads((outcome / "score.json").read_text())
    assert {"dataset", "model", "by", "folds", "top1", "top5", "macro_f1", "interval_95", "worst_group"} <= set(score)
    assert [fold["held_out"] for fold in score["folds"]] == ["ann", "bob", "eve"]
    assert score["top1"] > 0.9, "three shapes of three people are told apart"
    assert score["mirrored_top1"] == pytest.approx(score["top1"], abs=0.06)
    low, high = score["interval_95"]
    assert low < score["top1"] <= high


def test_a_gloss_that_nobody_else_signs_is_not_scored_and_idle_is_counted_apart(outcome: Path) -> None:
    score = json.loads((outcome / "score.json").read_text())
    assert score["unseen_glosses"] == 6
    assert score["n"] == 3 * 3 * 6
    assert score["idle"]["n"] == 12
    assert set(score["per_gloss"]) == {"a", "b", "c"}


def test_the_score_can_be_counted_again_from_the_predictions(outcome: Path, toys: SignDataset) -> None:
    score = json.loads((outcome / "score.json").read_text())
    with (outcome / "rows.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == [sample.id for sample in toys.samples], "each clip is predicted once"
    scored = [row for row in rows if row["scored"] == "True"]
    assert sum(row["sign"] == row["gloss"] for row in scored) / len(scored) == pytest.approx(score["top1"])


def test_changed_clips_are_scored_beside_the_same_clips_unchanged(outcome: Path) -> None:
    score = json.loads((outcome / "score.json").read_text())
    changes = {row["change"]: row for row in score["robustness"]}
    assert {"mirrored", "half the frame rate", "10 % of hands lost", "30 % larger"} <= set(changes)
    assert changes["mirrored"]["top1"] == score["mirrored_top1"]
    for row in changes.values():
        assert row["points_lost"] == pytest.approx(100 * (score["top1"] - row["top1"]))


def test_each_fold_is_saved_as_a_bundle_that_says_whom_it_never_saw(outcome: Path, toys: SignDataset) -> None:
    bundles = [open_bundle(path) for path in sorted((outcome / "folds").glob("*.chereme"))]
    assert [bundle.manifest.split.held_out for bundle in bundles] == [("ann",), ("bob",), ("eve",)]
    assert {bundle.manifest.split.by for bundle in bundles} == {"signer"}


def test_each_fold_is_saved_with_the_temperature_of_the_others_as_what_ships_will_have_one(outcome: Path) -> None:
    of_all = json.loads((outcome / "score.json").read_text())["temperature"]
    found = [open_bundle(path).manifest.temperature for path in (outcome / "folds").glob("*.chereme")]
    assert of_all != 1.0
    assert found == pytest.approx([of_all] * 3, rel=0.5)
    assert 1.0 not in found


def test_the_same_seed_gives_the_same_score(toys: SignDataset, tmp_path: Path) -> None:
    scores = []
    for run in ("one", "two"):
        arguments = ["crossval", str(toys.path), "--steps", "5", "--jobs", "1", "--json", str(tmp_path / run)]
        CliRunner().invoke(app, arguments, catch_exceptions=False)
        scores.append((tmp_path / run).read_text())
    assert scores[0] == scores[1]


def test_leaving_out_an_unknown_gloss_is_refused(toys: SignDataset) -> None:
    result = CliRunner().invoke(app, ["crossval", str(toys.path), "--leave-out", "zebra"])
    assert result.exit_code == 1
    assert "has no gloss zebra" in str(result.exception)


def test_something_else_than_people_cannot_be_held_out(toys: SignDataset) -> None:
    result = CliRunner().invoke(app, ["crossval", str(toys.path), "--by", "colour"])
    assert result.exit_code == 2
    said = re.sub(r"[^a-z]+", " ", result.output)  # without the frame and the line breaks
    assert "colour is not one of signer session random" in said
