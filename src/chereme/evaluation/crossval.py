"""Cross-validation by held-out group: every clip is predicted once, by a model that never saw its signer."""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from multiprocessing import Manager
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from chereme.bundles.read import open_bundle
from chereme.bundles.write import write_tempered
from chereme.datasets import SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.splits import By, Fold, fewer_to_train_on, make_folds
from chereme.evaluation.held_out import CrossValidation, Predictions
from chereme.evaluation.robustness import MIRRORED, Change, changes, mirror, seeded
from chereme.landmarks import LandmarkSequence
from chereme.training.clips import load_clips, model_input
from chereme.training.fit import FitConfig, fit
from chereme.training.run import Run
from chereme.training.ship import DEFAULT_FPS, About, ship
from chereme.training.workers import ended_together


def cross_validate(
    dataset: SignDataset,
    model: str,
    by: By,
    *,
    config: FitConfig | None = None,
    options: dict[str, Any] | None = None,
    jobs: int = 1,
    most_folds: int = 10,
    robustness: bool = False,
    train_on: int | None = None,
    save: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CrossValidation:
    """Train one model a fold and predict what was held out; nothing is chosen on the held-out part.

    jobs: folds trained at the same time, one thread each. robustness: predict the held-out clips after every change of
    `chereme.evaluation.robustness` too. train_on: at most so many signers (or sessions), drawn by the seed; None: all
    that are not held out. save: a folder that gets each fold's model as a bundle, its temperature fitted to the others.
    progress: called with training steps done and in all.
    """
    config = config or FitConfig.for_glosses(len(dataset.glosses))
    folds = make_folds(dataset, by, most=most_folds, seed=config.seed)
    if train_on:
        folds = tuple(fewer_to_train_on(fold, dataset, by, train_on, config.seed) for fold in folds)
    with ended_together(), Manager() as manager:
        done = manager.dict(dict.fromkeys(range(len(folds)), 0))
        finished = threading.Event()
        watcher = threading.Thread(target=_watch, args=(done, len(folds) * config.all_steps, finished, progress))
        watcher.start()
        try:
            parts = joblib.Parallel(n_jobs=min(jobs, len(folds)))(
                joblib.delayed(_run_fold)(dataset, fold, place, model, by, config, options, robustness, save, done)
                for place, fold in enumerate(folds)
            )
        finally:
            finished.set()
            watcher.join()
    result = CrossValidation(dataset, model, by, folds, _joined(parts))
    if save:
        for place in range(len(folds)):  # as sure of itself as the bundle that ships will be
            file = _bundle_of(dataset, place, save)
            write_tempered(file, open_bundle(file), result.temperature_for(place))
    return result


def _bundle_of(dataset: SignDataset, place: int, folder: Path) -> Path:
    name = re.sub("[^a-z0-9]+", "-", f"{dataset.description.name} fold {place + 1}".lower()).strip("-")
    return folder / f"{name}.chereme"


def _joined(parts: Sequence[Predictions]) -> Predictions:
    """In the order of the dataset."""
    order = np.argsort(np.concatenate([part.index for part in parts]), kind="stable")

    def join(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate(list(arrays))[order]

    return Predictions(
        index=join(part.index for part in parts),
        fold=join(part.fold for part in parts),
        labels=join(part.labels for part in parts),
        logits=join(part.logits for part in parts),
        changed={name: join(part.changed[name] for part in parts) for name in parts[0].changed},
        known=join(part.known for part in parts),
    )


def _run_fold(
    dataset: SignDataset,
    fold: Fold,
    place: int,
    model: str,
    by: By,
    config: FitConfig,
    options: dict[str, Any] | None,
    robustness: bool,
    save: Path | None,
    done: Any,
) -> Predictions:
    torch.set_num_threads(1)
    train = dataset.select(fold.train)
    aspect = estimate_aspect(train)
    clips = load_clips(train, dataset.glosses, frames=config.frames, unknown_aspect=aspect)

    def report(steps: int, _: int) -> None:
        done[place] = steps

    fitted = fit(model, clips, dataset.layout, len(dataset.glosses), config, options=options, progress=report)
    if save:
        run = Run.of(train, fitted, model, config, options, dataset.glosses, aspect, by, fold.held_out)
        file = _bundle_of(dataset, place, save)
        ship(run, About(name=file.stem, version="0.0.0"), file, train)
    wanted: dict[str, Change] = changes(DEFAULT_FPS, aspect) if robustness else {MIRRORED: mirror}
    known = set(clips.labels.tolist())
    labels = np.array([dataset.glosses.index(dataset.samples[index].gloss) for index in fold.test], dtype=np.int64)
    return Predictions(
        index=np.array(fold.test, dtype=np.int64),
        fold=np.full(len(fold.test), place, dtype=np.int64),
        labels=labels,
        logits=_predict(fitted, dataset, fold.test, aspect),
        changed={
            name: _predict(fitted, dataset, fold.test, aspect, change=partial(seeded, change=change, seed=(0, number)))
            for number, (name, change) in enumerate(wanted.items())
        },
        known=np.isin(labels, list(known)),
    )


def _predict(
    model: nn.Module,
    dataset: SignDataset,
    indices: tuple[int, ...],
    aspect: float,
    change: Callable[[LandmarkSequence, str], LandmarkSequence] | None = None,
) -> NDArray[np.float64]:
    """Logits [n, glosses]; clips go in whole, batched with others of the same length."""
    clips = [dataset[index] for index in indices]
    if change:
        clips = [change(clip, dataset.samples[index].id) for clip, index in zip(clips, indices, strict=True)]
    by_length: dict[int, list[int]] = {}
    for row, clip in enumerate(clips):
        by_length.setdefault(len(clip), []).append(row)
    logits = np.empty((len(indices), len(dataset.glosses)))
    for rows in by_length.values():
        for start in range(0, len(rows), 64):
            batch = rows[start : start + 64]
            with torch.inference_mode():
                points = torch.stack([model_input(clips[row], aspect) for row in batch])
                logits[batch] = model(points)[0].double().numpy()
    return logits


def _watch(done: Any, total: int, finished: threading.Event, progress: Callable[[int, int], None] | None) -> None:
    while progress and not finished.wait(0.5):
        progress(sum(done.values()), total)
