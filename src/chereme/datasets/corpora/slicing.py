"""The first glosses of a corpus as a slice: a JSON file that says all there is to fetch and to cut.

MS-ASL100, 200, 500 and 1000 are the first so many classes of its list, WLASL100 … 2000 likewise; so a smaller slice is
always part of a larger one. The official split of every clip is kept.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from chereme.datasets.corpora.annotations import SPLITS, Annotation, Annotations
from chereme.errors import CheremeError

FORMAT = 1


@dataclass(frozen=True)
class Slice:
    """Clips by their labels' numbers, and the glosses by number."""

    format: int
    corpus: str
    labels: dict[str, int]
    """Gloss to number, in the order of the numbers."""
    synonyms: dict[str, tuple[str, ...]]
    """Words that the corpus takes for a gloss."""
    clips: tuple[Annotation, ...]

    def count(self, split: str) -> int:
        return sum(clip.split == split for clip in self.clips)


def take(listed: Annotations, max_classes: int) -> Slice:
    """The clips of the first `max_classes` glosses; raises `CheremeError` where the corpus has fewer."""
    if max_classes > len(listed.glosses):
        raise CheremeError(f"{listed.corpus} has {len(listed.glosses)} glosses here: take so many or fewer")
    glosses = listed.glosses[:max_classes]
    clips = [clip for clip in listed.clips if clip.label < max_classes]
    return Slice(
        format=FORMAT,
        corpus=listed.corpus,
        labels={gloss: number for number, gloss in enumerate(glosses)},
        synonyms={words[0]: words[1:] for words in listed.synonyms if words and words[0] in glosses},
        clips=tuple(sorted(clips, key=lambda clip: (clip.label, SPLITS.index(clip.split)))),
    )


def write_slice(file: Path, part: Slice) -> None:
    """Write so that a reader sees the old file or the new one and nothing between."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.writing")
    temporary.write_text(json.dumps(asdict(part), indent=1, ensure_ascii=False), encoding="utf-8")
    temporary.replace(file)


def read_slice(file: Path) -> Slice:
    """A slice as `write_slice` wrote it; raises `CheremeError` where it is none."""
    try:
        part = TypeAdapter(Slice).validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise CheremeError(f"there is no slice {file}: make one with `slice` first") from error
    except (OSError, ValidationError) as error:
        raise CheremeError(f"{file} is not a slice: make it again with `slice`") from error
    if part.format > FORMAT:
        raise CheremeError(f"{file} has slice format {part.format}, newer than {FORMAT}: upgrade chereme")
    for clip in part.clips:
        if not re.fullmatch(r"[\w-]{1,100}", clip.id):  # it becomes a file name
            raise CheremeError(f"{file} is not a slice: {clip.id!r} is no id of a clip")
    return part
