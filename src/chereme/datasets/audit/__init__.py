"""What could make a score lie, or a model learn nonsense. One file for each kind of check."""

from collections.abc import Callable, Iterator

from chereme.datasets.audit.alike import NEAR, Alike, find_alike
from chereme.datasets.audit.clips import damaged_clips
from chereme.datasets.audit.copies import copies, first_of_copies
from chereme.datasets.audit.finding import Finding
from chereme.datasets.audit.labels import spellings
from chereme.datasets.audit.sides import alike_on_both_sides, copies_on_both_sides, evidence, people_on_both_sides
from chereme.datasets.dataset import SignDataset
from chereme.datasets.split_file import read_split, split_names
from chereme.datasets.splits import Split, leave_one_out, official

__all__ = ["Finding", "audit", "splits_to_check"]

COLUMN = "the split column"

ORDER = ("leak", "fault", "warning", "note")


def audit(
    dataset: SignDataset, split: str | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[Finding, ...]:
    """Everything that was found, the gravest first.

    split: the one to check; without it all that are kept, and the one that came with the data. Where there is none,
        leaving out each signer (or session) is checked, as cross-validation does.
    """
    splits = {split: read_split(dataset, split)} if split else dict(splits_to_check(dataset))
    first_of = first_of_copies(dataset)
    alike = find_alike(dataset, first_of, progress)
    found = [*copies(dataset, first_of), *_alike(dataset, alike), *damaged_clips(dataset), *spellings(dataset)]
    for name, each in splits.items():
        part_of = each.part_of(dataset)
        found += copies_on_both_sides(dataset, name, part_of, first_of)
        found += alike_on_both_sides(dataset, name, part_of, alike)
        found += people_on_both_sides(dataset, name, each, part_of)
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.severity)))


def splits_to_check(dataset: SignDataset) -> Iterator[tuple[str, Split]]:
    """The splits that are kept, the split column, or else what cross-validation would hold out; with their names."""
    kept = {name: read_split(dataset, name) for name in split_names(dataset)}
    yield from kept.items()
    if dataset.column("split").astype(bool).any() and not any(split.kind == "official" for split in kept.values()):
        yield COLUMN, official(dataset)
    elif not kept:
        for by in ("signer", "session"):
            names = set(dataset.column(by))
            if None not in names and len(names) > 1:
                yield f"crossval --by {by}", leave_one_out(dataset, by)
                return


def _alike(dataset: SignDataset, alike: tuple[Alike, ...]) -> Iterator[Finding]:
    """That there are clips all but equal, whichever side they are on."""
    ids, glosses = dataset.column("id"), dataset.column("gloss")
    pairs = [pair for group in alike for pair in group.pairs]
    labels = [pair for pair in pairs if glosses[pair.first] != glosses[pair.second]]
    if labels:
        yield Finding(
            "near-copies-under-two-labels",
            "warning",
            f"{len(labels)} pairs of clips are all but equal and have two glosses",
            "look at them: one of the labels is likely wrong",
            tuple((ids[pair.first], ids[pair.second]) for pair in labels),
            evidence=tuple(evidence(pair) for pair in labels),
        )
    if pairs:
        changed = sum(pair.how != NEAR for pair in pairs)
        also = f"; {changed} of {len(pairs)} pairs are mirrored, turned, scaled or at another speed" if changed else ""
        yield Finding(
            "alike",
            "note",
            f"{sum(len(group.members) for group in alike)} clips are all but copies of others, in {len(alike)} groups"
            + also,
            "never split them at random: chereme data split --by signer or --by session",
            tuple(tuple(ids[list(group.members)]) for group in alike),
            evidence=tuple({"first": ids[pair.first], "second": ids[pair.second], **evidence(pair)} for pair in pairs),
        )
