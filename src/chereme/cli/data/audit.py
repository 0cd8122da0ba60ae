"""`chereme data audit`: what could make a score lie."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from chereme.cli.options import progress_bar

COLOURS = {"leak": "bold red", "fault": "red", "warning": "yellow", "note": "dim"}


def audit(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.")],
    split: Annotated[str | None, typer.Option(help="The split to check [default: all there are].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for what could make a score lie: copies and people on both sides of a split, clips under two labels.

    Also: spellings, empty and frozen clips, exchanged hands. Exit code 3 where there is a leak, or a clip that
    contradicts itself; 0 otherwise.

    Example: `chereme data audit my-signs --split new-people`
    """
    from chereme.datasets import SignDataset
    from chereme.datasets.audit import audit as look
    from chereme.datasets.audit import splits_to_check

    opened = SignDataset.open(dataset)
    with progress_bar("comparing clips") as report:
        findings = look(opened, split, report)
    checked = [split] if split else [name for name, _ in splits_to_check(opened)]
    grave = any(finding.severity in ("leak", "fault") for finding in findings)
    if as_json:
        content = {
            "dataset": opened.description.name,
            "splits": checked,
            "ok": not grave,
            "findings": [asdict(finding) for finding in findings],
        }
        typer.echo(json.dumps(content, indent=1, ensure_ascii=False))
    else:
        console = Console()
        names = ", ".join(checked) or "none"
        console.print(f"{opened.description.name}: {len(opened):,} clips; splits checked: {names}", highlight=False)
        if findings:
            table = Table("", "split", "what", "where", "what to do", show_lines=True)
            for finding in findings:
                words = (finding.split or "", finding.message, _where(finding.groups), finding.advice)
                table.add_row(Text(finding.severity, COLOURS[finding.severity]), *map(escape, words))
            console.print(table)
        console.print("not clean" if grave else "clean: no leak was found")
    if grave:
        raise typer.Exit(3)


def _where(groups: tuple[tuple[str, ...], ...]) -> str:
    """The first few; JSON has all."""
    shown = ["; ".join(" = ".join(group[:3]) + (" …" if len(group) > 3 else "") for group in groups[:3])]
    if len(groups) > 3:
        shown.append(f"and {len(groups) - 3:,} more")
    return " ".join(shown)
