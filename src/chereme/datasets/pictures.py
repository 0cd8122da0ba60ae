"""The hands of a dataset's clips as pictures: which of the crops that extraction wrote belongs to which clip."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from chereme.datasets.dataset import SignDataset
from chereme.datasets.extraction.clip import folder_name
from chereme.errors import CheremeError

_NAME = re.compile(r"(?P<clip>.+)-(?P<frame>\d{5,})-(?P<side>left|right)\.jpg")
"""As `write_hand_crops` names a hand."""

SIDES = ("right", "left")


@dataclass(frozen=True)
class HandPictures:
    """For each sample of a dataset the pictures of its leading hand, frame by frame; none where no hand was seen.

    A left hand is shown mirrored, as the right hand that does the same, so that a network meets right hands only.
    """

    files: tuple[tuple[Path, ...], ...]
    left: tuple[bool, ...]
    """Whether a sample's pictures are of the left hand."""

    @classmethod
    def of(cls, dataset: SignDataset, folder: Path) -> "HandPictures":
        """Those that `chereme data extract --hand-crops FOLDER` wrote for the samples of this dataset.

        Of two hands the one that is seen in more frames leads, and of two seen as often the one held higher.
        Raises CheremeError where the folder has no picture of any clip.
        """
        found = _by_clip(folder)
        files, left = [], []
        for index, sample in enumerate(dataset.samples):
            of_side = found.get(folder_name(sample.id), {})
            counts = {side: len(of_side.get(side, ())) for side in SIDES}
            if counts["left"] and counts["left"] == counts["right"]:
                leads = _higher(dataset, index)
            else:
                leads = max(SIDES, key=counts.__getitem__)
            files.append(tuple(of_side.get(leads, ())))
            left.append(leads == "left")
        if not any(files):
            raise CheremeError(
                f"{folder} has no picture of any clip of {dataset.description.name}: write them with "
                "`chereme data extract SOURCE OUT --hand-crops FOLDER`"
            )
        return cls(tuple(files), tuple(left))

    def __len__(self) -> int:
        return len(self.files)

    def read(self, index: int, frames: int, side: int) -> NDArray[np.uint8]:
        """Evenly spaced pictures of one sample, first and last among them (a single one is the middle one): uint8
        [frames, side, side, 3]; black where no hand was seen. Raises CheremeError for a file that is no picture."""
        there = self.files[index]
        if not there:
            return np.zeros((frames, side, side, 3), dtype=np.uint8)
        last = len(there) - 1
        places = np.linspace(0, last, frames) if frames > 1 else np.array([last / 2])
        pictures = np.stack([_read(there[round(place)], side) for place in places])
        return pictures[:, :, ::-1] if self.left[index] else pictures


def _by_clip(folder: Path) -> dict[str, dict[str, list[Path]]]:
    """clip → side → files in the order of frames. A clip's gloss may have been corrected since: the folder within does
    not matter."""
    if not folder.is_dir():
        raise CheremeError(f"{folder} is not a folder: name the one given to `chereme data extract --hand-crops`")
    found: dict[str, dict[str, list[Path]]] = {}
    for file in sorted(folder.glob("*/*.jpg")):
        if name := _NAME.fullmatch(file.name):
            found.setdefault(name["clip"], {}).setdefault(name["side"], []).append(file)
    return found


def _higher(dataset: SignDataset, index: int) -> str:
    """The side whose wrist is higher in the picture, on average."""
    clip = dataset[index]
    return min(SIDES, key=lambda side: float(np.nanmean(clip.group(f"{side}_hand")[:, 0, 1])))


def _read(file: Path, side: int) -> NDArray[np.uint8]:
    try:
        with Image.open(file) as picture:
            picture.draft("RGB", (side, side))  # decodes no more pixels than are needed
            return np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0))
    except (OSError, UnidentifiedImageError) as error:
        raise CheremeError(f"{file} is not a picture: {error}") from error
