"""Runs in MLflow on this machine; one process and one database, for both are slow to begin."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.training.tracking import open_tracker
from chereme.training.tracking.mlflow import MlflowTracker
from chereme.training.tracking.watch import Watching
from chereme.training.validation import Epoch, Validated

FACTS = {"fit": {"steps": 3, "learning_rate": 0.002}, "weights_sha256": "a" * 64, "glosses": ["up", "near"]}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """In memory where there is such a place: a busy disk takes a second for each of the many commits."""
    with TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as made:  # noqa: S108
        yield Path(made)


@pytest.fixture
def tracker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> MlflowTracker:
    monkeypatch.setenv("CHEREME_RUNS", str(folder))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    opened = open_tracker()
    assert isinstance(opened, MlflowTracker)
    return opened


def artifact(tracker: MlflowTracker, run: str, name: str) -> Path:
    return Path(tracker.client.download_artifacts(run, name))


def test_a_training_run_keeps_facts_curves_answers_and_confusion_matrices(tracker: MlflowTracker) -> None:
    logits = torch.tensor([[2.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    said = Validated(0.4, 2 / 3, ("a", "b", "c"), torch.tensor([0, 1, 1]), logits)
    with tracker.start("lstm on toys", "train", "toys", FACTS) as run:
        watching = Watching(run, ("up", "near"))
        watching(Epoch(1, 50, 0.9, 0.001, None, False))
        watching(Epoch(2, 100, 0.5, 0.002, said, True))
        watching.draw()
        run.describe({"code_version": "1"})

    assert run.id
    kept = tracker.client.get_run(run.id)
    assert kept.info.status == "FINISHED"
    assert kept.data.params["fit.learning_rate"] == "0.002"
    assert kept.data.params["glosses"] == '["up", "near"]'
    assert kept.data.metrics["loss"] == watching.curves[2]["loss"] == 0.5
    assert [point.value for point in tracker.client.get_metric_history(run.id, "loss")] == [0.9, 0.5]
    assert json.loads(artifact(tracker, run.id, "facts.json").read_text()) == {**FACTS, "code_version": "1"}
    assert artifact(tracker, run.id, "curves.png").read_bytes().startswith(b"\x89PNG")

    table = pq.read_table(artifact(tracker, run.id, "predictions/epoch-0002.parquet")).to_pydict()
    assert (table["id"], table["predicted"], table["correct"]) == (
        ["a", "b", "c"],
        ["up", "up", "near"],
        [True, False, True],
    )
    head, *rows = csv.reader(artifact(tracker, run.id, "confusion/epoch-0002.csv").open())
    assert head == ["signed", "up", "near"]
    matrix = np.array([row[1:] for row in rows], dtype=int)
    again = [[sum(s == a and p == b for s, p in zip(table["gloss"], table["predicted"], strict=True)) for b in head[1:]]
             for a in head[1:]]  # fmt: skip
    assert matrix.tolist() == again == [[1, 0], [1, 1]]


def test_a_run_that_fails_says_so(tracker: MlflowTracker) -> None:
    with pytest.raises(ValueError, match="no"), tracker.start("broken", "train", "toys", {}) as run:
        raise ValueError("no")
    assert run.id
    assert tracker.client.get_run(run.id).info.status == "FAILED"


def test_a_test_is_linked_to_the_run_that_left_the_weights(tracker: MlflowTracker) -> None:
    with tracker.start("trained", "train", "toys", {"weights_sha256": "b" * 64}) as trained:
        pass
    assert tracker.trained("b" * 64) == trained.id
    assert tracker.trained("c" * 64) is None
    with tracker.start("test", "test", "toys", {}, tracker.trained("b" * 64)):
        pass
    newest = next(tracker.runs())
    assert (newest.kind, newest.parent, newest.status) == ("test", trained.id, "finished")


def test_runs_are_listed_as_a_table_and_as_json(tracker: MlflowTracker) -> None:
    with tracker.start("lstm on toys", "train", "listed", {}) as run:
        run.measure({"loss": 0.25}, 1)
    listed = CliRunner().invoke(app, ["runs", "--json"])
    assert listed.exit_code == 0, listed.output
    (found,) = (each for each in json.loads(listed.stdout) if each["project"] == "listed")
    assert (found["id"], found["metrics"]) == (run.id, {"loss": 0.25})
    table = CliRunner().invoke(app, ["runs", "--table"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert str(run.id)[:8] in table.output
    assert "loss 0.25" in table.output


def test_the_store_opens_again(tracker: MlflowTracker, folder: Path) -> None:
    known = len(list(tracker.runs()))
    assert known
    assert len(list(MlflowTracker(folder).runs())) == known
    assert {path.name for path in folder.iterdir()} <= {"runs.db", "files", "tests.jsonl"}


def test_without_mlflow_nothing_is_kept_and_asking_for_it_names_the_package() -> None:
    program = (
        "import sys; sys.modules['mlflow'] = None\n"
        "from chereme.training.tracking import open_tracker, NoTracker\n"
        "from chereme.errors import CheremeError\n"
        "assert isinstance(open_tracker(), NoTracker)\n"
        "try: open_tracker('mlflow')\n"
        "except CheremeError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "needs `pip install 'chereme[train]'`" in done.stdout, done.stderr
