"""A test as a run of its own, linked to the training run whose weights it tested."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chereme import __version__
from chereme.bundles.manifest import Manifest
from chereme.evaluation.answers import Answers
from chereme.evaluation.tested import Test
from chereme.training.tracking import Tracker

FIGURES = ("top1", "top5", "top10", "macro_f1", "mean_per_class_accuracy", "calibration_error")


def track_test(tracker: Tracker, test: Test, manifest: Manifest, summary: dict[str, Any], answers: Answers) -> None:
    """Keep the figures, the answer to each clip and the confusion matrix.

    summary: the JSON of `chereme evaluate`.
    """
    weights = manifest.weights_sha256
    facts = {
        "bundle": test.bundle,
        "model_sha256": test.model_sha256,
        "tested_weights_sha256": weights,
        "dataset": {"name": test.dataset, "sha256": test.dataset_sha256},
        "split": {"of": summary["split"], "sha256": test.clips_sha256, "clips": test.clips},
        "seed": summary["seed"],
        "code_version": __version__,
    }
    parent = tracker.trained(weights) if weights else None
    with (
        tracker.start(f"test {test.bundle} on {test.dataset}", "test", test.dataset, facts, parent) as run,
        TemporaryDirectory() as made,
    ):
        run.measure({name: summary[name] for name in FIGURES})
        folder = Path(made)
        answers.write(folder / "predictions.parquet")
        for name, content in (("score", summary), ("confusion_matrix", summary["confusion_matrix"])):
            text = json.dumps(content, indent=1, ensure_ascii=False)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
        for file in sorted(folder.iterdir()):
            run.keep(file)
