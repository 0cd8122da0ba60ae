"""`chereme learning-curve`."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.fitting import Fitting
from chereme.cli.groups import takes_groups
from chereme.cli.options import DatasetFolder, Jobs, JsonFile, ModelName, MostFolds, progress_bar, training_extras
from chereme.whole_file import write_json


@takes_groups
def learning_curve(
    dataset: DatasetFolder,
    fitting: Fitting,
    model: ModelName = "conv_transformer",
    by: Annotated[Literal["signer", "session"], typer.Option(help="What is held out, and counted.")] = "signer",
    counts: Annotated[
        str, typer.Option(help="How many to train on, with commas between [default: 1, 2, 4 and so on, and all].")
    ] = "",
    folds: MostFolds = 10,
    jobs: Jobs = None,
    plot: Annotated[Path | None, typer.Option(help="Draw the curve: a .png, .svg or .pdf file.")] = None,
    json_out: JsonFile = None,
) -> None:
    """Score a model on held-out people by how many others it learnt from: is it worth filming more people?

    Example: `chereme learning-curve my-signs --plot curve.png`
    """
    with training_extras():
        from chereme.datasets import SignDataset
        from chereme.evaluation.learning_curve import draw_learning_curve
        from chereme.evaluation.learning_curve import learning_curve as measure
    if plot and plot.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise typer.BadParameter(f"{plot} ends neither in .png nor in .svg nor in .pdf", param_hint="--plot")
    opened = SignDataset.open(dataset)
    with progress_bar("training all folds") as report:
        points = measure(
            opened,
            model,
            by,
            _numbers(counts),
            config=fitting.config(len(opened.glosses)),
            options=fitting.options(),
            jobs=jobs or os.cpu_count() or 1,
            most_folds=folds,
            progress=report,
        )
    title = f"{model} on {opened.description.name}, held out by {by}"
    table = Table(f"{by}s to learn from", "clips", "top-1", "95 % interval", f"worst {by}", title=title)
    for each in points:
        interval = "{:.3f}–{:.3f}".format(*each.interval_95)
        worst = f"{each.worst_group['top1']:.4f} {each.worst_group['held_out']}"
        table.add_row(str(each.train_on), str(each.n), f"{each.top1:.4f}", interval, worst)
    Console().print(table)
    if json_out:
        told = {
            "dataset": opened.description.name,
            "model": model,
            "by": by,
            "points": [asdict(each) for each in points],
        }
        write_json(json_out, told)
    if plot:
        draw_learning_curve(points, by, title, plot)


def _numbers(counts: str) -> list[int]:
    try:
        return [int(count) for count in counts.split(",") if count]
    except ValueError:
        raise typer.BadParameter(f"{counts} are no numbers: write 1,2,4", param_hint="--counts") from None
