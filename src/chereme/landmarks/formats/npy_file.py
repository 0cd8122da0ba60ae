"""`.npy` files from strangers: the header is believed only as far as the file is long."""

import math
import tokenize
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from chereme.errors import CheremeError


def read_npy(file: Path) -> NDArray[np.generic]:
    """The numbers of a .npy file; objects, which would be unpickled, are refused unread."""
    try:
        with file.open("rb") as stream:
            version = npy.read_magic(stream)
            read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
            if read_header is None:
                raise CheremeError(f"{file} is a .npy file of version {version}: landmarks are saved as plain numbers")
            shape, _, dtype = read_header(stream)
            held = file.stat().st_size - stream.tell()
        if dtype.kind not in "fiu" or any(size < 0 for size in shape):
            raise CheremeError(f"{file} holds {dtype} {list(shape)}: landmarks are numbers, frames × values")
        if math.prod(shape) * dtype.itemsize > held:
            raise CheremeError(f"{file} is cut short: {list(shape)} {dtype} do not fit into {held} bytes")
        values: NDArray[np.generic] = np.load(file, allow_pickle=False)
    except (
        ValueError,
        OSError,
        EOFError,
        TypeError,
        SyntaxError,
        KeyError,
        tokenize.TokenError,
        RecursionError,
    ) as error:
        raise CheremeError(f"{file} is not a readable .npy file") from error
    return values
