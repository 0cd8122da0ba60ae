"""What a tracked run keeps of training: curves, and of each validation the answers and the confusion matrix."""

import csv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from chereme.training.tracking.tracker import TrackedRun
from chereme.training.validation import Epoch, Validated


class Watching:
    """Give it to `fit` as `watch`; call `draw` when training has ended.

    Each epoch is kept by its number: one that is told again, after a kill, takes its own place.
    """

    def __init__(self, run: TrackedRun, glosses: Sequence[str]) -> None:
        self.run = run
        self.glosses = tuple(glosses)
        self.curves: dict[int, dict[str, float]] = {}

    def __call__(self, epoch: Epoch) -> None:
        point = {"loss": epoch.loss, "learning_rate": epoch.learning_rate}
        if said := epoch.validation:
            point |= {"validation_loss": said.loss, "validation_top1": said.top1}
        self.curves[epoch.number] = point
        self.run.measure(point, epoch.number)
        if said:
            with TemporaryDirectory() as made:
                name = f"epoch-{epoch.number:04d}"
                predictions, matrix = Path(made, f"{name}.parquet"), Path(made, f"{name}.csv")
                pq.write_table(self._predictions(said), predictions)
                self._write_matrix(confusion(said, len(self.glosses)), matrix)
                self.run.keep(predictions, "predictions")
                self.run.keep(matrix, "confusion")

    def draw(self) -> None:
        """Keep `curves.png`: loss and accuracy by epoch, where there was any."""
        if not self.curves:
            return
        with TemporaryDirectory() as made:
            picture = Path(made, "curves.png")
            draw_curves(self.curves, picture)
            self.run.keep(picture)

    def _predictions(self, said: Validated) -> pa.Table:
        """One row a clip: id, gloss, predicted, confidence, correct."""
        confidence, winners = said.logits.softmax(dim=1).max(dim=1)
        names = np.array(self.glosses, dtype=object)
        return pa.table(
            {
                "id": list(said.ids),
                "gloss": names[said.labels.numpy()],
                "predicted": names[winners.numpy()],
                "confidence": confidence.numpy(),
                "correct": (winners == said.labels).numpy(),
            }
        )

    def _write_matrix(self, matrix: NDArray[np.int64], file: Path) -> None:
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["signed", *self.glosses])
            writer.writerows([gloss, *row] for gloss, row in zip(self.glosses, matrix.tolist(), strict=True))


def confusion(said: Validated, glosses: int) -> NDArray[np.int64]:
    """How often each gloss (row) was taken for each (column), int64 [glosses, glosses]."""
    matrix = np.zeros((glosses, glosses), dtype=np.int64)
    np.add.at(matrix, (said.labels.numpy(), said.logits.argmax(dim=1).numpy()), 1)
    return matrix


def draw_curves(curves: dict[int, dict[str, float]], file: Path) -> None:
    """A PNG: loss above, accuracy below, over the number of the epoch."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    for axes, names, title in (
        (above, ("loss", "validation_loss"), "loss"),
        (below, ("validation_top1",), "validation top-1"),
    ):
        for name in names:
            shown = [(number, point[name]) for number, point in sorted(curves.items()) if name in point]
            if shown:
                axes.plot(*zip(*shown, strict=True), marker=".", label=name.replace("_", " "))
        axes.set_ylabel(title)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    below.set_xlabel("epoch")
    FigureCanvasAgg(figure)
    figure.savefig(file)
