"""A clip as a JSON file.

    {"fps": 25, "aspect": 1.333, "frames": [{"timestamp_ms": 0, "left_hand": [[x, y, z], …], "pose": null, …}, …]}

fps, aspect and timestamp_ms may be absent, and a list of frames alone is read too. A frame has the parts `face`,
`left_hand`, `pose`, `right_hand` (or `left_hand_landmarks`, …), each null, absent or empty where it was not detected.
A point is `[x, y]`, `[x, y, z]` or `{"x", "y", "z"}`; what else it says, visibility for one, is dropped.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.formats.frame_times import from_milliseconds, to_milliseconds
from chereme.landmarks.layout import FACE_SIZE, GROUP_SIZES, Layout
from chereme.landmarks.sequence import LandmarkSequence

SUFFIX = ".json"
ZEROS = False
SIGNERS_SIDES = False

MOST_BYTES = 64 * 2**20
"""Two thousand frames of all 543 points. Text takes many times its size when parsed."""


def read(path: Path) -> LandmarkSequence:
    """The groups that some frame names."""
    content = _json(path)
    facts = content if isinstance(content, dict) else {"frames": content}
    frames = facts.get("frames")
    if not isinstance(frames, list) or not frames or not all(isinstance(frame, dict) for frame in frames):
        raise CheremeError(f"{path} has no frames: expected an object with a list `frames`")
    keys = {key: key.removesuffix("_landmarks") for frame in frames for key in frame}
    named = {key: group for key, group in keys.items() if group in GROUP_SIZES}
    if not named:
        raise CheremeError(f"{path} has frames without landmarks: expected {', '.join(GROUP_SIZES)}")
    layout = Layout(tuple(group for group in GROUP_SIZES if group in named.values()))
    points = np.full((len(frames), len(layout), 3), np.nan, dtype=np.float32)
    for number, frame in enumerate(frames):
        for key, group in named.items():
            if values := frame.get(key):
                part = _points(values, group, f"{path} frame {number}: {key}")
                points[number, layout.slices[group], : part.shape[1]] = part
    fps, times = _number(facts, "fps", path), None
    if all(isinstance(frame.get("timestamp_ms"), int | float) for frame in frames):
        mean, times = from_milliseconds(np.array([frame["timestamp_ms"] for frame in frames], np.float64), path)
        fps = fps or mean
    return LandmarkSequence(points, layout, fps, _number(facts, "aspect", path), times)


def write(path: Path, clip: LandmarkSequence) -> None:
    times = to_milliseconds(clip)
    frames = []
    for number in range(len(clip)):
        frame: dict[str, Any] = {} if times is None else {"timestamp_ms": float(times[number])}
        for group in clip.layout.groups:
            part = clip.group(group)[number]
            frame[group] = None if np.isnan(part).all() else [[_shortest(value) for value in point] for point in part]
        frames.append(frame)
    facts = {"fps": clip.fps, "aspect": clip.aspect, "frames": frames}
    path.write_text(json.dumps(facts, allow_nan=False), encoding="utf-8")


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CheremeError(f"{path} is larger than {MOST_BYTES >> 20} MB: cut it into clips of one sign each")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheremeError(f"{path} is not readable JSON") from error


def _points(values: Any, group: str, where: str) -> NDArray[np.float32]:
    size = GROUP_SIZES[group]
    try:
        if isinstance(values[0], dict):
            values = [[point["x"], point["y"], point.get("z")] for point in values]
        with np.errstate(over="ignore"):  # what becomes infinite is refused with the clip
            part = np.array(values, dtype=np.float32)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise CheremeError(f"{where} is not a list of points") from error
    # The refined face mesh has ten more points, the irises, behind the others.
    if part.ndim != 2 or part.shape[1] < 2 or not (len(part) == size or (group == "face" and len(part) > FACE_SIZE)):
        raise CheremeError(f"{where} has shape {list(part.shape)}: expected {size} points with x, y and z")
    return part[:size, :3]


def _number(facts: dict[str, Any], name: str, path: Path) -> float | None:
    value = facts.get(name)
    if value is not None and not isinstance(value, int | float):
        raise CheremeError(f"{path}: {name} is {value!r}, which is no number")
    return value


def _shortest(value: np.float32) -> float | None:
    """As few digits as give the same float32 again."""
    return None if np.isnan(value) else float(str(value))
