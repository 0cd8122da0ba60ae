"""What stands on both sides of a split: copies, clips that are all but copies, people, sessions."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.audit.alike import NEAR, Alike, Pair
from chereme.datasets.audit.finding import Finding, Severity
from chereme.datasets.dataset import SignDataset
from chereme.datasets.splits import Split


def on_both_sides(alike: Iterable[Alike], part_of: NDArray[np.object_]) -> tuple[Alike, ...]:
    """Of each group the pairs that two parts of a split share."""
    found = []
    for each in alike:
        pairs = tuple(pair for pair in each.pairs if _apart(part_of[pair.first], part_of[pair.second]))
        if pairs:
            found.append(Alike(tuple(sorted({clip for pair in pairs for clip in (pair.first, pair.second)})), pairs))
    return tuple(found)


def copies_on_both_sides(
    dataset: SignDataset, name: str, part_of: NDArray[np.object_], first_of: NDArray[np.int64]
) -> tuple[Finding, ...]:
    """Byte-identical clips in two parts. first_of: as `first_of_copies` found it."""
    groups: dict[int, list[int]] = defaultdict(list)
    for index, first in enumerate(first_of):
        if part_of[index] is not None:
            groups[int(first)].append(index)
    ids = dataset.column("id")
    crossing = tuple(tuple(ids[each]) for each in groups.values() if len(set(part_of[each])) > 1)
    if not crossing:
        return ()
    said = f"{sum(map(len, crossing))} clips have a byte-identical copy in another part"
    return (Finding("exact-copies", "leak", said, "leave the copies out, then split again", crossing, name),)


def alike_on_both_sides(
    dataset: SignDataset, name: str, part_of: NDArray[np.object_], alike: Iterable[Alike]
) -> tuple[Finding, ...]:
    """Near-copies in two parts, and changed copies such as augmentation makes."""
    ids = dataset.column("id")
    crossing = [pair for each in on_both_sides(alike, part_of) for pair in each.pairs]
    found = []
    for check, mine, what, advice in (
        (
            "near-copies",
            [pair for pair in crossing if pair.how == NEAR],
            "are all but a copy of one in another part, as stills of one burst are, or a film saved twice",
            "keep each sitting whole: chereme data split --by signer or --by session",
        ),
        (
            "augmented-copies",
            [pair for pair in crossing if pair.how != NEAR],
            "are a changed copy ({how}) of one in another part",
            "split first and augment the training part only, or keep a clip and its children together",
        ),
    ):
        if mine:
            clips = {clip for pair in mine for clip in (pair.first, pair.second)}
            how = Counter(pair.how for pair in mine).most_common(1)[0][0]
            found.append(
                Finding(
                    check,
                    "leak",
                    f"{len(clips)} clips {what.format(how=how)}",
                    advice,
                    tuple((ids[pair.first], ids[pair.second]) for pair in mine),
                    name,
                    tuple(evidence(pair) for pair in mine),
                )
            )
    return tuple(found)


def people_on_both_sides(
    dataset: SignDataset, name: str, split: Split, part_of: NDArray[np.object_]
) -> tuple[Finding, ...]:
    """Signers and sessions in two parts; a leak unless the split was made to keep something larger or smaller whole."""
    found = []
    columns: tuple[Literal["signer", "session"], ...] = ("signer", "session")
    for column in columns:
        parts: dict[str, set[str]] = defaultdict(set)
        for who, part in zip(dataset.column(column), part_of, strict=True):
            if who is not None and part is not None:
                parts[who].add(part)
        both = tuple((who,) for who in sorted(parts) if len(parts[who]) > 1)
        if not both:
            continue
        severity, advice = _weigh(column, split, alone=len(parts) == 1)
        shown = ", ".join(who for (who,) in both[:5]) + (" …" if len(both) > 5 else "")
        message = f"{len(both)} of {len(parts)} {column}s are in more than one part: {shown}"
        found.append(Finding(f"{column}-on-both-sides", severity, message, advice, both, name))
    return tuple(found)


def evidence(pair: Pair) -> dict[str, Any]:
    """What was measured of a pair, for JSON."""
    found = pair.fit
    return {
        "how": pair.how,
        "residual": round(found.residual, 4),
        "covered": round(found.covered, 3),
        "turned_degrees": round(found.turned, 1),
        "scaled": round(found.scaled, 3),
        "speed": round(found.speed, 2),
        "mirrored": found.mirrored,
    }


def _weigh(column: str, split: Split, *, alone: bool) -> tuple[Severity, str]:
    if column == "signer" and alone:
        return "note", "a score on this split says nothing about new people: record more signers"
    if column == "signer" and split.by == "session":
        return "note", "the split goes by session: a score on it says nothing about new people"
    if column == "session" and split.by == "signer":
        return "warning", "signers are apart, yet share a session: see that the sessions are named rightly"
    return "leak", f"split by {column}: chereme data split --by {column}"


def _apart(first: str | None, second: str | None) -> bool:
    return first is not None and second is not None and first != second
