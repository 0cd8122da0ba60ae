"""Folders of frames."""

from pathlib import Path

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.landmarks.formats import mp_data

CLIP = Path(__file__).parents[2] / "data" / "formats" / "mp_data" / "MP_Data" / "hello" / "0"


def test_the_numbers_of_a_real_frame_are_where_the_recorder_put_them() -> None:
    clip = mp_data.read(CLIP)
    for number in range(6):
        row = np.load(CLIP / f"{number}.npy").astype(np.float32)
        np.testing.assert_array_equal(clip.group("pose")[number], row[:132].reshape(33, 4)[:, :3])
        left = row[132:195].reshape(21, 3)
        np.testing.assert_array_equal(clip.group("left_hand")[number], left if left.any() else left * np.nan)


def test_a_part_that_is_all_zeros_is_missing() -> None:
    clip = mp_data.read(CLIP)
    seen = [bool(np.load(CLIP / f"{number}.npy")[195:].any()) for number in range(6)]
    np.testing.assert_array_equal(clip.present("right_hand"), seen)
    assert not (clip.points == 0).any()


def test_the_face_lies_between_pose_and_hands(tmp_path: Path) -> None:
    np.save(tmp_path / "0.npy", np.arange(1662, dtype=np.float64) + 1)
    clip = mp_data.read(tmp_path)
    assert clip.group("pose")[0, 32].tolist() == [129, 130, 131]
    assert clip.group("face")[0, 0].tolist() == [133, 134, 135]
    assert clip.group("left_hand")[0, 0].tolist() == [1537, 1538, 1539]
    assert clip.group("right_hand")[0, 20].tolist() == [1660, 1661, 1662]


def test_frames_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in range(1, 13):
        np.save(tmp_path / f"{number}.npy", np.full(126, number, np.float32))
    assert mp_data.read(tmp_path).points[:, 0, 0].tolist() == list(range(1, 13))


def test_a_lost_frame_is_named(tmp_path: Path) -> None:
    for number in (0, 1, 3):
        np.save(tmp_path / f"{number}.npy", np.ones(126))
    with pytest.raises(CheremeError, match=r"no 2\.npy"):
        mp_data.read(tmp_path)


def test_frames_of_different_widths_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="no frames"):
        mp_data.read(tmp_path)
    np.save(tmp_path / "0.npy", np.ones(126))
    np.save(tmp_path / "1.npy", np.ones(258))
    with pytest.raises(CheremeError, match=r"1.npy has shape \[258\]"):
        mp_data.read(tmp_path)
