"""Which format a folder or file is in, told by the files that lie there."""

import os
from collections.abc import Iterator
from pathlib import Path

from chereme.datasets.manifest import FILMS, PICTURES, read_manifest
from chereme.errors import CheremeError
from chereme.landmarks.formats import FORMATS
from chereme.landmarks.formats.npy_file import read_npy

MEDIA = "media"
"""Pictures and films, whose landmarks have to be extracted first."""

MANIFESTS = ("manifest.csv", "manifest.json", "index.csv", "clips.csv")
"""A table of this name in a folder says what its files show."""

TABLES = frozenset({*MANIFESTS, "train.csv", "labels.json", "dataset.json", "sign_to_prediction_index_map.json"})
"""Tables about clips, which are no clips."""


def recognise(source: Path) -> str:
    """The name of the format; raises `CheremeError` where the files tell none or several."""
    if not source.exists():
        raise CheremeError(f"there is no {source}")
    if source.is_dir() and (source / "train.csv").is_file():
        return "gislr"
    for name in (path.name for path in (source.iterdir() if source.is_dir() else [source])):
        if name.startswith("MSASL_") and name.endswith(".json"):
            return "msasl"
        if name.startswith(("WLASL_v", "nslt_")) and name.endswith(".json"):
            return "wlasl"
    table = manifest_of(source)
    files = [one.path for one in read_manifest(table)] if table else walk(source)
    found = {kind: file for file in files if (kind := _kind(file))}
    kinds = set(found)
    if "mp_data" in kinds and _is_a_whole_clip(found["mp_data"]):
        kinds = kinds - {"mp_data"} | {"flat_npy"}
    if len(kinds) > 1:
        kinds.discard(MEDIA)  # films beside the landmarks that were taken from them
    if len(kinds) != 1:
        there = f"has files of several formats ({', '.join(sorted(kinds))})" if kinds else "has no files that are known"
        raise CheremeError(f"{source} {there}: give one with --format: {', '.join((*FORMATS, MEDIA))}")
    return kinds.pop()


def manifest_of(source: Path) -> Path | None:
    """The table that says what the files of a folder show, or the source itself where it is such a table."""
    if source.is_dir():
        return next((source / name for name in MANIFESTS if (source / name).is_file()), None)
    return source if source.name in MANIFESTS else None


def walk(source: Path) -> Iterator[Path]:
    """The files of a folder at any depth in a fixed order, hidden ones and tables left out; links are not followed."""
    if source.is_file():
        yield source
        return
    for folder, inner, files in os.walk(source):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith(".") and name not in TABLES)


def _kind(file: Path) -> str | None:
    suffix = file.suffix.lower()
    if suffix in PICTURES | FILMS:
        return MEDIA
    if not suffix or (suffix == ".npy" and file.stem.isdecimal()):
        return "mp_data" if suffix or file.is_dir() else None
    return next((name for name, each in FORMATS.items() if suffix == each.SUFFIX), None)


def _is_a_whole_clip(file: Path) -> bool:
    """A numbered array is a frame, or a clip when it has rows."""
    try:
        return file.is_file() and read_npy(file).ndim > 1
    except CheremeError:
        return False
