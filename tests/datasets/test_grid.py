"""A contact sheet shows every gloss that it says, on light paper, in any script."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chereme.datasets import Sample, SignDataset
from chereme.datasets.fonts import font_for
from chereme.datasets.grid import PANEL, PAPER, STAGE, of_dataset, of_pictures, write_png
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.landmarks.drawing import COLOURS


def toy(folder: Path, glosses: tuple[str, ...]) -> SignDataset:
    clips: list[tuple[Sample, LandmarkSequence]] = []
    for number, gloss in enumerate(glosses):
        for signer in ("ann", "ann", "ben", None):
            points = np.full((5, 42, 3), np.nan, dtype=np.float32)
            points[:, HANDS.slices["right_hand"]] = np.random.default_rng(number).uniform(0.3, 0.6, (21, 3))
            clips.append((Sample(f"{len(clips)}", gloss, signer), LandmarkSequence(points, HANDS)))
    return SignDataset.create(
        folder / "toy", name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)


def test_each_gloss_has_a_row_of_skeletons_on_light_paper(tmp_path: Path) -> None:
    sheet = of_dataset(toy(tmp_path, ("hello", "no", "please")), clips=2, moments=3)
    pixels = np.asarray(sheet.picture)
    assert (sheet.shown, sheet.glosses) == (3, 3)
    assert tuple(pixels[0, 0]) == PAPER
    hands = (pixels == COLOURS["right_hand"]).all(axis=2)
    stage = (pixels == STAGE).all(axis=2)
    assert stage.sum() + hands.sum() > 0.7 * 3 * 2 * 3 * PANEL**2
    rows = np.flatnonzero(np.diff(hands.any(axis=1).astype(int)) == 1)
    assert len(rows) >= 3


def test_few_of_many_glosses_are_evenly_chosen_and_the_same_each_time(tmp_path: Path) -> None:
    dataset = toy(tmp_path, tuple("abcdefghij"))
    sheets = [of_dataset(dataset, clips=1, moments=1, most=4) for _ in range(2)]
    assert (sheets[0].shown, sheets[0].glosses) == (4, 10)
    assert sheets[0].picture.tobytes() == sheets[1].picture.tobytes()


def test_pictures_of_class_folders_are_shown(tmp_path: Path) -> None:
    for gloss, colour in (("a", (255, 0, 0)), ("b", (0, 255, 0))):
        (tmp_path / gloss).mkdir()
        for number in range(3):
            Image.new("RGB", (40, 30), colour).save(tmp_path / gloss / f"{number}.png")
    pixels = np.asarray(of_pictures(tmp_path, across=2).picture)
    for colour in ((255, 0, 0), (0, 255, 0)):
        assert (pixels == colour).all(axis=2).sum() == 2 * PANEL * 99, "two, undistorted"


def test_what_cannot_be_shown_says_why(tmp_path: Path) -> None:
    empty = SignDataset.create(
        tmp_path / "e", name="e", sign_language="ase", groups=HANDS.groups, license="x", source="y"
    )
    with pytest.raises(CheremeError, match="no clips to show"):
        of_dataset(empty)
    with pytest.raises(CheremeError, match="neither a dataset nor a folder"):
        of_pictures(tmp_path / "absent")
    with pytest.raises(CheremeError, match="cannot be written"):
        write_png(Image.new("RGB", (1, 1)), tmp_path / "absent" / "x.png")


def test_a_font_is_found_for_what_it_can_write() -> None:
    assert font_for("hello", 12)[1]
    assert not font_for("\U0010fffd", 12)[1], "no font has a letter of private use"
