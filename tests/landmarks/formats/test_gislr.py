"""Parquet tables of points."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chereme.errors import CheremeError
from chereme.landmarks import HOLISTIC, LandmarkSequence
from chereme.landmarks.formats import gislr


@pytest.fixture
def table(tmp_path: Path) -> pa.Table:
    random = np.random.default_rng(0)
    gislr.write(tmp_path / "written.parquet", LandmarkSequence(random.random((3, 543, 3), np.float32), HOLISTIC))
    return pq.read_table(tmp_path / "written.parquet")


def column(table: pa.Table, name: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def test_what_is_written_has_the_columns_and_rows_of_the_set(table: pa.Table) -> None:
    assert table.column_names == ["frame", "row_id", "type", "landmark_index", "x", "y", "z"]
    assert table.num_rows == 3 * 543
    assert table["row_id"][543 + 468].as_py() == "1-left_hand-0"
    assert table["type"].unique().to_pylist() == ["face", "left_hand", "pose", "right_hand"]


def test_rows_may_come_in_any_order_and_frames_begin_anywhere(tmp_path: Path, table: pa.Table) -> None:
    pq.write_table(table, tmp_path / "plain.parquet")
    shuffled = column(table, "frame", table["frame"].to_numpy() + 31).take(np.random.default_rng(1).permutation(1629))
    pq.write_table(shuffled, tmp_path / "shuffled.parquet")
    plain, other = (gislr.read(tmp_path / f"{name}.parquet") for name in ("plain", "shuffled"))
    np.testing.assert_array_equal(plain.points, other.points)


def test_a_point_without_a_row_is_missing(tmp_path: Path, table: pa.Table) -> None:
    pq.write_table(table.filter(np.array(table["type"]) != "left_hand"), tmp_path / "clip.parquet")
    clip = gislr.read(tmp_path / "clip.parquet")
    assert not clip.present("left_hand").any()
    assert clip.present("right_hand").all()


@pytest.mark.parametrize(
    ("name", "values", "problem"),
    [
        ("type", ["elbow"] * 1629, "points of type 'elbow'"),
        ("landmark_index", [500] * 1629, "beyond the points"),
        ("landmark_index", [-1] * 1629, "beyond the points"),
        ("frame", [0] * 1629, "same point twice"),
        ("frame", [None, *range(1628)], "without frame"),
        ("x", [1e300] * 1629, "infinite"),
        ("x", ["left"] * 1629, "not a readable parquet"),
    ],
)
def test_wrong_columns_are_refused_in_one_line(
    tmp_path: Path, table: pa.Table, name: str, values: Any, problem: str
) -> None:
    pq.write_table(column(table, name, values), tmp_path / "clip.parquet")
    with pytest.raises(CheremeError, match=problem) as error:
        gislr.read(tmp_path / "clip.parquet")
    assert "\n" not in str(error.value)


def test_a_small_file_that_states_millions_of_rows_is_refused_unread(tmp_path: Path) -> None:
    many = pa.table(
        {
            **{name: pa.array(np.zeros(12_000_000, np.int16)) for name in ("frame", "landmark_index")},
            "type": pa.DictionaryArray.from_arrays(np.zeros(12_000_000, np.int8), ["pose"]),
            **{axis: pa.nulls(12_000_000, pa.float64()) for axis in "xyz"},
        }
    )
    pq.write_table(many, tmp_path / "bomb.parquet")
    assert (tmp_path / "bomb.parquet").stat().st_size < 200_000
    with pytest.raises(CheremeError, match="12,000,000 rows"):
        gislr.read(tmp_path / "bomb.parquet")
