"""`landmarks.npy`: a .npy file that can grow at its end.

The header is written with room to spare, so that it can be rewritten in place when rows are added.
"""

import os
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from chereme.errors import CheremeError


def _header(rows: int, points: int) -> bytes:
    magic = npy.magic(1, 0)
    content = f"{{'descr': '<f2', 'fortran_order': False, 'shape': ({rows}, {points}, 3), }}"
    body = content.ljust(128 - len(magic) - 2 - 1) + "\n"
    return magic + len(body).to_bytes(2, "little") + body.encode("latin1")


def create_array(file: Path, points: int) -> None:
    """Write an empty array [0, points, 3] of float16."""
    file.write_bytes(_header(0, points))


def map_array(file: Path, points: int) -> NDArray[np.float16]:
    """Memory-map [rows, points, 3] for reading; an empty array is read as it is, since nothing can be mapped."""
    if not file.is_file():
        raise CheremeError(f"{file.parent} is not a complete dataset: it has no landmarks.npy")
    try:
        with file.open("rb") as stream:
            npy.read_magic(stream)
            shape, _, dtype = npy.read_array_header_1_0(stream)
        if shape[0] == 0:
            return np.zeros((0, points, 3), dtype=np.float16)
        array: NDArray[np.float16] = np.load(file, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise CheremeError(f"{file} is not a readable array: {error}") from error
    if dtype != np.float16 or shape[1:] != (points, 3):
        raise CheremeError(f"{file} holds {dtype} {list(shape)}: expected float16 [rows, {points}, 3]")
    return array


def append_rows(file: Path, rows: NDArray[np.float16], start: int) -> None:
    """Write rows from row `start` on, over whatever an unfinished run left there, then state the new length."""
    points = rows.shape[1]
    with file.open("r+b") as stream:
        npy.read_magic(stream)
        npy.read_array_header_1_0(stream)
        offset = stream.tell()
        if offset != len(_header(0, points)):
            raise CheremeError(f"{file} was not written by chereme and cannot grow: merge it into a new dataset")
        stream.seek(offset + start * points * 3 * 2)
        stream.truncate()
        stream.write(np.ascontiguousarray(rows, dtype="<f2").tobytes())
        stream.flush()
        os.fsync(stream.fileno())
        stream.seek(0)
        stream.write(_header(start + len(rows), points))
        stream.flush()
        os.fsync(stream.fileno())
