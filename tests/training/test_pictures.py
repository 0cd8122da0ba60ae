"""Models that look at pictures learn drawn hands and recognise them by another signer, who is left-handed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.training.fit import FitConfig
from chereme.training.pictures import Pictures, fit_pictures, load_pictures, picture_logits
from chereme.training.run import Run
from chereme.training.ship import About, ship

FRAMES = 4
FINGERS = {"one": [1] * FRAMES, "five": [5] * FRAMES, "opening": [0, 1, 4, 5], "closing": [5, 4, 1, 0]}
"""Gloss → fingers that are seen stretched in each picture."""

SMALL: dict[str, dict[str, Any]] = {
    "letters_cnn": {"side": 32, "widths": (8, 16, 32), "dense": 32},
    "letters_cnn_rnn": {"side": 32, "widths": (8, 16, 32), "dense": 32, "recurrent": 32, "frames": FRAMES},
    "r2plus1d": {"side": 32, "widths": (8, 16), "blocks": 1, "frames": FRAMES},
}


def draw(fingers: Iterable[int], skin: tuple[int, int, int], wall: int, random: np.random.Generator) -> Image.Image:
    """A right hand, palm to the camera: a palm, its thumb on the left, and the fingers that are stretched, from 0."""
    picture = Image.new("RGB", (56, 56), (wall, wall, wall))
    pen = ImageDraw.Draw(picture)
    x, y = 28 + int(random.integers(-3, 4)), 38 + int(random.integers(-3, 4))
    pen.ellipse((x - 10, y - 10, x + 10, y + 10), fill=skin)
    for finger in fingers:
        angle = np.deg2rad(-160 + 30 * finger)
        tip = (x + 26 * np.cos(angle), y + 26 * np.sin(angle))
        pen.line((float(x), float(y), *map(float, tip)), fill=skin, width=5)
    return picture


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> tuple[SignDataset, Path]:
    """Clips of three signers, and the folder of their hands; in one clip no hand was seen."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    clips: list[tuple[Sample, LandmarkSequence]] = []
    people = {"ann": ((230, 190, 160), 40), "bob": ((120, 80, 60), 200), "eve": ((210, 160, 130), 70)}
    for signer, (skin, wall) in people.items():
        for gloss, of_frame in FINGERS.items():
            for take in range(5):
                sample = Sample(f"{signer}-{gloss}-{take}", gloss, signer=signer)
                points = np.full((FRAMES, len(HANDS), 3), 0.5, dtype=np.float32)
                clips.append((sample, LandmarkSequence(points, HANDS)))
                (folder / "crops" / gloss).mkdir(parents=True, exist_ok=True)
                for frame, fingers in enumerate(of_frame):
                    picture = draw(range(fingers), skin, wall, random)
                    if signer == "eve":
                        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
                    side = "left" if signer == "eve" else "right"
                    picture.save(folder / "crops" / gloss / f"{sample.id}-{frame:05}-{side}.jpg", quality=92)
    nobody = LandmarkSequence(np.full((FRAMES, len(HANDS), 3), np.nan, dtype=np.float32), HANDS)
    clips.append((Sample("nobody", "one", signer="ann"), nobody))
    dataset = SignDataset.create(
        folder / "toys", name="toys", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)
    return dataset, folder / "crops"


@pytest.mark.parametrize(
    ("name", "glosses", "steps"),
    [
        ("letters_cnn", ("one", "five"), 40),
        ("letters_cnn_rnn", tuple(FINGERS), 120),
        ("r2plus1d", ("opening", "closing"), 100),
    ],
)
def test_it_learns_drawn_hands_and_the_order_in_which_they_move(
    toys: tuple[SignDataset, Path], name: str, glosses: tuple[str, ...], steps: int
) -> None:
    """`opening` and `closing` are the same pictures in another order."""
    dataset, folder = toys
    dataset = dataset.select(index for index, sample in enumerate(dataset.samples) if sample.gloss in glosses)
    pictures = load_pictures(dataset, folder, name, SMALL[name])
    signers = dataset.column("signer")
    seen, unseen = (tuple(np.flatnonzero(which).tolist()) for which in (signers != "eve", signers == "eve"))
    model = fit_pictures(name, pictures.take(seen), len(glosses), FitConfig(steps=steps, batch=16), options=SMALL[name])
    test = pictures.take(unseen)
    assert (picture_logits(model, test.pictures).argmax(axis=1) == test.labels.numpy()).mean() >= 0.9


