"""Several datasets as one: glosses spelled alike, ids that stay apart, and a licence that follows from theirs."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from chereme.datasets.dataset import SignDataset
from chereme.datasets.licences import joined_licence
from chereme.datasets.samples import Sample
from chereme.datasets.text_file import read_text
from chereme.errors import CheremeError
from chereme.landmarks.layout import GROUP_SIZES, Layout
from chereme.landmarks.sequence import LandmarkSequence

_CLIPS = 500
"""Clips written at once."""


def merge(
    datasets: Sequence[SignDataset],
    output: Path,
    *,
    name: str | None = None,
    glosses: Mapping[str, str] | None = None,
    groups: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> SignDataset:
    """Write all clips into a new dataset, the inputs untouched.

    glosses: from a spelling to the one to use; an empty one leaves the clips out. groups: the layout of the result,
        by default the groups that all have. An id that occurs twice is preceded by its dataset's name, and so are
        signers and sessions, since `s1` of one set is not `s1` of another. Where a clip's source is not stated, it
        becomes its dataset and id there. The `split` column is dropped: it fits none of the parts any more.
    """
    if len(datasets) < 2:
        raise CheremeError("there is nothing to merge: name two datasets or more")
    names = [each.description.name for each in datasets]
    if len(set(names)) < len(names):
        raise CheremeError(f"two of the datasets are called {max(names, key=names.count)}: rename one in dataset.json")
    languages = sorted({each.description.sign_language for each in datasets})
    if len(languages) > 1:
        raise CheremeError(f"the datasets are of different sign languages, {', '.join(languages)}: merge one language")
    layout = _layout(datasets, groups)
    ids = [sample for each in datasets for sample in each.column("id")]
    twice = len(set(ids)) < len(ids)
    spelling = glosses or {}
    if unknown := sorted(set(spelling) - {gloss for each in datasets for gloss in each.glosses}):
        raise CheremeError(f"no dataset has the gloss {', '.join(unknown)}: correct the list of glosses")
    merged = SignDataset.create(
        output,
        name=name or "-".join(names),
        sign_language=languages[0],
        groups=layout.groups,
        license=joined_licence([(each.description.name, each.description.license) for each in datasets]).text,
        source="; ".join(f"{each.description.name}: {each.description.source}" for each in datasets),
        notes=f"Merged from {', '.join(f'{each.description.name} ({len(each)} clips)' for each in datasets)}."
        + "".join(f" {one} became {other or 'nothing'}." for one, other in spelling.items()),
    )
    batch: list[tuple[Sample, LandmarkSequence]] = []
    for number, clip in enumerate(_clips(datasets, layout, spelling, prefixed=twice), start=1):
        batch.append(clip)
        if len(batch) == _CLIPS:
            merged, batch = merged.append(batch), []
            if progress:
                progress(number, len(ids))
    return merged.append(batch)


def read_glosses(file: Path) -> dict[str, str]:
    """A map of spellings: JSON `{"thankyou": "thank-you"}`, or CSV with two columns and no heading."""
    text = read_text(file, "a map of glosses")
    if file.suffix.lower() == ".json":
        found = _json_map(text)
    else:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        found = {row[0].strip(): row[1].strip() for row in rows} if all(len(row) == 2 for row in rows) else None
    if found is None:
        shape = '{"thankyou": "thank-you"}' if file.suffix.lower() == ".json" else "thankyou,thank-you in each row"
        raise CheremeError(f"{file} is no map of glosses: it should be like {shape}")
    if chained := sorted(set(found) & set(found.values()) - {key for key, value in found.items() if key == value}):
        raise CheremeError(f"{file}: {', '.join(chained)} is both replaced and a replacement: name the last one only")
    return found


def _json_map(text: str) -> dict[str, str] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()) else None


def _layout(datasets: Sequence[SignDataset], groups: Sequence[str]) -> Layout:
    shared = [group for group in GROUP_SIZES if all(group in each.layout for each in datasets)]
    if not groups and not shared:
        raise CheremeError("the datasets have no group of landmarks in common: choose some with --groups")
    layout = Layout(tuple(groups or shared))
    for group in layout.groups:
        if not any(group in each.layout for each in datasets):
            raise CheremeError(f"no dataset has {group}: choose among the groups that they have")
    return layout


def _clips(
    datasets: Sequence[SignDataset], layout: Layout, spelling: Mapping[str, str], *, prefixed: bool
) -> Iterator[tuple[Sample, LandmarkSequence]]:
    for dataset in datasets:
        own = dataset.description.name
        for index, sample in enumerate(dataset.samples):
            gloss = spelling.get(sample.gloss, sample.gloss)
            if not gloss:
                continue
            taken = replace(
                sample,
                id=f"{own}/{sample.id}" if prefixed else sample.id,
                gloss=gloss,
                signer=sample.signer and f"{own}/{sample.signer}",
                session=sample.session and f"{own}/{sample.session}",
                split=None,
                source=sample.source or f"{own}/{sample.id}",
            )
            yield taken, dataset[index].select(layout)
