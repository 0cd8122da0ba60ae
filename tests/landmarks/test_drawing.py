import numpy as np
import pytest
from numpy.typing import NDArray

from chereme.landmarks import BODY, HANDS, HOLISTIC, Layout
from chereme.landmarks.drawing import COLOURS, draw, on_black
from chereme.landmarks.extractor import Extractor
from chereme.landmarks.frames import Frame


def one_point(layout: Layout, name: str, x: float, y: float) -> NDArray[np.float32]:
    points = np.full((len(layout), 3), np.nan, dtype=np.float32)
    points[layout.names.index(name)] = (x, y, 0)
    return points


@pytest.mark.parametrize(
    ("name", "group"), [("left_hand.wrist", "left_hand"), ("right_hand.wrist", "right_hand"), ("nose", "pose")]
)
def test_pixels_are_drawn_only_near_the_points_in_the_colour_of_the_group(name: str, group: str) -> None:
    picture = on_black(one_point(BODY, name, 0.25, 0.75), BODY, 200, 100)
    y, x = np.nonzero(picture.any(axis=2))
    assert picture.shape == (100, 200, 3)
    assert len(x) > 0
    assert np.hypot(x - 50, y - 75).max() <= 4
    assert tuple(picture[75, 50]) == COLOURS[group]


def test_a_real_person_is_drawn_along_the_bones_only(person: Frame) -> None:
    with Extractor(BODY) as extractor:
        points = extractor.extract_still(person).points[0]
    picture = on_black(points, BODY, 640, 640)
    y, x = np.nonzero(picture.any(axis=2))
    steps = np.linspace(0, 1, 60)[:, None]
    bones = np.concatenate([points[a, :2] * (1 - steps) + points[b, :2] * steps for a, b in BODY.bones])
    near = np.concatenate([bones, points[:, :2]]) * 640
    distance = np.hypot(x[:, None] - near[None, :, 0], y[:, None] - near[None, :, 1]).min(axis=1)
    assert distance.max() <= 5
    assert 0.005 < len(x) / 640**2 < 0.2


def test_the_two_hands_differ_in_colour() -> None:
    assert COLOURS["left_hand"] != COLOURS["right_hand"]


def test_nothing_found_leaves_the_picture_as_it_is(person: Frame) -> None:
    missing = np.full((len(HOLISTIC), 3), np.nan, dtype=np.float32)
    np.testing.assert_array_equal(draw(person.rgb, missing, HOLISTIC), person.rgb)


def test_a_bone_needs_both_ends() -> None:
    points = one_point(HANDS, "left_hand.wrist", 0.1, 0.1)
    alone = on_black(points, HANDS, 100, 100).any(axis=2).sum()
    points[HANDS.names.index("left_hand.thumb_cmc")] = (0.9, 0.9, 0)
    assert on_black(points, HANDS, 100, 100).any(axis=2).sum() > alone + 60


def test_the_picture_given_is_not_changed(person: Frame) -> None:
    before = person.rgb.copy()
    drawn = draw(person.rgb, one_point(BODY, "nose", 0.5, 0.5), BODY)
    np.testing.assert_array_equal(person.rgb, before)
    assert (drawn != before).any()


def test_points_outside_the_picture_are_cut_off() -> None:
    assert not on_black(one_point(BODY, "nose", 3.0, -2.0), BODY, 50, 50).any()
