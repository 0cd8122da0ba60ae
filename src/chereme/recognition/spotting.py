"""Where in a stream of probabilities is a sign? A state machine without model, clock or arrays.

A sign is committed when one gloss has stayed ahead for `hold_s`. Held letters and moving words go the same way: a
window that slides over a moving sign is sure of it for about as long as the window is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chereme.bundles.manifest import Spotting
from chereme.recognition.events import State

MIN_AGREEING = 2
"""Predictions that must agree, however seldom they come: one alone may be a slip."""


@dataclass(frozen=True)
class Spot:
    """A committed sign: which gloss, how sure, and from when to when (milliseconds of the stream)."""

    index: int
    confidence: float
    start: float
    end: float


@dataclass
class _Run:
    """One gloss ahead, without another between."""

    index: int
    first: float
    start: float
    last: float
    confidence: float
    agreeing: int = 1


class Spotter:
    """Feed it predictions in the order of time; it says when a sign is committed."""

    def __init__(self, spotting: Spotting, idle_index: int | None) -> None:
        self._window = spotting.window_s * 1000.0
        self._hold = spotting.hold_s * 1000.0
        self._pause = spotting.pause_s * 1000.0
        self._min_confidence = spotting.min_confidence
        self._idle = idle_index
        self.clear()

    def clear(self) -> None:
        """Forget everything, also which sign came last."""
        self._run: _Run | None = None
        self._committed: int | None = None
        self._signed_at: float | None = None

    @property
    def state(self) -> State:
        if self._run is None:
            return "idle"
        return "hold" if self._run.index == self._committed else "signing"

    def predict(self, start: float, end: float, probabilities: Sequence[float]) -> Spot | None:
        """Take the probabilities of the clip from `start` to `end`; the sign that they complete, if they do."""
        best = max(range(len(probabilities)), key=probabilities.__getitem__)
        if best == self._idle:
            self.quiet(end)
            return None
        if not probabilities[best] >= self._min_confidence:  # so that NaN is doubt, too
            # Unsure is no pause: a sign that wavers for a moment must not count twice. Without an idle gloss it is the
            # only sign of one.
            if self._idle is None:
                self.quiet(end)
            else:
                self._drop_stale_run(end)
            return None
        self._signed_at = end
        if self._run is None or self._run.index != best:
            # When a gloss takes the lead, about half of the window lies within its sign.
            begun = max(start, end - self._window / 2)
            self._run = _Run(best, end, begun, end, probabilities[best])
        else:
            self._run.last = end
            self._run.agreeing += 1
            self._run.confidence = max(self._run.confidence, probabilities[best])
        held = self._run.last - self._run.first >= self._hold and self._run.agreeing >= MIN_AGREEING
        return self._commit(end) if held else None

    def close(self, end: float) -> Spot | None:
        """The hands left at `end`: a sign that was ahead is over, and is committed though it was not held for long."""
        spot = self._commit(end) if self._run is not None and self._run.agreeing >= MIN_AGREEING else None
        self._run = None
        return spot

    def quiet(self, now: float) -> None:
        """Nobody signs at `now`; after `pause_s` of it the same sign counts again."""
        self._drop_stale_run(now)
        if self._signed_at is None or now - self._signed_at >= self._pause:
            self._committed = None

    def _drop_stale_run(self, now: float) -> None:
        if self._run is not None and now - self._run.last >= min(self._pause, self._hold):
            self._run = None

    def _commit(self, end: float) -> Spot | None:
        run = self._run
        if run is None or run.index == self._committed:
            return None
        self._committed = run.index
        return Spot(run.index, run.confidence, run.start, end)
