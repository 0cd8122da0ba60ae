"""`Frame`, one picture in time, and the checks that every file of pictures passes first."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError


@dataclass(frozen=True, eq=False)
class Frame:
    """One upright picture with square pixels.

    rgb: uint8 [height, width, 3].
    milliseconds: time since the first frame of the clip.
    """

    rgb: NDArray[np.uint8]
    milliseconds: float = 0.0

    @property
    def aspect(self) -> float:
        """Width / height."""
        return float(self.rgb.shape[1] / self.rgb.shape[0])


def require_file(path: Path) -> None:
    """Raise CheremeError, one line, where `path` is no file with something in it."""
    if path.is_dir():
        raise CheremeError(f"{path} is a folder: name a video or an image file", code="not_a_file")
    if not path.exists():
        raise CheremeError(f"{path} does not exist: check the name", code="not_found")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise CheremeError(f"{path} cannot be read: {error.strerror}", code="unreadable") from error
    if empty:
        raise CheremeError(f"{path} is empty (0 bytes): record or download it again", code="empty_file")
