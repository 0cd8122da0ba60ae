"""Accuracy beside peers: the same people held out, the same number of clips shown in training, one table.

    python -m benchmarks.peers DATA [--sets ...] [--peers ...] [--seeds 3] [--clips all 10 5 3] [--draw]

DATA is a folder with the datasets. Each peer is trained once for each fold and seed; what it says of the held-out clips
is kept in --results, so that a run that was stopped goes on where it was, and --draw makes the table without training.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from benchmarks.peers import PEERS
from benchmarks.peers.cells import Cell, Outcome, play
from benchmarks.peers.scores import Score, as_json, means, score, table
from benchmarks.peers.sets import CONTESTS, budget
from chereme.datasets import SignDataset
from chereme.errors import CheremeError

RESULTS = Path(__file__).parents[1] / "results" / "peers"


def main() -> None:
    wanted = _arguments()
    try:
        if not wanted.draw:
            torch.set_num_threads(1)
            _train(wanted)
        scores = list(_scores(wanted))
    except CheremeError as error:
        sys.exit(str(error))
    print(table(scores))
    print("\n" + means(scores))
    if wanted.json:
        wanted.json.write_text(json.dumps(as_json(scores), indent=1), encoding="utf-8")


def _train(wanted: argparse.Namespace) -> None:
    """Seed by seed, so that a table of one seed is there early."""
    unable: set[str] = set()
    opened = {name: CONTESTS[name].open(wanted.data) for name in wanted.sets}
    for seed in range(wanted.seeds):
        for name, dataset in opened.items():
            for place, fold in enumerate(CONTESTS[name].folds(dataset)):
                for cell in _cells(wanted, name, dataset, seed, place):
                    file = cell.file(wanted.results)
                    if file.exists() or cell.peer in unable:
                        continue
                    print(f"{file.relative_to(wanted.results)} …", end=" ", file=sys.stderr, flush=True)
                    try:
                        outcome = play(cell, dataset, fold)
                    except CheremeError as error:
                        print(error, file=sys.stderr)
                        unable.add(cell.peer)
                        continue
                    outcome.write(file)
                    right = (outcome.scores.argmax(axis=1) == outcome.labels).mean()
                    print(f"{right:.3f} in {outcome.seconds:.0f} s", file=sys.stderr)


def _cells(wanted: argparse.Namespace, contest: str, dataset: SignDataset, seed: int, fold: int) -> Iterator[Cell]:
    shown = wanted.shown or budget(dataset)
    for fewest in wanted.clips:
        for peer in wanted.peers:
            yield Cell(contest, peer, fold, seed, shown // 2 if fewest else shown, fewest)


def _scores(wanted: argparse.Namespace) -> Iterator[Score]:
    """Of whatever is complete: a peer counts with the seeds of which all folds are there."""
    for name in wanted.sets:
        contest = CONTESTS[name]
        dataset = contest.open(wanted.data)
        folds = range(len(contest.folds(dataset)))
        for first in _cells(wanted, name, dataset, 0, 0):
            outcomes: dict[Cell, Outcome] = {}
            for seed in range(wanted.seeds):
                cells = [replace(first, seed=seed, fold=fold) for fold in folds]
                if all(cell.file(wanted.results).exists() for cell in cells):
                    outcomes |= {cell: Outcome.read(cell.file(wanted.results)) for cell in cells}
            if outcomes:
                yield score(contest, dataset, outcomes)


def count(said: str) -> int:
    if (number := int(said)) < 1:
        raise argparse.ArgumentTypeError(f"{said} is less than 1")
    return number


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with the datasets, one folder each")
    parser.add_argument("--sets", nargs="+", choices=CONTESTS, default=list(CONTESTS), metavar="SET")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER")
    parser.add_argument("--seeds", type=count, default=1, help="train each so many times")
    parser.add_argument(
        "--clips",
        nargs="+",
        type=lambda clips: None if clips == "all" else int(clips),
        default=[None],
        metavar="CLIPS",
        help="to train on: all, or so few of each gloss and signer",
    )
    parser.add_argument(
        "--shown",
        type=int,
        help="clips shown in training, repeats counted: the budget, and half of it where they are few "
        "[default: as many as chereme train shows]",
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the answers are kept")
    parser.add_argument("--draw", action="store_true", help="only draw the table of what is there")
    parser.add_argument("--json", type=Path, help="also write the table's figures here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
