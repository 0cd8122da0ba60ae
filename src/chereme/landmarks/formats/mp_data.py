"""A clip as a folder with a .npy file for each frame, as many tutorials record: `MP_Data/WORD/SEQUENCE/FRAME.npy`.

A frame is 258 values (pose with visibility, left hand, right hand), 1,662 (the face after the pose) or 126 (hands).
A part that was not detected is zeros.
"""

import re
from pathlib import Path

import numpy as np

from chereme.errors import CheremeError
from chereme.landmarks.formats.flat_rows import from_array, layout_of, to_rows
from chereme.landmarks.formats.npy_file import read_npy
from chereme.landmarks.sequence import LandmarkSequence

SUFFIX = ""
ZEROS = True
SIGNERS_SIDES = False


def read(path: Path) -> LandmarkSequence:
    """The frames in the order of their numbers, which may begin anywhere and skip none."""
    files = frame_files(path)
    if not files:
        raise CheremeError(f"{path} has no frames: expected 0.npy, 1.npy, …")
    numbers = [int(file.stem) for file in files]
    absent = sorted(set(range(numbers[0], numbers[0] + len(files))) - set(numbers))
    if absent:
        raise CheremeError(f"{path} has no {absent[0]}.npy: a clip that lacks a frame is not imported")
    frames = [read_npy(file) for file in files]
    if odd := next((place for place, frame in enumerate(frames) if frame.shape != frames[0].shape), None):
        raise CheremeError(f"{files[odd]} has shape {list(frames[odd].shape)}, {files[0].name} {list(frames[0].shape)}")
    return from_array(np.stack(frames), path)


def write(path: Path, clip: LandmarkSequence) -> None:
    """The narrowest rows that hold the groups of the clip."""
    width = min(width for width in (126, 258, 1662) if set(clip.layout.groups) <= set(layout_of(width).groups))
    path.mkdir(parents=True)
    for number, row in enumerate(to_rows(clip, width)):
        np.save(path / f"{number}.npy", row, allow_pickle=False)


def frame_files(folder: Path) -> list[Path]:
    """`0.npy`, `1.npy`, … of a folder in the order of the numbers."""
    try:
        found = [file for file in folder.iterdir() if re.fullmatch(r"[0-9]{1,9}\.npy", file.name)]
    except OSError as error:
        raise CheremeError(f"{folder} cannot be read: {error.strerror}") from error
    return sorted(found, key=lambda file: int(file.stem))
