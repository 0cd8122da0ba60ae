"""The lists that MS-ASL and WLASL are published as, read into one typed record.

MS-ASL (Joze and Koller 2019): `MSASL_train.json`, `MSASL_val.json` and `MSASL_test.json` with a row a clip,
`MSASL_classes.json` with the glosses in the order of their numbers, `MSASL_synonym.json`.

WLASL (Li et al. 2020): `WLASL_v0.3.json`, a list of glosses with their instances; or, without addresses, `nslt_N.json`
(video id → split, class, frames of a film that is cut already) with `wlasl_class_list.txt`.

Both lists are under Microsoft's Computational Use of Data Agreement (C-UDA).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from chereme.datasets.manifest import Box
from chereme.datasets.text_file import read_text
from chereme.errors import CheremeError

Split = Literal["train", "val", "test"]

SPLITS: tuple[Split, ...] = ("train", "val", "test")


@dataclass(frozen=True)
class Annotation:
    """One signed clip as a list describes it; None where the list does not say."""

    id: str
    """Stable: the corpus, split and row of MS-ASL, the corpus and video id of WLASL."""
    gloss: str
    """As the list of classes spells it, with its spaces and digits; never taken from a file name."""
    label: int
    """The number of the gloss: its place in the list of classes."""
    split: Split
    """The official one."""
    signer: str | None
    video: str
    """Which film it is in: the address as listed, or the video id where the list has no addresses."""
    start: float
    """Seconds from the beginning of the film."""
    end: float | None
    """Seconds; the clip ends before the frame at this time. None: at the end of the film, or not known."""
    fps: float | None
    box: Box | None
    """The part of the picture that shows the signer: y0, x0, y1, x1 as fractions. WLASL gives pixels of a picture whose
    size it does not state, so its boxes are left out."""
    listed: str
    """The file and row it comes from."""


@dataclass(frozen=True)
class Annotations:
    """The clips of a corpus in the order of the lists, and its glosses in the order of their numbers."""

    corpus: Literal["msasl", "wlasl"]
    glosses: tuple[str, ...]
    clips: tuple[Annotation, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Groups of words that the corpus takes for one gloss, the gloss first (MS-ASL only)."""


def read_msasl(folder: Path) -> Annotations:
    """The lists of MS-ASL in a folder; those of some splits may be absent.

    Raises `CheremeError`, one line with the file and row, where a list is damaged.
    """
    glosses = tuple(_rows(folder / "MSASL_classes.json", str))
    files = {split: folder / f"MSASL_{split}.json" for split in SPLITS}
    present = {split: file for split, file in files.items() if file.exists()}
    if not present:
        raise CheremeError(f"{folder} has none of MSASL_train.json, MSASL_val.json and MSASL_test.json")
    clips = [
        _msasl_clip(row, split, file, number, glosses)
        for split, file in present.items()
        for number, row in enumerate(_rows(file, dict), start=1)
    ]
    synonyms = folder / "MSASL_synonym.json"
    groups = tuple(tuple(map(str, row)) for row in _rows(synonyms, list)) if synonyms.exists() else ()
    return Annotations("msasl", glosses, tuple(clips), groups)


def read_wlasl(folder: Path) -> Annotations:
    """The lists of WLASL in a folder: `WLASL_v0.3.json` where it is there, else the largest `nslt_N.json`.

    Raises `CheremeError`, one line with the file and row, where a list is damaged.
    """
    full = folder / "WLASL_v0.3.json"
    listed = _wlasl_full(full) if full.exists() else _wlasl_subset(folder)
    seen: set[str] = set()
    for clip in listed.clips:
        if clip.id in seen:
            raise CheremeError(f"{clip.listed}: the video {clip.id.removeprefix('wlasl-')} is listed twice")
        seen.add(clip.id)
    return listed


READERS = {"msasl": read_msasl, "wlasl": read_wlasl}
"""Every corpus that is sliced, downloaded and cut by its lists."""


