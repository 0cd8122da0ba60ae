"""Clips out of films: to the frame by start and end, to the signer by the annotated box."""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from chereme.datasets.corpora.annotations import Annotation
from chereme.datasets.corpora.crew import side_by_side
from chereme.datasets.corpora.failures import Failure, Failures
from chereme.datasets.corpora.films import look_into
from chereme.datasets.corpora.sources import Source
from chereme.datasets.manifest import Box, Recording, write_manifest
from chereme.errors import CheremeError
from chereme.landmarks.frames import Frame
from chereme.landmarks.video import Video

CLOCK = 90_000
"""Ticks a second of the clips: every picture keeps the time that it has in the film."""

NEAR_LOSSLESS = {"crf": "12", "preset": "veryfast", "threads": "1"}
"""Landmarks move with the noise of compression; clips are short, so quality is cheap."""


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
    for done, (source, outcomes) in enumerate(side_by_side(cut, sources, jobs, stop), start=1):
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


def cut_clip(film: Path, clip: Annotation, to: Path, *, rate: Fraction, margin: float, recipe: str) -> None:
    """Write one clip as H.264, its pictures near to lossless, at the times that they have in the film.

    Raises `CheremeError` where the film ends before the clip does, or cannot be decoded there; then there is no clip.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    temporary = to.with_name(f".{to.name}.cutting")
    try:
        with Video(film, start=clip.start, end=clip.end) as video:
            covered = _encode(iter(video), temporary, clip.box, rate, margin, recipe)
        asked = covered if clip.end is None else clip.end - clip.start
        if abs(covered - asked) > 1 / rate:
            raise CheremeError(
                f"{film} ends too early: the clip lasts {asked:.2f} s, and {covered:.2f} s of it are there"
            )
        temporary.replace(to)
    except av.error.FFmpegError as error:
        raise CheremeError(f"{film} cannot be cut: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


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
    except CheremeError as error:
        yield from ((clip, _phrase(error, film)) for clip, _ in todo)
        return
    for clip, recipe in todo:
        try:
            cut_clip(film, clip, clip_file(clip, folder), rate=rate, margin=margin, recipe=recipe)
        except CheremeError as error:
            yield clip, _phrase(error, film)
        else:
            yield clip, None


def _recipe(source: Source, clip: Annotation, margin: float) -> str:
    """What a clip was made from, kept in its file: a clip whose recipe has changed is cut anew."""
    return json.dumps([source.listed, clip.start, clip.end, clip.box, margin if clip.box else 0.0])


def _is_cut(file: Path, recipe: str) -> bool:
    try:
        return file.exists() and look_into(file).comment == recipe
    except CheremeError:
        return False


def _encode(frames: Iterable[Frame], to: Path, box: Box | None, rate: Fraction, margin: float, recipe: str) -> float:
    """Returns the seconds that the pictures cover, the last one included."""
    with av.open(str(to), "w", format="mp4") as container:
        container.metadata["comment"] = recipe
        stream = container.add_stream("libx264", rate=rate, options=NEAR_LOSSLESS)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, CLOCK)
        stream.codec_context.colorspace = Colorspace.ITU601
        last = 0.0
        for number, frame in enumerate(frames):
            picture = _crop(frame.rgb, box, margin)
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
            coded = VideoFrame.from_ndarray(picture, format="rgb24")
            coded = coded.reformat(stream.width, stream.height, "yuv420p", dst_colorspace=Colorspace.ITU601)
            coded.pts, coded.time_base = round(frame.milliseconds * CLOCK / 1000), Fraction(1, CLOCK)
            container.mux(stream.encode(coded))
            last = frame.milliseconds / 1000
        container.mux(stream.encode())
    return last + float(1 / rate)


def _crop(rgb: NDArray[np.uint8], box: Box | None, margin: float) -> NDArray[np.uint8]:
    """The part of the picture in the box and its margin; even sizes, because colour is stored for two by two pixels."""
    y0, x0, y1, x1 = box or (0.0, 0.0, 1.0, 1.0)
    rows = _span(y0, y1, margin, rgb.shape[0])
    columns = _span(x0, x1, margin, rgb.shape[1])
    return np.ascontiguousarray(rgb[rows, columns])


def _span(low: float, high: float, margin: float, size: int) -> slice:
    wide = margin * (high - low)
    first, last = max(0, floor((low - wide) * size)), min(size, ceil((high + wide) * size))
    if (last - first) % 2:
        first, last = (first, last - 1) if last - first > 1 else (first, last + 1)
    return slice(first, last)


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


def _phrase(error: CheremeError, film: Path) -> str:
    return "the film " + str(error).removeprefix(str(film)).strip()
