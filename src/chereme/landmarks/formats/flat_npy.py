"""A clip as one .npy file, a row a frame: 126 values (both hands) or 1,086 (x and y of all 543 points).

Rows of 258 and 1,662 values and arrays [frames, points, 2 or 3] are read too. See `flat_rows` for what is where.
"""

from pathlib import Path

import numpy as np

from chereme.landmarks.formats.flat_rows import from_array, to_rows
from chereme.landmarks.formats.npy_file import read_npy
from chereme.landmarks.layout import HANDS
from chereme.landmarks.sequence import LandmarkSequence

SUFFIX = ".npy"
ZEROS = True
SIGNERS_SIDES = False


def read(path: Path) -> LandmarkSequence:
    return from_array(read_npy(path), path)


def write(path: Path, clip: LandmarkSequence) -> None:
    """126 values a frame for a clip of hands alone; else 1,086, which hold no z."""
    hands_alone = set(clip.layout.groups) <= set(HANDS.groups)
    np.save(path, to_rows(clip, 126 if hands_alone else 1086), allow_pickle=False)
