"""`SignDataset`: a folder of `dataset.json`, `samples.parquet` and `landmarks.npy`.

The table is the truth: rows of the array that no sample points to do not exist. That makes appending atomic: the array
grows first, and a single rename of the table commits.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from chereme.datasets.array_file import append_rows, create_array, map_array
from chereme.datasets.samples import SCHEMA, Sample, Samples
from chereme.errors import CheremeError, first_line
from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import LandmarkSequence

FORMAT = 1

IDLE = "-"
"""The gloss of clips in which somebody is seen and nobody signs."""


class Description(BaseModel):
    """`dataset.json`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    format: int = FORMAT
    name: str = Field(min_length=1)
    sign_language: str
    """ISO 639-3."""
    groups: tuple[str, ...]
    license: str
    source: str
    notes: str = ""

    @field_validator("sign_language")
    @classmethod
    def _three_letters(cls, code: str) -> str:
        if not re.fullmatch(r"[a-z]{3}", code):
            raise ValueError(f"{code!r} is no ISO 639-3 code: three letters such as ase, or und where it is not stated")
        return code


@dataclass(frozen=True, eq=False)
class SignDataset:
    """Samples with their landmarks; `select` gives a view of some of them. The array is shared and memory-mapped.

    points: float16 [rows, points, 3], fractions of the picture, NaN where not detected; sample i is rows
        `start … start + frames`.
    """

    path: Path
    description: Description
    samples: Samples
    points: NDArray[np.float16]

    @classmethod
    def open(cls, path: Path | str) -> "SignDataset":
        """Open a dataset folder; raises `CheremeError` with one line when it is none, or is damaged."""
        path = Path(path)
        description = _read_description(path)
        layout = Layout(description.groups)
        table = _read_table(path)
        points = map_array(path / "landmarks.npy", len(layout))
        return cls(path, description, _checked(table, path, len(points)), points)

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        name: str,
        sign_language: str,
        groups: Sequence[str],
        license: str,
        source: str,
        notes: str = "",
    ) -> "SignDataset":
        """Make an empty dataset in a new or empty folder."""
        path = Path(path)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise CheremeError(f"{path} is in the way: choose a new or empty folder for the dataset")
        try:
            description = Description(
                name=name,
                sign_language=sign_language,
                groups=tuple(groups),
                license=license,
                source=source,
                notes=notes,
            )
        except ValidationError as error:
            raise CheremeError(f"cannot describe the dataset: {_first_problem(error)}") from error
        layout = Layout(description.groups)
        path.mkdir(parents=True, exist_ok=True)
        create_array(path / "landmarks.npy", len(layout))
        _write_table(path, Samples.of(()))
        text = json.dumps(description.model_dump(), indent=1, ensure_ascii=False)
        _replace(path / "dataset.json", text.encode())
        return cls.open(path)

    @cached_property
    def layout(self) -> Layout:
        return Layout(self.description.groups)

    @cached_property
    def glosses(self) -> tuple[str, ...]:
        """The glosses that occur, sorted."""
        return tuple(sorted(set(self.column("gloss"))))

    def column(self, name: str) -> NDArray[Any]:
        """One column of the table [samples]: text with None where unknown, numbers with NaN where unknown."""
        return self.samples.column(name)

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> LandmarkSequence:
        """The clip of sample `index`, float32."""
        start, end = self.samples.spans[index]
        fps, aspect = self._rates[index]
        rows = self.points[start:end].astype(np.float32)
        return LandmarkSequence(rows, self.layout, _known(fps), _known(aspect))

    def __iter__(self) -> Iterator[LandmarkSequence]:
        return (self[index] for index in range(len(self)))

    @cached_property
    def _rates(self) -> NDArray[np.float64]:
        """fps and aspect [samples, 2], NaN where unknown."""
        return np.stack([self.column("fps"), self.column("aspect")], axis=1)

    def select(self, indices: Iterable[int]) -> "SignDataset":
        """A view of these samples, in this order."""
        return replace(self, samples=self.samples.take(indices))

    def append(self, clips: Iterable[tuple[Sample, LandmarkSequence]]) -> "SignDataset":
        """Add clips, all or none; returns the dataset with them.

        A run killed in here leaves the dataset as it was. Frame count, fps and aspect are taken from the sequence.
        Raises `CheremeError` when an id is taken or a layout differs; then nothing is written.
        """
        current = SignDataset.open(self.path)
        taken = set(current.column("id"))
        row = int(current.samples.spans[:, 1].max(initial=0))
        added: list[Sample] = []
        blocks: list[NDArray[np.float16]] = []
        for sample, sequence in clips:
            if sample.id in taken:
                raise CheremeError(f"{self.path} already has a sample {sample.id}: give each clip an id of its own")
            if sequence.layout != self.layout:
                raise CheremeError(
                    f"clip {sample.id} has groups {list(sequence.layout.groups)}, the dataset has "
                    f"{list(self.layout.groups)}: select the dataset's layout first"
                )
            taken.add(sample.id)
            frames = len(sequence)
            added.append(replace(sample, frames=frames, start=row, fps=sequence.fps, aspect=sequence.aspect))
            blocks.append(sequence.points.astype(np.float16))
            row += frames
        if not added:
            return current
        append_rows(self.path / "landmarks.npy", np.concatenate(blocks), added[0].start)
        samples = current.samples + Samples.of(added)
        _write_table(self.path, samples)
        return replace(current, samples=samples, points=map_array(self.path / "landmarks.npy", len(self.layout)))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _read_description(path: Path) -> Description:
    file = path / "dataset.json"
    if not file.is_file():
        raise CheremeError(f"{path} is not a dataset: it has no dataset.json")
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        description = Description.model_validate(content)
    except ValidationError as error:
        raise CheremeError(f"{file}: {_first_problem(error)}") from error
    except ValueError as error:
        raise CheremeError(f"{file} is not valid JSON: {error}") from error
    if description.format > FORMAT:
        raise CheremeError(f"{path} has dataset format {description.format}, newer than {FORMAT}: upgrade chereme")
    return description


