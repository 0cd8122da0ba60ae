"""`chereme data split`: say once who is held out, and keep it with the dataset."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.options import progress_bar

if TYPE_CHECKING:
    from chereme.datasets import SignDataset
    from chereme.datasets.splits import Split

Kind = Literal["held-out", "leave-one-out", "kfold", "stratified", "official"]
By = Literal["signer", "session", "random"]


def split(
    dataset: Annotated[Path, typer.Argument(help="A dataset folder.")],
    name: Annotated[str, typer.Argument(help="Name of the split.")],
    kind: Annotated[Kind, typer.Option(help="What is held out, and how.")] = "held-out",
    by: Annotated[
        By | None,
        typer.Option(help="What stays together; random for single clips [default: signer, of stratified random]."),
    ] = None,
    held_out: Annotated[str, typer.Option(help="Signers or sessions to test on, with commas between.")] = "",
    shares: Annotated[str, typer.Option(help="Shares of train, val and test, or of train and test.")] = "80/20",
    folds: Annotated[int, typer.Option(min=2, help="Parts of a kfold.")] = 5,
    lists: Annotated[
        list[str] | None, typer.Option("--list", help="PART=FILE with an id a line; for each part once.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Fixes every random choice.")] = 0,
) -> None:
    """Divide a dataset for training and testing, and keep the split in it as `splits/NAME.json`.

    Whole signers (or sessions) are held out. `stratified` and `--by random` deal single clips and flatter: what is
    alike on both sides is counted and said.

    Example: `chereme data split my-signs new-people --kind held-out --by signer --shares 70/15/15`
    """
    from chereme.datasets import SignDataset
    from chereme.datasets.split_file import write_split
    from chereme.datasets.splits import hold_out, kfold, leave_one_out, official, stratify

    by = by or ("random" if kind == "stratified" else "signer")
    if (by == "random" and kind in ("held-out", "leave-one-out")) or (by != "random" and kind == "stratified"):
        raise typer.BadParameter(
            f"--kind {kind} cannot go by {by}: use held-out, leave-one-out or kfold for signers and sessions, "
            "stratified or kfold at random",
            param_hint="--by",
        )
    opened = SignDataset.open(dataset)
    if kind == "official":
        made = official(opened, _read_lists(lists or []))
    elif kind == "stratified":
        made = stratify(opened, _shares(shares), seed)
    elif kind == "kfold":
        made = kfold(opened, by, folds, seed)
    elif kind == "leave-one-out":
        made = leave_one_out(opened, by)
    else:
        named = [each.strip() for each in held_out.split(",") if each.strip()]
        made = hold_out(opened, by, names=named, shares=_shares(shares), seed=seed)
    file = write_split(opened, name, made)
    _print(opened, made, file)
    if made.by == "random":
        _warn(opened, made)


def _shares(text: str) -> tuple[int, ...]:
    try:
        shares = tuple(int(part) for part in text.split("/"))
    except ValueError:
        shares = ()
    if len(shares) not in (2, 3) or min(shares) < 1:
        raise typer.BadParameter(f"{text} is not like 80/20 or 70/15/15", param_hint="--shares")
    return shares


def _read_lists(given: list[str]) -> dict[str, list[str]]:
    from chereme.datasets.text_file import read_text

    lists = {}
    for each in given:
        part, equals, file = each.partition("=")
        if not (part and equals and file):
            raise typer.BadParameter(f"{each} is not like train=train.txt", param_hint="--list")
        lines = read_text(Path(file), "a list of ids").splitlines()
        lists[part] = [line.strip() for line in lines if line.strip()]
    return lists


def _print(dataset: "SignDataset", made: "Split", file: Path) -> None:
    part_of = dataset.samples.column("gloss"), dataset.column("signer"), made.part_of(dataset)
    table = Table("part", "clips", "glosses", "signers")
    for part in made.parts:
        mine = [(gloss, signer) for gloss, signer, side in zip(*part_of, strict=True) if side == part]
        signers = Counter(signer for _, signer in mine if signer is not None)
        table.add_row(part, f"{len(mine):,}", str(len({gloss for gloss, _ in mine})), str(len(signers) or "not stated"))
    console = Console()
    console.print(table)
    left = sum(side is None for side in part_of[2])
    console.print(f"{file}" + (f"; {left:,} clips are in no part" if left else ""), highlight=False, soft_wrap=True)


def _warn(dataset: "SignDataset", made: "Split") -> None:
    """A random split is only as honest as its clips are independent: count those that are not."""
    from chereme.datasets.audit.alike import find_alike
    from chereme.datasets.audit.copies import first_of_copies
    from chereme.datasets.audit.sides import on_both_sides

    with progress_bar("looking for clips that are alike") as report:
        alike = find_alike(dataset, first_of_copies(dataset), report)
    leaked = sum(len(each.members) for each in on_both_sides(alike, made.part_of(dataset)))
    said = "a random split has the same people on both sides"
    if leaked:
        said = f"{leaked:,} of {len(dataset):,} clips are all but copies of one in another part"
    Console(stderr=True).print(
        f"warning: {said}: a score on it flatters; use --kind held-out or kfold --by signer", style="yellow"
    )
