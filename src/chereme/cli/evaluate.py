"""`chereme evaluate` and `chereme compare`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.options import JsonFile, TrackerName, progress_bar
from chereme.whole_file import write_json


def evaluate(
    bundle: Annotated[str, typer.Argument(help="A .chereme file, or the name of a shipped bundle.")],
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.")],
    split: Annotated[
        str | None, typer.Option(help="Score one part of this split, which is kept with the dataset [default: all].")
    ] = None,
    part: Annotated[str, typer.Option(help="Which part of the split.")] = "test",
    robustness: Annotated[
        bool,
        typer.Option(
            "--robustness",
            help="Score changed clips too: mirrored, tilted, hands lost, without a group.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Fixes every random choice.")] = 0,
    tracker: TrackerName = None,
    json_out: JsonFile = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Keep what was said of each clip, one row a clip: a .parquet or .csv file.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a report into this folder: index.html, and the JSON of each figure.")
    ] = None,
) -> None:
    """Score a bundle on the clips of a dataset: accuracy with intervals, each signer and gloss, calibration, idle.

    Says so loudly when the bundle was trained on these clips or tested on them before, or nobody knows who signs.

    Example: `chereme evaluate mine-1.0.0.chereme my-signs --split held-out --part test --json score.json`
    """
    from chereme.bundles.shipped import find_bundle
    from chereme.bundles.verify import verify_bundle
    from chereme.datasets.dataset import SignDataset
    from chereme.evaluation.ablation import measure_ablation
    from chereme.evaluation.evaluate import answer_clips, chosen_clips, summarise, warnings
    from chereme.evaluation.exposure import exposure
    from chereme.evaluation.report import report_folder, write_report
    from chereme.evaluation.robustness import measure_robustness
    from chereme.evaluation.tested import Test, write_down
    from chereme.evaluation.tracked import track_test
    from chereme.recognition.recognizer import Recognizer
    from chereme.training.tracking import open_tracker, runs_folder

    if predictions and predictions.suffix.lower() not in (".parquet", ".csv"):
        raise typer.BadParameter(f"{predictions} ends neither in .parquet nor in .csv", param_hint="--predictions")
    if report:
        report_folder(report)
    keeper = open_tracker(tracker)
    opened = SignDataset.open(dataset)
    recognizer = Recognizer(verify_bundle(find_bundle(bundle)))
    manifest = recognizer.manifest
    chosen = chosen_clips(opened, split, part)
    with progress_bar("reading clips") as tell:
        answers = answer_clips(recognizer, opened, chosen, progress=tell)
    figures = summarise(answers, min_confidence=manifest.spotting.min_confidence, seed=seed)
    test = Test.of(manifest, opened, chosen, figures["top1"])
    summary: dict[str, Any] = {
        "bundle": f"{manifest.name} {manifest.version}",
        "dataset": opened.description.name,
        "split": {"name": split, "part": part} if split else None,
        "seed": seed,
        "predictions": str(predictions) if predictions else None,
        "group_weights": manifest.group_weights,
        "warnings": warnings(figures, manifest, opened, exposure(manifest, opened, chosen))
        + write_down(runs_folder(), test),
        **figures,
    }
    if robustness or report:
        with progress_bar("reading changed clips") as tell:
            summary["robustness"] = measure_robustness(recognizer, opened, chosen, answers, seed=seed, progress=tell)
        with progress_bar("reading clips without a group") as tell:
            summary["ablation"] = measure_ablation(recognizer, opened, chosen, answers, progress=tell)
    track_test(keeper, test, manifest, summary, answers)
    if predictions:
        answers.write(predictions)
    if json_out:
        write_json(json_out, summary)
    _print(summary)
    if report:
        typer.echo(f"report: {write_report(summary, report)}")


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(help="Results of chereme evaluate or crossval: JSON, or predictions."),
    ],
    seed: Annotated[int, typer.Option(help="Fixes every random choice.")] = 0,
    json_out: JsonFile = None,
) -> None:
    """Put scores side by side, and each against the first on the clips that both scored. Prints Markdown.

    Clip by clip they are compared where predictions are given, or a JSON knows where its own lie.

    Example: `chereme compare lstm.csv ours.csv --json table.json`
    """
    from chereme.evaluation.compare import compare, markdown, read_scores

    result = compare(read_scores(files), seed)
    if json_out:
        write_json(json_out, result)
    typer.echo(markdown(result), nl=False)


def _print(summary: dict[str, Any]) -> None:
    screen = Console(highlight=False)
    _warn(summary["warnings"])
    where = f", {summary['split']['part']} of {summary['split']['name']}" if summary["split"] else ""
    table = Table(
        summary["by"] or "",
        "clips",
        "top-1",
        "95 % interval",
        title=f"{summary['bundle']} on {summary['dataset']}{where}",
    )
    for group in summary["groups"]:
        table.add_row(group["group"], f"{group['n']:,}", f"{group['top1']:.4f}", _range(group["interval_95"]))
    table.add_section()
    table.add_row("all", f"{summary['n']:,}", f"{summary['top1']:.4f}", _range(summary["interval_95"]))
    if summary["interval_95_by_group"]:
        table.add_row(f"all, drawing {summary['by']}s", "", "", _range(summary["interval_95_by_group"]))
    screen.print(table)
    if "robustness" in summary:
        screen.print(_robustness(summary["robustness"]))
    macro = summary["macro"]
    screen.print(f"top-5 {summary['top5']:.4f}   top-10 {summary['top10']:.4f}")
    screen.print(
        f"mean per gloss: precision {macro['precision']:.4f}   recall {macro['recall']:.4f}   F1 {macro['f1']:.4f}"
    )
    own, best = summary["abstention"]["own_threshold"], summary["abstention"]["precision_95"]
    screen.print(
        f"calibration error {summary['calibration_error']:.4f}   at the bundle's threshold {own['threshold']:.2f} it "
        f"answers {own['coverage']:.1%} of clips" + (f", {own['precision']:.1%} right" if own["precision"] else "")
    )
    screen.print(
        f"95 % of answers are right while it answers {best['coverage']:.1%} of clips"
        if best
        else "at no threshold are 95 % of its answers right"
    )
    if idle := summary["idle"]:
        screen.print(
            f"idle: {idle['taken_for_a_sign']} of {idle['n']} clips taken for a sign, {idle['believed']} of them above "
            f"the threshold; {idle['signs_taken_for_idle']} signs taken for idle"
        )
    for pair in summary["confusions"][:5]:
        screen.print(f"  {pair['gloss']} taken for {pair['predicted'] or 'nothing'}: {pair['n']}", markup=False)


def _robustness(rows: list[dict[str, Any]]) -> Table:
    table = Table("the same clips", "top-1", "points lost", title="changed")
    for row in rows:
        table.add_row(row["change"], f"{row['top1']:.4f}", f"{row['points_lost']:.1f}")
    return table


def _warn(sentences: list[str]) -> None:
    for sentence in sentences:
        style = "bold yellow" if sentence[:4].isupper() else "yellow"
        Console(stderr=True, highlight=False).print(sentence, style=style, markup=False, soft_wrap=True)


def _range(interval: list[float]) -> str:
    return f"{interval[0]:.3f}–{interval[1]:.3f}"
