"""`chereme data merge`: several datasets as one."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chereme.cli.options import progress_bar


def merge(
    datasets: Annotated[list[Path], typer.Argument(help="Dataset folders, and last the folder for the result.")],
    name: Annotated[str | None, typer.Option(help="Name of the result [default: the names joined].")] = None,
    glosses: Annotated[
        Path | None, typer.Option(help="JSON or CSV from a spelling to the one to use; an empty one leaves out.")
    ] = None,
    groups: Annotated[
        str, typer.Option(help="Groups of landmarks, with commas between [default: what all have].")
    ] = "",
) -> None:
    """Put datasets together: glosses spelled alike, ids and signers kept apart, the licence that follows from theirs.

    Example: `chereme data merge asl-words asl-neat11 both --glosses spelling.json`
    """
    from chereme.datasets import SignDataset
    from chereme.datasets.licences import SAYS, joined_licence
    from chereme.datasets.merge import merge as put_together
    from chereme.datasets.merge import read_glosses

    if len(datasets) < 3:
        raise typer.BadParameter("name two datasets or more, and the folder for the result", param_hint="DATASETS")
    *inputs, output = datasets
    opened = [SignDataset.open(each) for each in inputs]
    with progress_bar("merging") as report:
        merged = put_together(
            opened,
            output,
            name=name,
            glosses=read_glosses(glosses) if glosses else None,
            groups=tuple(group.strip() for group in groups.split(",") if group.strip()),
            progress=report,
        )
    licence = joined_licence([(each.description.name, each.description.license) for each in opened])
    typer.echo(f"{output}: {len(merged):,} clips of {len(merged.glosses)} glosses; {SAYS[licence.terms]}")
    if not licence.may_ship:
        Console(stderr=True, highlight=False).print(
            f"warning: {SAYS[licence.terms]}, because of {', '.join(licence.strictest)}: a bundle that is trained on "
            "the result does not ship",
            style="bold yellow",
            markup=False,
        )
