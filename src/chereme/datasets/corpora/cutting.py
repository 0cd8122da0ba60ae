"""Clips out of films: to the frame by start and end, to the signer by the annotated box."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path

import av

from chereme.datasets.corpora.annotations import Annotation
from chereme.datasets.corpora.clip_writer import ClipWriter
from chereme.datasets.corpora.crew import side_by_side
from chereme.datasets.corpora.failures import Failure, Failures
from chereme.datasets.corpora.films import look_into
from chereme.datasets.corpora.sources import Source
from chereme.datasets.manifest import Recording, write_manifest
from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame
from chereme.landmarks.video import Video


@dataclass(frozen=True)
class Cut:
    """clips: how many are there now, those of earlier runs included."""

    manifest: Path
    clips: int
    failed: tuple[Failure, ...]


def cut_clips(
    sources: Sequence[Source],
    folder: Path,
    *,
    margin: float = 0.0,
    jobs: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Cut:
    """Cut the clips that are not there yet into `folder/clips`, and write the manifest `folder/clips.csv` of all that
    are. What failed is told, as in `failed.json`.

    margin: what is added to the box at each side, as a fraction of its width and height.
    Films whose download failed are passed over: the report has them, with all their clips.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report, stop = Failures(folder), threading.Event()
    missing = {failure.url for failure in report.of("download")}

    def cut(source: Source) -> list[tuple[Annotation, str | None]]:
        return list(_cut_source(source, folder, margin, stop))

    failed: list[Failure] = []
    there: dict[str, Recording] = {}
    with side_by_side(cut, sources, jobs, stop) as results:
        for done, (source, outcomes) in enumerate(results, start=1):
            absent = not source.film(folder).exists()
            for clip, reason in outcomes:
                if reason and not (absent and source.listed in missing):
                    failed.append(report.add(Failure("cut", source.listed, (clip.id,), reason)))
                    continue
                report.clear("cut", source.listed, (clip.id,))
                if not reason:
                    there[clip.id] = _recording(clip, source, folder)
            progress(done, len(sources))
    order = (clip.id for source in sources for clip in source.clips)
    manifest = folder / "clips.csv"
    _replace_manifest(manifest, [there[each] for each in order if each in there])
    return Cut(manifest, len(there), tuple(failed))


def clip_file(clip: Annotation, folder: Path) -> Path:
    """A folder for each gloss, for people who look; nothing is ever read back out of these names."""
    gloss = re.sub(r"[^\w-]+", "_", clip.gloss)[:60]
    return folder / "clips" / gloss / f"{clip.id}.mp4"


def _cut_source(
    source: Source, folder: Path, margin: float, stop: threading.Event
) -> Iterator[tuple[Annotation, str | None]]:
    """Each clip with None where it is there now, otherwise with the reason why not."""
    film = source.film(folder)
    todo = []
    for clip in source.clips:
        recipe = _recipe(source, clip, margin)
        if _is_cut(clip_file(clip, folder), recipe):
            yield clip, None
        else:
            todo.append((clip, recipe))
    if not todo or stop.is_set():
        return
    if not film.exists():
        yield from ((clip, "its film is not there: download it first") for clip, _ in todo)
        return
    try:
        rate = look_into(film).rate
        pieces = [_Piece(clip, clip_file(clip, folder), rate, margin, recipe) for clip, recipe in todo]
        try:
            _run_through(film, pieces, stop)
            yield from ((piece.clip, piece.outcome()) for piece in pieces)
        finally:
            for piece in pieces:
                piece.writer.discard()
    except CheremeError as error:
        yield from ((clip, "the film " + str(error).removeprefix(str(film)).strip()) for clip, _ in todo)


def _run_through(film: Path, pieces: Sequence["_Piece"], stop: threading.Event) -> None:
    """Once from the beginning, because a film may hold hundreds of clips, and the times of some are only then right."""
    ends = [piece.clip.end for piece in pieces]
    last = None if None in ends else max(end for end in ends if end is not None)
    with Video(film, end=last) as video:
        for frame in video:
            if stop.is_set():
                raise CheremeError("the run was stopped")
            for piece in pieces:
                piece.offer(frame)


class _Piece:
    """A clip that is being cut: takes the frames that are shown between its start and its end, to half a frame."""

    def __init__(self, clip: Annotation, to: Path, rate: Fraction, margin: float, recipe: str) -> None:
        self.clip, self._rate = clip, rate
        self.writer = ClipWriter(to, box=clip.box, margin=margin, rate=rate, comment=recipe)
        self._problem: str | None = None
        half = 0.5 / float(rate)
        self._from, self._before = clip.start - half, inf if clip.end is None else clip.end - half

    def offer(self, frame: Frame) -> None:
        if self._problem is None and self._from <= frame.milliseconds / 1000 < self._before:
            try:
                self.writer.add(frame)
            except av.error.FFmpegError as error:
                self._problem = f"the clip cannot be encoded: {error.strerror}"

    def outcome(self) -> str | None:
        """None where the clip is kept, otherwise the reason why not."""
        there = self.writer.seconds
        asked = max(there, 1e-9) if self.clip.end is None else self.clip.end - self.clip.start
        if self._problem is None and (not there or abs(there - asked) > 1 / self._rate):
            self._problem = f"the film ends too early: the clip lasts {asked:.2f} s, and {there:.2f} s of it are there"
        if self._problem is None:
            try:
                self.writer.keep()
            except av.error.FFmpegError as error:
                self._problem = f"the clip cannot be encoded: {error.strerror}"
        return self._problem


def _recipe(source: Source, clip: Annotation, margin: float) -> str:
    """What a clip was made from, kept in its file: a clip whose recipe has changed is cut anew."""
    return json.dumps([source.listed, clip.start, clip.end, clip.box, margin if clip.box else 0.0])


def _is_cut(file: Path, recipe: str) -> bool:
    try:
        return file.exists() and look_into(file).comment == recipe
    except CheremeError:
        return False


def _recording(clip: Annotation, source: Source, folder: Path) -> Recording:
    return Recording(
        id=clip.id,
        path=clip_file(clip, folder),
        gloss=clip.gloss,
        signer=clip.signer,
        session=source.listed,
        split=clip.split,
    )


def _replace_manifest(file: Path, clips: Sequence[Recording]) -> None:
    temporary = file.with_name(f".{file.name}.writing")
    write_manifest(temporary, clips)
    temporary.replace(file)
