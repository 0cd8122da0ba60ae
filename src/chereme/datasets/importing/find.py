"""How a tree of files says which clip shows which sign, by whom, and in which split.

By a manifest where there is one, by `train.csv` for GISLR, else by folders: one for each gloss.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from chereme.datasets.importing.recognise import MEDIA, manifest_of, walk
from chereme.datasets.manifest import Recording, from_class_folders, read_manifest
from chereme.errors import CheremeError
from chereme.landmarks.formats import FORMATS
from chereme.landmarks.formats.mp_data import frame_files

SIGN_MAP = "sign_to_prediction_index_map.json"


def find_clips(source: Path, name: str) -> tuple[Recording, ...]:
    """The clips of a folder (or the one of a file) in the named format, in a fixed order; nothing of them is read yet.

    Raises `CheremeError` where there is none, and where a table leads out of the folder or is wrong.
    """
    if not source.exists():
        raise CheremeError(f"there is no {source}")
    if table := manifest_of(source):
        found = read_manifest(table)
    elif name == "gislr" and source.is_dir():
        found = tuple(_train_table(source))
    elif name == MEDIA:
        found = from_class_folders(source)
    elif FORMATS[name].SUFFIX:
        found = tuple(_clip_files(source, FORMATS[name].SUFFIX))
    else:
        found = tuple(_frame_folders(source))
    if not found:
        raise CheremeError(f"{source} holds no clip of format {name}")
    return found


def _train_table(source: Path) -> Iterator[Recording]:
    """`train.csv` with the columns path, participant_id, sequence_id and sign."""
    file = source / "train.csv"
    signs = _sign_map(source / SIGN_MAP)
    seen: set[str] = set()
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), start=1):
                path, sign, sequence = (row.get(name) or "" for name in ("path", "sign", "sequence_id"))
                if not (path and sign and sequence):
                    raise CheremeError(f"{file} row {number}: a row needs path, sequence_id and sign")
                inside = PurePosixPath(path)
                if inside.is_absolute() or ".." in inside.parts:
                    raise CheremeError(f"{file} row {number}: {path} leads out of the folder")
                if signs and sign not in signs:
                    raise CheremeError(f"{file} row {number}: {SIGN_MAP} has no sign {sign}")
                if sequence in seen:
                    raise CheremeError(f"{file} row {number}: there is already a sequence_id {sequence}")
                seen.add(sequence)
                yield Recording(sequence, source / inside, sign, row.get("participant_id") or None)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CheremeError(f"{file} cannot be read as a table: {error}") from error


def _sign_map(file: Path) -> dict[str, int]:
    if not file.is_file():
        return {}
    try:
        signs = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CheremeError(f"{file} is not valid JSON") from error
    if not isinstance(signs, dict):
        raise CheremeError(f"{file} is no map of signs to numbers")
    return signs


def _clip_files(source: Path, suffix: str) -> Iterator[Recording]:
    """A folder for each gloss, the clips at any depth below. A file in no folder names its gloss: `how_many_3` is the
    fourth clip of how_many."""
    for file in walk(source):
        if file.suffix.lower() == suffix:
            inside = file.relative_to(source) if source.is_dir() else Path(file.name)
            gloss = inside.parts[0] if len(inside.parts) > 1 else re.sub(r"_[0-9]+$", "", file.stem)
            yield Recording(inside.as_posix(), file, gloss)


def _frame_folders(source: Path) -> Iterator[Recording]:
    """Folders of numbered frames; the folder around it is the gloss."""
    if not source.is_dir():
        raise CheremeError(f"{source} is a file: give the folder with a folder for each word")
    seen: set[Path] = set()
    for file in walk(source):
        if file.parent not in seen and frame_files(file.parent):
            inside = file.parent.relative_to(source)
            yield Recording(inside.as_posix(), file.parent, file.parent.parent.name or inside.name)
        seen.add(file.parent)
