"""`chereme train` and `chereme crossval`."""

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.apart import Apart
from chereme.cli.fitting import Fitting
from chereme.cli.groups import takes_groups
from chereme.cli.options import (
    DatasetFolder,
    Jobs,
    JsonFile,
    ModelName,
    MostFolds,
    TrackerName,
    progress_bar,
    training_extras,
)
from chereme.errors import CheremeError
from chereme.whole_file import write_json

if TYPE_CHECKING:
    from chereme.datasets import SignDataset
    from chereme.training.fit import Epoch

Pictures = Annotated[
    Path | None,
    typer.Option(help="For models that look at pictures: the folder that `chereme data extract --hand-crops` wrote."),
]


@takes_groups
def train(
    dataset: DatasetFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the run.")],
    fitting: Fitting,
    apart: Apart,
    model: ModelName = "conv_transformer",
    pictures: Pictures = None,
    tracker: TrackerName = None,
    checkpoint_every: Annotated[
        float, typer.Option(min=0, help="Seconds of training that a kill may cost; 0: a checkpoint after every step.")
    ] = 60,
    accelerator: Annotated[Literal["cpu", "cuda", "mps", "auto"], typer.Option(help="Where to train.")] = "cpu",
    devices: Annotated[int, typer.Option(min=1, help="How many of them on each machine.")] = 1,
    nodes: Annotated[int, typer.Option(min=1, help="How many machines.")] = 1,
    precision: Annotated[Literal["32", "bf16", "16"], typer.Option(help="Mixed: bf16, or 16 (GPU only).")] = "32",
) -> None:
    """Train a model on every clip of a dataset, or on all but those of the people named.

    Score it first with `chereme crossval`: what is trained here has seen everybody. Killed or stopped, it goes on where
    it was when the same command is given again, and ends with the same weights.

    Example: `chereme train my-signs -o runs/my-signs`
    """
    with training_extras():
        import torch

        from chereme.datasets import SignDataset
        from chereme.datasets.aspect import estimate_aspect
        from chereme.training.clips import load_clips
        from chereme.training.fit import Hardware, fit, is_first_process
        from chereme.training.pictures import fit_pictures, load_pictures
        from chereme.training.run import Run, checkpoints_in
        from chereme.training.tracking import open_tracker
        from chereme.training.tracking.watch import Watching
    checkpoints = checkpoints_in(output, checkpoint_every)
    if checkpoints.begun:
        typer.echo(f"{output}: going on from the last checkpoint", err=True)
    _check_pictures(model, pictures, fitting)
    torch.set_num_threads(os.cpu_count() or 1)
    everybody = SignDataset.open(dataset)
    opened = apart.training_part(everybody)
    left_out = sorted({*everybody.column(apart.by)} - {*opened.column(apart.by)}) if apart.by != "random" else []
    _warn_of_single_clips(opened)
    config, options = fitting.config(len(opened.glosses)), fitting.options()
    epochs: list[Epoch] = []
    aspect = estimate_aspect(opened)
    name = opened.description.name
    facts = {"model": model, "fit": vars(config), "data": name, "output": str(output)}
    with (
        open_tracker(tracker).start(f"{model} on {name}", "train", name, facts) as kept,
        progress_bar("training") as report,
    ):
        watching = Watching(kept, opened.glosses)

        def watch(epoch: "Epoch") -> None:
            epochs.append(epoch)
            watching(epoch)

        if pictures:
            hands = load_pictures(opened, pictures, model, options)
            fitted = fit_pictures(model, hands, len(opened.glosses), config, options=options, progress=report)
        else:
            clips = load_clips(opened, opened.glosses, frames=config.frames, unknown_aspect=aspect)
            fitted = fit(
                model,
                clips,
                opened.layout,
                len(opened.glosses),
                config,
                options=options,
                hardware=Hardware(accelerator, devices, nodes, precision),
                checkpoints=checkpoints,
                watch=watch,
                progress=report,
            )
        if not is_first_process():
            return
        best = next((epoch for epoch in reversed(epochs) if epoch.best), None)
        by = apart.by if left_out else None
        run = Run.of(opened, fitted, model, config, options, opened.glosses, aspect, by, tuple(left_out), best=best)
        run.save(output)
        watching.draw()
        known = {fact: run.facts[fact] for fact in ("dataset", "split", "groups", "glosses", "code_version")}
        kept.describe({**known, "weights_sha256": run.weights_sha256})
    typer.echo(f"{output}: {model} trained on {len(opened)} clips of {len(opened.glosses)} glosses")
    if best and best.validation:
        said = best.validation
        typer.echo(f"best on {len(said.ids)} validation clips after step {best.step}: top-1 {said.top1:.3f}")


