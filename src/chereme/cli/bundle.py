"""`chereme bundle`: build the file that ships, look into it, check it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chereme.errors import CheremeError

if TYPE_CHECKING:
    from chereme.bundles.manifest import Manifest, Metric

app = typer.Typer(help="The one file that ships: build it, look into it, check it.", no_args_is_help=True)

BundleName = Annotated[str, typer.Argument(metavar="BUNDLE", help="A .chereme file, or the name of a shipped bundle.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


@app.command()
def build(
    run: Annotated[Path, typer.Argument(help="The folder that `chereme train` wrote.")],
    data: Annotated[Path, typer.Option("--data", help="The dataset it was trained on: exemplars are taken from it.")],
    about: Annotated[
        Path, typer.Option("--about", help="JSON with what only a person can say: name, version, title, texts, limits.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .chereme file to write.")],
    score: Annotated[
        list[Path] | None, typer.Option("--score", help="Result of `chereme crossval --json`; may be repeated.")
    ] = None,
    tflite: Annotated[
        bool, typer.Option("--tflite", help="Also hold the network in the form that phones run.")
    ] = False,
) -> None:
    """Turn a training run into the one file that ships.

    Example: `chereme bundle build runs/mine --data my-signs --about mine.json --score score.json -o mine-1.0.0.chereme`
    """
    from chereme.cli.options import training_extras

    with training_extras():
        from chereme.datasets import SignDataset
        from chereme.training.run import Run
        from chereme.training.ship import About, read_scores, ship
    manifest = ship(
        Run.load(run),
        About.read(about),
        output,
        SignDataset.open(data),
        [read_scores(path) for path in score or []],
        tflite=tflite,
    )
    typer.echo(f"{output}: {manifest.name} {manifest.version}, {output.stat().st_size / 1e6:.1f} MB")


@app.command()
def inspect(bundle: BundleName, as_json: AsJson = False) -> None:
    """Show what a bundle says about itself: glosses, training data, split, scores.

    Example: `chereme bundle inspect asl-words`
    """
    from chereme.bundles.read import open_bundle
    from chereme.bundles.shipped import find_bundle

    manifest = open_bundle(find_bundle(bundle)).manifest
    if as_json:
        typer.echo(manifest.model_dump_json(indent=1))
        return
    console = Console(highlight=False)
    console.print(_facts(manifest))
    console.print(f"\n[bold]{len(manifest.glosses)} glosses[/]")
    console.print(", ".join(gloss.gloss for gloss in manifest.glosses), markup=False)
    if manifest.enrolled:
        console.print(f"\n[bold]{len(manifest.enrolled)} added from a few clips, not scored on unseen signers[/]")
        console.print(", ".join(sign.gloss for sign in manifest.enrolled), markup=False)


@app.command()
def verify(
    bundle: BundleName,
    release: Annotated[bool, typer.Option("--release", help="Also check what a released bundle must have.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check that a bundle is whole, harmless and answers; with `--release`, that it may be given to people.

    Example: `chereme bundle verify my-signs-1.0.0.chereme --release`
    """
    from chereme.bundles.shipped import find_bundle
    from chereme.bundles.tflite import compare_tflite, tflite_runtime_installed
    from chereme.bundles.verify import release_problems, verify_bundle

    path = find_bundle(bundle)
    try:
        verified = verify_bundle(path)
        if "model.tflite" in verified.members and tflite_runtime_installed():
            compare_tflite(verified)
        problems = release_problems(verified) if release else []
    except CheremeError as error:
        if not as_json:
            raise
        problems = [str(error)]
    if as_json:
        typer.echo(json.dumps({"bundle": str(path), "release": release, "ok": not problems, "problems": problems}))
    else:
        _report(path, release, problems)
    if problems:
        raise typer.Exit(1)


def _report(path: Path, release: bool, problems: list[str]) -> None:
    if problems:
        typer.echo(f"{path.name} is whole, but not ready for release:")
        for problem in problems:
            typer.echo(f"  - {problem}")
    else:
        typer.echo(f"{path.name} is whole{' and passes the release gate' if release else ''}")


def _facts(manifest: "Manifest") -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    data = "\n".join(f"{data.name}: {data.samples} samples, {data.license}" for data in manifest.training_data)
    split = manifest.split
    held_out = f", held out by {split.by}: {', '.join(split.held_out)}" if split.held_out else ""
    idle = manifest.idle_false_positives_per_minute
    for name, value in (
        ("bundle", f"{manifest.name} {manifest.version}{'' if manifest.released else ' (experimental)'}"),
        *((("kind", "an encoder: answers only with signs that were added, and idle"),) if manifest.encoder else ()),
        ("title", manifest.title.get("en", next(iter(manifest.title.values()), ""))),
        ("sign language", manifest.sign_language),
        ("texts in", ", ".join(manifest.languages) or "no spoken language"),
        ("idle gloss", manifest.idle or "none"),
        ("points", f"{len(manifest.layout)}: {', '.join(manifest.groups)}"),
        ("frames", f"{manifest.min_frames}–{manifest.max_frames} at {manifest.fps:g} fps"),
        ("training data", data),
        ("trained on", f"{split.kind}{held_out}"),
        *((metric.name, _score(metric)) for metric in manifest.metrics),
        ("false words", "not measured" if idle is None else f"{idle:.2f} a minute of idle"),
        ("made by", f"Chereme {manifest.code_version}"),
    ):
        table.add_row(f"[bold]{name}[/]", escape(value))
    return table


def _score(metric: "Metric") -> str:
    low, high = metric.interval_95
    worst = "" if metric.worst_value is None else f"; worst {metric.worst_group} {metric.worst_value:.3f}"
    return f"{metric.value:.3f} (95 % {low:.3f}–{high:.3f}, n = {metric.n}, {metric.dataset}, {metric.split}{worst})"
