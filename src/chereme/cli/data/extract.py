"""`chereme data extract`: films and pictures become a dataset of landmarks."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from chereme.cli.options import progress_bar
from chereme.errors import CheremeError

if TYPE_CHECKING:
    from chereme.datasets.extraction import Result

_SHOWN = 10
"""Failures that are printed; all are in the record."""


def extract(
    source: Annotated[
        Path,
        typer.Argument(help="A folder with a folder of films or pictures for each gloss, or a CSV or JSON manifest."),
    ],
    out: Annotated[Path, typer.Argument(help="The dataset folder: new, or from an earlier run to go on with.")],
    name: Annotated[str | None, typer.Option(help="Name of the dataset [default: that of the folder].")] = None,
    sign_language: Annotated[str, typer.Option(help="ISO 639-3, such as ase; und is undetermined.")] = "und",
    license: Annotated[str, typer.Option(help="Licence of the recordings.")] = "not stated",
    groups: Annotated[
        str, typer.Option(help="Which landmarks, with commas between: face, left_hand, pose, right_hand.")
    ] = "left_hand,pose,right_hand",
    border: Annotated[
        float, typer.Option(min=0.0, help="Lay a border around pictures that hands fill, as a share: 0.25.")
    ] = 0.0,
    drop_empty: Annotated[
        bool, typer.Option("--drop-empty", help="Leave out frames in which no hand is seen.")
    ] = False,
    hand_crops: Annotated[
        Path | None, typer.Option(help="Write each hand as a picture of 224x224 into this folder, by gloss.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Files at a time, each on its core [default: all cores].")
    ] = None,
    backend: Annotated[Literal["local", "ray", "dask"], typer.Option(help="Where the work is done.")] = "local",
    address: Annotated[
        str | None, typer.Option(help="Of a Ray or Dask cluster that runs; without it one is started here.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try files again that failed before and have not changed.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when a file failed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False,
) -> None:
    """Take landmarks from films and pictures, and make a dataset of them.

    A file that cannot be read is named with the reason and costs itself alone. Started again after it was broken off,
    it goes on where it was.

    Example: `chereme data extract films my-signs --sign-language ase`
    """
    from chereme.datasets.extraction import How, open_or_create
    from chereme.datasets.extraction import extract as run
    from chereme.datasets.manifest import from_class_folders, read_manifest

    if not source.exists():
        raise CheremeError(f"{source} does not exist: name a folder of class folders, or a manifest")
    recordings = from_class_folders(source) if source.is_dir() else read_manifest(source)
    if not recordings:
        raise CheremeError(f"{source} names no clip: it needs a row for each")
    how = How(drop_empty=drop_empty, border=border, hand_crops=hand_crops)
    wanted = tuple(group.strip() for group in groups.split(","))
    dataset = open_or_create(
        out,
        name=name or out.resolve().name,
        sign_language=sign_language,
        groups=wanted,
        license=license,
        source=source.resolve().name,
    )
    if dataset.layout.groups != wanted:
        raise CheremeError(f"{out} has the groups {','.join(dataset.layout.groups)}: give the same, or a new folder")
    with progress_bar("extracting") as report:
        result = run(
            recordings,
            dataset,
            how=how,
            root=source if source.is_dir() else source.parent,
            jobs=jobs,
            backend=backend,
            address=address,
            retry_failed=retry_failed,
            on_progress=report,
        )
    _tell(result, as_json)
    if strict and result.failed:
        raise typer.Exit(1)


def _tell(result: "Result", as_json: bool) -> None:
    path = result.dataset.path
    if as_json:
        failed = [{"id": each.id, "code": each.code, "reason": each.reason} for each in result.failed]
        facts = {"dataset": str(path), "extracted": result.extracted, "already": result.already, "failed": failed}
        typer.echo(json.dumps({**facts, "without_hands": result.without_hands}, ensure_ascii=False))
        return
    before = f", {result.already:,} were there" if result.already else ""
    typer.echo(f"{path}: {f'{result.extracted:,} clips added' if result.extracted else 'nothing to do'}{before}")
    if result.without_hands:
        typer.echo(f"{result.without_hands:,} of them show no hand: see quality.parquet")
    console = Console(highlight=False, soft_wrap=True)
    for each in result.failed[:_SHOWN]:
        console.print(f"failed: {each.reason}", style="red", markup=False)
    if result.failed:
        typer.echo(f"{len(result.failed):,} files failed: {path / 'extraction.json'}; --retry-failed tries them again")
