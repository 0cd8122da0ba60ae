"""A bundle is scored on clips, honestly, and every figure can be counted again from what is stored."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from chereme.bundles.manifest import Manifest
from chereme.datasets import SignDataset
from chereme.datasets.split_file import write_split
from chereme.datasets.splits import Split
from chereme.errors import CheremeError
from chereme.evaluation.answers import Answers
from chereme.evaluation.evaluate import answer_clips, chosen_clips, summarise, warnings
from chereme.evaluation.exposure import Exposure, exposure
from chereme.recognition.recognizer import Recognizer


@pytest.fixture(scope="module")
def answers(recognizer: Recognizer, toys: SignDataset) -> Answers:
    return answer_clips(recognizer, toys, chosen_clips(toys))


@pytest.fixture(scope="module")
def summary(answers: Answers) -> dict[str, Any]:
    return summarise(answers, min_confidence=0.6)


def test_errors_are_counted_where_they_were_made(summary: dict[str, Any]) -> None:
    assert (summary["clips"], summary["n"], summary["no_hands"]) == (26, 18, 1)
    assert summary["top1"] == pytest.approx(16 / 18)
    assert summary["top5"] == summary["top10"] == pytest.approx(17 / 18), "a clip without hands is never right"
    assert summary["left_out"] == {"<b>other": 2}
    assert [(group["group"], group["n"], group["top1"]) for group in summary["groups"]] == [
        ("ann", 9, pytest.approx(8 / 9)),
        ("ben", 9, pytest.approx(8 / 9)),
    ]
    assert summary["worst_group"]["top1"] == pytest.approx(8 / 9)
    assert summary["confusions"] == [
        {"gloss": "up", "predicted": "near", "n": 1},
        {"gloss": "away", "predicted": None, "n": 1},
    ]
    assert summary["per_gloss"]["up"] == pytest.approx(
        {"n": 6, "top1": 5 / 6, "precision": 1, "recall": 5 / 6, "f1": 10 / 11}
    )
    assert summary["mean_per_class_accuracy"] == pytest.approx(np.mean([5 / 6, 1, 5 / 6]))
    assert summary["idle"]["n"] == 6
    assert summary["idle"]["taken_for_a_sign"] == 0
    assert [sum(row) for row in summary["confusion_matrix"]["counts"]] == [6, 6, 6]
    assert summary["abstention"]["own_threshold"]["coverage"] == pytest.approx(17 / 18)


def test_every_figure_can_be_counted_again_from_the_file(
    answers: Answers, summary: dict[str, Any], tmp_path: Path
) -> None:
    for name in ("said.parquet", "said.csv"):
        answers.write(tmp_path / name)
        again = summarise(Answers.read(tmp_path / name), min_confidence=0.6)
        for figure in ("n", "top1", "top5", "groups", "per_gloss", "calibration_error", "idle", "macro", "weighted"):
            assert (
                again[figure] == pytest.approx(summary[figure], nan_ok=True)
                if isinstance(summary[figure], float)
                else again[figure] == summary[figure]
            ), figure
    assert pq.read_table(tmp_path / "said.parquet").num_rows == len(answers)


def test_the_file_has_a_line_a_clip_with_truth_prediction_and_confidence(answers: Answers, tmp_path: Path) -> None:
    answers.write(tmp_path / "said.csv")
    with (tmp_path / "said.csv").open(newline="", encoding="utf-8") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert len(rows) == 26
    counted = [row["sign"] == row["gloss"] for row in rows.values() if row["scored"] == "true"]
    assert sum(counted) / len(counted) == pytest.approx(16 / 18)
    assert (rows["ann - 0"]["predicted"], rows["ann - 0"]["scored"]) == ("-", "false")
    wrong = rows["ann up 0"]
    assert (wrong["gloss"], wrong["signer"], wrong["predicted"], wrong["correct"]) == ("up", "ann", "near", "false")
    ranking = json.loads(wrong["ranking"])
    assert next(iter(ranking)) == "near"
    assert sum(ranking.values()) == pytest.approx(1)
    assert (rows["ben away 0"]["predicted"], rows["ben away 0"]["ranking"]) == ("", "{}")


@pytest.mark.parametrize("name", ["said.parquet", "said.csv"])
def test_names_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    odd = ("null", "NaN", "true", "1", "a,b", 'say "x"', "two\nlines", "ស្រី")
    texts = np.array(odd, dtype=object)
    signer = np.array([None, *odd[1:]], dtype=object)
    said = Answers(texts, texts, signer, signer, odd, None, np.full((8, 8), 1 / 8), np.zeros(8))
    said.write(tmp_path / name)
    again = Answers.read(tmp_path / name)
    assert (again.ids.tolist(), again.gloss.tolist(), again.signer.tolist()) == ([*odd], [*odd], signer.tolist())
    assert set(again.signs) == set(odd)
    assert again.idle_gloss is None


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    for name in ("x.csv", "x.parquet"):
        (tmp_path / name).write_text("a,b\n1,2\n")
        with pytest.raises(CheremeError, match="not a file of chereme evaluate"):
            Answers.read(tmp_path / name)


def test_nothing_to_score_is_said(answers: Answers) -> None:
    with pytest.raises(CheremeError, match="nothing can be scored"):
        summarise(answers.take(answers.gloss == "-"), min_confidence=0.6)
    with pytest.raises(CheremeError, match="no hands were seen in any clip"):
        summarise(answers.take(answers.ids == "ben away 0"), min_confidence=0.6)


def test_one_part_of_a_split_is_chosen(toys: SignDataset) -> None:
    ids = toys.column("id").tolist()
    write_split(toys, "ben", Split("held-out", "signer", 0, {"train": tuple(ids[:13]), "test": tuple(ids[13:])}))
    assert set(toys.column("signer")[chosen_clips(toys, "ben")]) == {"ben"}
    with pytest.raises(CheremeError, match="has no part val: it has train, test"):
        chosen_clips(toys, "ben", "val")


def manifest_of(fields: dict[str, Any], **split: Any) -> Manifest:
    whole = {"kind": "all", "train_ids_sha256": "0" * 64} | split
    return Manifest.model_validate(fields | {"split": whole, "sha256": {}})


def sha256(ids: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def test_clips_that_trained_the_bundle_are_found(fields: Callable[[], dict[str, Any]], toys: SignDataset) -> None:
    everything, ben = chosen_clips(toys), np.arange(13, 26)
    ids = toys.column("id").tolist()
    other = fields() | {"training_data": [{"name": "x", "source": "", "license": "", "samples": 1}]}

    def seen(manifest: Manifest, chosen: Any) -> list[bool]:
        return list(exposure(manifest, toys, chosen).seen)

    assert all(seen(manifest_of(fields()), everything)), "the name says so"
    assert all(seen(manifest_of(other, train_ids_sha256=sha256(ids)), ben)), "the hash says so under any name"
    assert not any(seen(manifest_of(other), everything))
    assert not any(seen(manifest_of(fields(), train_ids_sha256=sha256(ids[:13])), ben)), "the hash proves it"
    held = manifest_of(fields(), kind="held-out", by="signer", held_out=("ben",))
    assert seen(held, everything) == [True] * 13 + [False] * 13
    dealt = manifest_of(fields(), kind="held-out", by="random", held_out=("fold 1",))
    assert all(seen(dealt, everything)), "nobody knows which clips these were"


def test_what_makes_a_score_worth_less_is_said_loudly(
    summary: dict[str, Any], fields: Callable[[], dict[str, Any]], toys: SignDataset
) -> None:
    manifest = manifest_of(fields())
    seen = exposure(manifest, toys, chosen_clips(toys))
    said = warnings(summary, manifest, toys, seen)
    assert said[0].startswith("SEEN IN TRAINING: 26 of 26 clips may have trained toy")
    assert any("Only 2 signers" in sentence for sentence in said)
    assert any("does not know their glosses: <b>other" in sentence for sentence in said)
    assert any("no hands were seen" in sentence for sentence in said)
    many = summary | {"left_out": {f"gloss {number}": 2 for number in range(12)}}
    assert any("24 clips" in words and "gloss 9 and 2 more." in words for words in warnings(many, manifest, toys, seen))
    unseen = Exposure(np.zeros(26, dtype=bool), "")
    unknown = warnings(summary | {"by": "session"}, manifest, toys, unseen)
    assert unknown[0].startswith("SIGNERS UNKNOWN")


def test_where_signers_are_unknown_sessions_are_the_groups(answers: Answers) -> None:
    nobody = np.full(len(answers), None, dtype=object)
    changed = Answers(
        answers.ids, answers.gloss, nobody, answers.session, answers.signs, "-", answers.probabilities, answers.idle
    )
    assert summarise(changed, min_confidence=0.6)["by"] == "session"
    alone = Answers(answers.ids, answers.gloss, nobody, nobody, answers.signs, "-", answers.probabilities, answers.idle)
    figures = summarise(alone, min_confidence=0.6)
    assert (figures["by"], figures["groups"], figures["worst_group"]) == (None, [], None)
    assert figures["interval_95_by_group"] is None