@takes_groups
def crossval(
    dataset: DatasetFolder,
    fitting: Fitting,
    model: ModelName = "conv_transformer",
    pictures: Pictures = None,
    by: Annotated[Literal["signer", "session", "random"], typer.Option(help="What is held out.")] = "signer",
    leave_out: Annotated[
        str, typer.Option(help="Glosses to leave out altogether, with commas between: `space,-`.")
    ] = "",
    folds: MostFolds = 10,
    jobs: Jobs = None,
    json_out: JsonFile = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Write one line a clip (CSV): truth, prediction, confidence.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write each fold's model as a bundle into this folder.")] = None,
    robustness: Annotated[
        bool,
        typer.Option("--robustness", help="Score changed clips too: tilted, slower, nearer, hands lost."),
    ] = False,
) -> None:
    """Score a model on people it has never seen: train without each signer in turn, test on that signer.

    Idle clips (gloss `-`) train the model and are counted apart. A clip whose gloss no other group shows is not scored.

    Example: `chereme crossval my-signs --by signer --json score.json`
    """
    with training_extras():
        from chereme.datasets import SignDataset
        from chereme.evaluation.crossval import cross_validate
        from chereme.evaluation.pictures import cross_validate_pictures
        from chereme.evaluation.predictions import write_predictions
    _check_pictures(model, pictures, fitting)
    if pictures and save:
        raise typer.BadParameter("a bundle looks at landmarks: leave --save or --pictures out", param_hint="--save")
    if pictures and robustness:
        raise typer.BadParameter("landmarks are changed, not pictures: leave one out", param_hint="--robustness")
    opened = SignDataset.open(dataset)
    left_out = {gloss for gloss in leave_out.split(",") if gloss}
    if unknown := left_out - set(opened.glosses):
        raise CheremeError(f"{opened.description.name} has no gloss {', '.join(sorted(unknown))} to leave out")
    opened = opened.select(index for index, sample in enumerate(opened.samples) if sample.gloss not in left_out)
    with progress_bar("training all folds") as report:
        how: dict[str, Any] = {
            "config": fitting.config(len(opened.glosses)),
            "options": fitting.options(),
            "jobs": jobs or os.cpu_count() or 1,
            "most_folds": folds,
        }
        if pictures:
            result = cross_validate_pictures(opened, model, by, pictures, **how, progress=report)
        else:
            result = cross_validate(opened, model, by, **how, robustness=robustness, save=save, progress=report)
    summary = result.summary()
    _print(summary)
    if robustness:
        _print_robustness(summary)
    if json_out:
        write_json(json_out, summary)
    if predictions:
        write_predictions(result.rows(), predictions)


def _check_pictures(model: str, pictures: Path | None, fitting: Fitting) -> None:
    """Raises CheremeError for a model that looks at pictures and was given none, or the other way round."""
    from chereme.models.registry import PICTURE_MODELS, picture_config

    if pictures:
        picture_config(model)
        if fitting.teacher:
            raise CheremeError("a teacher looks at landmarks, not at pictures: leave --teacher or --pictures out")
    elif model in PICTURE_MODELS:
        raise CheremeError(
            f"{model} looks at pictures of hands: give the folder that `chereme data extract --hand-crops FOLDER` "
            "wrote with --pictures FOLDER"
        )


def _warn_of_single_clips(dataset: "SignDataset") -> None:
    rare = sorted(gloss for gloss, clips in Counter(dataset.column("gloss")).items() if clips == 1)
    if rare:
        typer.echo(f"one clip only, from which little can be learnt: {', '.join(rare)}", err=True)


def _print(summary: dict[str, Any]) -> None:
    low, high = summary["interval_95"]
    title = f"{summary['model']} on {summary['dataset']}, held out by {summary['by']}"
    table = Table("held out", "clips", "top-1", "95 % interval", "mirrored", title=title)
    for fold in summary["folds"]:
        if fold["top1"] is None:
            table.add_row(fold["held_out"], "0", "–", "–", "–")
            continue
        interval = "{:.3f}–{:.3f}".format(*fold["interval_95"])
        table.add_row(fold["held_out"], str(fold["n"]), f"{fold['top1']:.4f}", interval, f"{fold['mirrored_top1']:.4f}")
    table.add_section()
    table.add_row(
        "all", str(summary["n"]), f"{summary['top1']:.4f}", f"{low:.3f}–{high:.3f}", f"{summary['mirrored_top1']:.4f}"
    )
    console = Console()
    console.print(table)
    console.print(
        f"top-5 {summary['top5']:.4f}   macro-F1 {summary['macro_f1']:.4f}   "
        f"worst {summary['by']} {summary['worst_group']['held_out']}: {summary['worst_group']['top1']:.4f}"
    )
    console.print(f"calibration error {summary['calibration_error']:.4f}" + _abstention(summary["abstention"]))
    if summary["idle"]:
        idle = summary["idle"]
        console.print(
            f"idle: {idle['taken_for_a_sign']} of {idle['n']} idle clips taken for a sign, "
            f"{idle['signs_taken_for_idle']} signs taken for idle"
        )
    if summary["unseen_glosses"]:
        console.print(f"{summary['unseen_glosses']} clips not scored: no other {summary['by']} shows their gloss")
    for pair in summary["confusions"][:5]:
        console.print(f"  {pair['gloss']} taken for {pair['predicted']}: {pair['n']}", markup=False)
    if summary["by"] == "random":
        console.print("A random split has clips of the same person on both sides and flatters: use --by signer.")


def _print_robustness(summary: dict[str, Any]) -> None:
    table = Table("change", "top-1", "points lost")
    for row in summary["robustness"]:
        table.add_row(row["change"], f"{row['top1']:.4f}", f"{row['points_lost']:+.2f}")
    Console().print(table)


def _abstention(found: dict[str, float] | None) -> str:
    if found is None:
        return "   no threshold makes 95 % of the answers right"
    return f"   withholding the unsure, {found['coverage']:.1%} are answered, {found['precision']:.1%} of them right"
