"""From the catalog to the disk: what anybody may fetch is fetched, checked, unpacked, and imported."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from chereme.datasets.catalog.corpus import Corpus, Download
from chereme.datasets.catalog.unpacking import unpack
from chereme.datasets.corpora.http import FetchError, download
from chereme.datasets.importing import Imported, find_clips, import_clips
from chereme.errors import CheremeError

LARGEST = 100 * 10**9
TRIES = 5


def fetch(
    corpus: Corpus,
    folder: Path,
    *,
    patience: float = 30.0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Bring the downloads of a corpus into `folder`. What is there is not fetched again, and a download that broke off
    goes on where it was.

    progress: called with the bytes of a file that are there, and all. Raises `CheremeError`.
    """
    for wanted in corpus.downloads:
        _fetch(wanted, folder / wanted.name, patience, progress)


def import_landmarks(
    corpus: Corpus, folder: Path, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[Path, Imported]:
    """Make datasets of the downloads that are landmarks already; run again, it goes on. Raises `CheremeError`."""
    datasets = {}
    for each in corpus.landmarks:
        source, out = folder / each.folder, folder / each.name
        datasets[out] = import_clips(
            find_clips(source, each.format),
            out,
            format=each.format,
            root=source,
            name=each.name,
            sign_language=corpus.sign_language,
            license=corpus.license,
            source=corpus.citation,
            on_progress=progress,
        )
    return datasets


def _fetch(wanted: Download, target: Path, patience: float, progress: Callable[[int, int], None]) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = not target.suffix
    arrived = target.with_name(f"{target.name}.zip") if packed else target

    def report(done: int, whole: int | None) -> None:
        progress(done, whole or done)

    def check(file: Path) -> None:
        if wanted.sha256 and _sha256(file) != wanted.sha256:
            raise FetchError("what came is not what was published: its sha256 differs", again=False)

    for attempt in range(1, TRIES + 1):
        if arrived.exists():
            break
        try:
            download(wanted.url, arrived, limit=LARGEST, patience=patience, check=check, progress=report)
        except FetchError as error:
            if not error.again or attempt == TRIES:
                raise CheremeError(f"{wanted.url} cannot be fetched: {error}; run again to go on") from error
            time.sleep(max(error.wait, min(patience, 2.0**attempt)))
    if packed:
        try:
            unpack(arrived, target)
        finally:  # what was refused or is damaged is fetched again
            arrived.unlink()


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
