"""Many recordings into a dataset: in parallel, in order, and so that it can be broken off at any moment."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from joblib import Parallel, delayed

from chereme.datasets import Sample, SignDataset
from chereme.datasets.extraction.backends import Backend, Crew, workers
from chereme.datasets.extraction.clip import Clip, How
from chereme.datasets.extraction.messages import Refusal, Task
from chereme.datasets.extraction.quality import Quality, read_quality, write_quality
from chereme.datasets.extraction.record import Failure, Record
from chereme.datasets.extraction.supervised import extract_in_own_process
from chereme.datasets.manifest import Recording
from chereme.landmarks.sequence import LandmarkSequence

ROUND = 1000
"""Recordings handed out together: one long film can hold back no more clips than these."""

LIST_ROUND = 8
"""Recordings for each worker where joblib gives answers only when all have come."""

COMMIT_FRAMES = 20_000
COMMIT_S = 30.0
"""What is found is written after so many frames or seconds: that much work is lost when the machine is switched off."""


@dataclass(frozen=True)
class Result:
    """What an extraction did."""

    dataset: SignDataset
    extracted: int
    """Clips added by this run."""
    already: int
    """Recordings that were in the dataset before."""
    failed: tuple[Failure, ...]
    """Recordings of this job that have no clip, from earlier runs too."""
    without_hands: int
    """Of the clips added, those in which no hand is ever seen."""


def extract(
    recordings: Sequence[Recording],
    dataset: SignDataset,
    *,
    how: How | None = None,
    root: Path | None = None,
    jobs: int | None = None,
    backend: Backend = "local",
    address: str | None = None,
    retry_failed: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Append the landmarks of recordings to a dataset, in their order; those whose id it has are left alone.

    how: must be the same each time for one dataset.
    root: the folder from which `source` of the samples is told; without it, `source` is the file's name.
    jobs: how many files at a time, each on a core of its own; None for as many as there are.
    backend, address: where, see `backends.workers`.
    retry_failed: files that failed before are tried again even if they have not changed.
    on_progress: called with the number of recordings done and the number to do.

    A file that cannot be read costs itself alone, even one that ends or hangs the process that reads it: it is named
    with the reason in `extraction.json`. Killed at any moment and called again, it makes the same dataset as unbroken.
    Raises CheremeError where nothing can be extracted at all, see `Extractor`, `How` and `workers`.
    """
    how = how or How()
    record = Record.open(dataset.path, how)
    there = {sample.id for sample in dataset.samples}
    missing = [one for one in recordings if one.id not in there]
    wanted = [
        one for one in missing if retry_failed or one.id not in record.failed or not record.failed[one.id].stands(one)
    ]
    desk = _Desk(dataset, record, root)
    if wanted:
        report = on_progress or (lambda done, total: None)
        report(0, len(wanted))
        with workers(backend, jobs, address) as crew, desk:
            # A cluster's workers stand in folders of their own.
            how_there = replace(how, hand_crops=how.hand_crops and how.hand_crops.absolute())
            tasks = [Task(replace(one, path=one.path.absolute()), dataset.layout.groups, how_there) for one in wanted]
            for done, (task, answer) in enumerate(_answers(tasks, crew), start=1):
                desk.take(task.recording, answer)
                report(done, len(wanted))
    ids = {one.id for one in missing}
    return Result(
        desk.dataset,
        len(desk.dataset) - len(dataset),
        len(recordings) - len(missing),
        tuple(each for each in desk.record.failed.values() if each.id in ids),
        desk.without_hands,
    )


def open_or_create(
    path: Path,
    *,
    name: str,
    sign_language: str,
    groups: Sequence[str],
    license: str,
    source: str,
    notes: str = "",
) -> SignDataset:
    """The dataset in a folder, or a new one; being killed in here leaves nothing in the way."""
    if (path / "dataset.json").exists():
        return SignDataset.open(path)
    begun = path.with_name(f".{path.name}.new")
    shutil.rmtree(begun, ignore_errors=True)
    about = {"name": name, "sign_language": sign_language, "license": license, "source": source, "notes": notes}
    if path.exists():  # refused unless it is empty
        return SignDataset.create(path, groups=groups, **about)
    SignDataset.create(begun, groups=groups, **about)
    begun.rename(path)
    return SignDataset.open(path)


def _answers(tasks: Sequence[Task], crew: Crew) -> Iterator[tuple[Task, Clip | Refusal]]:
    """Each task with its answer, in order, as they come."""
    size = ROUND if crew.streams else LIST_ROUND * crew.jobs
    with Parallel(crew.jobs, return_as="generator" if crew.streams else "list", batch_size=1) as parallel:
        for start in range(0, len(tasks), size):
            some = tasks[start : start + size]
            yield from zip(some, parallel(delayed(extract_in_own_process)(task) for task in some), strict=True)


@dataclass
class _Desk:
    """Gathers what arrives and writes it in batches: the reasons of failures first, the samples last."""

    dataset: SignDataset
    record: Record
    root: Path | None
    without_hands: int = 0
    _figures: dict[str, Quality] = field(default_factory=dict)
    _failures: list[Failure] = field(default_factory=list)
    _clips: list[tuple[Sample, LandmarkSequence]] = field(default_factory=list)
    _since: float = 0.0

    def __enter__(self) -> Self:
        there = {sample.id for sample in self.dataset.samples}
        self._figures = {id_: each for id_, each in read_quality(self.dataset.path).items() if id_ in there}
        self._since = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._commit()

    def take(self, one: Recording, answer: Clip | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._failures.append(Failure.of(one, _source(one, self.root), answer.code, answer.reason))
        else:
            self._figures[one.id] = answer.quality
            self.without_hands += answer.quality.hands == 0.0
            self._clips.append((_sample(one, self.root), answer.sequence))
        frames = sum(len(sequence) for _, sequence in self._clips)
        if frames >= COMMIT_FRAMES or time.monotonic() - self._since >= COMMIT_S:
            self._commit()

    def _commit(self) -> None:
        self.record = self.record.with_outcome(self._failures, [sample.id for sample, _ in self._clips])
        self.record.save(self.dataset.path)
        write_quality(self.dataset.path, self._figures)
        self.dataset = self.dataset.append(self._clips)
        self._failures, self._clips, self._since = [], [], time.monotonic()


def _sample(one: Recording, root: Path | None) -> Sample:
    return Sample(one.id, one.gloss, one.signer, one.session, one.split, source=_source(one, root))


def _source(one: Recording, root: Path | None) -> str:
    if root is not None and one.path.is_relative_to(root.absolute()):
        return one.path.relative_to(root.absolute()).as_posix()
    return one.path.name
