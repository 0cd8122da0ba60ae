"""`chereme runs`."""

import json
import subprocess
import sys
import threading
import webbrowser
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from chereme.cli.options import training_extras
from chereme.errors import CheremeError

if TYPE_CHECKING:
    from chereme.training.tracking.mlflow import MlflowTracker


def runs(
    table: Annotated[bool, typer.Option("--table", help="Print a table in place of the page of MLflow.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page is served, on this machine only.")] = 5000,
    json_out: Annotated[bool, typer.Option("--json", help="Print all runs as JSON instead.")] = False,
) -> None:
    """Look at what was trained, searched and tested: curves, figures, files of each run.

    Example: `chereme runs --table`
    """
    with training_extras():
        from chereme.training.tracking.mlflow import MlflowTracker
        from chereme.training.tracking.tracker import runs_folder
    kept = MlflowTracker(runs_folder())
    if json_out:
        typer.echo(json.dumps([asdict(run) for run in kept.runs()], indent=1, ensure_ascii=False))
    elif table:
        _print(kept)
    else:
        _serve(kept, port)


def _print(kept: "MlflowTracker") -> None:
    shown = Table("started", "project", "kind", "run", "status", "figures", "id", "belongs to")
    for run in kept.runs():
        started = datetime.fromtimestamp(run.started, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        figures = "  ".join(f"{name} {value:.4g}" for name, value in sorted(run.metrics.items()))
        shown.add_row(started, run.project, run.kind, run.name, run.status, figures, run.id[:8], (run.parent or "")[:8])
    Console().print(shown)


def _serve(kept: "MlflowTracker", port: int) -> None:
    if find_spec("flask") is None:
        raise CheremeError("the page of MLflow needs `pip install 'chereme[mlflow]'`: or use --table")
    typer.echo(f"http://127.0.0.1:{port} shows {kept.uri}; Ctrl-C ends it")
    opening = threading.Timer(5.0, webbrowser.open, (f"http://127.0.0.1:{port}",))  # MLflow takes a while to begin
    opening.daemon = True
    opening.start()
    words = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", kept.uri, "--port", str(port)]
    try:
        if subprocess.run(words, check=False).returncode:  # noqa: S603  our own interpreter and words
            raise CheremeError(f"the page of MLflow ended at once: if port {port} is taken, choose another with --port")
    except KeyboardInterrupt:
        pass
    finally:
        opening.cancel()
