"""`.pose` files of the sign-language-processing project, read and written by its own library, pose-format.

They hold pixels, and confidence 0 for a point that was not detected. Components and points are found by name: those of
MediaPipe Holistic, a reduced choice of them included, and of OpenPose the hands and the body points that have the same
name here. An OpenPose face and world coordinates have no counterpart and are left out.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.formats.point_table import MOST_FRAMES
from chereme.landmarks.layout import GROUP_SIZES, HAND_POINTS, POSE_POINTS, Layout
from chereme.landmarks.sequence import LandmarkSequence

if TYPE_CHECKING:
    from pose_format import Pose

SUFFIX = ".pose"
ZEROS = False
SIGNERS_SIDES = True

COMPONENTS = {
    "FACE_LANDMARKS": "face",
    "LEFT_HAND_LANDMARKS": "left_hand",
    "POSE_LANDMARKS": "pose",
    "RIGHT_HAND_LANDMARKS": "right_hand",
    "hand_left_keypoints_2d": "left_hand",
    "pose_keypoints_2d": "pose",
    "hand_right_keypoints_2d": "right_hand",
}

OPENPOSE_BODY = {
    "Nose": "nose",
    **{
        f"{side[0].upper()}{theirs}": f"{side}_{ours}"
        for side in ("left", "right")
        for theirs, ours in {
            **{part.title(): part for part in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")},
            "Heel": "heel",
            "BigToe": "foot_index",
        }.items()
    },
}

MOST_POINTS = 2_000
"""Of all components together; Holistic with irises and world coordinates has 586."""

HEIGHT = 1000
"""Pixels that are written for the height of the picture, since only the aspect is known."""


def read(path: Path) -> LandmarkSequence:
    """The first person of the file. A value that the file has no dimension for (z of OpenPose) is NaN."""
    pose = _load(path)
    header, body = pose.header, pose.body
    size = header.dimensions
    if size.width == 0 or size.height == 0:
        raise CheremeError(f"{path} does not state the size of its picture, without which its pixels say nothing")
    found = [(COMPONENTS[part.name], part) for part in header.components if part.name in COMPONENTS]
    layout = Layout(tuple(group for group in GROUP_SIZES if group in {group for group, _ in found}))
    points = np.full((len(body.data), len(layout), 3), np.nan, dtype=np.float32)
    seen = np.asarray(body.confidence)[:, 0] > 0
    values = np.where(seen[..., None], np.asarray(body.data.data)[:, 0, :, :3], np.nan)
    start = 0
    for part in header.components:
        if group := COMPONENTS.get(part.name):
            theirs, ours = _same_points(part, group)
            target = points[:, layout.slices[group]]
            target[:, ours, : values.shape[2]] = values[:, start + theirs]
        start += len(part.points)
    points[..., :2] /= np.array((size.width, size.height), dtype=np.float32)
    if _is_pixels(points[..., 2]):
        points[..., 2] /= size.width
    return LandmarkSequence(points, layout, float(body.fps) or None, size.width / size.height)


def write(path: Path, clip: LandmarkSequence) -> None:
    """Version 0.2. Needs fps and aspect, which such a file cannot leave open."""
    _require()
    from pose_format import Pose
    from pose_format.numpy import NumPyPoseBody
    from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

    if clip.fps is None or clip.aspect is None:
        raise CheremeError("a .pose file states fps and pixels, which this clip does not: give --fps and --aspect")
    width = round(HEIGHT * clip.aspect)
    names = {group: name for name, group in COMPONENTS.items() if name.isupper()}
    components = [
        PoseHeaderComponent(names[group], list(_names(group)), [], [], "XYZC") for group in clip.layout.groups
    ]
    dimensions = PoseHeaderDimensions(width, HEIGHT, width)
    data = clip.points * np.array((width, HEIGHT, 1), dtype=np.float32)
    confidence = np.logical_not(np.isnan(data[..., :2]).any(axis=-1)).astype(np.float32)
    data[confidence == 0] = 0.0
    body = NumPyPoseBody(clip.fps, np.ma.masked_array(data[:, None]), confidence[:, None])
    with path.open("wb") as stream:
        Pose(PoseHeader(0.2, dimensions, components), body).write(stream)


def _load(path: Path) -> "Pose":
    _require()
    from pose_format import Pose
    from pose_format.pose_header import PoseHeader
    from pose_format.utils.reader import BufferReader, ConstStructs

    try:
        content = path.read_bytes()
        reader = BufferReader(content)
        header = PoseHeader.read(reader)
        stated = 0
        if header.version == 0:  # later versions are held against the length of the file by the library
            _, stated = reader.unpack(ConstStructs.double_ushort)
        points = header.total_points()
        if not any(part.name in COMPONENTS for part in header.components):
            raise CheremeError(f"{path} has no component of MediaPipe Holistic or OpenPose")
        if points > MOST_POINTS or stated > MOST_FRAMES:
            raise CheremeError(f"{path} states {points:,} points and {stated:,} frames, more than a clip can have")
        with np.errstate(all="ignore"):
            pose = Pose.read(io.BytesIO(content).getvalue())
        frames, people, held, dimensions = pose.body.data.shape
    except CheremeError:
        raise
    except Exception as error:  # the library checks little: a damaged file fails anywhere in it
        raise CheremeError(f"{path} is not a readable .pose file") from error
    if not 0 < frames <= MOST_FRAMES or people == 0 or held != points or dimensions < 2:
        raise CheremeError(f"{path} holds {frames:,} frames of {people} people: expected one person in a clip")
    return pose


def _require() -> None:
    try:
        import pose_format  # noqa: F401
    except ModuleNotFoundError as error:
        raise CheremeError(f"{error.name} is not installed: .pose files need pip install 'chereme[data]'") from error


def _same_points(part: Any, group: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices within the component and within the group of the points that both have."""
    if group.endswith("hand") and len(part.points) == len(HAND_POINTS):
        every = np.arange(len(HAND_POINTS))  # OpenPose names them otherwise and orders them alike
        return every, every
    place = {name: index for index, name in enumerate(_names(group))}
    if group == "pose":
        place |= {theirs: POSE_POINTS.index(ours) for theirs, ours in OPENPOSE_BODY.items()}
    pairs = [(index, place[name]) for index, name in enumerate(part.points) if name in place]
    theirs, ours = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return theirs, ours


def _names(group: str) -> tuple[str, ...]:
    """The points of a group as MediaPipe spells them."""
    if group == "face":
        return tuple(map(str, range(GROUP_SIZES["face"])))
    if group == "pose":
        return tuple(name.upper() for name in POSE_POINTS)
    fingers = ("index_", "middle_", "ring_")
    return tuple(
        name.replace("_", "_finger_", 1).upper() if name.startswith(fingers) else name.upper() for name in HAND_POINTS
    )


def _is_pixels(z: NDArray[np.float32]) -> bool:
    """Most writers leave z as MediaPipe gives it, about as large as x; some scale it to pixels with the rest."""
    known = np.abs(z[np.isfinite(z)])
    return bool(len(known)) and float(np.median(known)) > 10.0
