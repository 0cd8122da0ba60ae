"""`chereme`: the list of verbs, and the one place where errors become a line and an exit code."""

import errno
import sys
from typing import Annotated

import typer
from rich.console import Console

from chereme import __version__
from chereme.cli import bundle, collect, data, enrol, evaluate, recognise, train
from chereme.cli.learning_curve import learning_curve
from chereme.cli.runs import runs
from chereme.cli.serve import serve
from chereme.cli.tune import tune
from chereme.errors import CheremeError

app = typer.Typer(
    help="Build, measure and ship a recogniser for your own sign language.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command()(serve)
app.command()(train.train)
app.command()(tune)
app.command()(runs)
app.command()(train.crossval)
app.command("learning-curve")(learning_curve)
app.add_typer(collect.app, name="collect")
app.add_typer(data.app, name="data")
app.command()(recognise.predict)
app.command()(recognise.translate)
app.command()(evaluate.evaluate)
app.command()(evaluate.compare)
app.command("evaluate-stream")(recognise.evaluate_stream)
app.command()(enrol.enrol)
app.add_typer(bundle.app, name="bundle")


def run() -> None:
    """Entry point: exit 0 when done, 1 when something failed, 2 when the command was used wrongly."""
    try:
        app()
    except CheremeError as error:
        said = str(error)
    except OSError as error:
        if error.filename is not None:
            said = f"{error.filename} cannot be read or written: {error.strerror}"
        elif error.errno == errno.ENOSPC:  # a file that is open no longer has its name
            said = "no room is left on the disk: make some, then give the same command again"
        else:
            raise
    else:
        return
    Console(stderr=True, highlight=False).print(f"chereme: {said}", style="red", markup=False, soft_wrap=True)
    sys.exit(1)
