"""A bundle on clips: what it says of each, and all the figures that follow."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.manifest import Manifest
from chereme.datasets.dataset import SignDataset
from chereme.datasets.split_file import read_split
from chereme.errors import CheremeError
from chereme.evaluation.answers import Answers
from chereme.evaluation.calibration import (
    at_precision,
    at_threshold,
    coverage_curve,
    expected_calibration_error,
    reliability,
)
from chereme.evaluation.exposure import Exposure
from chereme.evaluation.intervals import clustered_interval, wilson_interval
from chereme.evaluation.metrics import ClassScores, confusion_matrix, confusion_pairs
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.recognizer import Recognizer

AT_ONCE = 256
"""Clips held in memory together."""

FEW_GROUPS = 10
"""With fewer people the interval over people is too narrow to be believed."""


def chosen_clips(dataset: SignDataset, split: str | None = None, part: str = "test") -> NDArray[np.int64]:
    """The samples of one part of a split that is kept with the dataset; without a split, all."""
    if split is None:
        return np.arange(len(dataset), dtype=np.int64)
    kept = read_split(dataset, split)
    if part not in kept.parts:
        raise CheremeError(f"split {split} has no part {part}: it has {', '.join(kept.parts)}")
    return np.flatnonzero(kept.part_of(dataset) == part).astype(np.int64)


def answer_clips(
    recognizer: Recognizer,
    dataset: SignDataset,
    chosen: Sequence[int] | NDArray[np.int64],
    *,
    change: Callable[[LandmarkSequence, str], LandmarkSequence] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """What the bundle says of each of these samples, its glosses being those of the bundle.

    change: is done to each clip beforehand; it is given the clip and its id. progress: clips done, and in all.
    """
    manifest = recognizer.manifest
    chosen = np.asarray(chosen, dtype=np.int64)
    everything = np.full((len(chosen), len(manifest.vocabulary)), np.nan)
    ids = dataset.column("id")[chosen]

    def clips(rows: range) -> Iterator[tuple[int, NDArray[np.float32]]]:
        for row in rows:
            clip = dataset[int(chosen[row])]
            try:
                yield row, recognizer.prepare(change(clip, ids[row]) if change else clip)
            except CheremeError as error:
                if error.code != "no_hands":
                    raise

    for start in range(0, len(chosen), AT_ONCE):
        rows = range(start, min(start + AT_ONCE, len(chosen)))
        if prepared := dict(clips(rows)):
            everything[list(prepared)] = recognizer.probabilities_of(list(prepared.values()))
        if progress:
            progress(rows.stop, len(chosen))
    return _answers(manifest, dataset, chosen, everything)


def _answers(
    manifest: Manifest, dataset: SignDataset, chosen: NDArray[np.int64], everything: NDArray[np.float64]
) -> Answers:
    """everything: probabilities [clips, glosses of the bundle], idle among them."""
    place = manifest.idle_index
    idle = everything[:, place] if place is not None else np.where(np.isnan(everything[:, 0]), np.nan, 0.0)
    signs = everything if place is None else np.delete(everything, place, axis=1)
    return Answers(
        ids=dataset.column("id")[chosen],
        gloss=dataset.column("gloss")[chosen],
        signer=dataset.column("signer")[chosen],
        session=dataset.column("session")[chosen],
        signs=tuple(sign.gloss for sign in manifest.signs),
        idle_gloss=manifest.idle,
        probabilities=signs / np.maximum(signs.sum(axis=1, keepdims=True), 1e-30),
        idle=idle,
    )


def summarise(answers: Answers, *, min_confidence: float, seed: int = 0) -> dict[str, Any]:
    """Every figure, for JSON, from the stored answers alone.

    A clip in which no hands were seen counts as wrong. Idle clips, and glosses that the model does not know, are
    counted apart. min_confidence: the threshold below which a gloss is not believed. seed: of the bootstrap.
    Raises `CheremeError` when no clip can be scored.
    """
    scored = answers.take(answers.scored)
    if not len(scored):
        raise CheremeError("no clip has a gloss that the bundle knows: nothing can be scored")
    if np.isnan(scored.confidence).all():
        raise CheremeError("no hands were seen in any clip: nothing can be scored", code="no_hands")
    right, n = scored.right, len(scored)
    matrix = confusion_matrix(scored.winners, scored.labels, len(scored.signs))
    scores = ClassScores.of(matrix)
    by, groups = grouping(scored)
    curve = coverage_curve(scored.confidence, right)
    best = at_precision(curve)
    answered = ~np.isnan(scored.confidence)
    bins = reliability(scored.confidence[answered], right[answered])
    each_group = [_group(name, right[groups == name]) for name in sorted(set(groups.tolist()) - {None})]
    return {
        "clips": len(answers),
        "n": n,
        "no_hands": int((~answered).sum()),
        "left_out": dict(sorted(Counter(answers.gloss[_unknown(answers)].tolist()).items())),
        **{f"top{k}": float((scored.ranks < k).mean()) for k in (1, 5, 10)},
        "interval_95": list(wilson_interval(int(right.sum()), n)),
        "by": by,
        "interval_95_by_group": clustered_interval(right, groups, seed),
        "groups": each_group,
        "worst_group": min(each_group, key=lambda group: float(group["top1"]), default=None),
        "mean_per_class_accuracy": scores.macro["recall"],
        "macro_f1": scores.macro["f1"],
        "macro": scores.macro,
        "weighted": scores.weighted,
        "calibration_error": expected_calibration_error(bins),
        "reliability": [asdict(each) for each in bins],
        "abstention": {
            "own_threshold": asdict(at_threshold(scored.confidence, right, min_confidence)),
            "precision_95": asdict(best) if best else None,
            "curve": [asdict(point) for point in curve[:: max(1, len(curve) // 200)]],
        },
        "idle": _idle(answers, min_confidence),
        "per_gloss": {
            sign: {
                "n": int(scores.support[place]),
                "top1": float(scores.recall[place]),
                "precision": float(scores.precision[place]),
                "recall": float(scores.recall[place]),
                "f1": float(scores.f1[place]),
            }
            for place, sign in enumerate(scored.signs)
            if scores.support[place]
        },
        "confusions": [
            {"gloss": signed, "predicted": said, "n": count}
            for signed, said, count in confusion_pairs(matrix, scored.signs)
        ],
        "confusion_matrix": {"signed": list(scored.signs), "said": [*scored.signs, None], "counts": matrix.tolist()},
    }


def grouping(answers: Answers) -> tuple[str | None, NDArray[np.object_]]:
    """Who signs each clip: signers; sessions where no signer is known; (None, all None) where neither is."""
    for by in ("signer", "session"):
        groups: NDArray[np.object_] = getattr(answers, by)
        if any(group is not None for group in groups):
            return by, groups
    return None, answers.signer


def warnings(summary: dict[str, Any], manifest: Manifest, dataset: SignDataset, exposed: Exposure) -> list[str]:
    """What makes the score worth less than it looks, worst first, a sentence or two each."""
    said = []
    if seen := int(exposed.seen.sum()):
        said.append(
            f"SEEN IN TRAINING: {seen:,} of {len(exposed.seen):,} clips may have trained {manifest.name}, for "
            f"{exposed.why}. The score flatters and says nothing about new people: score clips it has not seen, or use "
            "chereme crossval."
        )
    if summary["by"] != "signer":
        said.append(
            "SIGNERS UNKNOWN: the dataset does not say who signs, so nobody can tell whether these people trained "
            f"{manifest.name}, nor how the score differs from person to person."
        )
    elif len(summary["groups"]) < FEW_GROUPS:
        said.append(
            f"Only {len(summary['groups'])} signer{'s' * (len(summary['groups']) != 1)}: the next person may well fall "
            "outside either interval."
        )
    if manifest.sign_language != dataset.description.sign_language:
        said.append(f"The bundle is for {manifest.sign_language}, the dataset is {dataset.description.sign_language}.")
    if summary["left_out"]:
        said.append(
            f"{sum(summary['left_out'].values()):,} clips are not scored, because {manifest.name} does not know their "
            f"glosses: {_some(list(summary['left_out']))}."
        )
    if summary["no_hands"]:
        said.append(f"In {summary['no_hands']:,} clips no hands were seen: they count as wrong.")
    return said


def _some(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _group(name: str, right: NDArray[np.bool_]) -> dict[str, Any]:
    hits, n = int(right.sum()), len(right)
    return {"group": name, "n": n, "top1": hits / n, "interval_95": list(wilson_interval(hits, n))}


def _unknown(answers: Answers) -> NDArray[np.bool_]:
    unknown: NDArray[np.bool_] = ~answers.scored & (answers.gloss != answers.idle_gloss)
    return unknown


def _idle(answers: Answers, min_confidence: float) -> dict[str, Any] | None:
    """How idle clips fare, and signs taken for idle; None where the model has no idle gloss or there are no such clips.

    An idle clip without hands is rightly silent.
    """
    idle = answers.take(answers.gloss == answers.idle_gloss)
    if answers.idle_gloss is None or not len(idle):
        return None
    taken = int(idle.said.sum())
    believed = int((idle.said & (idle.confidence >= min_confidence)).sum())
    return {
        "n": len(idle),
        "taken_for_a_sign": taken,
        "interval_95": list(wilson_interval(taken, len(idle))),
        "min_confidence": min_confidence,
        "believed": believed,
        "signs_taken_for_idle": int((answers.scored & ~answers.said & ~np.isnan(answers.confidence)).sum()),
    }
