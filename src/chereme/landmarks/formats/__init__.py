"""Landmarks as other programs store them: a module for each format, that reads and writes one clip.

Whatever a file says of its own size is held against what it can be before memory is taken, nothing is unpickled, and a
file that is damaged raises `CheremeError`.
"""

from pathlib import Path
from typing import Protocol

from chereme.landmarks.formats import flat_npy, gislr, landmark_csv, landmark_json, mp_data, pose, torch_tensor
from chereme.landmarks.sequence import LandmarkSequence


class Format(Protocol):
    """What a module of this package has."""

    SUFFIX: str
    """Ending of the file of a clip; empty where a clip is a folder."""

    ZEROS: bool
    """Whether zeros stand for a part that was not detected. Else it is NaN, null or an empty cell."""

    SIGNERS_SIDES: bool
    """Whether the format says that left and right are the signer's own."""

    def read(self, path: Path, /) -> LandmarkSequence:
        """One clip; fps and aspect are None where the format does not say. Raises `CheremeError`."""

    def write(self, path: Path, clip: LandmarkSequence, /) -> None:
        """What the format can hold of a clip; raises `CheremeError` when it cannot hold it at all."""


FORMATS: dict[str, Format] = {
    "gislr": gislr,
    "mp_data": mp_data,
    "flat_npy": flat_npy,
    "landmark_csv": landmark_csv,
    "landmark_json": landmark_json,
    "pose": pose,
    "torch": torch_tensor,
}
