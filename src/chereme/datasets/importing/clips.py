"""Clips into a dataset, one after the other: read, checked, and written in batches."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from chereme.datasets import Sample, SignDataset
from chereme.datasets.extraction import open_or_create
from chereme.datasets.manifest import Recording
from chereme.errors import CheremeError
from chereme.landmarks.formats import FORMATS
from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import LandmarkSequence

COMMIT_VALUES = 16 * 2**20
"""Numbers held before they are written: 32 MB on disk, twice that in memory."""

COMMIT_S = 30.0

MOST = 1000.0
"""No point is a thousand pictures away, and float16 ends at 65,504."""

MOST_IN_GENERAL = 10.0
"""Half of the coordinates of a clip lie within the picture or near it."""


@dataclass(frozen=True)
class Failure:
    """A clip that was not imported, and why, in one line."""

    id: str
    reason: str


@dataclass(frozen=True)
class Imported:
    dataset: SignDataset
    added: int
    already: int
    """Clips that were in the dataset before."""
    failed: tuple[Failure, ...]


def import_clips(
    found: Sequence[Recording],
    out: Path,
    *,
    format: str,
    root: Path,
    name: str,
    sign_language: str,
    license: str,
    source: str,
    groups: Sequence[str] | None = None,
    fps: float | None = None,
    aspect: float | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Read clips and append them to the dataset in `out`, which is made when the first has been read.

    root: the folder beyond which no link may lead.
    groups: which parts are kept; None for all that the first clip has but the face.
    fps, aspect: of clips that do not state theirs.

    A clip that cannot be read costs itself alone. Killed and called again it goes on where it was. Raises
    `CheremeError` where no clip can be read, or `out` is another dataset.
    """
    notes = _notes(format)
    desk = _Desk(out, {"name": name, "sign_language": sign_language, "license": license, "source": source}, notes)
    if desk.dataset and groups and tuple(groups) != desk.dataset.layout.groups:
        raise CheremeError(f"{out} has groups {', '.join(desk.dataset.layout.groups)}: give the same, or a new folder")
    layout = Layout(tuple(groups)) if groups else desk.dataset.layout if desk.dataset else None
    missing = [one for one in found if one.id not in desk.taken]
    failed: list[Failure] = []
    for done, one in enumerate(missing, start=1):
        try:
            clip = _read(one, format, root)
            layout = layout or Layout(tuple(group for group in clip.layout.groups if group != "face"))
            if not groups:
                _refuse_more(clip, layout)
            clip = replace(clip.select(layout), fps=clip.fps or fps, aspect=clip.aspect or aspect)
            _refuse_pixels(clip, one.path)
        except CheremeError as error:
            failed.append(Failure(one.id, str(error)))
        else:
            desk.take(one, root, clip)
        on_progress(done, len(missing))
    dataset = desk.close()
    if dataset is None:
        raise CheremeError(f"none of {len(failed)} clips could be imported; the first: {failed[0].reason}")
    return Imported(dataset, len(missing) - len(failed), len(found) - len(missing), tuple(failed))


def _read(one: Recording, format: str, root: Path) -> LandmarkSequence:
    inside = root.resolve()
    if not one.path.exists():
        raise CheremeError(f"{one.path} is missing")
    files = one.path.iterdir() if one.path.is_dir() else ()
    if any(not file.resolve().is_relative_to(inside) for file in (one.path, *files)):
        raise CheremeError(f"{one.path} is a link that leads out of {root}")
    return FORMATS[format].read(one.path)


def _refuse_pixels(clip: LandmarkSequence, path: Path) -> None:
    plane = np.abs(clip.points[..., :2])
    known = plane[np.isfinite(plane)]
    if len(known) and np.median(known) > MOST_IN_GENERAL:
        raise CheremeError(f"{path} holds pixels: divide x by the picture's width and y by its height")
    if (np.abs(clip.points) > MOST).any():
        raise CheremeError(f"{path} holds values beyond {MOST:g}, which no fraction of a picture is")


def _refuse_more(clip: LandmarkSequence, layout: Layout) -> None:
    more = [group for group in clip.layout.groups if group not in layout and group != "face"]
    if any(clip.present(group).any() for group in more):
        raise CheremeError(f"it has {', '.join(more)}, unlike the first clip: say which parts to keep with --groups")


def _notes(format: str) -> str:
    if FORMATS[format].SIGNERS_SIDES:
        return f"Imported from {format}, in which left and right are the signer's own."
    unknown = "whether left and right are the signer's own is not known: a mirrored camera swaps them"
    return f"Imported from {format}; {unknown}."


@dataclass
class _Desk:
    """Gathers clips and writes them in batches; the dataset is not there before the first."""

    out: Path
    about: dict[str, str]
    notes: str
    dataset: SignDataset | None = None
    taken: set[str] = field(default_factory=set)
    _clips: list[tuple[Sample, LandmarkSequence]] = field(default_factory=list)
    _held: int = 0
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._since = time.monotonic()
        if not (self.out / "dataset.json").exists():
            if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
                raise CheremeError(f"{self.out} is in the way: choose a new or empty folder for the dataset")
            return
        self.dataset = SignDataset.open(self.out)
        there = self.dataset.description
        if {**self.about, "notes": self.notes} != {key: getattr(there, key) for key in (*self.about, "notes")}:
            raise CheremeError(
                f"{self.out} is another dataset ({there.name}): choose a new folder, or say the same of it"
            )
        self.taken = {sample.id for sample in self.dataset.samples}

    def take(self, one: Recording, root: Path, clip: LandmarkSequence) -> None:
        inside = one.path.relative_to(root) if one.path.is_relative_to(root) else Path(one.path.name)
        sample = Sample(one.id, one.gloss, one.signer, one.session, one.split, source=inside.as_posix())
        self._clips.append((sample, clip))
        self._held += clip.points.size
        if self._held >= COMMIT_VALUES or time.monotonic() - self._since >= COMMIT_S:
            self._commit()

    def close(self) -> SignDataset | None:
        self._commit()
        return self.dataset

    def _commit(self) -> None:
        if self._clips:
            if self.dataset is None:
                groups = self._clips[0][1].layout.groups
                self.dataset = open_or_create(self.out, groups=groups, notes=self.notes, **self.about)
            self.dataset = self.dataset.append(self._clips)
        self._clips, self._held, self._since = [], 0, time.monotonic()
