"""What an audit says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["leak", "fault", "warning", "note"]
"""leak: a score on this split would lie. fault: the data contradicts itself. warning: look at it. note: know it."""


@dataclass(frozen=True)
class Finding:
    """One kind of thing that was found, with every place where it is."""

    check: str
    severity: Severity
    message: str
    """What it is, in a sentence."""
    advice: str
    """What to do about it."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Ids of clips (or glosses, signers, sessions) that belong together."""
    split: str | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    """How alike which two clips are, where that was measured."""
