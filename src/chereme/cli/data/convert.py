"""`chereme data import` and `chereme data export`: files of other programs in, and out."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chereme.cli.options import progress_bar

Fps = Annotated[float | None, typer.Option(min=0.1, help="Frames a second of clips that do not state theirs.")]
Aspect = Annotated[float | None, typer.Option(min=0.1, help="Width / height of pictures that do not state theirs.")]

_SHOWN = 10
"""Failures that are printed; `--json` has all."""


def import_(
    source: Annotated[Path, typer.Argument(help="A folder, a manifest or one file.")],
    out: Annotated[Path, typer.Argument(help="The dataset folder to make or to go on with.")],
    format_: Annotated[str, typer.Option("--format", help="The format of the files; auto looks at them.")] = "auto",
    name: Annotated[str | None, typer.Option(help="Name of the dataset [default: that of the folder].")] = None,
    sign_language: Annotated[str, typer.Option(help="ISO 639-3 code; und: not stated.")] = "und",
    license_: Annotated[str, typer.Option("--license", help="Of the recordings.")] = "not stated",
    origin: Annotated[str | None, typer.Option("--source", help="Where they are from.")] = None,
    groups: Annotated[
        str | None,
        typer.Option(help="Parts to keep, with commas between [default: all that there are but the face]."),
    ] = None,
    fps: Fps = None,
    aspect: Aspect = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when a clip failed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False,
) -> None:
    """Make a dataset of landmarks, pictures or films that others recorded.

    A clip that cannot be read is named with the reason and costs itself alone. Run again, it goes on where it was.

    Example: `chereme data import MP_Data my-signs --sign-language ase`
    """
    from chereme.datasets import importing
    from chereme.landmarks.formats import FORMATS

    kind = importing.recognise(source) if format_ == "auto" else format_
    known = (*FORMATS, *importing.ANNOTATED, importing.MEDIA)
    if kind not in known:
        raise typer.BadParameter(f"{kind} is none: choose among {', '.join(known)}", param_hint="--format")
    if kind in importing.ANNOTATED:
        listed = importing.describe_list(importing.import_list(source, out, kind))
        typer.echo(json.dumps(listed, ensure_ascii=False) if as_json else _list_sentence(listed, out))
        return
    about: dict[str, Any] = {
        "root": source if source.is_dir() else source.parent,
        "name": name or out.resolve().name,
        "sign_language": sign_language,
        "license": license_,
        "source": origin or source.resolve().name,
        "groups": tuple(group.strip() for group in groups.split(",")) if groups else None,
    }
    found = importing.find_clips(source, kind)
    with progress_bar("importing") as report:
        if kind == importing.MEDIA:
            imported = importing.import_media(found, out, on_progress=report, **about)
        else:
            imported = importing.import_clips(
                found, out, format=kind, fps=fps, aspect=aspect, on_progress=report, **about
            )
    samples = imported.dataset.samples
    facts = {
        "dataset": str(out),
        "format": kind,
        "added": imported.added,
        "already": imported.already,
        "clips": len(samples),
        "glosses": len(imported.dataset.glosses),
        "signers": len({sample.signer for sample in samples} - {None}),
        "frames": sum(sample.frames for sample in samples),
        "groups": list(imported.dataset.layout.groups),
        "failed": [{"id": each.id, "reason": each.reason} for each in imported.failed],
    }
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else _sentence(facts))
    if not as_json:
        console = Console(highlight=False, soft_wrap=True)
        for each in imported.failed[:_SHOWN]:
            console.print(f"failed: {each.id}: {each.reason}", style="red", markup=False)
        if imported.failed:
            typer.echo(f"{len(imported.failed):,} of {len(found):,} clips failed; run again once they are mended")
    if strict and imported.failed:
        raise typer.Exit(1)


def export(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.")],
    out: Annotated[Path, typer.Argument(help="The folder to make.")],
    format_: Annotated[str, typer.Option("--format", help="The format to write.")],
    fps: Fps = None,
    aspect: Aspect = None,
) -> None:
    """Write a dataset in the format of another program.

    Example: `chereme data export my-signs kaggle --format gislr`
    """
    from chereme.datasets import SignDataset
    from chereme.datasets.exporting import export_dataset

    with progress_bar("exporting") as report:
        done = export_dataset(SignDataset.open(dataset), out, format_, fps=fps, aspect=aspect, on_progress=report)
    filled = "" if done.filled is None else f"; {done.filled:,} missing parts of frames are zeros, as is usual there"
    typer.echo(f"{out}: {done.clips:,} clips as {format_}{filled}")


def _sentence(facts: dict[str, Any]) -> str:
    before = f" ({facts['already']:,} were there already)" if facts["already"] else ""
    return (
        f"{facts['dataset']}: {facts['clips']:,} clips{before} from {facts['format']}, {facts['glosses']:,} glosses, "
        f"{facts['signers']:,} signers, {facts['frames']:,} frames of {', '.join(facts['groups'])}"
    )


def _list_sentence(facts: dict[str, Any], out: Path) -> str:
    splits = ", ".join(
        f"{split} {clips:,}" + (f" by {facts['signers'][split]:,} signers" if facts["signers"][split] else "")
        for split, clips in facts["splits"].items()
    )
    return (
        f"{out}: {facts['clips']:,} clips of {facts['glosses']:,} glosses ({splits}); no films, they are fetched next"
    )
