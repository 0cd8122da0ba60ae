"""JSON files of frames."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.landmarks.formats import landmark_json

HAND = [[0.5, 0.25, 0.125]] * 21


def read(folder: Path, content: Any) -> Any:
    (folder / "clip.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return landmark_json.read(folder / "clip.json")


def test_null_absent_and_empty_parts_are_missing(tmp_path: Path) -> None:
    frames = [{"left_hand": HAND}, {"left_hand": None}, {}, {"left_hand": []}, {"left_hand": [[None, 1, 2], *HAND[1:]]}]
    clip = read(tmp_path, {"fps": 25, "aspect": 1.5, "frames": frames})
    assert clip.present("left_hand").tolist() == [True, False, False, False, True]
    assert np.isnan(clip.points[4, 0, 0])
    assert (clip.fps, clip.aspect) == (25, 1.5)


def test_named_coordinates_and_other_names_of_parts_are_read(tmp_path: Path) -> None:
    hand = [{"x": 0.5, "y": 0.25, "z": 0.125, "visibility": 0.9}] * 21
    clip = read(tmp_path, [{"right_hand_landmarks": hand}])
    assert clip.layout.groups == ("right_hand",)
    assert clip.points[0, 3].tolist() == [0.5, 0.25, 0.125]


def test_a_refined_face_loses_its_irises_and_flat_points_have_no_depth(tmp_path: Path) -> None:
    clip = read(tmp_path, [{"face": [[index / 478, 0.5] for index in range(478)]}])
    assert clip.points.shape == (1, 468, 3)
    assert clip.points[0, 467, 0] == np.float32(467 / 478)
    assert np.isnan(clip.points[..., 2]).all()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "not readable JSON"),
        ("[" * 100_000, "not readable JSON"),
        ({}, "no frames"),
        ({"frames": 3}, "no frames"),
        ([[0.1] * 258], "no frames"),
        ([{"knee": [1]}], "without landmarks"),
        ([{"left_hand": HAND[:20]}], r"shape \[20, 3\]"),
        ([{"left_hand": ["a"] * 21}], "not a list of points"),
        ([{"left_hand": 3}], "not a list of points"),
        ([{"left_hand": [{"x": 1}] * 21}], "not a list of points"),
        ('[{"left_hand": [' + "[1e99, 0], " * 20 + "[0, 0]]}]", "infinite"),
        ({"fps": "fast", "frames": [{"left_hand": HAND}]}, "fps is 'fast'"),
        ({"fps": -1, "frames": [{"left_hand": HAND}]}, "fps is -1"),
    ],
)
def test_other_content_is_refused(tmp_path: Path, content: Any, problem: str) -> None:
    with pytest.raises(CheremeError, match=problem):
        read(tmp_path, content)
