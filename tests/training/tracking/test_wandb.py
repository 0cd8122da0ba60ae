"""Runs in Weights & Biases, offline."""

from pathlib import Path

import pytest

from chereme.errors import CheremeError
from chereme.training.tracking import open_tracker


def test_an_offline_run_leaves_files_and_asks_the_network_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHEREME_RUNS", str(tmp_path))
    monkeypatch.delenv("WANDB_MODE", raising=False)
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:1")  # where nobody answers
    note = tmp_path / "note.txt"
    note.write_text("kept")
    with open_tracker("wandb").start("lstm", "train", "toys", {"fit": {"steps": 3}}) as run:
        run.measure({"loss": 0.5}, 1)
        run.describe({"weights_sha256": "a" * 64})
        run.keep(note, "notes")
    (left,) = (tmp_path / "wandb").glob("offline-run-*")
    assert left.name.endswith(str(run.id))
    assert (left / f"run-{run.id}.wandb").stat().st_size > 0
    assert (left / "files" / "notes" / "note.txt").read_text() == "kept"


def test_none_keeps_nothing_and_other_names_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEREME_RUNS", str(tmp_path / "runs"))
    with open_tracker("none").start("lstm", "train", "toys", {}) as run:
        run.measure({"loss": 0.5}, 1)
    assert run.id is None
    assert not (tmp_path / "runs").exists()
    with pytest.raises(CheremeError, match="unknown tracker tensorboard: choose among mlflow, wandb, none"):
        open_tracker("tensorboard")
