"""Hands without a body: found, on the right side, and with the points of the same hand model."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks import BODY, HANDS
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame
from chereme.landmarks.hand_finder import HandFinder
from chereme.landmarks.model import PALM_PATH, PALM_SHA256, read_model

SIDES = ("left_hand", "right_hand")


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(BODY) as made:
        yield made


def cut_out(person: Frame, points: NDArray[np.float32]) -> tuple[Frame, NDArray[np.float64]]:
    """The picture of one hand alone, and where its points are in it."""
    height, width = person.rgb.shape[:2]
    xy = points[:, :2] * (width, height)
    low, high = (xy.min(axis=0) - 25).astype(int), (xy.max(axis=0) + 25).astype(int)
    part = person.rgb[low[1] : high[1], low[0] : high[0]]
    return Frame(np.ascontiguousarray(part)), (xy - low) / (high - low)


@pytest.mark.parametrize("side", SIDES)
def test_a_hand_alone_is_found_on_its_side(side: str, person: Frame, extractor: Extractor) -> None:
    whole = extractor.extract_still(person)
    hand, where = cut_out(person, whole.group(side)[0])
    found = extractor.extract_still(hand)
    assert [each for each in SIDES if found.present(each)[0]] == [side]
    assert np.median(np.abs(found.group(side)[0, :, :2] - where)) < 0.03
    assert extractor.extract_still(hand).points.tobytes() == found.points.tobytes()


def test_sides_are_the_signers_own_and_change_places_in_a_mirror(person: Frame, extractor: Extractor) -> None:
    finder = HandFinder(read_model())
    found = finder.find(person)
    mirrored = finder.find(Frame(np.ascontiguousarray(person.rgb[:, ::-1])))
    finder.close()
    whole = extractor.extract_still(person)
    for side, other in (SIDES, SIDES[::-1]):
        assert np.abs(found[side][0, :2] - whole.group(side)[0, 0, :2]).max() < 0.05
        assert np.abs(found[side][0, :2] * (-1, 1) + (1, 0) - mirrored[other][0, :2]).max() < 0.05


def test_where_holistic_finds_a_hand_nothing_changes(
    person: Frame, extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = extractor.extract_still(person)
    with monkeypatch.context() as without:
        without.setattr(Extractor, "_hand_finder", None)
        assert extractor.extract_still(person).points.tobytes() == seen.points.tobytes()


def test_a_picture_without_a_hand_stays_empty() -> None:
    with Extractor(HANDS) as hands:
        assert np.isnan(hands.extract_still(Frame(np.full((90, 120, 3), 128, dtype=np.uint8))).points).all()


def test_the_palm_detector_is_the_one_in_the_code(tmp_path: Path) -> None:
    assert read_model(PALM_PATH, PALM_SHA256) == PALM_PATH.read_bytes()
    altered = tmp_path / "palm_detector.tflite"
    altered.write_bytes(PALM_PATH.read_bytes()[:-1])
    with pytest.raises(CheremeError, match="is not the one chereme was built with"):
        read_model(altered, PALM_SHA256)
