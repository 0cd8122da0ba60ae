"""A clip as a CSV file, in one of two shapes.

Wide, which is what is written: a row a frame with the columns `timestamp_ms` (where known) and
`left_hand_0_x, left_hand_0_y, left_hand_0_z, …`. Long: a row a point, `frame, type, landmark_index, x, y, z`.
An empty cell is a missing value. Columns with other names, visibility among them, are left alone.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.formats.frame_times import from_milliseconds, to_milliseconds
from chereme.landmarks.formats.point_table import COLUMNS, MOST_FRAMES, from_columns
from chereme.landmarks.layout import GROUP_SIZES, Layout
from chereme.landmarks.sequence import LandmarkSequence

SUFFIX = ".csv"
ZEROS = False
SIGNERS_SIDES = False

TIME = "timestamp_ms"


def read(path: Path) -> LandmarkSequence:
    """The groups that have columns; fps is the mean rate of the times, None where there are none."""
    try:
        table = pc.read_csv(path, pc.ReadOptions(use_threads=False))
        if set(COLUMNS) <= set(table.column_names):
            return _long(table, path)
        return _wide(table, path)
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise CheremeError(f"{path} is not a readable CSV table of landmarks") from error


def write(path: Path, clip: LandmarkSequence) -> None:
    columns: dict[str, Any] = {}
    if (times := to_milliseconds(clip)) is not None:
        columns[TIME] = times
    for group, part in clip.layout.slices.items():
        for point in range(GROUP_SIZES[group]):
            for axis, name in enumerate("xyz"):
                values = clip.points[:, part.start + point, axis]
                columns[f"{group}_{point}_{name}"] = pa.array(values, from_pandas=True)
    pc.write_csv(pa.table(columns), path)


def _wide(table: pa.Table, path: Path) -> LandmarkSequence:
    wanted = re.compile(rf"({'|'.join(GROUP_SIZES)})_([0-9]{{1,3}})_([xyz])")
    found = {name: match for name in table.column_names if (match := wanted.fullmatch(name))}
    groups = {match[1] for match in found.values()}
    if not groups:
        raise CheremeError(f"{path} has no columns of landmarks: expected left_hand_0_x, …, or {', '.join(COLUMNS)}")
    if not 0 < table.num_rows <= MOST_FRAMES:
        raise CheremeError(f"{path} has {table.num_rows:,} rows: expected 1 to {MOST_FRAMES:,} frames")
    layout = Layout(tuple(group for group in GROUP_SIZES if group in groups))
    points = np.full((table.num_rows, len(layout), 3), np.nan, dtype=np.float32)
    for name, match in found.items():
        group, point = match[1], int(match[2])
        if point >= GROUP_SIZES[group]:
            raise CheremeError(f"{path} has a column {name}, but {group} has {GROUP_SIZES[group]} points")
        with np.errstate(over="ignore"):  # what becomes infinite is refused with the clip
            points[:, layout.slices[group].start + point, "xyz".index(match[3])] = _numbers(table[name])
    fps, times = None, None
    if TIME in table.column_names:
        fps, times = from_milliseconds(_numbers(table[TIME]), path)
    return LandmarkSequence(points, layout, fps, times=times)


def _long(table: pa.Table, path: Path) -> LandmarkSequence:
    types = table["type"].combine_chunks().dictionary_encode()
    frame, index = (_numbers(table[name]) for name in ("frame", "landmark_index"))
    if types.null_count or not (np.isfinite(frame).all() and np.isfinite(index).all()):
        raise CheremeError(f"{path} has a row without frame, type or landmark_index")
    with np.errstate(invalid="ignore"):  # numbers that no integer holds are beyond the points of any type
        numbers, places = frame.astype(np.int64), index.astype(np.int64)
    return from_columns(
        numbers,
        types.dictionary.to_pylist(),
        types.indices.to_numpy(),
        places,
        [_numbers(table[axis]) for axis in "xyz"],
        path,
    )


def _numbers(column: Any) -> NDArray[np.float64]:
    values: NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    return values