def test_many_handshapes_are_learnt_in_few_steps() -> None:
    """Any of four fingers may be stretched. Where the dense layer is not normalised, these steps do not suffice."""
    random = np.random.default_rng(0)
    shapes = [[finger for finger in range(4) if shape >> finger & 1] for shape in range(16)]
    skin, wall = random.integers(90, 240, (12, 3)).tolist(), random.integers(20, 200, 12).tolist()
    drawn = [
        np.asarray(draw(shape, tuple(skin[take]), wall[take], random)) for shape in shapes for take in range(len(wall))
    ]
    shown = torch.from_numpy(np.stack(drawn).transpose(0, 3, 1, 2)[:, None].copy())
    hands = Pictures(shown, torch.arange(16).repeat_interleave(12), torch.ones(len(shown), dtype=torch.bool))
    model = fit_pictures("letters_cnn", hands, 16, FitConfig(steps=50), options={"side": 32})
    assert (picture_logits(model, hands.pictures).argmax(axis=1) == hands.labels.numpy()).mean() >= 0.65


def test_the_same_seed_gives_the_same_weights(toys: tuple[SignDataset, Path]) -> None:
    pictures = load_pictures(*toys, "letters_cnn", SMALL["letters_cnn"])
    assert not pictures.seen.all(), "the clip in which no hand was seen trains nothing"
    config = FitConfig(steps=2, batch=4, seed=3)
    one, other = (fit_pictures("letters_cnn", pictures, 4, config, options=SMALL["letters_cnn"]) for _ in range(2))
    for name, weight in one.state_dict().items():
        assert torch.equal(weight, other.state_dict()[name])


def test_crossval_scores_pictures_as_it_scores_landmarks(toys: tuple[SignDataset, Path], tmp_path: Path) -> None:
    dataset, folder = toys
    arguments = ["crossval", dataset.path, "--model", "letters_cnn", "--pictures", folder, "--steps", 4]
    arguments += ["--jobs", 1, "--json", tmp_path / "score.json"]
    result = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0
    score = json.loads((tmp_path / "score.json").read_text())
    assert [fold["held_out"] for fold in score["folds"]] == ["ann", "bob", "eve"]
    assert score["n"] == len(dataset), "the clip without a hand counts"


def test_a_run_on_pictures_is_kept_and_read_again_but_makes_no_bundle(
    toys: tuple[SignDataset, Path], tmp_path: Path
) -> None:
    dataset, folder = toys
    arguments = ["train", dataset.path, "-o", tmp_path / "run", "--model", "letters_cnn", "--pictures", folder]
    result = CliRunner().invoke(app, [str(each) for each in [*arguments, "--steps", 2]], catch_exceptions=False)
    assert result.exit_code == 0
    run = Run.load(tmp_path / "run")
    assert run.model(torch.rand(1, 1, 3, 224, 224))[0].shape == (1, len(FINGERS))
    with pytest.raises(CheremeError, match="letters_cnn looks at pictures of hands, and a bundle is given landmarks"):
        ship(run, About(name="toys", version="1.0.0"), tmp_path / "toys.chereme", dataset)


def test_stills_are_clips_of_one_frame_to_models_that_look_at_landmarks(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    clips: list[tuple[Sample, LandmarkSequence]] = []
    for signer in ("ann", "bob"):
        for gloss in ("a", "b", "a", "b"):
            points = np.full((1, len(HANDS), 3), np.nan, dtype=np.float32)
            points[:, HANDS.slices["right_hand"]] = random.random((21, 3))
            clips.append((Sample(f"{signer}-{len(clips)}", gloss, signer=signer), LandmarkSequence(points, HANDS)))
    dataset = SignDataset.create(
        tmp_path / "stills", name="stills", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="here"
    ).append(clips)
    arguments = ["crossval", dataset.path, "--model", "lstm", "--steps", 2, "--jobs", 1]
    result = CliRunner().invoke(app, [str(each) for each in [*arguments, "--json", tmp_path / "score.json"]])
    assert result.exit_code == 0
    assert json.loads((tmp_path / "score.json").read_text())["n"] == len(dataset)


@pytest.mark.parametrize(
    ("model", "pictures", "message"),
    [
        ("letters_cnn", None, "letters_cnn looks at pictures of hands: give the folder"),
        ("lstm", "crops", "lstm looks at landmarks, not at pictures: choose among letters_cnn"),
        ("letters_cnn", "nowhere", "nowhere is not a folder"),
        ("letters_cnn", "toys", "has no picture of any clip of toys"),
    ],
)
def test_what_does_not_go_together_is_said(
    toys: tuple[SignDataset, Path], model: str, pictures: str | None, message: str
) -> None:
    dataset, folder = toys
    arguments = ["crossval", str(dataset.path), "--model", model]
    with pytest.raises(CheremeError, match=message):
        CliRunner().invoke(
            app,
            [*arguments, *(["--pictures", str(folder.parent / pictures)] if pictures else [])],
            catch_exceptions=False,
            standalone_mode=False,
        )
