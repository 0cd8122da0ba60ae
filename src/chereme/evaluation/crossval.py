"""Cross-validation by held-out group: every clip is predicted once, by a model that never saw its signer."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Manager
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from chereme.datasets import SignDataset
from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.dataset import IDLE
from chereme.datasets.splits import By, Fold, make_folds
from chereme.errors import CheremeError
from chereme.evaluation.metrics import (
    calibration_error,
    fit_temperature,
    macro_f1,
    softmax,
    top_k,
    wilson_interval,
)
from chereme.training.clips import load_clips, model_input
from chereme.training.fit import FitConfig, fit
from chereme.training.run import Run
from chereme.training.ship import About, ship


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the models of all folds said: one row a clip.

    index [n]: into the dataset's samples; fold [n]; logits and mirrored_logits float64 [n, glosses], the latter of the
    clip as its mirror image; labels int64 [n].
    """

    index: NDArray[np.int64]
    fold: NDArray[np.int64]
    labels: NDArray[np.int64]
    logits: NDArray[np.float64]
    mirrored_logits: NDArray[np.float64]
    known: NDArray[np.bool_]
    """Whether the clip's gloss occurs in the training part of its fold; else no model could be right."""


@dataclass(frozen=True, eq=False)
class CrossValidation:
    dataset: SignDataset
    model: str
    by: By
    folds: tuple[Fold, ...]
    predictions: Predictions

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Clips that count: a sign (not idle) that training has shown."""
        idle = np.array([self.dataset.samples[index].gloss == IDLE for index in self.predictions.index], dtype=bool)
        scored: NDArray[np.bool_] = self.predictions.known & ~idle
        return scored

    def summary(self) -> dict[str, Any]:
        """The JSON of `chereme crossval`; every figure comes from the stored predictions.

        A sign is ranked among signs. How often a sign is taken for idle, or idle for a sign, stands under `idle`.
        """
        scored, said = self.scored, self.predictions
        if not scored.any():
            raise CheremeError("no held-out clip has a gloss that the other groups show: nothing can be scored")
        labels, logits = said.labels[scored], self._among_signs(said.logits[scored])
        right = logits.argmax(axis=1) == labels
        folds = [self._fold(place, fold) for place, fold in enumerate(self.folds)]
        worst = min((fold for fold in folds if fold["n"]), key=lambda fold: fold["top1"])
        temperature = fit_temperature(said.logits[said.known], said.labels[said.known])
        glosses = np.array(self.dataset.glosses)
        return {
            "dataset": self.dataset.description.name,
            "model": self.model,
            "by": self.by,
            "folds": folds,
            "n": len(labels),
            "top1": float(right.mean()),
            "top5": top_k(logits, labels, 5),
            "macro_f1": macro_f1(logits.argmax(axis=1), labels),
            "interval_95": list(wilson_interval(int(right.sum()), len(labels))),
            "worst_group": {"held_out": worst["held_out"], "n": worst["n"], "top1": worst["top1"]},
            "mirrored_top1": top_k(self._among_signs(said.mirrored_logits[scored]), labels, 1),
            "temperature": temperature,
            "calibration_error": calibration_error(softmax(logits, temperature), labels),
            "idle": self._idle(),
            "unseen_glosses": int((~said.known).sum()),
            "per_gloss": {
                str(gloss): {"n": int(chosen.sum()), "top1": float(right[chosen].mean())}
                for label, gloss in enumerate(glosses)
                if (chosen := labels == label).any()
            },
            "confusions": [
                {"gloss": str(glosses[true]), "predicted": str(glosses[other]), "n": count}
                for (true, other), count in Counter(
                    zip(labels[~right].tolist(), logits.argmax(axis=1)[~right].tolist(), strict=True)
                ).most_common(20)
            ],
        }

    def rows(self) -> list[dict[str, Any]]:
        """One row a clip: what was signed and held out with whom, what was said and how surely, and which sign led.

        The share of scored rows whose `sign` is their gloss is `top1` of the summary.
        """
        probabilities = softmax(self.predictions.logits)
        signs = self._among_signs(self.predictions.logits).argmax(axis=1)
        mirrored = self._among_signs(self.predictions.mirrored_logits).argmax(axis=1)
        return [
            {
                "id": self.dataset.samples[index].id,
                "gloss": self.dataset.samples[index].gloss,
                "held_out": " ".join(self.folds[self.predictions.fold[row]].held_out),
                "predicted": self.dataset.glosses[probabilities[row].argmax()],
                "confidence": float(probabilities[row].max()),
                "sign": self.dataset.glosses[signs[row]],
                "mirrored_sign": self.dataset.glosses[mirrored[row]],
                "scored": bool(self.scored[row]),
            }
            for row, index in enumerate(self.predictions.index)
        ]

    def _among_signs(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Which sign it is, given that it is one; whether it is one is counted by `_idle`."""
        signs = logits.copy()
        if IDLE in self.dataset.glosses:
            signs[:, self.dataset.glosses.index(IDLE)] = -np.inf
        return signs

    def _fold(self, place: int, fold: Fold) -> dict[str, Any]:
        mine = self.scored & (self.predictions.fold == place)
        labels = self.predictions.labels[mine]
        top1 = top_k(self._among_signs(self.predictions.logits[mine]), labels, 1)
        interval = wilson_interval(round(top1 * len(labels)) if len(labels) else 0, len(labels))
        mirrored = top_k(self._among_signs(self.predictions.mirrored_logits[mine]), labels, 1)
        held_out = " ".join(fold.held_out)
        return {
            "held_out": held_out,
            "n": len(labels),
            "top1": None if np.isnan(top1) else top1,
            "interval_95": list(interval),
            "mirrored_top1": None if np.isnan(mirrored) else mirrored,
        }

    def _idle(self) -> dict[str, Any] | None:
        """How idle clips fare, and signs taken for idle; None where the set has no idle clips to learn from."""
        if IDLE not in self.dataset.glosses:
            return None
        label = self.dataset.glosses.index(IDLE)
        said = self.predictions
        idle = said.known & (said.labels == label)
        predicted = said.logits.argmax(axis=1)
        return {
            "n": int(idle.sum()),
            "taken_for_a_sign": int((predicted[idle] != label).sum()),
            "signs_taken_for_idle": int((predicted[self.scored] == label).sum()),
        }


