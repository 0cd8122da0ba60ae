"""Arrays in a member of a bundle: an `.npz` without pickle, whose bytes follow from its content."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=ZIP_EPOCH)
            archive.writestr(entry, content.getvalue(), compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack_arrays(content: bytes, names: Sequence[str], most_bytes: int, member: str, path: Path) -> list[NDArray[Any]]:
    """The arrays of these names, in this order.

    Raises CheremeError (code `bad_bundle`), naming `member` of the bundle `path`, when there are others, when together
    they unpack to more than `most_bytes`, or when one would have to be unpickled.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        if set(sizes) != {f"{name}.npy" for name in names} or sum(sizes.values()) > most_bytes:
            raise CheremeError(
                f"{path.name} is refused: {member} holds other arrays than {' and '.join(names)}, or too large ones",
                code="bad_bundle",
            )
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return [arrays[name] for name in names]
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        raise CheremeError(f"{path.name}: {member} cannot be read", code="bad_bundle") from error
