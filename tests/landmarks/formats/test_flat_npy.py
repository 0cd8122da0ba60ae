"""Rows of numbers in one array."""

from pathlib import Path

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.landmarks.formats import flat_npy


def test_1086_values_are_x_and_y_of_all_points_and_depth_is_missing(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", np.arange(1086, dtype=np.float32)[None] + 1)
    clip = flat_npy.read(tmp_path / "clip.npy")
    assert clip.group("face")[0, 0, :2].tolist() == [1, 2]
    assert clip.group("left_hand")[0, 0, :2].tolist() == [937, 938]
    assert clip.group("right_hand")[0, 20, :2].tolist() == [1085, 1086]
    assert np.isnan(clip.points[..., 2]).all()


def test_126_values_are_the_left_hand_then_the_right(tmp_path: Path) -> None:
    row = np.arange(126, dtype=np.float64) + 1
    row[:63] = 0
    np.save(tmp_path / "clip.npy", row[None])
    clip = flat_npy.read(tmp_path / "clip.npy")
    assert clip.layout.groups == ("left_hand", "right_hand")
    assert not clip.present("left_hand").any()
    assert clip.group("right_hand")[0, 0].tolist() == [64, 65, 66]


@pytest.mark.parametrize(
    ("array", "problem"),
    [
        (np.array([{"a": 1}], dtype=object), "holds object"),
        (np.array(["x"]), "holds <U1"),
        (np.zeros((3, 127)), "127 values a frame: known are 126, 258, 1086, 1662"),
        (np.zeros((3, 12, 3)), r"points of shape \[12, 3\]"),
        (np.zeros((0, 126)), r"shape \[0, 126\]"),
        (np.zeros(()), r"shape \[\]"),
        (np.zeros((1, 126), dtype=complex), "holds complex128"),
        (np.full((1, 126), np.inf), "infinite"),
    ],
)
def test_other_arrays_are_refused(tmp_path: Path, array: np.ndarray, problem: str) -> None:
    np.save(tmp_path / "clip.npy", array, allow_pickle=True)
    with pytest.raises(CheremeError, match=problem):
        flat_npy.read(tmp_path / "clip.npy")


def test_a_header_is_held_against_the_length_of_the_file(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", np.zeros((2, 126)))
    content = (tmp_path / "clip.npy").read_bytes()
    (tmp_path / "clip.npy").write_bytes(content.replace(b"(2, 126), }          ", b"(90000000000, 126), }"))
    with pytest.raises(CheremeError, match="cut short"):
        flat_npy.read(tmp_path / "clip.npy")