def cross_validate(
    dataset: SignDataset,
    model: str,
    by: By,
    *,
    config: FitConfig | None = None,
    options: dict[str, Any] | None = None,
    jobs: int = 1,
    most_folds: int = 10,
    save: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CrossValidation:
    """Train one model a fold and predict what was held out; nothing is chosen on the held-out part.

    jobs: folds trained at the same time, one thread each. save: a folder that gets each fold's model as a bundle.
    progress: called with training steps done and in all.
    """
    config = config or FitConfig()
    folds = make_folds(dataset, by, most=most_folds, seed=config.seed)
    with Manager() as manager:
        done = manager.dict(dict.fromkeys(range(len(folds)), 0))
        finished = threading.Event()
        watcher = threading.Thread(target=_watch, args=(done, len(folds) * config.steps, finished, progress))
        watcher.start()
        try:
            parts = joblib.Parallel(n_jobs=min(jobs, len(folds)))(
                joblib.delayed(_run_fold)(dataset, fold, place, model, by, config, options, save, done)
                for place, fold in enumerate(folds)
            )
        finally:
            finished.set()
            watcher.join()
    order = np.argsort(np.concatenate([part.index for part in parts]), kind="stable")
    joined = {name: np.concatenate([getattr(part, name) for part in parts])[order] for name in vars(parts[0])}
    return CrossValidation(dataset, model, by, folds, Predictions(**joined))


def _run_fold(
    dataset: SignDataset,
    fold: Fold,
    place: int,
    model: str,
    by: By,
    config: FitConfig,
    options: dict[str, Any] | None,
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
        name = re.sub("[^a-z0-9]+", "-", f"{dataset.description.name} fold {place + 1}".lower()).strip("-")
        ship(run, About(name=name, version="0.0.0"), save / f"{name}.chereme", train)
    known = set(clips.labels.tolist())
    labels = np.array([dataset.glosses.index(dataset.samples[index].gloss) for index in fold.test], dtype=np.int64)
    return Predictions(
        index=np.array(fold.test, dtype=np.int64),
        fold=np.full(len(fold.test), place, dtype=np.int64),
        labels=labels,
        logits=_predict(fitted, dataset, fold.test, aspect, mirrored=False),
        mirrored_logits=_predict(fitted, dataset, fold.test, aspect, mirrored=True),
        known=np.isin(labels, list(known)),
    )


def _predict(
    model: nn.Module, dataset: SignDataset, indices: tuple[int, ...], aspect: float, *, mirrored: bool
) -> NDArray[np.float64]:
    """Logits [n, glosses]; clips go in whole, batched with others of the same length."""
    by_length: dict[int, list[int]] = {}
    for row, index in enumerate(indices):
        by_length.setdefault(dataset.samples[index].frames, []).append(row)
    logits = np.empty((len(indices), len(dataset.glosses)))
    for rows in by_length.values():
        for start in range(0, len(rows), 64):
            batch = rows[start : start + 64]
            clips = [dataset[indices[row]] for row in batch]
            if mirrored:
                clips = [clip.mirror() for clip in clips]
            with torch.inference_mode():
                logits[batch] = model(torch.stack([model_input(clip, aspect) for clip in clips]))[0].double().numpy()
    return logits


def _watch(done: Any, total: int, finished: threading.Event, progress: Callable[[int, int], None] | None) -> None:
    while progress and not finished.wait(0.5):
        progress(sum(done.values()), total)
