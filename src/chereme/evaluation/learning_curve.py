"""How much another person to learn from is worth: the score on held-out people by how many the model was trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from chereme.datasets import SignDataset
from chereme.datasets.splits import By, make_folds
from chereme.errors import CheremeError
from chereme.evaluation.crossval import cross_validate
from chereme.training.fit import FitConfig
from chereme.whole_file import write_whole


@dataclass(frozen=True)
class Point:
    """The score of models that were trained on so many signers (or sessions), each tested on those held out from it."""

    train_on: int
    n: int
    top1: float
    interval_95: tuple[float, float]
    worst_group: dict[str, Any]


def learning_curve(
    dataset: SignDataset,
    model: str,
    by: By,
    counts: Sequence[int] = (),
    *,
    config: FitConfig | None = None,
    options: dict[str, Any] | None = None,
    jobs: int = 1,
    most_folds: int = 10,
    progress: Callable[[int, int], None] | None = None,
) -> list[Point]:
    """Cross-validate once for each count; the held-out clips are the same each time.

    counts: of signers to train on; nothing: 1, 2, 4 and so on, and all. A gloss that the fewer do not show is not
    scored, so `n` may grow along the curve. progress: called with training steps done and in all.

    Raises CheremeError when there are fewer signers to train on than asked for.
    """
    config = config or FitConfig.for_glosses(len(dataset.glosses))
    folds = make_folds(dataset, by, most=most_folds, seed=config.seed)
    groups = dataset.column(by)
    fewest = min(len({groups[index] for index in fold.train}) for fold in folds)
    counts = sorted(set(counts or [*(2**power for power in range(10) if 2**power < fewest), fewest]))
    if not 1 <= counts[0] <= counts[-1] <= fewest:
        raise CheremeError(f"there are 1 to {fewest} {by}s to train on, whoever is held out: choose among these")
    points = []
    for place, count in enumerate(counts):

        def report(done: int, total: int, place: int = place) -> None:
            if progress:
                progress(place * total + done, len(counts) * total)

        result = cross_validate(
            dataset,
            model,
            by,
            config=config,
            options=options,
            jobs=jobs,
            most_folds=most_folds,
            train_on=count,
            progress=report,
        )
        summary = result.summary()
        low, high = summary["interval_95"]
        points.append(Point(count, summary["n"], summary["top1"], (low, high), summary["worst_group"]))
    return points


def draw_learning_curve(points: Sequence[Point], by: str, title: str, file: Path) -> None:
    """A picture of the curve with its 95 % intervals, and of the worst group below it: .png, .svg or .pdf."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    counts, top1 = [point.train_on for point in points], [point.top1 for point in points]
    low, high = zip(*(point.interval_95 for point in points), strict=True)
    axes.fill_between(counts, low, high, alpha=0.2)
    axes.plot(counts, top1, marker="o", label="all clips held out")
    axes.plot(counts, [point.worst_group["top1"] for point in points], marker=".", linestyle="--", label=f"worst {by}")
    axes.set_xticks(counts)
    axes.set_xlabel(f"{by}s to learn from")
    axes.set_ylabel("top-1")
    axes.set_title(title)
    axes.grid(alpha=0.3)
    axes.legend()
    FigureCanvasAgg(figure)
    drawn = BytesIO()
    figure.savefig(drawn, format=file.suffix[1:].lower())
    write_whole(file, drawn.getvalue())
