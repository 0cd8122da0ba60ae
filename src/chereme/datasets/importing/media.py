"""Pictures and films into a dataset: they go through extraction, with its defaults."""

from collections.abc import Callable, Sequence
from pathlib import Path

from chereme.datasets.extraction import extract, open_or_create
from chereme.datasets.importing.clips import Failure, Imported
from chereme.datasets.manifest import Recording
from chereme.errors import CheremeError
from chereme.landmarks.layout import BODY


def import_media(
    found: Sequence[Recording],
    out: Path,
    *,
    root: Path,
    name: str,
    sign_language: str,
    license: str,
    source: str,
    groups: Sequence[str] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Extract the landmarks of recordings on all cores; groups: without them those of hands and pose."""
    wanted = tuple(groups or BODY.groups)
    dataset = open_or_create(out, name=name, sign_language=sign_language, groups=wanted, license=license, source=source)
    if dataset.layout.groups != wanted:
        raise CheremeError(f"{out} has groups {', '.join(dataset.layout.groups)}: give the same, or a new folder")
    result = extract(found, dataset, root=root, on_progress=on_progress)
    failed = tuple(Failure(each.id, each.reason) for each in result.failed)
    return Imported(result.dataset, result.extracted, result.already, failed)