def _read_table(path: Path) -> pa.Table:
    file = path / "samples.parquet"
    if not file.is_file():
        raise CheremeError(f"{path} is not a complete dataset: it has no samples.parquet")
    try:
        table = pq.read_table(file)
        missing = [name for name in SCHEMA.names if name not in table.column_names]
        if missing:
            raise CheremeError(f"{file} lacks the column {missing[0]}")
        return table.select(SCHEMA.names).cast(SCHEMA)
    except (pa.ArrowException, OSError) as error:
        raise CheremeError(f"{file} cannot be read as a table of samples: {first_line(error)}") from error


def _checked(table: pa.Table, path: Path, rows: int) -> Samples:
    """The table's samples, if each says what it must and lies inside the array."""
    for name in ("id", "gloss", "frames", "start"):
        if table[name].null_count:
            raise CheremeError(f"{path}/samples.parquet: {name} is empty in a row: every clip needs one")
    samples = Samples(table)
    beyond = (samples.spans[:, 0] < 0) | (samples.spans[:, 1] > rows) | (samples.column("frames") < 0)
    if beyond.any():
        raise CheremeError(
            f"{path}: landmarks.npy has {rows} rows, too few for sample {samples[int(beyond.argmax())].id}: the file "
            "is cut short; copy the dataset again"
        )
    return samples


def _write_table(path: Path, samples: Samples) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(samples.table, sink)
    _replace(path / "samples.parquet", sink.getvalue().to_pybytes())


def _replace(file: Path, content: bytes) -> None:
    """Write so that a reader, or a power cut, sees the old file or the new one and nothing between."""
    temporary = file.with_name(f".{file.name}.writing")
    with temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}"
