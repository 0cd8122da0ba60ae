"""How well does a bundle read a stream of people that it has never seen?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from chereme.bundles.read import Bundle
from chereme.datasets.dataset import SignDataset
from chereme.errors import CheremeError
from chereme.evaluation.exposure import exposure
from chereme.evaluation.joined import Joiner, Stream
from chereme.evaluation.word_errors import WordErrors, bootstrap_interval, word_errors
from chereme.recognition.events import Word
from chereme.recognition.live import LiveSession
from chereme.recognition.recognizer import Recognizer

Grouping = Literal["signer", "session"]

UNKNOWN = "unknown"
"""The group of clips of which the dataset does not say who signs."""


@dataclass
class GroupScore:
    """What one bundle did on one group of clips."""

    group: str
    bundle: str
    seen: bool
    """The bundle was trained with this signer: the figures flatter."""
    real_idle: bool
    """Gaps are the signer's own idle clips; otherwise the hands are out of view."""
    streams: list[WordErrors] = field(default_factory=list)
    idle_minutes: float = 0.0
    """Of real idle: the gaps, and streams of nothing else."""
    false_words: int = 0
    """Words said in that time."""


@dataclass(frozen=True)
class StreamReport:
    """Scores of all groups, and how they came about."""

    dataset: str
    by: Grouping
    words_per_stream: int
    seed: int
    left_out: tuple[str, ...]
    """Glosses of the dataset that no bundle knows."""
    groups: tuple[GroupScore, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: every rate with its counts."""
        scored = [(group, sum(group.streams, WordErrors())) for group in self.groups if group.streams]
        return {
            "dataset": self.dataset,
            "by": self.by,
            "seen": any(group.seen for group in self.groups),
            "words_per_stream": self.words_per_stream,
            "seed": self.seed,
            "left_out": list(self.left_out),
            **_figures(self.groups, self.seed),
            "worst_group": max(scored, key=lambda pair: pair[1].rate)[0].group,
            "groups": [
                {
                    "group": group.group,
                    "bundle": group.bundle,
                    "seen": group.seen,
                    "gaps": "idle" if group.real_idle else "hands out of view",
                    **_figures([group], self.seed),
                }
                for group in self.groups
            ],
        }


def evaluate_streams(
    dataset: SignDataset,
    bundles: Sequence[Bundle],
    *,
    streams: int = 100,
    words: int = 5,
    min_confidence: float | None = None,
    seed: int = 0,
    allow_seen: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> StreamReport:
    """Join held-out clips into streams and read them with `LiveSession`, as a server would.

    bundles: each scores the groups that it was not trained with.
    streams: how many for each group. words: signs in each. The same seed gives the same streams.
    min_confidence: from which a sign is believed, in place of what each bundle says.
    on_progress: called with the number of streams done and to do.

    Raises CheremeError when a bundle has seen the signers and `allow_seen` is not set, when two bundles hold out the
    same group, and when there is nothing to score. Of whom only idle clips are there, false words are counted.
    """
    if min_confidence is not None:
        bundles = [_believing(bundle, min_confidence) for bundle in bundles]
    by, assigned = assign_groups(dataset, bundles, allow_seen=allow_seen)
    scores: list[GroupScore] = []
    for number, (group, bundle, seen) in enumerate(assigned):
        indices = [index for index, sample in enumerate(dataset.samples) if (getattr(sample, by) or UNKNOWN) == group]
        joiner = Joiner(dataset, indices, bundle.manifest, np.random.default_rng([seed, number]))
        recognizer = Recognizer(bundle)
        score = GroupScore(group, bundle.path.name, seen, joiner.real_idle)
        scores.append(score)
        for done in range(streams if joiner.signs else 0):
            stream = joiner.stream(words)
            said = replay(recognizer, stream)
            score.streams.append(word_errors(stream.reference, [word.gloss for word in said]))
            if joiner.real_idle:
                score.idle_minutes += stream.idle_minutes
                score.false_words += words_in_idle(stream, said)
            if on_progress:
                on_progress(number * streams + done + 1, streams * len(assigned))
        for stream in joiner.idle_streams():
            score.idle_minutes += stream.idle_minutes
            score.false_words += len(replay(recognizer, stream))
    if not any(score.streams for score in scores):
        raise CheremeError(f"{dataset.path} has no sign of these signers that the bundles know, only idle clips")
    known = {gloss.gloss for bundle in bundles for gloss in bundle.manifest.vocabulary}
    left_out = tuple(gloss for gloss in dataset.glosses if gloss not in known)
    return StreamReport(dataset.description.name, by, words, seed, left_out, tuple(scores))


def _believing(bundle: Bundle, min_confidence: float) -> Bundle:
    spotting = bundle.manifest.spotting.model_copy(update={"min_confidence": min_confidence})
    return Bundle(bundle.path, bundle.manifest.model_copy(update={"spotting": spotting}), bundle.members)


def replay(recognizer: Recognizer, stream: Stream) -> list[Word]:
    """The words that a live session commits while the stream goes by, frame by frame on the stream's own clock."""
    session = LiveSession(recognizer, language=(recognizer.manifest.languages or ("en",))[0])
    events = [
        event
        for time, points in zip(stream.times, stream.points, strict=True)
        for event in session.observe(float(time), points)
    ]
    return [event for event in (*events, *session.finish()) if isinstance(event, Word)]


def words_in_idle(stream: Stream, said: Sequence[Word]) -> int:
    """How many words lie wholly in a time when nobody signed."""
    signs = [span for span in stream.spans if span.gloss is not None]
    return sum(all(word.end <= sign.start or word.start >= sign.end for sign in signs) for word in said)


def assign_groups(
    dataset: SignDataset, bundles: Sequence[Bundle], *, allow_seen: bool
) -> tuple[Grouping, list[tuple[str, Bundle, bool]]]:
    """Which bundle scores which group, and whether it has seen it; groups in the order of the bundles.

    Groups are signers; sessions where the dataset does not know its signers, or where only sessions were held out.
    """
    signers_known = any(sample.signer for sample in dataset.samples)
    by: Grouping = "signer" if signers_known else "session"
    groups = np.array([getattr(sample, by) or UNKNOWN for sample in dataset.samples])
    everything = np.arange(len(dataset), dtype=np.int64)
    assigned: dict[str, tuple[str, Bundle, bool]] = {}
    for bundle in bundles:
        exposed = exposure(bundle.manifest, dataset, everything)
        unseen = sorted(set(groups.tolist()) - set(groups[exposed.seen].tolist()))
        if not unseen and not allow_seen:
            raise CheremeError(
                f"{bundle.path.name} may have been trained with every {by} of {dataset.description.name}, for "
                f"{exposed.why}, so its score would flatter: give bundles that hold some out (chereme crossval --by "
                f"{by} --save), or --allow-seen",
                code="seen_in_training",
            )
        for group in unseen or sorted(set(groups.tolist())):
            if group in assigned:
                raise CheremeError(f"{bundle.path.name} and {assigned[group][1].path.name} both hold out {group!r}")
            assigned[group] = (group, bundle, not unseen)
    if not assigned:
        raise CheremeError("there is nothing to score: the dataset is empty, or no bundle was given")
    return by, list(assigned.values())


def _figures(groups: Sequence[GroupScore], seed: int) -> dict[str, Any]:
    streams = [errors for group in groups for errors in group.streams]
    total = sum(streams, WordErrors())
    minutes = sum(group.idle_minutes for group in groups)
    false_words = sum(group.false_words for group in groups)
    return {
        "wer": total.rate if streams else None,
        "interval_95": bootstrap_interval(streams, seed) if streams else None,
        "streams": len(streams),
        "words": total.words,
        "substitutions": total.substitutions,
        "insertions": total.insertions,
        "deletions": total.deletions,
        "idle_minutes": minutes,
        "false_words": false_words,
        "false_words_per_idle_minute": false_words / minutes if minutes else None,
    }
