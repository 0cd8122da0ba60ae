"""What a licence asks for, and what follows for data put together under several.

Not legal advice: words of a licence are read, not its text. What is not understood counts as unclear, and from unclear
data nothing is given away.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Terms(IntEnum):
    """What may be done, from the freest to the strictest; of several the strictest holds."""

    FREE = 0
    """No condition: CC0, public domain."""
    ATTRIBUTION = 1
    """The source must be named: MIT, BSD, Apache, CC BY."""
    SHARE_ALIKE = 2
    """What is made of it must go under the same licence: CC BY-SA."""
    NON_COMMERCIAL = 3
    """Not for commercial use."""
    BENCHMARK_ONLY = 4
    """For measuring only: C-UDA, no derivatives, unclear or unstated."""


_WORDS = (  # the strictest first
    (
        Terms.BENCHMARK_ONLY,
        r"c-uda|computational use|benchmark only|unclear|unknown|unstated|no[- ]?deriv|\bnd\b|academic|research only",
    ),
    (Terms.NON_COMMERCIAL, r"non-?commercial|no commercial|\bnc\b"),
    (Terms.SHARE_ALIKE, r"share-?alike|\bsa\b|odbl|gpl"),
    (Terms.ATTRIBUTION, r"\bmit\b|\bapache\b|\bbsd\b|\bisc\b|cc[- ]by|creative commons attribution|attribution"),
    (Terms.FREE, r"\bcc[- ]?0\b|cc-zero|public domain|\bpddl\b|unlicense"),
)

SAYS = {
    Terms.FREE: "no condition",
    Terms.ATTRIBUTION: "attribution: name every source",
    Terms.SHARE_ALIKE: "share-alike: what is made of it goes under the same licence",
    Terms.NON_COMMERCIAL: "non-commercial use only",
    Terms.BENCHMARK_ONLY: "benchmark only: nothing made of it may be given away",
}


@dataclass(frozen=True)
class Joined:
    """The licence of data put together."""

    terms: Terms
    text: str
    """For `dataset.json`: what holds, then every input with its own words."""
    strictest: tuple[str, ...]
    """The inputs because of which it holds."""

    @property
    def may_ship(self) -> bool:
        """Whether a bundle trained on it may be given away."""
        return self.terms <= Terms.SHARE_ALIKE


def terms_of(licence: str) -> Terms:
    """What a licence asks for, from its words; not understood is BENCHMARK_ONLY."""
    return next((terms for terms, words in _WORDS if re.search(words, licence.lower())), Terms.BENCHMARK_ONLY)


def joined_licence(inputs: Sequence[tuple[str, str]]) -> Joined:
    """inputs: name and licence of each."""
    terms = max(terms_of(licence) for _, licence in inputs)
    text = f"{SAYS[terms]}. " + "; ".join(f"{name}: {licence or 'not stated'}" for name, licence in inputs)
    return Joined(terms, text, tuple(name for name, licence in inputs if terms_of(licence) == terms))
