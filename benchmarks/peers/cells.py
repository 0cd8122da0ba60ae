"""What a peer said of one fold: trained once, kept in a file, never trained again."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.peers import fit_of
from benchmarks.peers.lesson import Lesson, Recogniser
from benchmarks.peers.sets import training_part
from chereme.datasets import SignDataset
from chereme.datasets.splits import Fold
from chereme.landmarks import LandmarkSequence


@dataclass(frozen=True)
class Cell:
    """Which peer learns what."""

    contest: str
    peer: str
    fold: int
    seed: int
    shown: int
    fewest: int | None
    """Training clips of each gloss and signer; None: all."""

    def file(self, results: Path) -> Path:
        clips = "all" if self.fewest is None else str(self.fewest)
        name = f"{clips}-shown{self.shown}-seed{self.seed}-fold{self.fold + 1}.npz"
        return results / self.contest / self.peer / name


@dataclass(frozen=True, eq=False)
class Outcome:
    """One row a held-out clip whose gloss training has shown; and what it cost, one thread.

    index int64 [clips]: into the contest's dataset; labels int64 [clips]; scores and mirrored (of the clip's mirror
    image) float32 [clips, glosses].
    """

    index: NDArray[np.int64]
    labels: NDArray[np.int64]
    scores: NDArray[np.float32]
    mirrored: NDArray[np.float32]
    trained_on: int
    weights: int
    seconds: float
    """Of processor time, for training."""
    milliseconds: float
    """Of processor time a clip, one clip at a time, from landmarks to answer, preparation included."""

    def write(self, path: Path) -> None:
        keep(path, {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)})

    @classmethod
    def read(cls, path: Path) -> "Outcome":
        with np.load(path) as stored:
            arrays = {field.name: stored[field.name] for field in fields(cls)}
        return cls(**{name: array if array.ndim else array.item() for name, array in arrays.items()})


def keep(path: Path, arrays: Mapping[str, Any]) -> None:
    """Arrays by name into one file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    np.savez_compressed(temporary, **arrays)
    temporary.replace(path)


@dataclass(frozen=True, eq=False)
class Taught:
    """A peer after its lesson, and whom it is asked about: clips of its fold's test part, [clips] each."""

    recogniser: Recogniser
    train: SignDataset
    test: tuple[int, ...]
    """Places in the dataset: clips whose gloss training has shown."""
    labels: NDArray[np.int64]
    seconds: float


def teach(cell: Cell, dataset: SignDataset, fold: Fold) -> Taught:
    """Train on the fold's training part."""
    train = training_part(dataset, fold, cell.fewest, cell.seed)
    lesson = Lesson(train, dataset.glosses, cell.shown, cell.seed)
    start = _processor_seconds()
    recogniser = fit_of(cell.peer)(lesson)
    seconds = _processor_seconds() - start
    number = {gloss: label for label, gloss in enumerate(dataset.glosses)}
    known = set(train.column("gloss"))
    test = tuple(index for index in fold.test if dataset.samples[index].gloss in known)
    labels = np.array([number[dataset.samples[index].gloss] for index in test], dtype=np.int64)
    return Taught(recogniser, train, test, labels, seconds)


def play(cell: Cell, dataset: SignDataset, fold: Fold) -> Outcome:
    """Train on the fold's training part, ask about each held-out clip and its mirror image."""
    taught = teach(cell, dataset, fold)
    clips = [dataset[index] for index in taught.test]
    return Outcome(
        index=np.array(taught.test, dtype=np.int64),
        labels=taught.labels,
        scores=np.asarray(taught.recogniser(clips), dtype=np.float32),
        mirrored=np.asarray(taught.recogniser([clip.mirror() for clip in clips]), dtype=np.float32),
        trained_on=len(taught.train),
        weights=taught.recogniser.weights,
        seconds=taught.seconds,
        milliseconds=_milliseconds(taught.recogniser, clips[:40]),
    )


def _milliseconds(recogniser: Recogniser, clips: Sequence[LandmarkSequence]) -> float:
    recogniser(clips[:1])
    start = _processor_seconds()
    for clip in clips:
        recogniser([clip])
    return (_processor_seconds() - start) / len(clips) * 1000


def _processor_seconds() -> float:
    """Of this process and what it has started: on one thread what a clock shows when nobody else wants the machine."""
    started = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return float(time.process_time() + sum(times.user + times.system for times in started))
