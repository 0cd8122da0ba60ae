"""Each clip finds the pictures of its leading hand, in order, and shown as a right one."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chereme.datasets import Sample, SignDataset
from chereme.datasets.pictures import HandPictures
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence


@pytest.fixture
def dataset(tmp_path: Path) -> SignDataset:
    points = np.full((3, len(HANDS), 3), 0.5, dtype=np.float32)
    points[:, HANDS.slices["left_hand"], 1] = 0.2
    clips = [(Sample(name, "a"), LandmarkSequence(points, HANDS)) for name in ("a/one", "two-00001-left", "none")]
    return SignDataset.create(
        tmp_path / "set", name="set", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)


def write(folder: Path, name: str, brightness: int, gloss: str = "a") -> None:
    """Left half of this brightness, right half black."""
    (folder / gloss).mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((32, 32, 3), dtype=np.uint8)
    pixels[:, :16] = brightness
    Image.fromarray(pixels).save(folder / gloss / name, quality=95)


def test_pictures_are_found_by_id_and_read_evenly_from_first_to_last(dataset: SignDataset, tmp_path: Path) -> None:
    crops = tmp_path / "crops"
    for frame in range(5):
        write(crops, f"a%2Fone-{frame:05}-right.jpg", 50 * frame, gloss="was corrected since")
    write(crops, "a%2Fone-00000-left.jpg", 255)
    hands = HandPictures.of(dataset, crops)
    assert [len(files) for files in hands.files] == [5, 0, 0], "the hand seen in more frames"
    assert hands.read(0, 3, 32)[:, 0, 0, 0].tolist() == pytest.approx([0, 100, 200], abs=6)
    assert hands.read(0, 1, 32)[0, 0, 0, 0] == pytest.approx(100, abs=6)
    assert hands.read(0, 2, 16).shape == (2, 16, 16, 3)
    assert not hands.read(2, 2, 16).any(), "no hand was seen"


def test_of_two_hands_the_higher_one_leads_and_a_left_one_is_mirrored(dataset: SignDataset, tmp_path: Path) -> None:
    for side in ("left", "right"):
        write(tmp_path / "crops", f"two-00001-left-00000-{side}.jpg", 200)
    hands = HandPictures.of(dataset, tmp_path / "crops")
    assert hands.left == (False, True, False)
    picture = hands.read(1, 1, 32)[0]
    assert picture[:, -1].mean() > 150
    assert picture[:, 0].mean() < 50


def test_a_folder_of_something_else_is_refused(dataset: SignDataset, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="is not a folder"):
        HandPictures.of(dataset, tmp_path / "nowhere")
    write(tmp_path / "crops", "another-00000-right.jpg", 0)
    with pytest.raises(CheremeError, match="has no picture of any clip of set"):
        HandPictures.of(dataset, tmp_path / "crops")
    (tmp_path / "crops" / "a" / "none-00000-right.jpg").write_text("no picture")
    with pytest.raises(CheremeError, match=r"none-00000-right\.jpg is not a picture"):
        HandPictures.of(dataset, tmp_path / "crops").read(2, 1, 8)
