"""`chereme data msasl …` and `chereme data wlasl …`: from published lists to films, clips and landmarks."""

import json
from collections.abc import Callable, Sequence
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from chereme.cli.options import progress_bar
from chereme.errors import CheremeError

if TYPE_CHECKING:
    from chereme.datasets.corpora.failures import Failure

_SHOWN = 10
"""Failures that are printed; all are in failed.json."""

Lists = Annotated[Path, typer.Argument(help="The folder of the published lists.")]
NewSlice = Annotated[Path, typer.Argument(metavar="OUT", help="The slice to write, a .json file.")]
MaxClasses = Annotated[int, typer.Option("--max-classes", min=1, help="How many glosses, from the first on.")]
Slice = Annotated[Path, typer.Argument(metavar="SLICE", help="What to fetch and cut, written by `slice`.")]
Folder = Annotated[Path, typer.Argument(help="Where films and clips are kept.")]
Margin = Annotated[float, typer.Option(min=0.0, help="Room around the annotated box, as a share of its size.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many at a time.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when something failed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def slice_msasl(lists: Lists, out: NewSlice, max_classes: MaxClasses = 100, as_json: AsJson = False) -> None:
    """Choose the first glosses of MS-ASL: 100, 200, 500 and 1000 are the official sizes.

    Example: `chereme data msasl slice MS-ASL asl100.json --max-classes 100`
    """
    _slice("msasl", lists, out, max_classes, as_json)


def slice_wlasl(lists: Lists, out: NewSlice, max_classes: MaxClasses = 100, as_json: AsJson = False) -> None:
    """Choose the first glosses of WLASL: 100, 300, 1000 and 2000 are the official sizes.

    Example: `chereme data wlasl slice start_kit asl100.json --max-classes 100`
    """
    _slice("wlasl", lists, out, max_classes, as_json)


def _slice(corpus: str, lists: Path, out: Path, max_classes: int, as_json: bool) -> None:
    from chereme.datasets.corpora.annotations import READERS, SPLITS
    from chereme.datasets.corpora.slicing import take, write_slice
    from chereme.datasets.corpora.sources import sources_of

    part = take(READERS[corpus](lists), max_classes)
    write_slice(out, part)
    splits = {split: part.count(split) for split in SPLITS}
    films = len(sources_of(part.clips))
    if as_json:
        facts = {"slice": str(out), "glosses": len(part.labels), "clips": len(part.clips), "films": films}
        typer.echo(json.dumps({**facts, "splits": splits}))
        return
    counts = ", ".join(f"{split} {count:,}" for split, count in splits.items())
    typer.echo(f"{out}: {len(part.clips):,} clips of {len(part.labels):,} glosses ({counts}) in {films:,} films")


def download(
    chosen: Slice,
    folder: Folder,
    jobs: Jobs = 2,
    pause: Annotated[float, typer.Option(min=0.0, help="Seconds between two requests to one server.")] = 1.0,
    patience: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for a server that sends nothing.")] = 30.0,
    tries: Annotated[int, typer.Option(min=1, help="Tries for each film in this run.")] = 3,
    cookies: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A cookies.txt, for sites that want a sign-in.")
    ] = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Fetch each film once, at 720 lines or less. Run again, it tries what failed and nothing else.

    Films that cannot be had are written to failed.json in the folder, with the reason.

    Example: `chereme data msasl download asl100.json asl100`
    """
    from chereme.datasets.corpora.fetching import Manners, fetch_films
    from chereme.datasets.corpora.slicing import read_slice
    from chereme.datasets.corpora.sources import sources_of

    films = sources_of(read_slice(chosen).clips)
    manners = Manners(pause, patience, tries, cookies)
    with progress_bar("fetching films") as report:
        failed = fetch_films(films, folder, jobs=jobs, manners=manners, progress=report)
    _tell(f"{folder}: {len(films) - len(failed):,} of {len(films):,} films are there", failed, folder, as_json)
    if strict and failed:
        raise typer.Exit(1)


def cut(
    chosen: Slice,
    folder: Folder,
    margin: Margin = 0.0,
    jobs: Jobs = 2,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Cut the clips out of the films, to the frame, and to the box around the signer where the list has one.

    Writes clips.csv, a manifest with gloss, signer, split and film. What cannot be cut is written to failed.json.

    Example: `chereme data msasl cut asl100.json asl100 --margin 0.1`
    """
    from chereme.datasets.corpora.cutting import cut_clips
    from chereme.datasets.corpora.slicing import read_slice
    from chereme.datasets.corpora.sources import sources_of

    clips = read_slice(chosen).clips
    with progress_bar("cutting, film by film") as report:
        done = cut_clips(sources_of(clips), folder, margin=margin, jobs=jobs, progress=report)
    _tell(f"{done.manifest}: {done.clips:,} of {len(clips):,} clips are there", done.failed, folder, as_json)
    if strict and done.clips < len(clips):
        raise typer.Exit(1)


def extract(
    chosen: Slice,
    folder: Folder,
    out: Annotated[Path, typer.Argument(help="The dataset folder: new, or from an earlier run to go on with.")],
    jobs: Jobs = 2,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Take landmarks from the clips that were cut, and make a dataset that states the language and licence.

    `chereme data extract` does the same with the manifest clips.csv, and has more options.

    Example: `chereme data msasl extract asl100.json asl100 asl100-landmarks`
    """
    from chereme.cli.data.extract import extract as extract_landmarks
    from chereme.datasets.catalog import CORPORA
    from chereme.datasets.corpora.slicing import read_slice

    corpus = CORPORA[read_slice(chosen).corpus]
    manifest = folder / "clips.csv"
    if not manifest.exists():
        raise CheremeError(f"{folder} has no clips.csv: cut the clips first, with `cut`")
    extract_landmarks(
        manifest,
        out,
        name=out.resolve().name,
        sign_language=corpus.sign_language,
        license=corpus.license,
        jobs=jobs,
        strict=strict,
        as_json=as_json,
    )


def _tell(sentence: str, failed: "Sequence[Failure]", folder: Path, as_json: bool) -> None:
    if as_json:
        rows = [{"url": each.url, "clips": each.clips, "reason": each.reason} for each in failed]
        typer.echo(json.dumps({"done": sentence, "failed": rows}, ensure_ascii=False))
        return
    typer.echo(sentence)
    console = Console(highlight=False, soft_wrap=True)
    for each in failed[:_SHOWN]:
        console.print(f"failed: {each.url} ({', '.join(each.clips[:3])}): {each.reason}", style="red", markup=False)
    if failed:
        typer.echo(f"{len(failed):,} failed, see {folder / 'failed.json'}; run again to try them once more")


def _family(title: str, corpus: str, choose: Callable[..., None]) -> typer.Typer:
    app = typer.Typer(help=f"{title}: choose glosses, fetch the films, cut the clips.", no_args_is_help=True)
    app.command("slice")(choose)
    for verb in (download, cut, extract):
        app.command(help=(getdoc(verb) or "").replace("msasl", corpus))(verb)
    return app


msasl = _family("MS-ASL", "msasl", slice_msasl)
wlasl = _family("WLASL", "wlasl", slice_wlasl)
