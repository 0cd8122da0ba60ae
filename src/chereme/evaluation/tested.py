"""How often was a model tested on these clips?

It is always written down, whatever tracker keeps the run: a count that can be turned off counts nothing.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.datasets.dataset import SignDataset

FILE = "tests.jsonl"


@dataclass(frozen=True)
class Test:
    """One test: a line of `tests.jsonl`. The hashes say which model, which dataset, and which clips of it."""

    __test__ = False  # it is no test of pytest

    bundle: str
    model_sha256: str
    dataset: str
    dataset_sha256: str
    clips_sha256: str
    clips: int
    top1: float
    date: str
    """ISO 8601, UTC."""

    @classmethod
    def of(cls, manifest: Manifest, dataset: SignDataset, chosen: NDArray[np.int64], top1: float) -> "Test":
        ids = dataset.column("id")
        members = sorted(f"{name} {sha256}" for name, sha256 in manifest.sha256.items() if name != "card.md")
        return cls(
            f"{manifest.name} {manifest.version}",
            _sha256(members),
            dataset.description.name,
            _sha256(ids),
            _sha256(ids[chosen]),
            len(chosen),
            top1,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )


def earlier_tests(folder: Path) -> tuple[Test, ...]:
    """All tests that were written down here, the first first; a line that cannot be read is left out."""
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        try:
            found.append(Test(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return tuple(found)


def write_down(folder: Path, test: Test) -> list[str]:
    """Count this test; returns what is to be said of those before it, a sentence or two each."""
    before = [each for each in earlier_tests(folder) if each.clips_sha256 == test.clips_sha256]
    own = [each for each in before if each.model_sha256 == test.model_sha256]
    others = {each.model_sha256 for each in before} - {test.model_sha256}
    said = []
    if own:
        said.append(
            f"TESTED BEFORE: this is test {len(own) + 1} of {test.bundle} on these clips. The first, on "
            f"{own[0].date[:10]}, gave {own[0].top1:.4f}. Who changes something after each look fits the model to the "
            "test."
        )
    if others:
        said.append(
            f"{len(others)} other model{'s' * (len(others) != 1)} met these clips before: the best of several looks "
            "better than it is. Choose by chereme tune or crossval, and test once."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / FILE).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(test), ensure_ascii=False) + "\n")
    except OSError as error:
        said.append(f"This test could not be counted: {folder / FILE} cannot be written ({error.strerror}).")
    return said


def _sha256(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
