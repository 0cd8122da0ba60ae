"""The palm tells how wide the picture was."""

from pathlib import Path

import numpy as np
import pytest

from chereme.datasets import Sample, SignDataset
from chereme.datasets.aspect import ASPECTS, UNKNOWN_ASPECT, estimate_aspect
from chereme.landmarks import HANDS, LandmarkSequence


def dataset_of(folder: Path, clips: list[LandmarkSequence]) -> SignDataset:
    return SignDataset.create(
        folder, name="toy", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append([(Sample(str(i), "x"), clip) for i, clip in enumerate(clips)])


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_turning_hand_reveals_the_aspect_of_its_pictures(tmp_path: Path, aspect: float) -> None:
    random = np.random.default_rng(0)
    hand = random.normal(size=(21, 3)) * 0.1
    clips = []
    for _ in range(40):
        turned = hand @ np.linalg.qr(random.normal(size=(3, 3)))[0]
        turned = turned / (aspect, 1.0, aspect * 1.5) + (0.5, 0.5, 0.0)
        points = np.full((1, 42, 3), np.nan, dtype=np.float32)
        points[0, HANDS.slices["right_hand"]] = turned
        clips.append(LandmarkSequence(points, HANDS))
    assert estimate_aspect(dataset_of(tmp_path / "toy", clips)) == aspect


def test_without_any_hand_a_webcam_is_assumed(tmp_path: Path) -> None:
    nobody = LandmarkSequence(np.full((3, 42, 3), np.nan, dtype=np.float32), HANDS)
    assert estimate_aspect(dataset_of(tmp_path / "toy", [nobody])) == UNKNOWN_ASPECT
    assert estimate_aspect(dataset_of(tmp_path / "empty", [])) == UNKNOWN_ASPECT
