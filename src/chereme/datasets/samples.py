"""What the table of a dataset says of its clips: held as columns, handed out as `Sample` objects one at a time.

A hundred thousand clips are ten arrays, not a hundred thousand objects.
"""

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SCHEMA = pa.schema(
    [
        ("id", pa.large_string()),
        ("gloss", pa.large_string()),
        ("signer", pa.large_string()),
        ("session", pa.large_string()),
        ("split", pa.large_string()),
        ("fps", pa.float64()),
        ("aspect", pa.float64()),
        ("frames", pa.int32()),
        ("start", pa.int64()),
        ("source", pa.large_string()),
    ]
)

_AT_ONCE = 4096
"""Rows turned into objects together while iterating."""


@dataclass(frozen=True)
class Sample:
    """What the table says of one clip; None where the source does not say."""

    id: str
    gloss: str
    signer: str | None = None
    session: str | None = None
    split: str | None = None
    fps: float | None = None
    aspect: float | None = None
    source: str | None = None
    frames: int = 0
    start: int = 0


class Samples(Sequence[Sample]):
    """The rows of `samples.parquet` in order; equal to any sequence of equal samples."""

    def __init__(self, table: pa.Table) -> None:
        """table: has the columns of SCHEMA, by name and type."""
        self.table: pa.Table = table.select(SCHEMA.names).combine_chunks()

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> "Samples":
        rows = [[getattr(sample, name) for name in SCHEMA.names] for sample in samples]
        columns = zip(*rows, strict=True) if rows else [[] for _ in SCHEMA]
        arrays = [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)]
        return cls(pa.Table.from_arrays(arrays, schema=SCHEMA))

    def column(self, name: str) -> NDArray[Any]:
        """One column [samples]: text as Python strings, None where unknown; numbers with NaN where unknown."""
        values: NDArray[Any] = self._arrays[SCHEMA.names.index(name)].to_numpy(zero_copy_only=False)
        return values

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> "Samples": ...

    def __getitem__(self, index: int | slice) -> "Sample | Samples":
        if isinstance(index, slice):
            return self.take(range(len(self))[index])
        row = operator.index(index)
        row += len(self) if row < 0 else 0
        if not 0 <= row < len(self):
            raise IndexError(f"there are {len(self)} samples and no number {index}")
        values = (array[row].as_py() for array in self._arrays)
        return Sample(**dict(zip(SCHEMA.names, values, strict=True)))

    def __iter__(self) -> Iterator[Sample]:
        for batch in self.table.to_batches(max_chunksize=_AT_ONCE):
            yield from (Sample(**row) for row in batch.to_pylist())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Samples):
            return bool(self.table.equals(other.table))
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # equal to lists, so as little a key as they are

    def __repr__(self) -> str:
        return f"<{len(self):,} samples>"

    def take(self, indices: Iterable[int]) -> "Samples":
        """These rows, in this order."""
        wanted = np.fromiter(indices, dtype=np.int64)
        if len(wanted) and not (-len(self) <= wanted.min() and wanted.max() < len(self)):
            raise IndexError(f"there are {len(self)} samples: an index lies outside")
        return Samples(self.table.take(pa.array(np.where(wanted < 0, wanted + len(self), wanted))))

    def __add__(self, others: "Samples") -> "Samples":
        return Samples(pa.concat_tables([self.table, others.table]))

    @cached_property
    def spans(self) -> NDArray[np.int64]:
        """First row of each clip in the array, and the row after its last: int64 [samples, 2]."""
        starts = self.column("start").astype(np.int64)
        return np.stack([starts, starts + self.column("frames")], axis=1)

    @cached_property
    def _arrays(self) -> list[Any]:
        return [_whole(column) for column in self.table.columns]


def _whole(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else pa.array([], column.type)
