"""`chereme bundle`: what a person and a program read."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.errors import CheremeError


def test_inspect_shows_glosses_and_split(toy_bundle: Path) -> None:
    result = CliRunner().invoke(app, ["bundle", "inspect", str(toy_bundle)])
    assert result.exit_code == 0
    for shown in ("toy 1.0.0", "up, near, away", "held out by signer: ann", "top1", "0.900"):
        assert shown in result.output


def test_inspect_gives_json(toy_bundle: Path) -> None:
    result = CliRunner().invoke(app, ["bundle", "inspect", str(toy_bundle), "--json"])
    assert json.loads(result.output)["name"] == "toy"


def test_verify_says_whole_and_ready(toy_bundle: Path) -> None:
    result = CliRunner().invoke(app, ["bundle", "verify", str(toy_bundle), "--release"])
    assert (result.exit_code, "passes the release gate" in result.output) == (0, True)


def test_verify_fails_with_the_reason(toy_bundle: Path, tmp_path: Path) -> None:
    broken = tmp_path / "toy-1.0.0.chereme"
    broken.write_bytes(toy_bundle.read_bytes())
    with zipfile.ZipFile(broken, "a") as archive:
        archive.writestr("virus.py", "x")
    result = CliRunner().invoke(app, ["bundle", "verify", str(broken), "--json"])
    assert result.exit_code == 1
    assert "virus.py" in json.loads(result.output)["problems"][0]
    result = CliRunner().invoke(app, ["bundle", "verify", str(broken)])
    assert isinstance(result.exception, CheremeError)


@pytest.mark.parametrize("verb", [["bundle", "inspect"], ["bundle", "verify"], ["predict"], ["translate"]])
def test_every_verb_has_an_example(verb: list[str]) -> None:
    result = CliRunner().invoke(app, [*verb, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output
