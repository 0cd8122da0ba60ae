"""What every tracker can do, and the one that keeps nothing."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

Kind = Literal["train", "search", "trial", "test"]


class TrackedRun(Protocol):
    """One run being kept; as a context manager it ends well, or as failed where an exception leaves the block."""

    id: str | None
    """None where nothing is kept."""

    def describe(self, facts: Mapping[str, Any]) -> None:
        """Facts that are known only later, such as the hash of the weights; nested as in JSON."""

    def measure(self, values: Mapping[str, float], step: int = 0) -> None:
        """A point of each curve; the last point stands for the run."""

    def keep(self, file: Path, folder: str = "") -> None:
        """A copy of this file, in a folder of the run."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Tracker(Protocol):
    name: str

    def start(
        self, name: str, kind: Kind, project: str, facts: Mapping[str, Any], parent: str | None = None
    ) -> TrackedRun:
        """Begin a run.

        project: runs of one project stand together; the name of the dataset. facts: configuration, code version and
        hashes, nested as in JSON. parent: id of the run that this one belongs to.
        """

    def trained(self, weights_sha256: str) -> str | None:
        """The id of the training run that left these weights; None where it is not known here."""


class NoTracker:
    """Keeps nothing."""

    name = "none"

    def start(
        self, name: str, kind: Kind, project: str, facts: Mapping[str, Any], parent: str | None = None
    ) -> "NoRun":
        return NoRun()

    def trained(self, weights_sha256: str) -> str | None:
        return None


class NoRun:
    id: str | None = None

    def describe(self, facts: Mapping[str, Any]) -> None: ...

    def measure(self, values: Mapping[str, float], step: int = 0) -> None: ...

    def keep(self, file: Path, folder: str = "") -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


def runs_folder() -> Path:
    """Where runs and the count of tests are kept: `CHEREME_RUNS`, else `~/.local/share/chereme/runs`."""
    return Path(os.environ.get("CHEREME_RUNS") or "~/.local/share/chereme/runs").expanduser()


def flat(facts: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Nested facts as text by dotted name; a list is written as JSON."""
    found: dict[str, str] = {}
    for name, value in facts.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        elif value is not None:
            found[before + name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return found
