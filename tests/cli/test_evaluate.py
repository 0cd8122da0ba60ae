"""`chereme evaluate` through the real command line."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.evaluation.answers import Answers
from chereme.landmarks import HANDS, LandmarkSequence


@pytest.fixture(scope="module")
def signs(clip: Callable[..., NDArray[np.float32]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "signs"
    SignDataset.create(
        path, name="signs", sign_language="ase", groups=HANDS.groups, license="CC0 1.0", source="this test"
    ).append(
        (Sample(f"{who} {gloss} {take}", gloss, who), LandmarkSequence(clip(gloss, seed=take), HANDS))
        for who in ("ann", "ben")
        for gloss in ("-", "up", "near", "away")
        for take in range(2)
    )
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "200", "TERM": "dumb"})


def test_evaluate_prints_a_table_and_keeps_every_answer(toy_bundle: Path, signs: Path, tmp_path: Path) -> None:
    done = run(
        "evaluate",
        toy_bundle,
        signs,
        *("--json", tmp_path / "score.json"),
        *("--predictions", tmp_path / "said.parquet"),
        *("--report", tmp_path / "report"),
    )
    assert done.exit_code == 0, done.output
    assert "toy 1.0.0 on signs" in done.output
    assert "Only 2 signers" in done.output
    score = json.loads((tmp_path / "score.json").read_text())
    assert (score["n"], score["top1"], score["split"]) == (12, 1.0, None)
    assert score["robustness"][0]["change"] == "mirrored"
    assert {row["change"] for row in score["ablation"]} == {"without left_hand", "without right_hand"}
    assert (tmp_path / "report" / "index.html").is_file()
    assert len(Answers.read(tmp_path / "said.parquet")) == 16


def test_a_split_that_is_not_there_is_said(toy_bundle: Path, signs: Path) -> None:
    assert "has no split mine" in str(run("evaluate", toy_bundle, signs, "--split", "mine").exception)


def test_predictions_go_to_a_table(toy_bundle: Path, signs: Path) -> None:
    done = run("evaluate", toy_bundle, signs, "--predictions", "said.json")
    assert done.exit_code == 2
    assert "ends neither in .parquet nor in .csv" in " ".join(done.output.split())


def test_compare_prints_markdown_and_writes_json(toy_bundle: Path, signs: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(
            "evaluate",
            toy_bundle,
            signs,
            "--json",
            tmp_path / f"{name}.json",
            "--predictions",
            tmp_path / f"{name}.csv",
        )
    done = run("compare", tmp_path / "a.json", tmp_path / "b.json", "--json", tmp_path / "table.json")
    assert done.exit_code == 0, done.output
    assert "| a | toy 1.0.0 | signs | signer | 12 | 1.0000 |" in done.output
    (pair,) = json.loads((tmp_path / "table.json").read_text())["pairs"]
    assert (pair["common"], pair["p"]) == (12, 1.0)
    assert "is not a result" in str(run("compare", tmp_path / "table.json").exception)


def test_scoring_a_bundle_needs_nothing_that_training_needs() -> None:
    program = (
        "import sys, chereme.evaluation.evaluate, chereme.evaluation.robustness, chereme.evaluation.report, "
        "chereme.evaluation.compare; print({'torch', 'lightning', 'sklearn', 'matplotlib', 'pandas'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
