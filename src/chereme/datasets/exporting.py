"""A dataset as files that other programs read; `importing` reads them back."""

import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chereme.datasets import Sample, SignDataset
from chereme.datasets.importing.find import SIGN_MAP
from chereme.datasets.manifest import Recording, write_manifest
from chereme.errors import CheremeError
from chereme.landmarks.formats import FORMATS
from chereme.landmarks.sequence import LandmarkSequence


@dataclass(frozen=True)
class Exported:
    clips: int
    filled: int | None
    """How often a part of a frame that was not detected was written as zeros; None where the format can say missing."""


def export_dataset(
    dataset: SignDataset,
    out: Path,
    name: str,
    *,
    fps: float | None = None,
    aspect: float | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Exported:
    """Write every clip in the named format into the new folder `out`, and tables that say what they show.

    A folder for each gloss with `manifest.csv` and `labels.json` (gloss to number, in the order of the alphabet); for
    gislr the folders of signers with `train.csv` and the map of signs. The folder appears when all is written.

    fps, aspect: of clips that do not state theirs. Raises `CheremeError` where the format cannot hold a clip.
    """
    if name not in FORMATS:
        raise CheremeError(f"nothing is exported as {name}: choose among {', '.join(FORMATS)}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CheremeError(f"{out} is in the way: choose a new or empty folder")
    writing = out.with_name(f".{out.name}.writing")
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir(parents=True)
    try:
        files, filled = list[Path](), 0
        for done, (sample, file) in enumerate(_places(dataset, writing, name), start=1):
            clip = dataset[done - 1]
            clip = replace(clip, fps=clip.fps or fps, aspect=clip.aspect or aspect)
            _write(clip, file, name, sample)
            filled += sum(int((~clip.present(group)).sum()) for group in clip.layout.groups)
            files.append(file)
            on_progress(done, len(dataset))
        (_write_train_table if name == "gislr" else _write_manifest)(dataset, writing, files)
        writing.replace(out)
    except BaseException:
        shutil.rmtree(writing, ignore_errors=True)
        raise
    return Exported(len(dataset), filled if FORMATS[name].ZEROS else None)


def _places(dataset: SignDataset, folder: Path, name: str) -> Iterator[tuple[Sample, Path]]:
    """Where each clip goes: numbered in the folder of its gloss or signer, named by letters and digits."""
    taken = Counter[str]()
    for sample in dataset.samples:
        above = f"train_landmark_files/{_safe(sample.signer or '0')}" if name == "gislr" else _safe(sample.gloss)
        place = folder / above / f"{taken[above]}{FORMATS[name].SUFFIX}"
        taken[above] += 1
        yield sample, place


def _write(clip: LandmarkSequence, file: Path, name: str, sample: Sample) -> None:
    if len(clip) == 0:
        raise CheremeError(f"clip {sample.id} has no frames, which no format can hold: leave it out")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        FORMATS[name].write(file, clip)
    except CheremeError as error:
        raise CheremeError(f"clip {sample.id}: {error}") from error


def _write_manifest(dataset: SignDataset, folder: Path, files: Sequence[Path]) -> None:
    write_manifest(
        folder / "manifest.csv",
        [
            Recording(sample.id, file, sample.gloss, sample.signer, sample.session, sample.split)
            for sample, file in zip(dataset.samples, files, strict=True)
        ],
    )
    _write_labels(folder / "labels.json", dataset)


def _write_train_table(dataset: SignDataset, folder: Path, files: Sequence[Path]) -> None:
    with (folder / "train.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "participant_id", "sequence_id", "sign"])
        for sample, file in zip(dataset.samples, files, strict=True):
            writer.writerow([file.relative_to(folder).as_posix(), sample.signer, sample.id, sample.gloss])
    _write_labels(folder / SIGN_MAP, dataset)


def _write_labels(file: Path, dataset: SignDataset) -> None:
    labels = {gloss: number for number, gloss in enumerate(dataset.glosses)}
    file.write_text(json.dumps(labels, indent=1, ensure_ascii=False), encoding="utf-8")


def _safe(name: str) -> str:
    return re.sub(r"[^\w-]", "_", name)[:100] or "_"
