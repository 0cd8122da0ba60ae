"""The verbs that look at a dataset, through the real command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.landmarks import HANDS, LandmarkSequence


def make(path: Path, license: str = "MIT") -> Path:
    clips = []
    for number, (gloss, signer) in enumerate((gloss, who) for gloss in ("[b]", "no") for who in ("ann", "ben")):
        points = np.random.default_rng(number).normal(0.5, 0.1, (4, 42, 3)).astype(np.float32)
        clips.append((Sample(f"{path.name} {number}", gloss, signer), LandmarkSequence(points, HANDS)))
    SignDataset.create(
        path, name=path.name, sign_language="ase", groups=HANDS.groups, license=license, source="this test"
    ).append(clips)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["data", *map(str, words)], env={"COLUMNS": "200", "TERM": "dumb"})


def test_info_prints_a_table_and_json(tmp_path: Path) -> None:
    said = run("info", make(tmp_path / "toy")).output
    assert "4 clips, 16 frames" in said
    assert "2 glosses with 2–2 clips, mean 2.0" in said
    assert "[b]" in said, "a gloss is no markup"
    assert json.loads(run("info", tmp_path / "toy", "--json").output)["signers"] == {"ann": 2, "ben": 2}


def test_grid_writes_a_picture(tmp_path: Path) -> None:
    done = run("grid", make(tmp_path / "toy"), "-o", tmp_path / "grid.png")
    assert "2 of 2 glosses" in done.output
    assert Image.open(tmp_path / "grid.png").format == "PNG"
    assert "not a .png file" in str(run("grid", tmp_path / "toy", "-o", "grid.jpg").exception)


def test_card_goes_to_standard_output_or_a_file(tmp_path: Path) -> None:
    said = run("card", make(tmp_path / "toy"), "--quick").output
    assert said.startswith("# toy\n")
    run("card", tmp_path / "toy", "-o", tmp_path / "card.md")
    assert "- Audit" in (tmp_path / "card.md").read_text()
    assert "not made" not in (tmp_path / "card.md").read_text()


def test_audit_of_an_honest_set_exits_0(tmp_path: Path) -> None:
    done = run("audit", make(tmp_path / "toy"), "--json")
    assert done.exit_code == 0
    content = json.loads(done.output)
    assert (content["dataset"], content["splits"], content["ok"]) == ("toy", ["crossval --by signer"], True)


def test_split_is_kept_and_shown(tmp_path: Path) -> None:
    folder = make(tmp_path / "toy")
    assert run("split", folder, "people", "--held-out", "ben").exit_code == 0
    assert run("split", folder, "each", "--kind", "leave-one-out").exit_code == 0
    assert run("split", folder, "fold", "--kind", "kfold", "--folds", "2").exit_code == 0
    (tmp_path / "test.txt").write_text("toy 0\n\ntoy 3\n")
    assert run("split", folder, "list", "--kind", "official", "--list", f"test={tmp_path}/test.txt").exit_code == 0
    splits = json.loads(run("info", folder, "--json").output)["splits"]
    assert {name: {part: of["clips"] for part, of in parts.items()} for name, parts in splits.items()} == {
        "each": {"ann": 2, "ben": 2},
        "fold": {"fold 1": 2, "fold 2": 2},
        "list": {"test": 2},
        "people": {"test": 2, "train": 2},
    }


@pytest.mark.parametrize(
    "options",
    [
        ["--kind", "magic"],
        ["--by", "handedness"],
        ["--kind", "held-out", "--by", "random"],
        ["--kind", "stratified", "--by", "signer"],
        ["--shares", "80"],
        ["--shares", "80/0"],
        ["--kind", "official", "--list", "train"],
    ],
    ids=" ".join,
)
def test_wrong_use_of_split_has_code_two(tmp_path: Path, options: list[str]) -> None:
    assert run("split", make(tmp_path / "toy"), "mine", *options).exit_code == 2
    assert not (tmp_path / "toy" / "splits").exists()


def test_merge_says_loudly_what_may_not_be_given_away(tmp_path: Path) -> None:
    one, two, three = make(tmp_path / "one"), make(tmp_path / "two"), make(tmp_path / "three", "C-UDA")
    done = run("merge", one, two, tmp_path / "free")
    assert (done.exit_code, "warning" in done.output) == (0, False)
    assert "8 clips of 2 glosses; attribution" in done.output
    done = run("merge", one, three, tmp_path / "bound")
    assert done.exit_code == 0
    assert "benchmark only: nothing made of it may be given away, because of three" in " ".join(done.output.split())
    assert run("merge", one, tmp_path / "x").exit_code == 2
