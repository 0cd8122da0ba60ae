"""`failed.json`: what could not be had, and why; so that people can look, and a second run says how often it tried."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

Step = Literal["download", "cut"]


@dataclass(frozen=True)
class Failure:
    """A film that was not fetched, with all its clips, or a clip that was not cut.

    tries: how often it was tried, earlier runs included.
    when: of the last try, UTC.
    """

    step: Step
    url: str
    clips: tuple[str, ...]
    reason: str
    tries: int = 1
    when: str = ""


class Failures:
    """The report in a folder. Every word on a film or clip is written at once, because a run may end at any time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "failed.json"
        try:
            rows = TypeAdapter(tuple[Failure, ...]).validate_json(self._file.read_bytes())
        except (FileNotFoundError, ValidationError):  # it is only a report: a damaged one counts as none
            rows = ()
        self._rows = {(row.step, row.url, row.clips): row for row in rows}

    def of(self, step: Step) -> tuple[Failure, ...]:
        return tuple(row for row in self._rows.values() if row.step == step)

    def add(self, failure: Failure) -> Failure:
        """Note a failure; returns it with its tries added up."""
        key = (failure.step, failure.url, failure.clips)
        tries = failure.tries + (self._rows[key].tries if key in self._rows else 0)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._rows[key] = replace(failure, tries=tries, when=now)
        self._write()
        return self._rows[key]

    def clear(self, step: Step, url: str, clips: tuple[str, ...]) -> None:
        """It went well this time."""
        if self._rows.pop((step, url, clips), None):
            self._write()

    def _write(self) -> None:
        temporary = self._file.with_name(f".{self._file.name}.writing")
        rows = [asdict(row) for row in self._rows.values()]
        temporary.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
        temporary.replace(self._file)
