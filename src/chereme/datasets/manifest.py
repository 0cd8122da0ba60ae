"""What is to be made into a dataset: pictures and films with what is known of each.

A manifest is a CSV or JSON table with a row a clip. Columns: `file` (relative to the manifest) and `gloss` (or
`label`); if known `id`, `signer`, `session`, `split`, `start` and `end` in seconds of the film, and `box` as four
fractions `y0 x0 y1 x1` of the picture. Other columns are left alone.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from chereme.datasets.text_file import read_text
from chereme.errors import CheremeError

PICTURES = frozenset({".jpeg", ".jpg", ".png", ".webp"})

FILMS = frozenset(
    {".3gp", ".avi", ".flv", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".webm"}
    | {".wmv"}
)
"""Endings of the files that class folders are searched for; what a file really is, its reader finds out."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Recording:
    """One clip or picture to take landmarks from; None where nothing is known."""

    id: str
    path: Path
    gloss: str
    signer: str | None = None
    session: str | None = None
    split: str | None = None
    start: float | None = None
    """Seconds from the beginning of the film."""
    end: float | None = None
    box: Box | None = None
    """The part of the picture that shows the signer: y0, x0, y1, x1 as fractions."""


def read_manifest(file: Path) -> tuple[Recording, ...]:
    """The rows of a .csv or .json manifest; raises `CheremeError` with the row that is wrong.

    A path that leads out of the manifest's folder is refused, so that a manifest from a stranger reads nothing else.
    """
    text = read_text(file, "a manifest")
    rows: Iterable[Any]
    if file.suffix.lower() == ".json":
        try:
            rows = json.loads(text)
        except ValueError as error:
            raise CheremeError(f"{file} is not valid JSON: {error}") from error
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CheremeError(f"{file} is no manifest: it should be a list of objects with `file` and `gloss`")
    else:
        rows = csv.DictReader(io.StringIO(text))
    recordings = tuple(_recording(row, file, number) for number, row in enumerate(rows, start=1))
    _refuse_twins(recordings, file)
    return recordings


def write_manifest(file: Path, recordings: Sequence[Recording]) -> None:
    """A CSV that `read_manifest` reads back; files must lie beside the manifest or below it."""
    columns = ("file", "gloss", "id", "signer", "session", "split", "start", "end", "box")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for one in recordings:
            inside = one.path.relative_to(file.parent).as_posix()
            box = " ".join(map(repr, one.box)) if one.box else None
            writer.writerow([inside, one.gloss, one.id, one.signer, one.session, one.split, one.start, one.end, box])


def from_class_folders(folder: Path) -> tuple[Recording, ...]:
    """A folder for each gloss with its pictures and films, at any depth below; sorted, so always in the same order."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in PICTURES | FILMS and not _hidden(path.relative_to(folder))
    )
    inside = [path for path in files if len(path.relative_to(folder).parts) > 1]
    if not inside:
        raise CheremeError(f"{folder} has no folders with pictures or films: make one folder for each gloss")
    return tuple(
        Recording(id=path.relative_to(folder).as_posix(), path=path, gloss=path.relative_to(folder).parts[0])
        for path in inside
    )


def _recording(row: dict[str, Any], manifest: Path, number: int) -> Recording:
    values = {key: value for key, value in row.items() if value not in (None, "")}
    name, gloss = values.get("file"), values.get("gloss", values.get("label"))
    if not isinstance(name, str) or gloss is None:
        raise CheremeError(f"{manifest} row {number}: a row needs `file` and `gloss`")
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts:
        raise CheremeError(f"{manifest} row {number}: {name} leads out of the manifest's folder")
    return Recording(
        id=str(values.get("id", name)),
        path=manifest.parent / name,
        gloss=str(gloss),
        signer=_text(values.get("signer")),
        session=_text(values.get("session")),
        split=_text(values.get("split")),
        start=_seconds(values.get("start"), manifest, number),
        end=_seconds(values.get("end"), manifest, number),
        box=_box(values.get("box"), manifest, number),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _seconds(value: Any, manifest: Path, number: int) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0.0 <= seconds < 1e6:
        raise CheremeError(f"{manifest} row {number}: {value!r} is not a number of seconds")
    return seconds


def _box(value: Any, manifest: Path, number: int) -> Box | None:
    if value is None:
        return None
    try:
        y0, x0, y1, x1 = (float(part) for part in (value.split() if isinstance(value, str) else value))
    except (TypeError, ValueError):
        y0 = x0 = y1 = x1 = -1.0
    if not (0.0 <= y0 < y1 <= 1.0 and 0.0 <= x0 < x1 <= 1.0):
        raise CheremeError(f"{manifest} row {number}: {value!r} is not a box: four fractions y0 x0 y1 x1")
    return (y0, x0, y1, x1)


def _refuse_twins(recordings: Sequence[Recording], manifest: Path) -> None:
    seen: set[str] = set()
    for number, one in enumerate(recordings, start=1):
        if one.id in seen:
            raise CheremeError(f"{manifest} row {number}: there is already a clip {one.id}; add a column `id`")
        seen.add(one.id)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
