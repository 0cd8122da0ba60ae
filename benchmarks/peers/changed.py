"""What is lost where the same held-out clips are mirrored, slower, leaning, nearer, or miss hands.

    python -m benchmarks.peers.changed DATA [--peer ours] [--sets ...] [--seeds 3] [--draw]

DATA, folds and budget are those of `python -m benchmarks.peers`, and answers are kept beside its own.
"""

import argparse
import sys
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.peers import PEERS
from benchmarks.peers.__main__ import RESULTS, count
from benchmarks.peers.cells import Cell, keep, teach
from benchmarks.peers.sets import CONTESTS, budget
from chereme.datasets import SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.splits import Fold
from chereme.errors import CheremeError
from chereme.evaluation.robustness import changes, seeded
from chereme.landmarks import LandmarkSequence
from chereme.training.ship import DEFAULT_FPS

UNCHANGED = "unchanged"

Right = dict[str, NDArray[np.bool_]]
"""Which held-out clips [clips] are named rightly: `UNCHANGED`, and after each change of `chereme evaluate`."""


def main() -> None:
    wanted = _arguments()
    try:
        lost = {name: rows for name in wanted.sets if (rows := _points_lost(wanted, name))}
    except CheremeError as error:
        sys.exit(str(error))
    if not lost:
        sys.exit(f"{wanted.results} has no complete seed of {wanted.peer} to draw: run without --draw")
    print(table(lost))


def play(cell: Cell, dataset: SignDataset, fold: Fold) -> Right:
    """Train once, ask once for each change; the same clip is changed in the same way for every seed and peer."""
    taught = teach(cell, dataset, fold)
    named = [(dataset[index], dataset.samples[index].id) for index in taught.test]

    def right(clips: list[LandmarkSequence]) -> NDArray[np.bool_]:
        return np.asarray(taught.recogniser(clips).argmax(axis=1) == taught.labels)

    found = {UNCHANGED: right([clip for clip, _ in named])}
    for number, (name, change) in enumerate(changes(DEFAULT_FPS, estimate_aspect(taught.train)).items()):
        changed = partial(seeded, change=change, seed=(0, number))
        found[name] = right([changed(clip, of) for clip, of in named])
    return found


def points_lost(seeds: list[list[Right]]) -> dict[str, float]:
    """In percentage points of all held-out clips, the mean over the seeds; of each seed, all folds."""
    top1 = {
        change: fmean(float(np.concatenate([fold[change] for fold in folds]).mean()) for folds in seeds)
        for change in seeds[0][0]
    }
    return {change: 100.0 * (top1[UNCHANGED] - left) for change, left in top1.items() if change != UNCHANGED}


def table(lost: dict[str, dict[str, float]]) -> str:
    """Markdown: a row for each change, a column for each set."""
    rows = [
        f"| {change} | {' | '.join(f'{of_set[change]:z.1f}' for of_set in lost.values())} |"
        for change in next(iter(lost.values()))
    ]
    return "\n".join([f"| | {' | '.join(lost)} |", f"|---|{'---:|' * len(lost)}", *rows])


def _points_lost(wanted: argparse.Namespace, name: str) -> dict[str, float]:
    """Of the seeds of which all folds are there; empty where there is none."""
    dataset = CONTESTS[name].open(wanted.data)
    folds = CONTESTS[name].folds(dataset)
    complete = []
    for seed in range(wanted.seeds):
        cells = [Cell(name, wanted.peer, place, seed, budget(dataset), None) for place in range(len(folds))]
        kept = [_kept_or_played(wanted, cell, dataset, fold) for cell, fold in zip(cells, folds, strict=True)]
        if all(kept):
            complete.append(kept)
    return points_lost(complete) if complete else {}


def _kept_or_played(wanted: argparse.Namespace, cell: Cell, dataset: SignDataset, fold: Fold) -> Right:
    """Empty where it is only to be drawn and is not there."""
    file = cell.file(wanted.results)
    file = file.with_name(f"changed-{file.name}")
    if not file.exists():
        if wanted.draw:
            return {}
        print(f"{file.relative_to(wanted.results)} …", file=sys.stderr, flush=True)
        torch.set_num_threads(1)
        keep(file, play(cell, dataset, fold))
    with np.load(file) as kept:
        return dict(kept)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers.changed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with the datasets, one folder each")
    parser.add_argument("--peer", choices=PEERS, default="ours", metavar="PEER")
    parser.add_argument("--sets", nargs="+", choices=CONTESTS, default=list(CONTESTS), metavar="SET")
    parser.add_argument("--seeds", type=count, default=1, help="train so many times")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the answers are kept")
    parser.add_argument("--draw", action="store_true", help="only draw the table of what is there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
