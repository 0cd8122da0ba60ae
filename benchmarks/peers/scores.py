"""From stored outcomes to the table: one row for each peer on each set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.peers.cells import Cell, Outcome
from benchmarks.peers.sets import Contest
from chereme.datasets import SignDataset
from chereme.evaluation.intervals import wilson_interval

LEAST = 10
"""A group with fewer held-out clips is not called the worst."""


@dataclass(frozen=True)
class Score:
    """Means over the seeds; the interval is of one seed's clips, because the clips of another are the same."""

    contest: str
    fewest: int | None
    peer: str
    seeds: int
    clips: int
    top1: float
    low: float
    high: float
    worst_group: str | None
    worst: float | None
    mirrored: float
    weights: int
    seconds: float
    milliseconds: float


def score(contest: Contest, dataset: SignDataset, outcomes: Mapping[Cell, Outcome]) -> Score:
    """outcomes: of one peer on one contest, all folds of one seed or several."""
    first = next(iter(outcomes))
    seeds = len({cell.seed for cell in outcomes})
    said = list(outcomes.values())
    right = np.concatenate([each.scores.argmax(axis=1) == each.labels for each in said])
    mirrored = np.concatenate([each.mirrored.argmax(axis=1) == each.labels for each in said])
    clips = len(right) // seeds
    low, high = wilson_interval(round(float(right.mean()) * clips), clips)
    worst_group, worst = None, None
    if contest.by:
        groups = dataset.column(contest.by)[np.concatenate([each.index for each in said])]
        names = [name for name in sorted(set(groups)) if (groups == name).sum() >= LEAST * seeds]
        worst_group = min(names, key=lambda name: float(right[groups == name].mean()))
        worst = float(right[groups == worst_group].mean())
    return Score(
        contest=contest.name,
        fewest=first.fewest,
        peer=first.peer,
        seeds=seeds,
        clips=clips,
        top1=float(right.mean()),
        low=low,
        high=high,
        worst_group=worst_group,
        worst=worst,
        mirrored=float(mirrored.mean()),
        weights=round(fmean(each.weights for each in said)),
        seconds=fmean(each.seconds for each in said),
        milliseconds=fmean(each.milliseconds for each in said),
    )


def table(scores: Sequence[Score]) -> str:
    """Markdown, best first within each set; top-1 with its 95 % interval."""
    lines = [
        "| set | training clips | peer | top-1 | worst group | mirrored | weights | train s | ms a clip | seeds |",
        "|---|---|---|---|---|---:|---:|---:|---:|---:|",
    ]
    order = sorted(scores, key=lambda each: (each.contest, -(each.fewest or 1_000_000), -each.top1))
    lines += [_line(each) for each in order]
    return "\n".join(lines)


def means(scores: Sequence[Score]) -> str:
    """Of each peer that met all sets shown: its mean over them, by how many clips it was given."""
    contests = {each.contest for each in scores}
    lines = ["| training clips | peer | mean top-1 over the sets |", "|---|---|---:|"]
    for fewest in sorted({each.fewest for each in scores}, key=lambda few: -(few or 1_000_000)):
        of_peer: dict[str, dict[str, float]] = {}
        for each in scores:
            if each.fewest == fewest:
                of_peer.setdefault(each.peer, {})[each.contest] = each.top1
        complete = {peer: fmean(found.values()) for peer, found in of_peer.items() if set(found) == contests}
        lines += [f"| {_given(fewest)} | {peer} | {mean:.3f} |" for peer, mean in _best_first(complete)]
    return "\n".join(lines)


def as_json(scores: Sequence[Score]) -> list[dict[str, Any]]:
    return [asdict(each) for each in scores]


def _best_first(of: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(of.items(), key=lambda item: -item[1])


def _line(of: Score) -> str:
    worst = f"{of.worst:.3f} {of.worst_group}" if of.worst is not None else "–"
    return (
        f"| {of.contest} | {_given(of.fewest)} | {of.peer} | {of.top1:.3f} ({of.low:.3f}–{of.high:.3f}) | {worst} "
        f"| {of.mirrored:.3f} | {of.weights:,} | {of.seconds:.0f} | {of.milliseconds:.1f} | {of.seeds} |"
    )


def _given(fewest: int | None) -> str:
    return "all" if fewest is None else f"{fewest} a gloss and signer"
