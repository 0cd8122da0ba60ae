"""`chereme data pull`: public corpora, what they are and how to get them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.options import progress_bar
from chereme.errors import CheremeError

if TYPE_CHECKING:
    from chereme.datasets.catalog import Corpus


def pull(
    name: Annotated[str | None, typer.Argument(help="Which corpus; without it, the list of all.")] = None,
    folder: Annotated[Path | None, typer.Argument(help="Where to put it [default: a folder of its name].")] = None,
    patience: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a server that sends nothing.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False,
) -> None:
    """Fetch a public corpus, or say step by step how to get it where a sign-up is needed.

    What anybody may fetch is fetched, unpacked and, where it is landmarks, imported. Run again, it goes on.

    Example: `chereme data pull traduttore corpora/traduttore`
    """
    from chereme.datasets.catalog import CORPORA

    if name is None:
        _list(tuple(CORPORA.values()), as_json)
        return
    if name not in CORPORA:
        raise CheremeError(f"there is no corpus {name} in the catalog: choose among {', '.join(CORPORA)}")
    corpus = CORPORA[name]
    folder = folder or Path(name)
    datasets = _fetch(corpus, folder, patience) if corpus.downloads else []
    steps = [step.replace("FOLDER", str(folder)) for step in corpus.steps]
    if as_json:
        facts = {"folder": str(folder), "fetched": bool(corpus.downloads), "datasets": datasets}
        typer.echo(json.dumps({**asdict(corpus), **facts, "steps": steps}, ensure_ascii=False))
        return
    _describe(corpus)
    if corpus.downloads:
        typer.echo(f"\n{folder}: fetched")
    for dataset in datasets:
        typer.echo(f"{dataset['dataset']}: {dataset['clips']:,} clips; {dataset['failed']:,} could not be imported")
    if steps:
        typer.echo("\nWhat to do next:" if corpus.downloads else "\nThis corpus cannot be fetched without you:")
    for number, step in enumerate(steps, start=1):
        typer.echo(f"  {number}. {step}")


def _fetch(corpus: "Corpus", folder: Path, patience: float) -> list[dict[str, str | int]]:
    from chereme.datasets.catalog.pulling import fetch, import_landmarks

    with progress_bar("fetching, bytes") as report:
        fetch(corpus, folder, patience=patience, progress=report)
    with progress_bar("importing") as report:
        datasets = import_landmarks(corpus, folder, progress=report)
    return [
        {"dataset": str(path), "clips": len(imported.dataset), "failed": len(imported.failed)}
        for path, imported in datasets.items()
    ]


def _list(corpora: "tuple[Corpus, ...]", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([asdict(corpus) for corpus in corpora], ensure_ascii=False, indent=1))
        return
    table = Table("name", "language", "clips", "glosses", "signers", "licence", "weights may ship", "got")
    for each in corpora:
        counts = ("?" if count is None else f"{count:,}" for count in (each.clips, each.glosses, each.signers))
        how = "fetched" if each.landmarks else "lists" if each.downloads else "steps"
        table.add_row(each.name, each.sign_language, *counts, each.license, _may_ship(each), how)
    Console().print(table)


def _describe(corpus: "Corpus") -> None:
    def count(number: int | None, what: str) -> str:
        return f"{what} not stated" if number is None else f"{number:,} {what}"

    sizes = (count(corpus.clips, "clips"), count(corpus.glosses, "glosses"), count(corpus.signers, "signers"))
    for line in (
        f"{corpus.title} ({corpus.sign_language}): {', '.join(sizes)}",
        f"Licence: {corpus.license}. {corpus.terms}".rstrip(),
        f"May weights trained on it be given away? {_may_ship(corpus)}",
        f"Home: {corpus.home}",
        f"Cite: {corpus.citation}",
        corpus.notes,
    ):
        typer.echo(line)


def _may_ship(corpus: "Corpus") -> str:
    return {True: "yes", False: "no", None: "not stated"}[corpus.weights_may_ship]
