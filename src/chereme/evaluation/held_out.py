"""What the models of all folds said of the clips held out from them, and the score of it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.datasets import SignDataset
from chereme.datasets.dataset import IDLE
from chereme.datasets.splits import By, Fold
from chereme.errors import CheremeError
from chereme.evaluation.calibration import at_precision, coverage_curve, expected_calibration_error, reliability
from chereme.evaluation.metrics import fit_temperature, macro_f1, softmax, top_k, wilson_interval
from chereme.evaluation.robustness import MIRRORED, comparison


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the models of all folds said: one row a clip.

    index [n]: into the dataset's samples; fold [n]; logits float64 [n, glosses]; labels int64 [n].
    """

    index: NDArray[np.int64]
    fold: NDArray[np.int64]
    labels: NDArray[np.int64]
    logits: NDArray[np.float64]
    changed: dict[str, NDArray[np.float64]]
    """The same of the clips after a change, by its name: of their mirror images always."""
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
        confidence = self._confidence()
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
            "mirrored_top1": top_k(self._among_signs(said.changed[MIRRORED][scored]), labels, 1),
            "temperature": fit_temperature(said.logits[said.known], said.labels[said.known]),
            "calibration_error": expected_calibration_error(reliability(confidence[scored], right)),
            "abstention": self._abstention(confidence),
            "robustness": [
                comparison(name, right, self._among_signs(logits[scored]).argmax(axis=1) == labels)
                for name, logits in said.changed.items()
            ],
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
        mirrored = self._among_signs(self.predictions.changed[MIRRORED]).argmax(axis=1)
        return [
            {
                "id": self.dataset.samples[index].id,
                "gloss": self.dataset.samples[index].gloss,
                "held_out": self.folds[self.predictions.fold[row]].name,
                "predicted": self.dataset.glosses[probabilities[row].argmax()],
                "confidence": float(probabilities[row].max()),
                "sign": self.dataset.glosses[signs[row]],
                "mirrored_sign": self.dataset.glosses[mirrored[row]],
                "scored": bool(self.scored[row]),
            }
            for row, index in enumerate(self.predictions.index)
        ]

    def temperature_for(self, fold: int) -> float:
        """Fitted to the clips of the other folds, because a bundle meets people to whom nothing was fitted."""
        said = self.predictions
        others = (said.fold != fold) & said.known
        return fit_temperature(said.logits[others], said.labels[others])

    def _confidence(self) -> NDArray[np.float64]:
        """Of the leading sign of each clip [n]."""
        said = self.predictions
        confidence = np.empty(len(said.labels))
        for fold in np.unique(said.fold):
            mine = said.fold == fold
            confidence[mine] = softmax(self._among_signs(said.logits[mine]), self.temperature_for(fold)).max(axis=1)
        return confidence

    def _abstention(self, confidence: NDArray[np.float64]) -> dict[str, float] | None:
        """How many clips get an answer, and how many answers are right, when each fold withholds what is below the
        threshold at which 95 % of the answers to the other folds are right; None where there is no such threshold."""
        scored, said = self.scored, self.predictions
        right = self._among_signs(said.logits).argmax(axis=1) == said.labels
        answered = np.zeros(len(scored), dtype=bool)
        for fold in np.unique(said.fold):
            mine, others = scored & (said.fold == fold), scored & (said.fold != fold)
            best = at_precision(coverage_curve(confidence[others], right[others]))
            if best is None:
                return None
            answered |= mine & (confidence >= best.threshold)
        precision = float(right[answered].mean()) if answered.any() else 0.0
        return {"coverage": float(answered.sum() / scored.sum()), "precision": precision}

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
        mirrored = top_k(self._among_signs(self.predictions.changed[MIRRORED][mine]), labels, 1)
        return {
            "held_out": fold.name,
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
