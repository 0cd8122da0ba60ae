"""A clip as a parquet table, the layout of Google's Isolated Sign Language Recognition set (Kaggle `asl-signs`).

543 rows a frame with the columns frame, row_id, type, landmark_index, x, y, z. Missing is NaN. The table states neither
frame rate nor aspect.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from chereme.errors import CheremeError
from chereme.landmarks.formats.point_table import COLUMNS, MOST_FRAMES, from_columns
from chereme.landmarks.layout import GROUP_SIZES, HOLISTIC
from chereme.landmarks.sequence import LandmarkSequence

SUFFIX = ".parquet"
ZEROS = False
SIGNERS_SIDES = True


def read(path: Path) -> LandmarkSequence:
    """All 543 points, straight from the columns; `row_id`, most of the file, is not read."""
    try:
        with pq.ParquetFile(path, read_dictionary=["type"]) as file:
            if absent := [name for name in COLUMNS if name not in file.schema_arrow.names]:
                raise CheremeError(f"{path} has no column {absent[0]}: expected {', '.join(COLUMNS)}")
            rows = file.metadata.num_rows
            if not 0 < rows <= MOST_FRAMES * len(HOLISTIC):
                raise CheremeError(f"{path} has {rows:,} rows: expected 543 a frame and at most {MOST_FRAMES:,} frames")
            table = file.read(columns=list(COLUMNS), use_threads=False)
        frame, index = (table[name].cast(pa.int64()).to_numpy() for name in ("frame", "landmark_index"))
        types = table["type"].combine_chunks()
        if not pa.types.is_dictionary(types.type):
            types = types.dictionary_encode()
        if any(column.null_count for column in (table["frame"], table["landmark_index"], types)):
            raise CheremeError(f"{path} has a row without frame, type or landmark_index")
        return from_columns(
            frame,
            types.dictionary.to_pylist(),
            types.indices.to_numpy(),
            index,
            [table[axis].cast(pa.float64()).to_numpy() for axis in "xyz"],
            path,
        )
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise CheremeError(f"{path} is not a readable parquet table of landmarks") from error


def write(path: Path, clip: LandmarkSequence) -> None:
    """All 543 rows of each frame, as programs for that set expect them."""
    frames = len(clip)
    names = np.repeat(list(GROUP_SIZES), list(GROUP_SIZES.values()))
    indices = np.concatenate([np.arange(size) for size in GROUP_SIZES.values()])
    frame = np.repeat(np.arange(frames), len(HOLISTIC))
    types, index = np.tile(names, frames), np.tile(indices, frames)
    points = clip.select(HOLISTIC).points.reshape(-1, 3).astype(np.float64)
    table = {
        "frame": pa.array(frame.astype(np.int16 if frames < 2**15 else np.int32)),
        "row_id": [f"{number}-{name}-{place}" for number, name, place in zip(frame, types, index, strict=True)],
        "type": pa.array(types, pa.string()),
        "landmark_index": pa.array(index.astype(np.int16)),
        **{axis: points[:, place] for place, axis in enumerate("xyz")},
    }
    pq.write_table(pa.table(table), path)
