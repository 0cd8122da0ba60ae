"""What every verb owes: help with an example, quickly, and no heavy package before it is needed."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from chereme import __version__
from chereme.cli.main import app

HEAVY = ("torch", "lightning", "mediapipe", "onnxruntime", "fastapi", "sqlalchemy", "pyarrow", "cv2", "av")
TRAINING = ("torch", "lightning", "safetensors", "sklearn", "joblib", "onnx", "onnxscript")


def _verbs(command: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from _verbs(inner, (*before, name))
    else:
        yield before


def imported(code: str, names: tuple[str, ...]) -> str:
    """Which of the packages are loaded once the code has run, in a process of its own."""
    program = f"{code}\nimport sys; print(*sorted(set({names!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("verb", list(_verbs(typer.main.get_command(app))), ids=" ".join)
def test_every_verb_has_help_with_an_example_of_itself(verb: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*verb, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 0
    words = " ".join(result.output.split())
    assert "Example: " in words
    assert f"chereme {' '.join(verb)} " in words.partition("Example: ")[2]


def test_help_and_version_load_nothing_heavy() -> None:
    for option in ("--help", "--version"):
        code = (
            f"import contextlib, io, sys; sys.argv = ['chereme', {option!r}]\n"
            "from chereme.cli.main import run\n"
            "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): run()"
        )
        assert imported(code, HEAVY) == ""


def test_the_command_is_installed_and_says_its_version() -> None:
    done = subprocess.run([sys.executable, "-m", "chereme", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{__version__}\n")


@pytest.mark.parametrize(
    "modules",
    [
        "chereme.landmarks, chereme.landmarks.extractor, chereme.landmarks.video, chereme.landmarks.drawing",
        "chereme.datasets, chereme.datasets.aspect, chereme.datasets.info",
        "chereme.bundles.read, chereme.bundles.verify, chereme.bundles.write, chereme.bundles.export",
        "chereme.recognition.recognizer, chereme.recognition.live",
        "chereme.server.app, chereme.server.run",
        "chereme.speech.voices, chereme.speech.queue",
    ],
)
def test_all_but_training_is_free_of_what_training_needs(modules: str) -> None:
    assert imported(f"import {modules}", TRAINING) == ""


def test_recognition_is_free_of_the_server_and_speech_of_everything() -> None:
    assert imported("import chereme.recognition.live", ("fastapi", "uvicorn", "sqlalchemy")) == ""
    others = tuple(f"chereme.{part}" for part in ("landmarks", "datasets", "bundles", "recognition", "server", "cli"))
    assert imported("import chereme.speech.voices, chereme.speech.queue", others) == ""


def test_imports_run_one_way() -> None:
    """What lies on the left knows nothing of what lies on the right."""
    way = ("landmarks", "bundles", "recognition", "server")
    for place, part in enumerate(way[:-1]):
        names = tuple(f"chereme.{later}" for later in (*way[place + 1 :], "cli", "training", "evaluation"))
        modules = {"landmarks": "extractor", "bundles": "verify", "recognition": "live"}[part]
        assert imported(f"import chereme.{part}.{modules}", names) == ""
    assert imported("import chereme.datasets", ("chereme.features", "chereme.models", "chereme.bundles")) == ""


@pytest.mark.parametrize("verb", ["", "data", "bundle"])
def test_nothing_to_do_shows_the_help(verb: str) -> None:
    result = CliRunner().invoke(app, verb.split())
    assert result.exit_code == 2
    assert "Usage" in result.output
