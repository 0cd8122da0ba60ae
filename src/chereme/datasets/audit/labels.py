"""Glosses that are likely one word in two spellings."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from chereme.datasets.audit.finding import Finding
from chereme.datasets.dataset import IDLE, SignDataset

SHORTEST = 5
"""Letters from which on one letter's difference is suspicious; `no` and `now` are two words."""


def spellings(dataset: SignDataset) -> tuple[Finding, ...]:
    """Glosses that differ in case and separators only, and those one letter apart."""
    clips = Counter(dataset.column("gloss"))
    same: dict[str, list[str]] = defaultdict(list)
    for gloss in sorted(clips):
        if gloss != IDLE:
            same[bare(gloss)].append(gloss)
    twice = tuple(tuple(group) for group in same.values() if len(group) > 1)
    found = []
    if twice:
        found.append(
            Finding(
                "one-word-twice",
                "warning",
                f"glosses that differ in case or separators only: {_listed(twice, clips)}",
                "make them one: chereme data merge with --glosses",
                twice,
            )
        )
    near = tuple(tuple(sorted((same[one][0], same[other][0]))) for one, other in one_letter_apart(same))
    if near:
        found.append(
            Finding(
                "one-letter-apart",
                "note",
                f"glosses one letter apart, perhaps a slip: {_listed(near, clips)}",
                "if it is one word, make them one: chereme data merge with --glosses",
                near,
            )
        )
    return tuple(found)


def bare(gloss: str) -> str:
    """Without case, spaces and punctuation, in one form of Unicode; letters and vowel signs of any script stay."""
    folded = unicodedata.normalize("NFKC", gloss).casefold()
    return "".join(each for each in folded if unicodedata.category(each)[0] not in "PZSC") or folded


def one_letter_apart(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of words of which one has a letter more, another letter, or two letters exchanged.

    Two such words share what is left of them without one letter, so no word is compared with all others.
    """
    shared: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= SHORTEST:
            for rest in {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}:
                shared[rest].append(word)
    pairs = {
        (first, second)
        for group in shared.values()
        for place, first in enumerate(group)
        for second in group[place + 1 :]
        if _one_apart(first, second)
    }
    return tuple(sorted(pairs))


def _one_apart(first: str, second: str) -> bool:
    if re.sub(r"\d+", "", first) == re.sub(r"\d+", "", second):  # sign1 and sign2 are meant
        return False
    if len(first) == len(second):
        places = [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
        exchanged = (
            len(places) == 2
            and places[1] == places[0] + 1
            and first[places[0]] == second[places[1]]
            and first[places[1]] == second[places[0]]
        )
        return len(places) == 1 or exchanged
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _listed(groups: tuple[tuple[str, ...], ...], clips: Counter[str]) -> str:
    shown = [" / ".join(f"{gloss} ({clips[gloss]})" for gloss in group) for group in groups[:5]]
    return ", ".join(shown) + (" …" if len(groups) > 5 else "")
