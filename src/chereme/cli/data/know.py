"""`chereme data info`, `grid` and `card`: what is in a dataset, as figures, as a picture, and as a page."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chereme.errors import CheremeError

Dataset = Annotated[Path, typer.Argument(help="A dataset folder.")]


def info(
    dataset: Dataset,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What is in a dataset: clips by gloss, signers, sessions, lengths, missing hands, splits.

    Example: `chereme data info my-signs`
    """
    from chereme.datasets import SignDataset
    from chereme.datasets.info import describe

    facts = describe(SignDataset.open(dataset))
    if as_json:
        typer.echo(json.dumps(facts, indent=1, ensure_ascii=False))
    else:
        _print(facts, Console(highlight=False))


def grid(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder, or a folder with a folder of pictures a gloss.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .png file to write.")] = Path("grid.png"),
    clips: Annotated[int, typer.Option(min=1, max=20, help="Clips a gloss.")] = 3,
    moments: Annotated[int, typer.Option(min=1, max=12, help="Moments a clip.")] = 4,
    glosses: Annotated[int, typer.Option(min=1, max=200, help="At most so many glosses, evenly chosen.")] = 24,
    seed: Annotated[int, typer.Option(help="Fixes which clips are shown.")] = 0,
) -> None:
    """A contact sheet: a row for each gloss, with skeletons at some moments of some clips, or with pictures.

    Example: `chereme data grid my-signs -o grid.png`
    """
    from chereme.datasets.grid import of_dataset, of_pictures, write_png

    if output.suffix.lower() != ".png":
        raise CheremeError(f"{output} is not a .png file: choose a name like grid.png")
    if (dataset / "dataset.json").is_file():
        from chereme.datasets import SignDataset

        sheet = of_dataset(SignDataset.open(dataset), clips=clips, moments=moments, most=glosses, seed=seed)
    else:
        sheet = of_pictures(dataset, across=clips * moments, most=glosses, seed=seed)
    write_png(sheet.picture, output)
    size = f"{sheet.picture.width}×{sheet.picture.height}"
    typer.echo(f"{output}: {sheet.shown} of {sheet.glosses} glosses, {size} pixels")
    if sheet.unwritten:
        words = ", ".join(sheet.unwritten[:3])
        Console(stderr=True).print(
            f"warning: no font on this system writes {words}: install one, on Debian and Ubuntu fonts-noto-core",
            style="yellow",
        )


def card(
    dataset: Dataset,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the audit, which compares all clips.")] = False,
) -> None:
    """A data card in Markdown, with the headings of a datasheet; what nobody has said stays "not stated".

    Example: `chereme data card my-signs -o my-signs/card.md`
    """
    from chereme.cli.options import progress_bar
    from chereme.datasets import SignDataset
    from chereme.datasets.audit import audit
    from chereme.datasets.card import write_card

    opened = SignDataset.open(dataset)
    findings = None
    if not quick:
        with progress_bar("comparing clips") as report:
            findings = audit(opened, progress=report)
    text = write_card(opened, findings)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        typer.echo(f"{output}: data card of {opened.description.name}")


def _print(facts: dict[str, Any], console: Console) -> None:
    console.print(escape(f"{facts['name']} ({facts['sign_language']}), {facts['license']}"))
    frames, each = facts["frames"], facts["clips_per_gloss"]
    console.print(
        f"{facts['samples']:,} clips, {frames['total']:,} frames ({frames['shortest']}–{frames['longest']} a clip, "
        f"median {frames['median']}), groups {', '.join(facts['groups'])}"
    )
    console.print(f"{len(facts['glosses'])} glosses with {each['min']}–{each['max']} clips, mean {each['mean']:.1f}")
    for what in ("signers", "sessions", "fps", "aspect"):
        shown = [f"{name or 'not stated'} {count:,}" for name, count in facts[what].items()]
        more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
        console.print(escape(f"{what}: {', '.join(shown[:20])}{more}"))
    console.print("frames without " + ", ".join(f"{group}: {share:.0%}" for group, share in facts["missing"].items()))
    if facts["clips_without_hands"]:
        console.print(f"clips without a hand: {facts['clips_without_hands']:,}", style="yellow")
    for name, figures in facts["quality"].items():
        console.print(escape(f"{name}: {figures['min']:.3g}–{figures['max']:.3g}, mean {figures['mean']:.3g}"))
    if facts["splits"]:
        table = Table("split", "part", "clips", "glosses it lacks")
        for name, parts in facts["splits"].items():
            for part, of in parts.items():
                lacks = ", ".join(of["missing_glosses"][:5]) + (" …" if len(of["missing_glosses"]) > 5 else "")
                table.add_row(escape(name), escape(part), f"{of['clips']:,}", escape(lacks) or "none")
        console.print(table)
    table = Table("gloss", "clips")
    for gloss, count in Counter(facts["glosses"]).most_common():
        table.add_row(escape(gloss), str(count))
    console.print(table)
