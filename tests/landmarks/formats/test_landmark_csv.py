"""CSV tables, wide and long."""

from pathlib import Path

import numpy as np
import pytest

from chereme.errors import CheremeError
from chereme.landmarks.formats import landmark_csv

WIDE = "timestamp_ms,left_hand_0_x,left_hand_0_y,pose_32_z,pose_32_visibility\n0,0.5,0.25,,1\n40,,,nan,0\n80,1,2,3,1\n"

LONG = "frame,type,landmark_index,x,y,z\n7,pose,2,0.1,0.2,\n7,right_hand,20,0.3,0.4,0.5\n9,pose,2,,,\n"


def test_a_wide_table_has_a_row_a_frame(tmp_path: Path) -> None:
    (tmp_path / "clip.csv").write_text(WIDE)
    clip = landmark_csv.read(tmp_path / "clip.csv")
    assert clip.layout.groups == ("left_hand", "pose")
    assert (clip.fps, clip.aspect) == (25.0, None)
    np.testing.assert_array_equal(clip.group("left_hand")[:, 0, :2], [[0.5, 0.25], [np.nan, np.nan], [1, 2]])
    assert clip.group("pose")[2, 32, 2] == 3
    assert np.isnan(clip.points).sum() == clip.points.size - 5


def test_a_long_table_has_a_row_a_point(tmp_path: Path) -> None:
    (tmp_path / "clip.csv").write_text(LONG)
    clip = landmark_csv.read(tmp_path / "clip.csv")
    assert len(clip) == 2
    np.testing.assert_array_equal(clip.group("right_hand")[0, 20], np.array([0.3, 0.4, 0.5], np.float32))
    np.testing.assert_array_equal(clip.group("pose")[0, 2], np.array([0.1, 0.2, np.nan], np.float32))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not a readable CSV"),
        ("a,b\n1,2\n", "no columns of landmarks"),
        ("pose_0_x\n", "0 rows"),
        ("pose_33_x\n1\n", "pose has 33 points"),
        ("pose_0_x\nhigh\n", "not a readable CSV"),
        ("pose_0_x\n1e99\n", "infinite"),
        ("pose_0_x,pose_0_x\n1,2\n", "not a readable CSV"),
        ("timestamp_ms,pose_0_x\n5,1\n5,2\n", "do not advance"),
        ("frame,type,landmark_index,x,y,z\n,pose,1,0,0,0\n", "without frame"),
        ("frame,type,landmark_index,x,y,z\n1,pose,1e30,0,0,0\n", "landmark_index beyond"),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "clip.csv").write_text(text)
    with pytest.raises(CheremeError, match=problem):
        landmark_csv.read(tmp_path / "clip.csv")
