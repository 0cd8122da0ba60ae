"""Clips of one signer joined into a stream: idle, word, idle, word, … idle.

Idle is the signer's own clips of the idle gloss. Where there are none, the hands are out of view for as long and the
rest of the body stays as it was at the nearest clip; such a gap is no test of false alarms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.datasets.dataset import SignDataset
from chereme.errors import CheremeError

IDLE_CLIPS = (1, 2)
"""The fewest and the most idle clips between two words."""
GAP_S = 1.3
"""Length of one gap clip where the signer has none of their own."""
IDLE_STREAM_CLIPS = 20
"""Idle clips joined into one stream of nothing but idle."""


@dataclass(frozen=True)
class Span:
    """A clip within a stream: what was signed (None for idle), from when to when, in milliseconds."""

    gloss: str | None
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Stream:
    """One signer's clips, end to end.

    times: float64 [frames], milliseconds. points: float32 [frames, points, 3] of the bundle's groups, fractions of a
    picture of the bundle's aspect, NaN = missing.
    """

    times: NDArray[np.float64]
    points: NDArray[np.float32]
    spans: tuple[Span, ...]

    @property
    def reference(self) -> tuple[str, ...]:
        """What was signed."""
        return tuple(span.gloss for span in self.spans if span.gloss is not None)

    @property
    def idle_minutes(self) -> float:
        return sum(span.end - span.start for span in self.spans if span.gloss is None) / 60_000.0


@dataclass(frozen=True, eq=False)
class _Clip:
    gloss: str | None
    points: NDArray[np.float32]
    step: float
    """Milliseconds from frame to frame."""


class Joiner:
    """Draws streams from some samples of a dataset, for one bundle. The same generator draws the same streams."""

    def __init__(
        self, dataset: SignDataset, indices: Sequence[int], manifest: Manifest, rng: np.random.Generator
    ) -> None:
        """indices: the held-out samples; those whose gloss the bundle does not know are left out.

        Raises CheremeError when nothing is left.
        """
        self._dataset = dataset
        self._manifest = manifest
        self._rng = rng
        glosses = [dataset.samples[index].gloss for index in indices]
        known = {gloss.gloss for gloss in manifest.vocabulary} - {manifest.idle}
        self._words = [index for index, gloss in zip(indices, glosses, strict=True) if gloss in known]
        self._idle = [index for index, gloss in zip(indices, glosses, strict=True) if gloss == manifest.idle]
        if not self._words and not self._idle:
            raise CheremeError(f"{dataset.path} has no clip of these signers with a gloss of {manifest.name}")

    @property
    def signs(self) -> bool:
        """There are words to make a `stream` of; of others only `idle_streams`."""
        return bool(self._words)

    @property
    def real_idle(self) -> bool:
        """Gaps are the signer's own idle clips."""
        return bool(self._idle)

    def stream(self, words: int) -> Stream:
        """A stream of so many words, drawn with replacement; a word may follow itself, after a gap."""
        clips: list[_Clip] = []
        for _ in range(words):
            word = self._clip(int(self._rng.choice(self._words)))
            clips += [*self._gap(word), word]
        return _joined([*clips, *self._gap(clips[-1])])

    def idle_streams(self) -> Iterator[Stream]:
        """Every idle clip once, in random order, in streams of nothing else."""
        order = self._rng.permutation(self._idle)
        for start in range(0, len(order), IDLE_STREAM_CLIPS):
            yield _joined([self._clip(int(index)) for index in order[start : start + IDLE_STREAM_CLIPS]])

    def _gap(self, beside: _Clip) -> list[_Clip]:
        count = int(self._rng.integers(IDLE_CLIPS[0], IDLE_CLIPS[1], endpoint=True))
        if self._idle:
            return [self._clip(int(self._rng.choice(self._idle))) for _ in range(count)]
        still = np.repeat(beside.points[-1:], round(count * GAP_S * 1000.0 / beside.step), axis=0)
        for group, where in self._manifest.layout.slices.items():
            if group.endswith("hand"):
                still[:, where] = np.nan
        return [_Clip(None, still, beside.step)]

    def _clip(self, index: int) -> _Clip:
        sample, sequence = self._dataset.samples[index], self._dataset[index]
        points = sequence.select(self._manifest.layout).points
        points[..., 0] *= (sequence.aspect or self._manifest.aspect) / self._manifest.aspect
        gloss = None if sample.gloss == self._manifest.idle else sample.gloss
        return _Clip(gloss, points, 1000.0 / (sequence.fps or self._manifest.fps))


def _joined(clips: Sequence[_Clip]) -> Stream:
    times, spans, now = [], [], 0.0
    for clip in clips:
        times.append(now + np.arange(len(clip.points)) * clip.step)
        end = now + len(clip.points) * clip.step
        spans.append(Span(clip.gloss, now, end))
        now = end
    return Stream(np.concatenate(times), np.concatenate([clip.points for clip in clips]), tuple(spans))
