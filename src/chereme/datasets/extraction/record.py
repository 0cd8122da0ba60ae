"""What is known of an extraction beside its dataset, in `extraction.json`: how it is done, and which files failed."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from chereme.datasets.extraction.clip import How
from chereme.datasets.manifest import Recording
from chereme.errors import CheremeError

FILE = "extraction.json"


@dataclass(frozen=True)
class Failure:
    """A recording that gave no clip, and why, in one line."""

    id: str
    file: str
    code: str
    reason: str
    size: int | None = None
    modified: int | None = None
    """Size in bytes and time of modification in nanoseconds when it failed; None where there was no file."""

    @classmethod
    def of(cls, recording: Recording, source: str, code: str, reason: str) -> Self:
        return cls(recording.id, source, code, reason, *_stamp(recording.path))

    def stands(self, recording: Recording) -> bool:
        """Whether the file is still the one that failed."""
        return (self.size, self.modified) == _stamp(recording.path)


@dataclass(frozen=True)
class Record:
    """`extraction.json`."""

    how: How
    failed: dict[str, Failure]
    """By id."""

    @classmethod
    def open(cls, dataset: Path, how: How) -> Self:
        """The record of a dataset folder, or a new one. Raises CheremeError when it was made in another way."""
        content = _read(dataset)
        if content is None:
            return cls(how, {})
        if content["how"] != _comparable(how):
            raise CheremeError(
                f"{dataset} was extracted with other options ({json.dumps(content['how'])}): give the same, or a new "
                "folder"
            )
        return cls(how, {each.id: each for each in _failures(content, dataset)})

    def save(self, dataset: Path) -> None:
        failed = [asdict(each) for each in self.failed.values()]
        text = json.dumps({"how": _comparable(self.how), "failed": failed}, indent=1, ensure_ascii=False)
        temporary = dataset / f".{FILE}.writing"
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(dataset / FILE)

    def with_outcome(self, failures: Iterable[Failure], extracted: Iterable[str]) -> Self:
        """The record after these failures, and without those that have been extracted since."""
        done = set(extracted)
        failed = {id_: each for id_, each in self.failed.items() if id_ not in done}
        return replace(self, failed={**failed, **{each.id: each for each in failures}})


def read_failures(dataset: Path) -> tuple[Failure, ...]:
    """The recordings that could not be extracted into this dataset folder."""
    content = _read(dataset)
    return () if content is None else _failures(content, dataset)


def _comparable(how: How) -> dict[str, Any]:
    return {"drop_empty": how.drop_empty, "border": how.border}


def _read(dataset: Path) -> dict[str, Any] | None:
    file = dataset / FILE
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _unreadable(file) from error
    if not isinstance(content, dict) or not {"how", "failed"} <= content.keys():
        raise _unreadable(file)
    return content


def _failures(content: dict[str, Any], dataset: Path) -> tuple[Failure, ...]:
    try:
        return tuple(Failure(**each) for each in content["failed"])
    except TypeError as error:
        raise _unreadable(dataset / FILE) from error


def _unreadable(file: Path) -> CheremeError:
    return CheremeError(f"{file} is not the record of an extraction: delete it, and files that failed are tried again")


def _stamp(file: Path) -> tuple[int | None, int | None]:
    try:
        state = file.stat()
    except OSError:
        return None, None
    return state.st_size, state.st_mtime_ns