class _Row(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class _MsaslRow(_Row):
    url: Text
    start_time: float = Field(ge=0)
    end_time: float
    label: int = Field(ge=0)
    text: Text
    signer_id: int = -1
    fps: float | None = Field(default=None, gt=0)
    box: tuple[Fraction, Fraction, Fraction, Fraction] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "_MsaslRow":
        if not self.start_time < self.end_time:
            raise ValueError(f"it ends at {self.end_time} s and begins at {self.start_time} s")
        if self.box and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError(f"box {list(self.box)} is not y0, x0, y1, x1")
        return self


class _WlaslInstance(_Row):
    url: Text
    video_id: Annotated[str, StringConstraints(pattern=r"^[\w-]+$")]
    split: Split
    fps: float = Field(gt=0)
    frame_start: int = Field(ge=1)
    frame_end: int
    signer_id: int = -1

    @model_validator(mode="after")
    def _in_order(self) -> "_WlaslInstance":
        if self.frame_end != -1 and self.frame_end < self.frame_start:
            raise ValueError(f"it ends at frame {self.frame_end} and begins at frame {self.frame_start}")
        return self


class _WlaslGloss(_Row):
    gloss: Text
    instances: list[Any]


class _NsltRow(_Row):
    subset: Split
    action: tuple[int, int, int]


def _msasl_clip(row: Any, split: Split, file: Path, number: int, glosses: tuple[str, ...]) -> Annotation:
    listed = f"{file} row {number}"
    told = _checked(_MsaslRow, row, listed)
    if told.label >= len(glosses) or glosses[told.label] != told.text:
        named = glosses[told.label] if told.label < len(glosses) else "no gloss"
        raise CheremeError(
            f"{listed}: label {told.label} is {named} in MSASL_classes.json and {told.text} here: "
            "take all lists from one release"
        )
    return Annotation(
        id=f"msasl-{split}-{number:05}",
        gloss=told.text,
        label=told.label,
        split=split,
        signer=_signer(told.signer_id),
        video=told.url,
        start=told.start_time,
        end=told.end_time,
        fps=told.fps,
        box=told.box,
        listed=f"{file.name} row {number}",
    )


def _wlasl_full(file: Path) -> Annotations:
    glosses: list[str] = []
    clips: list[Annotation] = []
    for label, entry in enumerate(_rows(file, dict)):
        word = _checked(_WlaslGloss, entry, f"{file} row {label + 1}")
        glosses.append(word.gloss)
        for number, instance in enumerate(word.instances, start=1):
            listed = f"row {label + 1} instance {number}"
            told = _checked(_WlaslInstance, instance, f"{file} {listed}")
            clips.append(
                Annotation(
                    id=f"wlasl-{told.video_id}",
                    gloss=word.gloss,
                    label=label,
                    split=told.split,
                    signer=_signer(told.signer_id),
                    video=told.url,
                    # Frames count from 1 and the last is part of the clip; -1 is the end of the film.
                    start=(told.frame_start - 1) / told.fps,
                    end=None if told.frame_end == -1 else told.frame_end / told.fps,
                    fps=told.fps,
                    box=None,
                    listed=f"{file.name} {listed}",
                )
            )
    return Annotations("wlasl", tuple(glosses), tuple(clips))


def _wlasl_subset(folder: Path) -> Annotations:
    """The subset lists give frames of films that were cut by the publisher, so a clip is its whole film."""
    sizes = {int(name[1]): file for file in folder.glob("nslt_*.json") if (name := re.match(r"nslt_(\d+)", file.stem))}
    if not sizes:
        raise CheremeError(f"{folder} has neither WLASL_v0.3.json nor nslt_100.json")
    size, file = max(sizes.items())
    glosses = tuple(_class_list(folder / "wlasl_class_list.txt"))[:size]
    rows = _json(file)
    if not isinstance(rows, dict):
        raise CheremeError(f"{file} is not a WLASL subset: it should be an object of video ids")
    clips = []
    for video, row in rows.items():
        told = _checked(_NsltRow, row, f"{file} row {video}")
        label = told.action[0]
        if not 0 <= label < len(glosses):
            raise CheremeError(f"{file} row {video}: there is no class {label} in wlasl_class_list.txt")
        clips.append(
            Annotation(
                id=f"wlasl-{video}",
                gloss=glosses[label],
                label=label,
                split=told.subset,
                signer=None,
                video=video,
                start=0.0,
                end=None,
                fps=None,
                box=None,
                listed=f"{file.name} row {video}",
            )
        )
    return Annotations("wlasl", glosses, tuple(clips))


def _class_list(file: Path) -> Iterator[str]:
    for number, line in enumerate(_text(file).splitlines()):
        place, _, gloss = line.partition("\t")
        if place.strip() != str(number) or not gloss.strip():
            raise CheremeError(f"{file} row {number + 1}: expected {number}, a tab and a gloss")
        yield gloss.strip()


def _signer(number: int) -> str | None:
    return None if number < 0 else str(number)


RowModel = TypeVar("RowModel", bound=_Row)


def _checked(model: type[RowModel], row: Any, listed: str) -> RowModel:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        reason = problem["msg"].removeprefix("Value error, ")
        raise CheremeError(f"{listed}: {where + ': ' if where else ''}{reason}") from error


def _rows(file: Path, kind: type) -> list[Any]:
    rows = _json(file)
    if not isinstance(rows, list):
        raise CheremeError(f"{file} should be a JSON list")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, kind):
            raise CheremeError(f"{file} row {number}: {str(row)[:40]!r} is not a {kind.__name__}")
    return rows


def _json(file: Path) -> Any:
    try:
        return json.loads(_text(file))
    except (ValueError, RecursionError) as error:
        raise CheremeError(f"{file} is not valid JSON: {error}") from error


def _text(file: Path) -> str:
    if not file.exists():
        raise CheremeError(f"{file.parent} has no {file.name}: put it beside the other lists")
    return read_text(file, "a list")
