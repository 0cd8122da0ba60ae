"""MS-ASL and WLASL hold no film: their lists become a manifest of what is to be fetched and cut."""

from collections import Counter
from pathlib import Path
from typing import Any

from chereme.datasets.corpora.annotations import READERS, Annotations
from chereme.datasets.corpora.sources import sources_of
from chereme.datasets.manifest import Recording, write_manifest
from chereme.errors import CheremeError

ANNOTATED = tuple(READERS)
"""Formats whose import is a manifest."""


def import_list(source: Path, out: Path, corpus: str) -> Annotations:
    """Write the manifest `out` of all clips that the lists in `source` (a folder, or one of its files) name.

    A clip is a part of a film, `sources/NAME.mp4` beside the manifest, which is where the films are fetched to.
    """
    if out.suffix.lower() != ".csv":
        raise CheremeError(f"{corpus} is a list without films, and becomes a manifest: give OUT the ending .csv")
    if out.exists():
        raise CheremeError(f"{out} is in the way: choose a new file for the manifest")
    listed = READERS[corpus](source if source.is_dir() else source.parent)
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.writing")
    write_manifest(
        temporary,
        [
            Recording(
                clip.id,
                film.film(out.parent),
                clip.gloss,
                clip.signer,
                None,
                clip.split,
                clip.start,
                clip.end,
                clip.box,
            )
            for film in sources_of(listed.clips)
            for clip in film.clips
        ],
    )
    temporary.replace(out)
    return listed


def describe_list(listed: Annotations) -> dict[str, Any]:
    """Counts of clips by split, of glosses that occur and of signers that are named."""
    return {
        "corpus": listed.corpus,
        "clips": len(listed.clips),
        "splits": dict(Counter(clip.split for clip in listed.clips)),
        "glosses": len({clip.gloss for clip in listed.clips}),
        "signers": {
            split: len({clip.signer for clip in listed.clips if clip.split == split and clip.signer})
            for split in dict.fromkeys(clip.split for clip in listed.clips)
        },
    }
