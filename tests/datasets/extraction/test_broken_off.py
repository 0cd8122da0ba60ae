"""Killed at any moment and started again, the dataset is the one of an unbroken run."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from chereme.datasets import SignDataset
from chereme.datasets.extraction import Result, extract, job, open_or_create
from chereme.datasets.extraction.clip import Clip
from chereme.datasets.extraction.messages import Refusal
from chereme.datasets.extraction.quality import measure
from chereme.datasets.manifest import Recording
from chereme.landmarks import HANDS, LandmarkSequence
from tests.datasets.extraction.conftest import digests, workers_of

COMMAND = (
    "import sys; from chereme.datasets.extraction import job; job.COMMIT_FRAMES = 1\n"
    "from chereme.cli.main import run; sys.argv = ['chereme', *sys.argv[1:]]; run()"
)
"""`chereme`, but every clip is written as soon as it comes."""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that is never there")
def test_killed_half_way_and_started_again(films: Path, unbroken: Result, tmp_path: Path) -> None:
    source, broken = tmp_path / "films", tmp_path / "broken"
    shutil.copytree(films, source)
    (source / "yes/1.mp4").unlink()
    os.mkfifo(source / "yes/1.mp4")  # here it waits for us
    command = ["data", "extract", str(source), str(broken), "--jobs", "1"]
    run = subprocess.Popen([sys.executable, "-c", COMMAND, *command], stderr=subprocess.DEVNULL)
    while not (broken / "dataset.json").exists() or len(SignDataset.open(broken)) < 2:
        time.sleep(0.05)
        assert run.poll() is None
    (worker,) = workers_of(run.pid)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert len(SignDataset.open(broken)) == 2
    assert not psutil.wait_procs([worker], timeout=20)[1], "a process was left behind"
    (source / "yes/1.mp4").unlink()
    shutil.copy(films / "yes/1.mp4", source / "yes/1.mp4")
    subprocess.run([sys.executable, "-m", "chereme", *command], check=True, stdout=subprocess.DEVNULL)
    assert digests(broken) == digests(unbroken.dataset.path)


class PowerCut(BaseException):
    pass


def test_broken_off_at_any_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each write in turn is the last one; what comes after does not happen."""
    monkeypatch.setattr(job, "_answers", _made_up)
    monkeypatch.setattr(job, "COMMIT_FRAMES", 5)
    unbroken = digests(_extract(tmp_path / "unbroken").dataset.path)
    sync, left = os.fsync, [0]

    def until_the_cut(file: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise PowerCut
        sync(file)

    for writes in range(100):
        path = tmp_path / f"broken-{writes}"
        left[0] = writes
        monkeypatch.setattr(os, "fsync", until_the_cut)
        try:
            _extract(path)
        except PowerCut:
            pass
        else:
            assert writes > 10
            break
        finally:
            monkeypatch.setattr(os, "fsync", sync)
        done = _extract(path)
        assert digests(path) == unbroken
        assert [each.id for each in done.failed] == ["3", "7"]


def _extract(path: Path) -> Result:
    dataset = open_or_create(path, name="d", sign_language="ase", groups=HANDS.groups, license="MIT", source="x")
    return extract([Recording(str(index), Path(f"{index}.mp4"), "hello") for index in range(9)], dataset)


def _made_up(tasks: Any, _: Any) -> Iterator[tuple[Any, Clip | Refusal]]:
    for task in tasks:
        number = int(task.recording.id)
        if number in (3, 7):
            yield task, Refusal("corrupt_video", "is damaged")
        else:
            sequence = LandmarkSequence(np.full((3, 42, 3), number, dtype=np.float32), HANDS, 30.0, 1.0)
            yield task, Clip(sequence, measure(sequence, 0.5))
