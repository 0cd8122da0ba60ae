"""`chereme enrol` through the real command line: signs come in from a dataset or from films, and go again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from chereme.bundles.read import open_bundle
from chereme.bundles.space import fit_space
from chereme.bundles.write import write_bundle
from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.landmarks import HANDS, LandmarkSequence


@pytest.fixture(scope="module")
def learner(fields: Callable[[], dict[str, Any]], toy_onnx: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy bundle with a space in which its signs lie around the middle."""
    path = tmp_path_factory.mktemp("bundles") / "toy-1.0.0.chereme"
    labels = np.repeat([0, 1, 2, 3], 20)
    places = np.array([[0.8, 0.0], [0.2, 0.0], [0.5, -0.6], [0.5, 0.6]])[labels]
    embeddings = places + np.random.default_rng(0).normal(0, 0.05, places.shape)
    space = fit_space(embeddings.astype(np.float32), labels, 4, idle=0)
    write_bundle(path, fields(), toy_onnx, "# Toy\n", {}, space=space)
    return path


@pytest.fixture(scope="module")
def signs(clip: Callable[..., NDArray[np.float32]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four clips of low, a place between those that the toy knows, and one without hands."""
    path = tmp_path_factory.mktemp("data") / "signs"
    low = np.array([0.0, -0.02, 0.32], dtype=np.float32)
    SignDataset.create(
        path, name="signs", sign_language="ase", groups=HANDS.groups, license="CC0 1.0", source="this test"
    ).append(
        [
            *(
                (Sample(f"low {take}", "low"), LandmarkSequence(clip("-", seed=take) + low, HANDS, 15.0, 4 / 3))
                for take in range(4)
            ),
            (Sample("nobody", "none"), LandmarkSequence(clip(None), HANDS, 15.0, 4 / 3)),
        ]
    )
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "200", "TERM": "dumb"})


def test_a_sign_comes_from_a_dataset_is_shown_and_goes(learner: Path, signs: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.chereme"
    done = run("enrol", learner, "low", "--data", signs, "--text", "en=Low", "-o", mine)
    assert done.exit_code == 0, done.output
    assert "low added from 4 clips" in done.output
    assert "4 of 4 recognised" in done.output
    assert "looks most like" in done.output
    assert open_bundle(mine).manifest.enrolled[0].texts == {"en": "Low"}
    assert "1 added from a few clips" in run("bundle", "inspect", mine).output
    gate = run("bundle", "verify", mine, "--release")
    assert gate.exit_code == 1
    assert "low: added from a few clips" in gate.output
    assert run("enrol", mine, "low", "--remove", "-o", mine).exit_code == 0
    assert mine.read_bytes() == learner.read_bytes()


@pytest.mark.parametrize(("file", "named"), [("mine-1.0.0.chereme", True), ("Mine-1.0.0.chereme", False)])
def test_a_file_that_names_no_bundle_is_pointed_out(
    learner: Path, signs: Path, tmp_path: Path, file: str, named: bool
) -> None:
    done = run("enrol", learner, "low", "--data", signs, "-o", tmp_path / file)
    assert done.exit_code == 0
    assert open_bundle(tmp_path / file).manifest.name == ("mine" if named else "toy")
    assert ("its name is still toy: call the file like mine-1.0.0.chereme" in done.stderr) != named


def test_json_says_the_same(learner: Path, signs: Path, tmp_path: Path) -> None:
    done = run("enrol", learner, "low", "low 0", "low 1", "low 3", "--data", signs, "-o", tmp_path / "b", "--json")
    found = json.loads(done.output)
    assert (found["gloss"], found["clips"], found["recognised"], found["unlike"]) == ("low", 3, 3, [])
    assert set(found["looks_like"][0]) == {"gloss", "share"}


def test_films_are_read(learner: Path, signs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films = [f"{take}.mp4" for take in range(3)]
    dataset = SignDataset.open(signs)
    monkeypatch.setattr("chereme.landmarks.extractor.extract_media", lambda path, layout: dataset[int(path.stem)])
    done = run("enrol", learner, "low", *films, "-o", tmp_path / "b")
    assert "low added from 3 clips" in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("low", "low 9"), "has no sample low 9"),
        (("high",), "has no clip of high"),
        (("none",), "no hands were seen in nobody"),
        (("low", "low 1"), "too few"),
    ],
)
def test_what_is_wrong_is_one_line(
    learner: Path, signs: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    done = run("enrol", learner, *words, "--data", signs, "-o", tmp_path / "b")
    assert done.exit_code == 1
    assert message in str(done.exception)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    "wrong", [("--text", "Low"), ("--remove", "--text", "en=Low"), ("--sign-language", "vietnamese")]
)
def test_wrong_use_is_exit_code_2(learner: Path, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    assert run("enrol", learner, "low", *wrong, "-o", tmp_path / "b").exit_code == 2
