"""From a dataset to a file that answers as the trained model does."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from chereme.bundles.manifest import Metric
from chereme.bundles.verify import verify_bundle
from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.datasets.dataset import IDLE
from chereme.datasets.samples import Samples
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.recognition.recognizer import Recognizer
from chereme.training.run import Run
from chereme.training.ship import About, ship


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> SignDataset:
    random = np.random.default_rng(1)
    shapes = {gloss: random.normal(size=(21, 3)) * 0.1 for gloss in ("left", "right")}
    clips = []
    for take in range(12):
        for gloss, shape in shapes.items():
            points = np.full((8, 42, 3), np.nan, dtype=np.float32)
            points[:, HANDS.slices["right_hand"]] = shape + random.normal(size=(8, 21, 3)) * 0.003 + (0.5, 0.5, 0)
            clips.append((Sample(f"{gloss}-{take}", gloss, signer="ann"), LandmarkSequence(points, HANDS, 15.0, 4 / 3)))
    return SignDataset.create(
        tmp_path_factory.mktemp("ship") / "toys",
        name="toys", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test",
    ).append(clips)  # fmt: skip


def about_and_output(folder: Path) -> list[object]:
    return ["--about", folder / "about.json", "-o", folder / "toys-1.2.3.chereme"]


@pytest.fixture(scope="module")
def built(dataset: SignDataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    about = {"name": "toys", "version": "1.2.3", "texts": {"left": {"en": "Left"}}, "limits": ["It is a toy."]}
    (folder / "about.json").write_text(json.dumps(about))
    one_network = ["--option", 'views=["solid plain"]']  # of the eight, to be quick
    for command in (
        ["train", dataset.path, *one_network, "--steps", 30, "-o", folder / "run"],
        ["bundle", "build", folder / "run", "--data", dataset.path, *about_and_output(folder)],
    ):
        result = CliRunner().invoke(app, [str(word) for word in command], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return folder


def test_the_bundle_answers_as_the_weights_do(built: Path, dataset: SignDataset) -> None:
    run = Run.load(built / "run")
    recognizer = Recognizer(verify_bundle(built / "toys-1.2.3.chereme"))
    for index in (0, 1, 10, 11):
        best = recognizer.predict(dataset[index], top=1)[0]
        assert best.gloss == dataset.samples[index].gloss
    assert run.facts["split"]["kind"] == "all"


def test_each_gloss_has_a_clip_of_its_own_as_exemplar(built: Path, dataset: SignDataset) -> None:
    exemplars = verify_bundle(built / "toys-1.2.3.chereme").exemplars
    assert set(exemplars) == {"left", "right"}
    clips = [dataset[i].points.astype(np.float16) for i, s in enumerate(dataset.samples) if s.gloss == "left"]
    assert any(np.array_equal(exemplars["left"].points, clip, equal_nan=True) for clip in clips)


def test_the_card_states_data_split_and_limits(built: Path) -> None:
    card = verify_bundle(built / "toys-1.2.3.chereme").card
    for fact in ("recognises 2 isolated signs", "24 clips", "CC0-1.0", "all samples", "Not measured", "It is a toy."):
        assert fact in card


def test_an_encoder_says_that_it_knows_no_sign(built: Path, dataset: SignDataset, tmp_path: Path) -> None:
    score = Metric(name="top1", value=0.9, interval_95=(0.8, 0.95), n=40, dataset="others", split="enrolled",
                   worst_group="ben", worst_value=0.7)  # fmt: skip
    about = About(name="encoder", version="1.0.0", encoder=True, metrics=(score,))
    run = Run.load(built / "run")
    run.facts["glosses"] = [IDLE, "right"]
    told = [replace(sample, gloss=IDLE if sample.gloss == "left" else "right") for sample in dataset.samples]
    ship(run, about, tmp_path / "encoder-1.0.0.chereme", replace(dataset, samples=Samples.of(told)))
    bundle = verify_bundle(tmp_path / "encoder-1.0.0.chereme")
    assert (bundle.manifest.signs, bundle.manifest.metrics) == ((), (score,))
    for fact in (
        "the isolated signs that are added to it",
        "**Learned from:** right.",
        "has never seen the set",
        "ben: 0.700",
    ):
        assert fact in bundle.card


def test_a_run_is_never_a_pickle_and_loads_only_what_it_is(built: Path, tmp_path: Path) -> None:
    assert sorted(path.name for path in (built / "run").iterdir()) == ["run.json", "weights.safetensors"]
    with pytest.raises(CheremeError, match="is not a training run"):
        Run.load(tmp_path)


def test_training_twice_with_one_seed_gives_the_same_weights(dataset: SignDataset, tmp_path: Path) -> None:
    for name in ("one", "two"):
        arguments = ["train", str(dataset.path), "--steps", "5", "-o", str(tmp_path / name)]
        assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0
    one, two = ((tmp_path / name / "weights.safetensors").read_bytes() for name in ("one", "two"))
    assert one == two


def test_a_run_is_never_overwritten(built: Path, dataset: SignDataset) -> None:
    result = CliRunner().invoke(app, ["train", str(dataset.path), "-o", str(built / "run")])
    assert result.exit_code == 1
    assert "in the way" in str(result.exception)


def test_a_wrong_about_file_says_which_field(tmp_path: Path) -> None:
    (tmp_path / "about.json").write_text('{"name": "Toys!", "version": "1.0.0"}')
    with pytest.raises(CheremeError, match="name: String should match"):
        About.read(tmp_path / "about.json")
