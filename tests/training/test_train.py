"""`chereme train`: killed, it goes on; nothing half-written is taken for a run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from chereme.cli.main import app
from chereme.datasets import Sample, SignDataset
from chereme.errors import CheremeError
from chereme.landmarks import HANDS, LandmarkSequence
from chereme.training.run import Run

STEPS = 60


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(0)
    shapes = {gloss: random.normal(size=(21, 3)) * 0.1 for gloss in ("near", "up")}
    clips = []
    for signer in ("ann", "ben"):
        for gloss, shape in shapes.items():
            for take in range(3):
                points = np.full((6, len(HANDS), 3), np.nan, dtype=np.float32)
                points[:, HANDS.slices["right_hand"]] = shape + random.normal(size=(6, 21, 3)) * 0.003 + 0.5
                sample = Sample(f"{signer}-{gloss}-{take}", gloss, signer)
                clips.append((sample, LandmarkSequence(points, HANDS, 15.0, 4 / 3)))
    clips.append((Sample("once", "once", "ann"), clips[0][1]))
    path = tmp_path_factory.mktemp("train") / "toys"
    SignDataset.create(
        path, name="toys", sign_language="ase", groups=HANDS.groups, license="CC0-1.0", source="this test"
    ).append(clips)
    return path


def command(dataset: Path, run: Path, *more: str) -> list[str]:
    small = [word for option in ("moments=4", "widths=[8,8]", "dense=8") for word in ("--option", option)]
    words = ["train", str(dataset), "-o", str(run), "--model", "lstm", *small, "--steps", str(STEPS), "--batch", "4"]
    return [*words, "--checkpoint-every", "0", *more]


def train(*words: Any) -> Any:
    return CliRunner().invoke(app, command(*words), catch_exceptions=False)


def test_a_killed_run_goes_on_to_the_same_weights(dataset: Path, tmp_path: Path) -> None:
    assert train(dataset, tmp_path / "whole").exit_code == 0
    killed = tmp_path / "killed"
    unfinished = killed / "unfinished.safetensors"
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, *command(dataset, killed)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        while not unfinished.exists() and process.poll() is None:
            time.sleep(0.01)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert unfinished.exists()
    with pytest.raises(CheremeError, match="has not ended: give the same chereme train again"):
        Run.load(killed)
    done = train(dataset, killed)
    assert "going on from the last checkpoint" in done.output
    assert "one clip only, from which little can be learnt: once" in done.output
    assert sorted(path.name for path in killed.iterdir() if path.suffix != ".writing") == [
        "run.json",
        "weights.safetensors",
    ]
    whole = (tmp_path / "whole" / "weights.safetensors").read_bytes()
    assert (killed / "weights.safetensors").read_bytes() == whole


SLOW = """
import sys, time
from chereme.training import fit
from chereme.training.loop import Loop
step = Loop.training_step
Loop.training_step = lambda self, batch: (time.sleep(0.1), step(self, batch))[1]
sys.argv = ["chereme", *sys.argv[1:]]
from chereme.cli.main import run
run()
"""
"""The command, with steps that leave time to kill it."""


def test_validation_is_told_and_kept_with_the_run(dataset: Path, tmp_path: Path) -> None:
    done = train(dataset, tmp_path / "run", "--validation", "0.5", "--patience", "1", "--schedule", "cosine")
    assert "validation clips after step" in done.output
    facts = Run.load(tmp_path / "run").facts
    assert facts["validation"]["clips"] == 6
    assert facts["fit"]["schedule"] == "cosine"


def test_an_option_with_a_slip_names_the_nearest(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(CheremeError, match=r"lstm has no option dens \(did you mean dense\?\)"):
        train(dataset, tmp_path / "run", "--option", "dens=8")
    for words in (("--option", "dense"), ("--schedul", "cosine")):
        done = train(dataset, tmp_path / "run", *words)
        assert done.exit_code == 2
        assert "NAME=VALUE" in done.output or "--schedule" in done.output
