"""`chereme data import` and `export` as people call them."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chereme.cli.main import app
from chereme.errors import CheremeError

SAMPLES = Path(__file__).parents[1] / "data"


def chereme(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["data", *map(str, arguments)])
    if isinstance(result.exception, CheremeError):
        raise result.exception
    return result


def test_an_import_says_what_came_in_and_a_second_adds_nothing(tmp_path: Path) -> None:
    source = SAMPLES / "formats" / "mp_data" / "MP_Data"
    result = chereme("import", source, tmp_path / "out", "--sign-language", "ase", "--license", "MIT")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "2 clips from mp_data, 2 glosses, 0 signers, 12 frames of left_hand, pose, right_hand" in said
    facts = json.loads(
        chereme("import", source, tmp_path / "out", "--sign-language", "ase", "--license", "MIT", "--json").stdout
    )
    assert (facts["added"], facts["already"], facts["clips"], facts["failed"]) == (0, 2, 2, [])


def test_failures_are_named_and_strict_makes_them_count(tmp_path: Path) -> None:
    source = tmp_path / "in"
    shutil.copytree(SAMPLES / "formats" / "mp_data" / "MP_Data", source)
    (source / "hello" / "0" / "3.npy").write_bytes(b"")
    result = chereme("import", source, tmp_path / "out")
    assert result.exit_code == 0
    assert "failed: hello/0: " in result.stdout
    assert "1 of 2 clips failed" in result.stdout
    assert chereme("import", source, tmp_path / "out", "--strict").exit_code == 1


def test_pictures_go_through_extraction(tmp_path: Path) -> None:
    (tmp_path / "in" / "hello").mkdir(parents=True)
    shutil.copy(SAMPLES / "pictures" / "generated-person.jpg", tmp_path / "in" / "hello" / "1.jpg")
    facts = json.loads(chereme("import", tmp_path / "in", tmp_path / "out", "--json").stdout)
    assert (facts["format"], facts["clips"], facts["glosses"], facts["frames"]) == ("media", 1, 1, 1)
    assert facts["groups"] == ["left_hand", "pose", "right_hand"]


def test_there_and_back_through_the_command(tmp_path: Path) -> None:
    chereme("import", SAMPLES / "formats" / "pose", tmp_path / "first")
    result = chereme("export", tmp_path / "first", tmp_path / "files", "--format", "mp_data")
    assert "2 clips as mp_data;" in " ".join(result.stdout.split())
    facts = json.loads(chereme("import", tmp_path / "files", tmp_path / "second", "--json").stdout)
    assert (facts["clips"], facts["frames"]) == (2, 18 + 93)


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match="there is no"):
        chereme("import", tmp_path / "absent", tmp_path / "out")
    assert chereme("import", SAMPLES, tmp_path / "out", "--format", "bvh").exit_code == 2
    with pytest.raises(CheremeError, match="are not a layout"):
        chereme("import", SAMPLES / "formats" / "pose", tmp_path / "out", "--groups", "tail")
