"""What several verbs share: arguments and options, the bar that shows long work, the word on missing packages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chereme.errors import CheremeError

DatasetFolder = Annotated[Path, typer.Argument(help="A dataset folder.")]
ModelName = Annotated[str, typer.Option("--model", help="Architecture.")]
MostFolds = Annotated[
    int, typer.Option("--folds", min=2, help="At most so many folds; signers are then held out together.")
]
Jobs = Annotated[int | None, typer.Option(min=1, help="Folds trained at the same time [default: all cores].")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the result to this file as JSON.")]
TrackerName = Annotated[
    str | None,
    typer.Option(
        "--tracker",
        envvar="CHEREME_TRACKER",
        help="Where the run is kept: mlflow, wandb or none [default: mlflow, where it is installed].",
    ),
]


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; yields a function to call with how much is done, and of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def training_extras() -> Iterator[None]:
    """Around the imports of a verb that trains: a missing package becomes the command that installs it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise CheremeError(f"{error.name} is not installed: training needs `pip install 'chereme[export]'`") from error
