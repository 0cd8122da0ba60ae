"""`.pose` files, real ones first."""

import io
from pathlib import Path

import numpy as np
import pytest
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

from chereme.errors import CheremeError
from chereme.landmarks.formats import pose
from chereme.landmarks.layout import POSE_POINTS

SAMPLES = Path(__file__).parents[2] / "data" / "formats" / "pose"


def test_a_real_holistic_file_becomes_fractions_of_its_picture() -> None:
    clip = pose.read(SAMPLES / "holistic-v0.2-no-face.pose")
    theirs = Pose.read((SAMPLES / "holistic-v0.2-no-face.pose").read_bytes())
    wrist = theirs.body.data[:, 0, 33 + 0].filled(np.nan)
    np.testing.assert_allclose(clip.group("left_hand")[:, 0], wrist / (640, 360, 1), rtol=1e-6)
    assert (clip.fps, clip.aspect) == (25.0, 16 / 9)
    assert clip.present("right_hand").sum() == 16, "two frames have no right hand"


def test_openpose_gives_hands_and_the_body_points_that_have_the_same_name_here() -> None:
    clip = pose.read(SAMPLES / "openpose-v0.0.pose")
    assert clip.layout.groups == ("left_hand", "pose", "right_hand")
    named = {POSE_POINTS[point] for point in np.flatnonzero(~np.isnan(clip.group("pose")[..., 0]).all(axis=0))}
    assert {"nose", "left_shoulder", "right_shoulder", "left_wrist", "right_wrist"} <= named
    assert not {"mouth_left", "left_pinky"} & named
    assert np.isnan(clip.points[..., 2]).all(), "OpenPose knows no depth"
    shoulders = [clip.group("pose")[:, POSE_POINTS.index(f"{side}_shoulder"), 0] for side in ("left", "right")]
    assert (shoulders[0] > shoulders[1]).all(), "the signer's left is on the right of the picture"


def written(folder: Path, *components: PoseHeaderComponent, size: tuple[int, int] = (100, 50), people: int = 1) -> Path:
    points = sum(len(part.points) for part in components)
    data = np.arange(points * 3, dtype=np.float32).reshape(1, 1, points, 3).repeat(people, axis=1)
    body = NumPyPoseBody(10.0, np.ma.masked_array(data), np.ones(data.shape[:3], np.float32))
    buffer = io.BytesIO()
    Pose(PoseHeader(0.2, PoseHeaderDimensions(*size, 0), list(components)), body).write(buffer)
    (folder / "clip.pose").write_bytes(buffer.getvalue())
    return folder / "clip.pose"


def component(name: str, points: int) -> PoseHeaderComponent:
    return PoseHeaderComponent(name, [str(index) for index in range(points)], [], [], "XYZC")


def test_a_face_with_irises_keeps_the_468_points_of_the_mesh(tmp_path: Path) -> None:
    clip = pose.read(written(tmp_path, component("FACE_LANDMARKS", 478)))
    assert clip.points.shape == (1, 468, 3)
    np.testing.assert_allclose(clip.points[0, 467, :2], (467 * 3 / 100, (467 * 3 + 1) / 50), rtol=1e-6)


def test_depth_in_pixels_becomes_a_fraction_of_the_width(tmp_path: Path) -> None:
    clip = pose.read(written(tmp_path, component("LEFT_HAND_LANDMARKS", 21)))
    np.testing.assert_allclose(clip.points[0, 20, 2], 62 / 100, rtol=1e-6)


def test_files_that_say_nothing_here_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="size of its picture"):
        pose.read(written(tmp_path, component("LEFT_HAND_LANDMARKS", 21), size=(0, 0)))
    with pytest.raises(CheremeError, match="no component"):
        pose.read(written(tmp_path, component("TAIL", 3)))
    with pytest.raises(CheremeError, match="0 people"):
        pose.read(written(tmp_path, component("LEFT_HAND_LANDMARKS", 21), people=0))
    (tmp_path / "clip.pose").write_bytes(b"\0" * 40)
    with pytest.raises(CheremeError):
        pose.read(tmp_path / "clip.pose")
