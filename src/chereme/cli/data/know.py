"""`chereme data info`: what is in a dataset."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table


def info(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What is in a dataset: clips by gloss, signers, sessions, lengths, missing hands.

    Example: `chereme data info my-signs`
    """
    from chereme.datasets import SignDataset
    from chereme.datasets.info import describe

    facts = describe(SignDataset.open(dataset))
    if as_json:
        typer.echo(json.dumps(facts, indent=1, ensure_ascii=False))
        return
    console = Console()
    console.print(f"[bold]{facts['name']}[/] ({facts['sign_language']}), {facts['license']}", highlight=False)
    frames = facts["frames"]
    console.print(
        f"{facts['samples']:,} clips, {frames['total']:,} frames ({frames['shortest']}–{frames['longest']} a clip, "
        f"median {frames['median']}), groups {', '.join(facts['groups'])}"
    )
    for what in ("signers", "sessions"):
        known = {name or "not stated": count for name, count in facts[what].items()}
        console.print(f"{what}: " + ", ".join(f"{name} {count:,}" for name, count in known.items()), highlight=False)
    console.print("frames without " + ", ".join(f"{group}: {share:.0%}" for group, share in facts["missing"].items()))
    table = Table("gloss", "clips")
    for gloss, count in Counter(facts["glosses"]).most_common():
        table.add_row(gloss, str(count))
    console.print(table)
