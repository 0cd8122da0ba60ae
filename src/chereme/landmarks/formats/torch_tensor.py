"""A clip as a tensor saved by `torch.save`: rows or points as in `flat_rows`.

Read with `weights_only`, so nothing in the file is run. PyTorch is imported when the first file is read or written.
"""

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.formats.flat_rows import LAYOUTS, from_array
from chereme.landmarks.sequence import LandmarkSequence

SUFFIX = ".pt"
ZEROS = False
SIGNERS_SIDES = False


def read(path: Path) -> LandmarkSequence:
    """The one tensor of the file, of 126, 258, 1,086 or 1,662 values or 42, 75 or 543 points a frame."""
    _require()
    return from_array(_numbers(path), path)


def write(path: Path, clip: LandmarkSequence) -> None:
    """float32 [frames, points, 3] with NaN for missing; of the layouts with 42, 75 and 543 points the smallest that
    holds the clip."""
    _require()
    import torch

    layout = next(each for each in LAYOUTS.values() if set(clip.layout.groups) <= set(each.groups))
    torch.save(torch.from_numpy(np.ascontiguousarray(clip.select(layout).points)), path)


def _numbers(path: Path) -> NDArray[np.generic]:
    import torch

    try:
        held = _bytes_of_numbers(path)
        shape = torch.load(path, weights_only=True, map_location="meta")  # reads no numbers yet
        if not isinstance(shape, torch.Tensor) or shape.layout is not torch.strided:
            raise CheremeError(f"{path} holds a {type(shape).__name__}: save the tensor of landmarks alone")
        if shape.untyped_storage().nbytes() != held or shape.numel() * shape.element_size() > held:
            raise CheremeError(f"{path} is damaged: its tensor and its numbers differ in size")
        tensor = torch.load(path, weights_only=True, map_location="cpu").detach()
        # bfloat16 has no counterpart in numpy
        numbers: NDArray[np.generic] = (tensor.float() if tensor.dtype is torch.bfloat16 else tensor).numpy()
        return numbers
    except CheremeError:
        raise
    except Exception as error:  # the unpickler that torch restricts fails in many ways on a damaged file
        raise CheremeError(
            f"{path} is not a tensor that can be read safely: save it with a recent torch.save"
        ) from error


def _bytes_of_numbers(path: Path) -> int:
    """How many bytes the numbers take in the archive. Anything packed is refused: torch stores, others bomb."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    numbers = [member for member in members if Path(member.filename).parent.name == "data"]
    if len(numbers) != 1 or any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise CheremeError(f"{path} does not hold exactly one tensor: save the landmarks of one clip alone")
    if sum(member.file_size for member in members) > path.stat().st_size:
        raise CheremeError(f"{path} is damaged: it states more than it holds")
    return numbers[0].file_size


def _require() -> None:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise CheremeError(f"{error.name} is not installed: .pt files need pip install 'chereme[train]'") from error
