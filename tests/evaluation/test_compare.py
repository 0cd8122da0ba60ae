"""Scores are compared on the clips that they share, person by person."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chereme.datasets import SignDataset
from chereme.errors import CheremeError
from chereme.evaluation.answers import Answers
from chereme.evaluation.compare import compare, markdown, read_score, read_scores
from chereme.evaluation.evaluate import answer_clips, chosen_clips, summarise
from chereme.evaluation.predictions import write_predictions
from chereme.recognition.recognizer import Recognizer


@pytest.fixture(scope="module")
def answers(recognizer: Recognizer, toys: SignDataset) -> Answers:
    return answer_clips(recognizer, toys, chosen_clips(toys))


@pytest.fixture(scope="module")
def worse(answers: Answers) -> Answers:
    """Says `near` of everything that ben signs."""
    probabilities = answers.probabilities.copy()
    probabilities[answers.signer == "ben"] = np.eye(3)[answers.signs.index("near")]
    return replace(answers, probabilities=probabilities)


@pytest.fixture
def folder(answers: Answers, worse: Answers, tmp_path: Path) -> Path:
    answers.write(tmp_path / "good.parquet")
    worse.write(tmp_path / "bad.csv")
    return tmp_path


def test_the_same_clips_are_compared_and_the_figures_counted_again(
    folder: Path, answers: Answers, worse: Answers
) -> None:
    result = compare([read_score(folder / "good.parquet"), read_score(folder / "bad.csv")])
    for row, said in zip(result["scores"], (answers, worse), strict=True):
        expected = summarise(said, min_confidence=0.6)
        for figure in ("n", "top1", "top5", "macro_f1"):
            assert row[figure] == pytest.approx(expected[figure]), figure
    (pair,) = result["pairs"]
    assert (pair["name"], pair["against"], pair["common"]) == ("bad", "good", 18)
    assert (pair["won"], pair["lost"], pair["p"]) == (0, 5, pytest.approx(2 / 2**5))
    assert pair["difference"] == pytest.approx(-100 * 5 / 18)
    assert pair["interval_95"] == pytest.approx([-100 * 5 / 9, 0]), "ann would see no difference"


def test_a_model_does_not_differ_from_itself(folder: Path) -> None:
    score = read_score(folder / "good.parquet")
    (pair,) = compare([score, score])["pairs"]
    assert (pair["difference"], pair["p"], pair["interval_95"]) == (0, 1, [0, 0])


def crossval_json(**more: Any) -> dict[str, Any]:
    return {
        "dataset": "toys",
        "model": "lstm",
        "by": "signer",
        "folds": [],
        "n": 18,
        "top1": 0.5,
        "top5": 1.0,
        "macro_f1": 0.4,
        "interval_95": [0.3, 0.7],
        "worst_group": {"held_out": "ben", "n": 9, "top1": 0.25},
        **more,
    }


def test_results_of_crossval_are_read_too(folder: Path) -> None:
    (folder / "lstm.json").write_text(json.dumps(crossval_json()))
    rows = [
        {"id": "ann up 1", "gloss": "up", "held_out": "ann", "sign": "up", "scored": True},
        {"id": "ben up 1", "gloss": "up", "held_out": "ben", "sign": "near", "scored": True},
        {"id": "ben - 1", "gloss": "-", "held_out": "ben", "sign": "near", "scored": False},
    ]
    write_predictions(rows, folder / "rows.csv")
    result = compare([read_score(folder / name) for name in ("good.parquet", "lstm.json", "rows.csv")])
    assert result["not_compared"] == ["lstm"]
    assert result["scores"][2]["worst_group"] == {"group": "ben", "n": 1, "top1": 0.0}
    (pair,) = result["pairs"]
    assert (pair["name"], pair["common"], pair["lost"]) == ("rows", 2, 1)
    said = markdown(result)
    assert "| lstm | lstm | toys | signer | 18 | 0.5000 | 0.300–0.700 | 1.0000 | 0.4000 | ben: 0.2500 |" in said
    assert "for want of predictions or of common clips: lstm." in said


def test_a_score_finds_its_predictions_beside_it(folder: Path) -> None:
    (folder / "ours.json").write_text(json.dumps(crossval_json(predictions="/gone/good.parquet")))
    assert len(read_score(folder / "ours.json").right) == 18


def test_files_of_one_name_are_told_apart_by_their_folders(folder: Path) -> None:
    paths = [folder / name / "score.json" for name in ("lstm", "ours")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(json.dumps(crossval_json()))
    assert [score.name for score in read_scores(paths)] == [str(path) for path in paths]
    assert read_scores(paths[:1])[0].name == "score"


def test_what_an_oracle_reached_is_never_called_an_accuracy(folder: Path) -> None:
    (folder / "key.json").write_text(json.dumps(crossval_json(oracle_upper_bound=0.9138)))
    said = markdown(compare([read_score(folder / "key.json")]))
    assert "| upper bound with an oracle, not an accuracy |" in said
    assert said.splitlines()[2].endswith("| 0.9138 |")
    assert "0.5000" in said
    assert "oracle" not in markdown(compare([read_score(folder / "good.parquet")]))


def test_other_files_are_refused(folder: Path) -> None:
    (folder / "other.json").write_text("[1]")
    (folder / "other.csv").write_text("a\n1\n")
    with pytest.raises(CheremeError, match="not a result of chereme evaluate or crossval"):
        read_score(folder / "other.json")
    with pytest.raises(CheremeError, match="not a file of chereme evaluate"):
        read_score(folder / "other.csv")
    with pytest.raises(CheremeError, match="cannot be read"):
        read_score(folder / "missing.csv")
