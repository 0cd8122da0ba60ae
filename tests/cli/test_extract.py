"""`chereme data extract` through the real command."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chereme.datasets import SignDataset
from tests.datasets.extraction.conftest import write_cut


def extract(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chereme", "data", "extract", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signs") / "films"
    film = write_cut(folder / "hello/1.mp4", 20, 3)
    shutil.copy(film, folder / "hello/2.mp4")
    (folder / "hello/empty.mp4").write_bytes(b"")
    return folder


def test_a_folder_of_films_becomes_a_dataset_once(films: Path, tmp_path: Path) -> None:
    out = tmp_path / "signs"
    first = extract(films, out, "--sign-language", "ase", "--license", "MIT", "--jobs", "1")
    assert (first.returncode, first.stderr.strip()) == (0, "")
    assert first.stdout.splitlines() == [
        f"{out}: 2 clips added",
        f"failed: {films / 'hello/empty.mp4'} is empty (0 bytes): record or download it again",
        f"1 files failed: {out / 'extraction.json'}; --retry-failed tries them again",
    ]
    dataset = SignDataset.open(out)
    assert (dataset.description.name, dataset.description.sign_language, dataset.description.license) == (
        "signs",
        "ase",
        "MIT",
    )
    again = extract(films, out, "--strict", "--json")
    assert again.returncode == 1
    facts = json.loads(again.stdout)
    assert (facts["extracted"], facts["already"], facts["without_hands"]) == (0, 2, 0)
    assert [(each["id"], each["code"]) for each in facts["failed"]] == [("hello/empty.mp4", "empty_file")]


def test_a_manifest_and_groups_are_followed(films: Path, tmp_path: Path) -> None:
    (films.parent / "clips.csv").write_text("file,gloss,signer\nfilms/hello/1.mp4,wave,ann\n", encoding="utf-8")
    done = extract(films.parent / "clips.csv", tmp_path / "signs", "--groups", "left_hand,right_hand", "-j", "1")
    assert done.returncode == 0, done.stderr
    (sample,) = SignDataset.open(tmp_path / "signs").samples
    assert (sample.gloss, sample.signer, sample.source) == ("wave", "ann", "films/hello/1.mp4")
    other = extract(films.parent / "clips.csv", tmp_path / "signs")
    assert (other.returncode, other.stdout) == (1, "")
    assert "has the groups left_hand,right_hand: give the same, or a new folder" in other.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["absent", "out"], 1, "absent does not exist: name a folder of class folders, or a manifest"),
        ([".", "out", "--groups", "elbow"], 1, "are not a layout"),
        ([".", "out", "--sign-language", "English"], 1, "sign_language"),
        ([".", "out", "--border", "9"], 1, "a border of 9 makes no sense"),
        ([".", "out", "--backend", "spark"], 2, "'spark' is not one of"),
        ([".", "out", "--jobs", "0"], 2, "--jobs"),
    ],
)
def test_what_is_given_by_mistake_is_told_and_nothing_is_written(
    arguments: list[str], code: int, message: str, films: Path, tmp_path: Path
) -> None:
    given = [{".": str(films), "out": str(tmp_path / "out")}.get(each, each) for each in arguments]
    done = extract(*given)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
