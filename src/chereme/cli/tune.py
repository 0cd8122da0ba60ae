"""`chereme tune`."""

import csv
import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.apart import Apart
from chereme.cli.fitting import Seed, Steps
from chereme.cli.groups import takes_groups
from chereme.cli.options import DatasetFolder, JsonFile, ModelName, TrackerName, progress_bar, training_extras
from chereme.whole_file import write_json

if TYPE_CHECKING:
    from chereme.training.search import Tried


@takes_groups
def tune(
    dataset: DatasetFolder,
    apart: Apart,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the search; given again, the search goes on.")
    ],
    model: ModelName = "conv_transformer",
    method: Annotated[
        Literal["grid", "optuna"], typer.Option(help="grid: all combinations; optuna: where it expects most.")
    ] = "grid",
    vary: Annotated[
        list[str] | None,
        typer.Option(help="`batch=16,32`, or with optuna `learning_rate=3e-4..1e-2`; may be given several times."),
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="Combinations that optuna tries.")] = 30,
    folds: Annotated[int, typer.Option(min=2, help="At most so many validation folds.")] = 5,
    steps: Steps = None,
    seed: Seed = 0,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Combinations tried at the same time [default: all cores].")
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(help="A database that machines share, `postgresql://…` [default: study.db in the folder]."),
    ] = None,
    tracker: TrackerName = None,
    json_out: JsonFile = None,
) -> None:
    """Search for the best configuration of a model, on people held out of the training part only.

    Name the people of the final test with --held-out or --split: the search never looks at them. Stopped, it goes on
    where it was when started again. The folder gets trials.csv and trials.json.

    Example: `chereme tune my-signs -o searches/mine --held-out ann,ben`
    """
    with training_extras():
        from chereme.datasets import SignDataset
        from chereme.evaluation.validation import Validation
        from chereme.training.fit import FitConfig
        from chereme.training.search import Search, best
        from chereme.training.space import read_space
        from chereme.training.tracking import open_tracker
    opened = apart.training_part(SignDataset.open(dataset))
    given = {"seed": seed} if steps is None else {"seed": seed, "steps": steps}
    config = FitConfig.for_glosses(len(opened.glosses), **given)
    validation = Validation(opened, model, apart.by, folds, config)
    search = Search(output, method, read_space(method, vary or []), validation.what, trials, seed, storage)
    title = f"{model} on {opened.description.name}"
    with (
        open_tracker(tracker).start(f"tune {title}", "search", opened.description.name, validation.what) as run,
        progress_bar("trying configurations") as report,
    ):
        report(0, search.size)

        def finished(tried: "Tried", done: int) -> None:
            report(done, search.size)
            if tried.figures:
                run.measure({name: tried.figures[name] for name in ("top1", "macro_f1")}, tried.number)

        everything = search.run(validation, jobs=jobs or os.cpu_count() or 1, finished=finished)
        winner = best(everything)
        command = train_command(dataset, output, model, apart, steps, seed, winner.parameters)
        content = {**validation.what, "trials": [vars(each) for each in everything], "best": winner.number}
        _write(output, content, everything)
        for name in ("trials.json", "trials.csv"):
            run.keep(output / name)
    if json_out:
        write_json(json_out, {**content, "command": command})
    _print(title, everything, winner)
    if not apart.named:
        typer.echo("nobody was kept apart (--held-out, --split): no person in this data can test the winner fairly")
    if len(everything) < search.size:
        typer.echo(f"{search.size - len(everything)} more are in the hands of other machines: run it again to see them")
    typer.echo(command)


def train_command(
    dataset: Path, output: Path, model: str, apart: Apart, steps: int | None, seed: int, parameters: dict[str, Any]
) -> str:
    """The words that train the winner, on the same people that the search saw."""
    words = ["chereme", "train", str(dataset), "-o", str(output / "best"), "--model", model, *apart.words()]
    chosen = ({} if steps is None else {"steps": steps}) | parameters | {"seed": seed}
    for name, value in chosen.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words)


def _write(folder: Path, content: dict[str, Any], everything: "tuple[Tried, ...]") -> None:
    """The table, as JSON with all figures and as CSV."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (folder / "trials.json").write_text(text + "\n", encoding="utf-8")
    with (folder / "trials.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = [_row(each) for each in everything]
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _row(tried: "Tried") -> dict[str, Any]:
    figures = tried.figures or {}
    low, high = figures.get("interval_95", (None, None))
    return {
        "trial": tried.number,
        **tried.parameters,
        "top1": figures.get("top1"),
        "interval_low": low,
        "interval_high": high,
        "macro_f1": figures.get("macro_f1"),
        "worst_group": figures["worst_group"]["held_out"] if figures else None,
        "worst_top1": figures["worst_group"]["top1"] if figures else None,
        "clips": figures.get("n"),
        "seconds": round(tried.seconds, 1),
        "machine": tried.machine,
        "error": tried.error,
    }


def _print(title: str, everything: "tuple[Tried, ...]", winner: "Tried") -> None:
    names = list(winner.parameters)
    table = Table("trial", *names, "top-1", "95 % interval", "worst", title=f"{title}, validation only")
    for tried in sorted(everything, key=lambda each: -(each.figures or {}).get("top1", -1.0)):
        cells = [str(tried.number), *(f"{tried.parameters[name]:g}" for name in names)]
        if figures := tried.figures:
            low, high = figures["interval_95"]
            cells += [f"{figures['top1']:.4f}", f"{low:.3f}–{high:.3f}", f"{figures['worst_group']['top1']:.4f}"]
        else:
            cells += ["failed", tried.error or "", ""]
        table.add_row(*cells, style="bold" if tried is winner else None)
    Console().print(table)
